"""A user with an empty list, in a database that knows five titles."""

import sqlite3

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


def _carelessly(connection: sqlite3.Connection, _record: object) -> None:
    # No test pulls the plug: thousands of edits need not wait for the disk.
    connection.execute("PRAGMA synchronous = OFF")
