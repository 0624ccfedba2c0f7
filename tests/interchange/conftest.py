"""Fixtures: a user with an empty list and five titles in the catalogue; the recorded lists, if any."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from tests.library.people import fill_catalogue, new_owner


@pytest.fixture
def owner(database: Database) -> SignedIn:
    """Give the test a user, and the database its titles."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", _carelessly)
    fill_catalogue(database)
    return new_owner(database)


@pytest.fixture
def real_lists(shared_data: Path | None) -> list[Path]:
    """Return the anime lists that people exported from MyAnimeList; none where there are no recordings."""
    return sorted((shared_data / "lists" / "mal_xml").glob("animelist*")) if shared_data else []


def _carelessly(connection: sqlite3.Connection, _record: object) -> None:
    # No test pulls the plug.
    connection.execute("PRAGMA synchronous = OFF")
