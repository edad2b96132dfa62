"""The web: health, metrics, and where services deliver by HTTP."""
