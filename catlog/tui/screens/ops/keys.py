"""The keys of the screen Ops."""

from __future__ import annotations

from catlog.tui.keys import Section

KEYS = Section("ops", "Ops", ())
