"""Colours and emphasis, which the goldens of characters cannot see: a few screens as pictures, and the themes."""

from dataclasses import replace

import pytest

from catlog.config import Settings
from tests.tui.harness import opened, painted


@pytest.mark.parametrize(("key", "name"), [("f1", "home"), ("f2", "list"), ("f4", "stats"), ("f5", "trends")])
async def test_a_screen_is_painted_as_it_was(library: Settings, key: str, name: str) -> None:
    async with opened(replace(library, posters="off")) as it:
        await it.press(key)
        await painted(it, name)


@pytest.mark.parametrize("theme", ["light", "safe"])
async def test_the_list_is_painted_as_it_was_in_other_themes(library: Settings, theme: str) -> None:
    async with opened(replace(library, posters="off", theme=theme)) as it:
        await it.press("f2")
        await painted(it, f"list-{theme}")
