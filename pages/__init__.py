"""One script for each question that readers ask."""
