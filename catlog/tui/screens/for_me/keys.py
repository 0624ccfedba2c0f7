"""The keys of what fits my list."""

from __future__ import annotations

from catlog.tui.keys import Section
from catlog.tui.titles.keys import MARKS

KEYS = Section("for_me", "What fits my list", MARKS)
