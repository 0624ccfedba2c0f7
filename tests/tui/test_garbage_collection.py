"""What was closed is gone: after hours an app takes no more of the machine than after minutes."""

import gc
from collections import Counter
from collections.abc import Mapping

import pytest
from textual._styles_cache import StylesCache
from textual.dom import DOMNode
from textual.strip import Strip

from catlog.config import Settings
from catlog.tui.garbage_collection import THRESHOLDS, bounded_memory
from catlog.tui.workers import THREADS
from tests.support.soak import SCENES, live
from tests.support.terminal import Terminal
from tests.tui.harness import opened
from tests.tui.sources import without_source

CLOSED = (
    "f2",
    *("enter", "escape", "down") * 3,
    *SCENES["help"],
    *SCENES["week"],
    *SCENES["account"],
    *SCENES["first"],
    "f2",
    "f1",
)
"""Keys that open screens and dialogs, and close them."""

OPENED = 12
"""Titles that a lap in the terminal opens."""

LAPS, MOST_MEMORY = 3, 12.0
"""Of the run in a terminal; MB that the last two may add. A title that stays costs more than one."""


def alive() -> Counter[str]:
    """Count what there is of screens and widgets, and of their painted lines."""
    gc.collect()
    found: Counter[str] = Counter()
    for thing in gc.get_objects():
        if isinstance(thing, DOMNode):
            found[type(thing).__name__] += 1
        elif isinstance(thing, StylesCache | Strip):
            found["lines" if isinstance(thing, Strip) else "caches of lines"] += 1
    return found


async def test_a_toast_that_another_one_replaces_leaves_no_widget(library: Settings) -> None:
    async with opened(without_source(library)) as it:
        await it.press("f2", *("plus", "u") * 4)
        assert len(it.app.screen.query("Toast")) == 1
        assert len(it.app.screen.query("ToastHolder")) == 1


async def test_screens_and_dialogs_that_were_closed_leave_no_widget_and_no_painted_lines(library: Settings) -> None:
    async with opened(without_source(library)) as it:
        counts = []
        for _ in range(5):  # caches of drawn lines have a bound, which four laps reach
            await it.press(*CLOSED)
            it.app.clear_notifications()
            await it.settle()
            counts.append(alive())
    *_, before, after = counts
    lines_before, lines_after = before.pop("lines"), after.pop("lines")
    assert after - before == Counter(), "what is there once more than the last time was closed and stays"
    assert lines_after < 1.2 * lines_before + 200


def test_garbage_of_a_session_is_collected_often_and_what_start_up_made_is_passed_over() -> None:
    before = gc.get_threshold()
    with bounded_memory():
        assert gc.get_threshold() == THRESHOLDS
        gc.collect()
        assert gc.get_freeze_count() > 10_000
        passed_over = gc.get_freeze_count()
        circle: list[object] = []
        circle.append(circle)
        del circle
        gc.collect()
        assert gc.get_freeze_count() <= passed_over, "only once: what is made later can be garbage"
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert not [watcher for watcher in gc.callbacks if getattr(watcher, "__module__", "") == bounded_memory.__module__]


@pytest.fixture
def environ(library: Settings) -> Mapping[str, str]:
    return {
        "CATLOG_HOME": str(library.paths.config.parent),
        "CATLOG_DATABASE_URL": library.database_url,
        "CATLOG_NOW": "2026-11-22T18:00:00Z",
        "CATLOG_JIKAN_URLS": "http://127.0.0.1:9/v4",
        "CATLOG_POSTERS": "off",
    }


def test_opening_and_closing_titles_takes_no_more_memory_threads_and_descriptors(environ: Mapping[str, str]) -> None:
    opening = (*SCENES["details"], *SCENES["details"])
    assert opening.count("enter") == OPENED
    with Terminal(environ=environ, columns=100, rows=30) as terminal:
        terminal.wait_for("Continue")
        samples = [taken for _, taken in live(terminal, LAPS, [opening])]
    warm, last = samples[0], samples[-1]
    assert last.memory - warm.memory < MOST_MEMORY, samples
    assert last.threads < THREADS + OPENED, "the threads that read, and a few"
    assert last.descriptors < warm.descriptors + OPENED, samples
