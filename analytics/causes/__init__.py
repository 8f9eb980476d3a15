"""What keeps breaking?"""
