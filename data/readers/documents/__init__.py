"""Documents that people write: each kind is turned into Markdown, which one reader understands."""
