"""The table of keys: the sections of all places, the user's keymap over it, and the page of the documentation."""

from __future__ import annotations

import difflib

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key

from catlog.config import Settings
from catlog.errors import ConfigError
from catlog.tui.dialogs.base import DIALOG
from catlog.tui.dialogs.confirm import CONFIRM
from catlog.tui.dialogs.form import FORM
from catlog.tui.keys import EVERYWHERE, Action, Section
from catlog.tui.screens.home.keys import KEYS as HOME
from catlog.tui.screens.list.keys import KEYS as LIST
from catlog.tui.screens.ops.keys import KEYS as OPS
from catlog.tui.screens.search.keys import KEYS as SEARCH
from catlog.tui.screens.stats.keys import KEYS as STATS
from catlog.tui.screens.trends.keys import KEYS as TRENDS

SECTIONS: tuple[Section, ...] = (HOME, LIST, SEARCH, STATS, TRENDS, OPS, DIALOG, FORM, CONFIRM, EVERYWHERE)
"""Every place that has keys. A new one joins here, and the help, the palette and the docs have it."""
