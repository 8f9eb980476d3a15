"""Do we finish what we promised?"""
