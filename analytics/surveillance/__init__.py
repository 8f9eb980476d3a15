"""Charts that watch a series over time, and the rules by which they speak."""
