"""The table of all keys, and the user's own keys in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from textual.keys import KEY_TO_UNICODE_NAME, Keys, key_to_character

from catlog.config import Settings
from catlog.tui.dialogs.accounts import LOGIN, REGISTER
from catlog.tui.dialogs.base import DIALOG
from catlog.tui.dialogs.confirm import CONFIRM
from catlog.tui.dialogs.form import FORM
from catlog.tui.dialogs.help import HELP
from catlog.tui.dialogs.palette import PALETTE
from catlog.tui.dialogs.pick import PICK
from catlog.tui.keys import EVERYWHERE, Action, Section, display_key, display_keys, key_name
from catlog.tui.screens.details.keys import KEYS as DETAILS
from catlog.tui.screens.details.mine import MINE
from catlog.tui.screens.first.keys import KEYS as FIRST
from catlog.tui.screens.for_me.keys import KEYS as FOR_ME
from catlog.tui.screens.home.keys import FOR_YOU
from catlog.tui.screens.home.keys import KEYS as HOME
from catlog.tui.screens.list.filter_line import FILTER
from catlog.tui.screens.list.keys import KEYS as LIST
from catlog.tui.screens.list.next_in_line import NEXT
from catlog.tui.screens.ops.keys import KEYS as OPS
from catlog.tui.screens.search.keys import FILTERS, WORDS
from catlog.tui.screens.search.keys import KEYS as SEARCH
from catlog.tui.screens.seasons.keys import KEYS as SEASONS
from catlog.tui.screens.stats.keys import KEYS as STATS
from catlog.tui.screens.trends.keys import KEYS as TRENDS
from catlog.tui.screens.week.keys import KEYS as WEEK
from catlog.tui.titles.tiles import KEYS as TILES
from catlog.tui.transfer.keys import BROWSER, EXPORT, IMPORT, PASTE, REVIEW, TEXT_OUT
from catlog.tui.widgets.cat_keys import CAT
from catlog.tui.widgets.choice import CHOICE
from catlog.tui.widgets.rows.keys import KEYS as ROWS

SCREENS: tuple[Section, ...] = (*(HOME, CAT, LIST, SEARCH, SEASONS, WEEK, FOR_ME, DETAILS, STATS, TRENDS, OPS, FIRST),)
"""The sections of screens; within a screen the keys of lists and of `EVERYWHERE` work too."""

SECTIONS: tuple[Section, ...] = (
    *SCREENS,
    *(FOR_YOU, FILTER, NEXT, WORDS, FILTERS, MINE, TILES, ROWS, CAT),
    *(DIALOG, FORM, LOGIN, REGISTER, CHOICE, CONFIRM, PICK, PALETTE, HELP),
    *(IMPORT, PASTE, REVIEW, BROWSER, EXPORT, TEXT_OUT, EVERYWHERE),
)
"""All sections. The help and docs/keys.md are generated from them."""

RENAMED = {
    "details.week": "details.shorter",
    "details.month": "details.shorter",
    "details.quarter": "details.longer",
    "details.all_days": "details.longer",
    "trends.range": "trends.longer",
    "list.unrate": "list.rate",
    "filters.forget": "search.forget",
    "genres.cycle": "filters.tick",
}
"""Former names of actions and those that do their work now."""

_MODIFIERS = ("ctrl", "alt", "shift", "super")
_NAMED = {str(key.value) for key in Keys} | set(KEY_TO_UNICODE_NAME)


class Keymap(NamedTuple):
    """The user's keys by the full names of actions, as Textual takes them, and a sentence on each that is not taken."""

    keys: dict[str, str]
    problems: tuple[str, ...]


def keymap(settings: Settings) -> Keymap:
    """Return the user's keys. An action whose keys cannot be has its default keys.

    A problem is an action that does not exist or has another name now, a key that is none, and a key that two actions
    of one place would have.
    """
    known = {section.full_name(action): action for section, action in _all()}
    chosen: dict[str, str] = {}
    problems = []
    for written_name, keys in settings.keys.items():
        name = RENAMED.get(written_name, written_name)
        if name not in known or known[name].is_fixed:
            problems.append(_unknown(name, known))
            continue
        if name != written_name:
            problems.append(f"{written_name} is called {name} now")
            if name in settings.keys or name in chosen:
                continue
        names = [key_name(key) for key in keys.split(",")]
        wrong = [key for key in names if not _is_key(key)]
        if wrong:
            problems.append(f"{wrong[0]!r} for {name} is no key: expected a letter, f2, ctrl+z, alt+up, ...")
        else:
            chosen[name] = ",".join(names)
    while (clash := _find_clash(chosen)) is not None:
        refused, problem = clash
        del chosen[refused]
        problems.append(f"{problem}; {refused} keeps its default")
    origin = settings.origins.get("keys", "default")
    return Keymap(chosen, tuple(f"keys from {origin}: {problem}" for problem in problems))


def _unknown(name: str, known: Mapping[str, Action]) -> str:
    if name in known:
        return f"{name!r} has digits of its own, which stay"
    near = difflib.get_close_matches(name, known, 1)
    return f"{name!r} is no action: " + (f"did you mean {near[0]}?" if near else "docs/keys.md lists the actions")


def written(action: Action, keys: str | None = None, *, ascii: bool = False) -> str:
    """Return how the keys of an action are written, those of the user when given."""
    if action.display and keys is None:
        return display_keys(action.display, ascii=ascii)
    return " ".join(display_key(key_name(key), ascii=ascii) for key in (keys or action.keys).split(","))


def _all() -> Iterator[tuple[Section, Action]]:
    return ((section, action) for section in SECTIONS for action in section.actions)


def _find_clash(chosen: Mapping[str, str]) -> tuple[str, str] | None:
    """Return an action whose chosen key means two things in one place, and a sentence on it."""
    for section in SECTIONS:
        taken: dict[str, str] = {}
        below = (ROWS, EVERYWHERE) if section in SCREENS else (EVERYWHERE,)
        for place in (section,) if section is EVERYWHERE else (section, *below):
            for action in place.actions:
                name = place.full_name(action)
                for key in (chosen.get(name) or action.keys).split(","):
                    other = taken.setdefault(key_name(key), name)
                    if other != name and (name in chosen or other in chosen):
                        return name if name in chosen else other, f"{key} would be both {other} and {name}"
    return None


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+")
    if not all(modifier in _MODIFIERS for modifier in modifiers):
        return False
    return name in _NAMED or (len(name) == 1 and name.isprintable()) or key_to_character(name) is not None
