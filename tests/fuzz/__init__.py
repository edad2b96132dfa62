"""Inputs as no service documents them: made from real ones by chance that can be played again."""
