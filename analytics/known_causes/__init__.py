"""What is known of each cause, did its fix hold, and what to finish first?"""
