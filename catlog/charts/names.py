"""The names of the charts of Stats, for help and layout that load no chart; a test compares them with the gallery."""

from __future__ import annotations

CHART_NAMES = ("status", "time", "ratings", "genres", "studios", "activity", "calendar", "apart", "records")
"""The charts in the order of the page."""
