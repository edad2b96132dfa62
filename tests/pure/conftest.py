"""Properties run without a clock over their shoulder and leave no folder behind."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("desk", deadline=None, database=None)
settings.load_profile("desk")
