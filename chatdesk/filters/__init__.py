"""Filters sort what comes in, in their order: the first that matches wins. `rules.py` has the conditions."""
