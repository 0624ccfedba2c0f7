"""The keys of the screen Stats."""

from __future__ import annotations

from catlog.tui.keys import Section

KEYS = Section("stats", "Stats", ())
