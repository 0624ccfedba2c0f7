"""The table of all keys, and the user's own keys in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from textual.keys import KEY_TO_UNICODE_NAME, Keys, key_to_character

from catlog.config import Settings
from catlog.errors import ConfigError
from catlog.tui.dialogs.accounts import LOGIN, REGISTER
from catlog.tui.dialogs.base import DIALOG
from catlog.tui.dialogs.confirm import CONFIRM
from catlog.tui.dialogs.form import FORM
from catlog.tui.dialogs.palette import PALETTE
from catlog.tui.dialogs.pick import PICK
from catlog.tui.keys import EVERYWHERE, Action, Section, display_key, key_name
from catlog.tui.screens.details.keys import KEYS as DETAILS
from catlog.tui.screens.for_me.keys import KEYS as FOR_ME
from catlog.tui.screens.home.keys import KEYS as HOME
from catlog.tui.screens.list.filter_line import FILTER
from catlog.tui.screens.list.keys import KEYS as LIST
from catlog.tui.screens.ops.keys import KEYS as OPS
from catlog.tui.screens.search.keys import GENRES, PANEL, WORDS
from catlog.tui.screens.search.keys import KEYS as SEARCH
from catlog.tui.screens.seasons.keys import KEYS as SEASONS
from catlog.tui.screens.stats.keys import KEYS as STATS
from catlog.tui.screens.trends.keys import KEYS as TRENDS
from catlog.tui.screens.week.keys import KEYS as WEEK
from catlog.tui.widgets.cat_keys import CAT
from catlog.tui.widgets.choice import CHOICE
from catlog.tui.widgets.rows.keys import KEYS as ROWS

SCREENS: tuple[Section, ...] = (*(HOME, CAT, LIST, SEARCH, SEASONS, WEEK, FOR_ME, DETAILS, STATS, TRENDS, OPS),)
"""The sections of screens; within a screen the keys of lists and of `EVERYWHERE` work too."""

SECTIONS: tuple[Section, ...] = (
    *SCREENS,
    *(FILTER, WORDS, PANEL, GENRES, ROWS, CAT),
    *(DIALOG, FORM, LOGIN, REGISTER, CHOICE, CONFIRM, PICK, PALETTE, EVERYWHERE),
)
"""All sections. The help and docs/keys.md are generated from them."""

_MODIFIERS = ("ctrl", "alt", "shift", "super")
_NAMED = {str(key.value) for key in Keys} | set(KEY_TO_UNICODE_NAME)


def keymap(settings: Settings) -> dict[str, str]:
    """Return the user's keys by the full names of actions, as Textual takes them.

    Raises ConfigError for an action that does not exist, a key that is none, and a key that two actions of one place
    would have.
    """
    origin = settings.origins.get("keys", "default")
    known = {section.full_name(action): action for section, action in _all()}
    chosen = {}
    for name, keys in settings.keys.items():
        if name not in known or known[name].is_fixed:
            near = difflib.get_close_matches(name, known, 1)
            what = "has digits of its own, which stay" if name in known else "is no action"
            hint = f"did you mean {near[0]}?" if near and name not in known else "docs/keys.md lists the actions"
            raise ConfigError(f"keys from {origin}: {name!r} {what}", hint=hint)
        chosen[name] = ",".join(key_name(key) for key in keys.split(","))
        for key in chosen[name].split(","):
            if not _is_key(key):
                raise ConfigError(
                    f"keys from {origin}: {key!r} for {name} is no key",
                    hint="expected a letter, f2, ctrl+z, alt+up, ...",
                )
    for section in SECTIONS:
        _check(section, chosen, origin)
    return chosen


def written(action: Action, keys: str | None = None, *, ascii: bool = False) -> str:
    """Return how the keys of an action are written, those of the user when given."""
    if action.display and keys is None:
        return action.display
    return " ".join(display_key(key_name(key), ascii=ascii) for key in (keys or action.keys).split(","))


def _all() -> Iterator[tuple[Section, Action]]:
    return ((section, action) for section in SECTIONS for action in section.actions)


def _check(section: Section, chosen: Mapping[str, str], origin: str) -> None:
    """Raise ConfigError when a key the user chose means two things in this place."""
    taken: dict[str, tuple[str, bool]] = {}
    below = (ROWS, EVERYWHERE) if section in SCREENS else (EVERYWHERE,)
    places = (section,) if section is EVERYWHERE else (section, *below)
    for place in places:
        for action in place.actions:
            name = place.full_name(action)
            for key in (chosen.get(name) or action.keys).split(","):
                mine = name in chosen
                other, others = taken.setdefault(key_name(key), (name, mine))
                if other != name and (mine or others):
                    raise ConfigError(
                        f"keys from {origin}: {key} would be both {other} and {name}",
                        hint="give one of them another key",
                    )


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+")
    if not all(modifier in _MODIFIERS for modifier in modifiers):
        return False
    return name in _NAMED or (len(name) == 1 and name.isprintable()) or key_to_character(name) is not None
