"""The keys of the screen Search."""

from __future__ import annotations

from catlog.tui.keys import Section

KEYS = Section("search", "Search", ())
