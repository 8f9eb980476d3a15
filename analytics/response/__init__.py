"""How fast do we detect, respond, mitigate and resolve?"""
