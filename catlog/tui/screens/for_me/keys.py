"""The keys of what fits my list."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Section
from catlog.tui.titles.keys import TITLE_KEYS

KEYS = Section("for_me", "What fits my list", Right.KEEP_LIST, TITLE_KEYS)
