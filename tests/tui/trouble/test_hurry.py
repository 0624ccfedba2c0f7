"""Keys that come faster than the journal and the database: each means what it would have meant a second later."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from textual import events

from catlog.config import Settings
from catlog.library.journal.file import Journal, PendingEdit
from tests.library.people import BEBOP, GINTAMA
from tests.support.postgres import PostgresServer
from tests.tui.harness import Driver, opened
from tests.tui.trouble.libraries import entries
from tests.tui.trouble.test_outage import look, on_list, until


@contextmanager
def slow_journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing be written down until the block ends, as on a disk that is busy with something else."""
    free, add = Event(), Journal.add

    def slowly(self: Journal, kept: PendingEdit) -> None:
        assert free.wait(60)
        add(self, kept)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", slowly)
        try:
            yield
        finally:
            free.set()


async def hurry(it: Driver, *keys: str) -> None:
    """Press keys without waiting for what they bring about."""
    terminal = it.app._driver
    assert terminal is not None
    for key in keys:
        terminal.send_message(events.Key(key, key))
    await it.pilot.pause(0.2)


async def test_an_undo_takes_back_the_edit_before_it_and_none_before_that(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(local) as it:
        await on_list(it, GINTAMA)
        await it.press("r", "5")
        await on_list(it, BEBOP)
        with slow_journal(monkeypatch):
            await hurry(it, "r", "8", "u")
        await it.settle()
        assert "taken back: Cowboy Bebop, rating 8 → none" in it.text
    assert (entries(local)[GINTAMA].rating, entries(local)[BEBOP].rating) == (5, None)


async def test_two_edits_of_one_field_before_the_first_is_shown_are_no_clash(
    remote: Settings, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(remote) as it:
        await on_list(it, BEBOP)
        server.stop()
        await look(it)
        with slow_journal(monkeypatch):
            await hurry(it, "r", "8", "r", "7", "f")
        await until(it, lambda: "3 edits waiting" in it.text)
        server.start()
        await look(it)
        assert "elsewhere" not in it.text
        assert "3 edits that waited: saved" in it.text
    found = entries(remote)[BEBOP]
    assert (found.rating, found.favorite) == (7, True)
