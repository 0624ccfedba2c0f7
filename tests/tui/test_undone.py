"""Keys that change the list say which key takes that back, and it does."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from catlog.config import Settings
from catlog.db.models import UserAnime
from catlog.db.session import Database
from tests.tui.harness import Driver, opened

CASES = (
    *(("f2", "plus"), ("f2", "minus"), ("f2", "D"), ("f2", "r", "3"), ("f2", "asterisk"), ("f2", "s", "d")),
    *(("f2", "r", "x"), ("f2", "space", "space", "D", "y"), ("f2", "enter", "D"), ("f2", "enter", "minus")),
    *(("f1", "plus"), ("f1", "minus"), ("f1", "r", "2"), ("f1", "s", "d")),
)
"""Keys, the last of which change something of the list."""


def state(settings: Settings) -> list[dict[str, object]]:
    """Return the list as it is, without the figures that count its changes."""
    with Database(settings.database_url).read() as session:
        rows = session.exec(select(UserAnime).order_by(col(UserAnime.mal_id))).all()
        return [row.model_dump(exclude={"id", "version", "updated_at", "created_at"}) for row in rows]


def toasts(it: Driver) -> list[str]:
    """Return the toasts, the newest last."""
    return [toast.message for toast in it.app._notifications]


@pytest.mark.parametrize("keys", CASES, ids="-".join)
async def test_a_change_is_told_with_its_way_back_and_undone(library: Settings, keys: tuple[str, ...]) -> None:
    if keys == ("f2", "r", "x"):
        async with opened(library) as it:
            await it.press("f2", "r", "7")
    before = state(library)
    async with opened(library) as it:
        await it.press(*keys)
        assert state(library) != before
        assert "u takes it back" in toasts(it)[-1]
        await it.press("u")
        assert state(library) == before
        assert toasts(it)[-1].startswith("taken back")


async def test_a_form_that_empties_a_field_is_told_and_undone(library: Settings) -> None:
    async with opened(library) as it:
        await it.press("f2", "n")
        await it.type("seen twice")
        await it.press("ctrl+s")
        before = state(library)
        await it.press("n", "delete", "ctrl+s")
        assert state(library) != before
        assert "u takes it back" in toasts(it)[-1]
        await it.press("u")
        assert state(library) == before
