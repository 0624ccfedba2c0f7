"""Colours and emphasis, which the goldens of characters cannot see: a few screens as pictures, and the themes."""

from dataclasses import replace

import pytest

from catlog.config import Settings
from catlog.tui.titles.panel import TitlePanel
from tests.tui.harness import Driver, opened, painted


async def at_rest(it: Driver) -> None:
    """Let charts come that are drawn beside the app, and what is beside a title, whose question waits a moment."""
    for panel in it.app.screen.query(TitlePanel):
        panel.read()
    await it.settle()
    while any(not worker.is_finished for worker in it.app.workers):
        await it.app.workers.wait_for_complete()
        await it.settle()


@pytest.mark.parametrize(("key", "name"), [("f1", "home"), ("f2", "list"), ("f4", "stats"), ("f5", "trends")])
async def test_a_screen_is_painted_as_it_was(library: Settings, key: str, name: str) -> None:
    async with opened(replace(library, posters="off")) as it:
        await it.press(key)
        await at_rest(it)
        painted(it.app, name)


@pytest.mark.parametrize("theme", ["light", "safe"])
async def test_the_list_is_painted_as_it_was_in_other_themes(library: Settings, theme: str) -> None:
    async with opened(replace(library, posters="off", theme=theme)) as it:
        await it.press("f2")
        await at_rest(it)
        painted(it.app, f"list-{theme}")
