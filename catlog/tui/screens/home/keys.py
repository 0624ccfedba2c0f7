"""The keys of the screen Home."""

from __future__ import annotations

from catlog.tui.keys import Section

KEYS = Section("home", "Home", ())
