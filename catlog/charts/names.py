"""The names of the charts of Stats, for help and layout that load no chart; a test compares them with the gallery."""

from __future__ import annotations

CHART_NAMES = ("status", "time", "ratings", "genres", "studios", "activity", "calendar")
"""The charts in the order of the page."""

RIGHT_COLUMN = ("ratings", "activity", "calendar")
"""The charts of the right column of a wide screen; all others stand in the left one."""
