"""What the command palette offers beside titles: actions, settings and screens, from the table of keys."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events

from catlog.access import Right
from catlog.config import THEMES
from catlog.tui.chrome.topbar import tabs_of
from catlog.tui.deferred import deferred
from catlog.tui.keyboard import post_in_order
from catlog.tui.keymap import SCREENS, written
from catlog.tui.tasks import TASKS
from catlog.tui.widgets.rows.keys import KEYS as ROWS

if TYPE_CHECKING:
    from textual.screen import Screen

    from catlog.title_language import TitleLanguage
    from catlog.tui.dialogs import palette_queries as queries
    from catlog.tui.host import Host
    from catlog.tui.keys import Section
else:
    queries = deferred("catlog.tui.dialogs.palette_queries")

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

_MOVES = frozenset(
    ROWS.full_name(action)
    for action in ROWS.actions
    if action.name not in ("choose", "select", "select_all", "invert", "repeat", "range")
)
"""Actions that only move the cursor of a list."""

_CHOSEN = frozenset({"app.theme", "app.motion", "app.titles"})
"""Actions that go to the next of a few choices, which the settings list."""

_DONE_BY_TASKS = frozenset(task.key for task in TASKS if task.key)

_SCREENS = ("go(", "open_screen(")

_CLAUSE = re.compile(r"[,:;] ")
"""Where a sentence of the help goes on after saying what a key does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette.

    `name` identifies it, `key` is the key that does the same, `theme` one it previews. `fills` is written into the
    field instead of doing anything, so that its choices are listed; `typed` entries are listed once a letter is typed.
    """

    name: str
    group: str
    text: str
    run: Callable[[], Awaitable[object]]
    note: str = ""
    key: str = ""
    theme: str = ""
    fills: str = ""
    typed: bool = False


def entries_of(app: Host, behind: Screen[Any]) -> list[Entry]:
    """Return what the user may do on the screen `behind`, and from there on the other screens and in the settings."""
    found: dict[str, Entry] = {}
    here = _here(app, behind, _DONE_BY_TASKS | _CHOSEN | _MOVES)
    for entry in (*_tasks(app), *here, *_elsewhere(app, _DONE_BY_TASKS), *_settings(app)):
        found.setdefault(entry.text, entry)
    return list(found.values())


def entries_by_action(app: Host, behind: Screen[Any]) -> dict[str, Entry]:
    """Return an entry for each action that can be done from the screen `behind`, by the action's full name."""
    found = (*_elsewhere(app, frozenset()), *_here(app, behind, frozenset()))
    return {entry.name: entry for entry in found}


def run_entry(app: Host, entry: Entry) -> None:
    """Do what an entry says behind the present key, and count its use."""
    if not entry.name.startswith("title."):
        counting = app.pool.run(app, queries.count_use, app.status.user, entry.name)
        counting.then(failed=lambda _: True)  # what was chosen is done all the same

    async def run() -> None:
        await entry.run()

    post_in_order(app, events.Callback(run))


def _tasks(app: Host) -> Iterator[Entry]:
    sections: Mapping[str, Section] = {section.id: section for section in SCREENS}
    for task in TASKS:
        if not task.offered(app):
            continue
        section, _, action = task.key.partition(".")
        keys = next((one for one in sections[section].actions if one.name == action), None) if action else None
        key = written(keys, app.settings.keys.get(task.key), ascii=app.ascii).split(" ")[0] if keys else ""
        group = SETTINGS if task.is_setting else DO
        yield Entry(task.name, group, task.text, partial(_call, app, task.run), task.note(app), key)


def _here(app: Host, behind: Screen[Any], without: frozenset[str]) -> Iterator[Entry]:
    for node, binding, enabled, _ in behind.active_bindings.values():
        name = binding.id or binding.action
        if enabled and binding.tooltip and name not in without:
            group = SCREENS_GROUP if binding.action.startswith(_SCREENS) else DO
            run = partial(app.run_action, binding.action, node)
            text, note = _parted(binding.tooltip)
            yield Entry(name, group, text, run, note, app.get_key_display(binding))


def _elsewhere(app: Host, without: frozenset[str]) -> Iterator[Entry]:
    sections: Mapping[str, Section] = {section.id: section for section in SCREENS}
    for tab in tabs_of(app.role):
        section = sections[tab.mode]
        for action in section.actions:
            name = section.full_name(action)
            if action.name in _ON_WHAT_IS_SEEN or name in without or not app.may(action.right or section.right):
                continue
            group = SCREENS_GROUP if action.textual_action.startswith(_SCREENS) else DO
            key = written(action, app.settings.keys.get(name), ascii=app.ascii).split(" ")[0]
            run = partial(_go_and_run, app, tab.mode, action.textual_action)
            yield Entry(name, group, _parted(action.help)[0], run, f"on {tab.label}", key)


def _settings(app: Host) -> Iterator[Entry]:
    """Yield the settings, and for those with a few values each value that would change something."""
    from catlog.tui.app import MOTIONS

    if app.terminal.color:
        note = f"dark, light and {len(THEMES) - 2} more"
        yield Entry("theme", SETTINGS, "Theme", _nothing, note, app.key_of("app.theme"), fills="Theme ")
        for name in (name for name in THEMES if name != app.theme):
            run = partial(_call, app, partial(_use_theme, name))
            yield Entry(f"theme.{name}", SETTINGS, f"Theme {name}", run, theme=name, typed=True)
    if app.may(Right.KEEP_LIST) and app.status.user:
        yield from _title_languages(app)
    key = app.key_of("app.motion")
    yield Entry("motion", SETTINGS, "Motion", _nothing, ", ".join(MOTIONS), key, fills="Motion ")
    for motion in (motion for motion in MOTIONS if motion != app.motion):
        run = partial(_call, app, partial(_use_motion, motion))
        yield Entry(f"motion.{motion}", SETTINGS, f"Motion {motion}", run, typed=True)


def _title_languages(app: Host) -> Iterator[Entry]:
    from catlog.title_language import TitleLanguage

    note, key = ", ".join(one.value for one in TitleLanguage), app.key_of("app.titles")
    yield Entry("titles", SETTINGS, "Titles in", _nothing, note, key, fills="Titles in ")
    for language in (language for language in TitleLanguage if language is not app.titles):
        run = partial(_call, app, partial(_use_titles, language))
        yield Entry(f"titles.{language.value}", SETTINGS, f"Titles in {language.value}", run, typed=True)


def _parted(sentence: str) -> tuple[str, str]:
    """Return what a sentence of the help says first, and what it adds."""
    first, *rest = _CLAUSE.split(sentence.removesuffix("."), maxsplit=1)
    return first, rest[0] if rest else ""


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


async def _call(app: Host, task: Callable[[Host], object]) -> None:
    task(app)


async def _nothing() -> None:
    """Do nothing: the entry only fills the field."""


def _use_theme(name: str, app: Host) -> None:
    app.use_theme(name)


def _use_titles(language: TitleLanguage, app: Host) -> None:
    app.use_titles(language)


def _use_motion(motion: str, app: Host) -> None:
    app.use_motion(motion)
