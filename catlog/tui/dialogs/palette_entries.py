"""What the command palette offers beside titles: actions, settings and screens, from the table of keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.screen import Screen

from catlog.access import Right
from catlog.config import THEMES
from catlog.tui.chrome.topbar import tabs_of
from catlog.tui.host import Host
from catlog.tui.keymap import SCREENS, written
from catlog.tui.keys import Section

DO, TITLES, SETTINGS, SCREENS_GROUP = "Do", "Titles", "Settings", "Screens"
GROUPS = (DO, TITLES, SETTINGS, SCREENS_GROUP)
"""The groups of entries in their order."""

_ON_WHAT_IS_SEEN = frozenset(
    (
        *("watch", "unwatch", "rate", "rating", "status", "notes", "tags", "edit", "favorite", "rewatch", "remove"),
        *("follow", "plan", "ask", "page_right", "page_left", "tab_right", "tab_left", "year_before", "year_after"),
        *("up", "down", "page_up", "page_down", "first", "last", "facts", "unfilter", "clear_all", "cancel"),
        *("check_day", "rejects"),
    )
)
"""Actions on the row or page in sight: they are offered on their own screen alone."""

_SCREENS = ("go(", "open_screen(")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette. `name` identifies it, `key` is the key that does the same, `theme` one it previews."""

    name: str
    group: str
    text: str
    run: Callable[[], Awaitable[object]]
    note: str = ""
    key: str = ""
    theme: str = ""


def entries_of(app: Host, behind: Screen[Any]) -> list[Entry]:
    """Return what the user may do on the screen `behind`, and from there on the other screens and in the settings."""
    found: dict[str, Entry] = {}
    for entry in (*_here(app, behind), *_elsewhere(app), *_settings(app)):
        found.setdefault(entry.text, entry)
    return list(found.values())


def _here(app: Host, behind: Screen[Any]) -> Iterator[Entry]:
    for node, binding, enabled, _ in behind.active_bindings.values():
        if enabled and binding.tooltip:
            group = SCREENS_GROUP if binding.action.startswith(_SCREENS) else DO
            run = partial(app.run_action, binding.action, node)
            name = binding.id or binding.action
            yield Entry(name, group, binding.tooltip.removesuffix("."), run, key=app.get_key_display(binding))


def _elsewhere(app: Host) -> Iterator[Entry]:
    sections: Mapping[str, Section] = {section.id: section for section in SCREENS}
    for tab in tabs_of(app.role):
        section = sections[tab.mode]
        for action in section.actions:
            if action.name in _ON_WHAT_IS_SEEN or not app.may(action.right or section.right):
                continue
            name = section.full_name(action)
            group = SCREENS_GROUP if action.textual_action.startswith(_SCREENS) else DO
            key = written(action, app.settings.keys.get(name), ascii=app.ascii).split(" ")[0]
            run = partial(_go_and_run, app, tab.mode, action.textual_action)
            yield Entry(name, group, action.help.removesuffix("."), run, tab.label, key)


def _settings(app: Host) -> Iterator[Entry]:
    """Yield the settings that would change something: what is set already is not offered."""
    from catlog.tui.app import MOTIONS

    themes = THEMES if app.terminal.color else ()
    for name in (name for name in themes if name != app.theme):
        yield Entry(f"theme.{name}", SETTINGS, f"Theme {name}", partial(_use_theme, app, name), theme=name)
    for motion in (motion for motion in MOTIONS if motion != app.motion):
        yield Entry(f"motion.{motion}", SETTINGS, f"Motion {motion}", partial(_use_motion, app, motion))
    if app.may(Right.SIGN_IN):
        yield Entry("sign-in", DO, "Sign in as somebody else", partial(app.run_action, "account"))


async def _go_and_run(app: Host, mode: str, action: str) -> None:
    """Go to the own screen of a mode, and run an action there once it can take it."""
    hold = app.keyboard.hold()
    try:
        await app.switch_mode(mode)
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        await app.run_action(action, app.screen)
    finally:
        hold.release()


async def _use_theme(app: Host, name: str) -> None:
    app.use_theme(name)


async def _use_motion(app: Host, motion: str) -> None:
    app.use_motion(motion)
