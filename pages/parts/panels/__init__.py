"""The pieces of each page, in the order in which they are read."""
