"""What is missing from the records, and which times should not be taken as they stand?"""
