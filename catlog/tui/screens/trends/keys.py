"""The keys of the screen Trends."""

from __future__ import annotations

from catlog.tui.keys import Section

KEYS = Section("trends", "Trends", ())
