"""The app while its library does not answer, which shows what it showed last."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from catlog.config import Settings
from catlog.tui.app import CatLogApp
from tests.tui.harness import Driver, opened

MARK = "last time"
"""What the top bar says of it."""

NANA = 877
"""A title that is being watched in the demo library, with 28 of 47 episodes."""

open_library = CatLogApp.open_library
"""What `unanswered` takes away."""


async def show(settings: Settings, *keys: str, size: tuple[int, int] = (160, 48)) -> str:
    """Show Home, and the screen that each of the keys goes to, store them, and return what the last one showed."""
    async with opened(settings, size) as it:
        for key in (None, *keys):
            await it.press(*([key] if key else ()))
            it.app.screen._last._store()
            await it.settle()
        assert MARK not in it.text
        return it.text


@asynccontextmanager
async def unanswered(settings: Settings, *keys: str, size: tuple[int, int] = (160, 48)) -> AsyncIterator[Driver]:
    """Open the app while the library does not answer, and press keys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CatLogApp, "open_library", lambda _: None)
        async with opened(settings, size) as it:
            await it.press(*keys)
            yield it


def files(settings: Settings) -> list[Path]:
    """Return the files of what was shown last."""
    return list((settings.paths.cache / "screens").glob("*"))
