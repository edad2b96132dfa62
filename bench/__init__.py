"""Speed, measured as ratios in one run. Nothing here asserts an absolute time."""
