"""The keys of the screen List."""

from __future__ import annotations

from catlog.tui.keys import Section

KEYS = Section("list", "List", ())
