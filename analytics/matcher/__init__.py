"""Which earlier records look like the same cause, why, and how sure is that?"""
