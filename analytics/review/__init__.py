"""What changed, and what cannot be told: the trend review."""
