"""Actions, their sections, and the Textual bindings of a section.

Each screen has its section in its `keys.py`; `catlog.tui.keymap` has all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import format_key

from catlog.access import Right
from catlog.tui.terminal.dispatch import name_of_key

EACH_KEY = "{key}"
"""Stands in `Action.action` for the key that was pressed."""

_WORDS = {"enter": "enter", "escape": "esc", "backspace": "backspace"}
_ARROWS = ("up", "down", "left", "right")
_ASCII_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}


@dataclass(frozen=True, slots=True)
class Action:
    """An action that keys run.

    `name` is that of the method `action_<name>` of the section's screen or widget; `action` replaces it where
    arguments are needed, as in `rate('{key}')`. `keys` are separated by commas; `label` is one or two words for the
    footer, `help` a sentence for the help and the palette; `display` replaces the keys in writing where it is shorter.
    `right` is the right required, where it differs from the section's.
    """

    name: str
    keys: str
    label: str
    help: str
    shown: bool = True
    priority: bool = False
    action: str = ""
    display: str = ""
    right: Right | None = None

    @property
    def textual_action(self) -> str:
        """The action string that Textual runs."""
        return self.action or self.name

    @property
    def is_fixed(self) -> bool:
        """Whether the keys have a meaning of their own, such as the ten digits of a rating, and cannot be changed."""
        return EACH_KEY in self.action


@dataclass(frozen=True, slots=True)
class Section:
    """The actions of one place. `id` names them in config.toml (`list.rate`), `title` heads them in the help.

    `right` is the right they require, unless an action names another.
    """

    id: str
    title: str
    right: Right
    actions: tuple[Action, ...]

    def right_of(self, action: str, parameters: tuple[object, ...] = ()) -> Right | None:
        """Return the right that an action string requires; None when it is not in this section."""
        called = f"{action}({', '.join(map(repr, parameters))})"
        for one in self.actions:
            if one.textual_action in (action, called):
                return one.right or self.right
        return None

    def full_name(self, action: Action) -> str:
        """Return the name of an action in config.toml."""
        return f"{self.id}.{action.name}"


def key_name(key: str) -> str:
    """Return Textual's name of a key: `question_mark` for ?, `a` for a, `ctrl+r` as it is."""
    key = key.strip()
    return name_of_key(key) if len(key) == 1 else key


def display_key(key: str, *, ascii: bool) -> str:
    """Return a key as people read it: `?`, `ctrl+r`, `esc`, and arrows where the terminal has them."""
    *modifiers, name = key.split("+")
    word = _WORDS.get(name) or (name if ascii and name in _ARROWS else format_key(name))
    return "+".join([*modifiers, word])


def display_keys(display: str, *, ascii: bool) -> str:
    """Return the `display` of an action as a terminal can show it."""
    return " ".join(_ASCII_ARROWS.get(key, key) for key in display.split(" ")) if ascii else display


def bindings(section: Section) -> list[BindingType]:
    """Return the bindings of a section, for `BINDINGS`."""
    return [
        Binding(
            key,
            action.textual_action.replace(EACH_KEY, key),
            action.label,
            show=action.shown,
            key_display=action.display or None,
            priority=action.priority,
            tooltip=action.help,
            id=None if action.is_fixed else section.full_name(action),
        )
        for action in section.actions
        for key in (action.keys.split(",") if action.is_fixed else (action.keys,))
    ]


EVERYWHERE = Section(
    "app",
    "Everywhere",
    Right.READ_CATALOGUE,
    (
        Action("help", "question_mark", "help", "Show all keys that work here.", action="show_help"),
        Action(
            "palette",
            "colon,ctrl+p",
            "command",
            "Find an action, a title, a setting or a screen by its name.",
            action="show_palette",
        ),
        Action("undo", "u", "undo", "Undo the last change of the list.", right=Right.KEEP_LIST),
        Action("redo", "ctrl+r", "redo", "Redo the last undone change.", shown=False, right=Right.KEEP_LIST),
        Action("home", "1,f1", "Home", "Go to the first screen.", shown=False, action="go('home')"),
        Action("list", "2,f2", "List", "Go to my list.", shown=False, action="go('list')"),
        Action("search", "3,f3", "Search", "Go to the search.", shown=False, action="go('search')"),
        Action("stats", "4,f4", "Stats", "Go to the statistics.", shown=False, action="go('stats')"),
        Action("trends", "5,f5", "Trends", "Go to the trends.", shown=False, action="go('trends')"),
        Action("ops", "6,f6", "Ops", "Go to the operations.", shown=False, action="go('ops')", right=Right.READ_RUNS),
        Action("next_tab", "right_square_bracket", "next tab", "Go to the next tab.", shown=False, action="tab(1)"),
        Action(
            "last_tab", "left_square_bracket", "tab before", "Go to the previous tab.", shown=False, action="tab(-1)"
        ),
        Action("theme", "f8", "theme", "Change to the next theme.", shown=False, action="next_theme"),
        Action("motion", "f7", "motion", "Animate fully, a little, or not at all.", shown=False, action="next_motion"),
        Action(
            "titles",
            "T",
            "titles",
            "Show titles in romaji, English or their own script; the account keeps it.",
            shown=False,
            action="next_titles",
            right=Right.KEEP_LIST,
        ),
        Action("reload", "ctrl+l", "reload", "Reload everything and repaint.", shown=False),
        Action("account", "f9", "account", "Sign in as somebody else, or out.", shown=False, right=Right.SIGN_IN),
        Action("back", "escape", "back", "Close what is on top.", shown=False),
        Action("leave", "q,ctrl+q", "quit", "Leave CatLog; everything is saved.", priority=False),
    ),
)
"""The actions that work everywhere, unless a place binds their key."""
