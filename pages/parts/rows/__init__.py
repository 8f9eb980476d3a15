"""Results as rows of tables."""
