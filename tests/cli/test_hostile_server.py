"""A PostgreSQL that complains in hostile strings: they come out as words, whatever its fault is called."""

from pathlib import Path

import pytest
from psycopg import sql

from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.config import load_settings
from catlog.errors import ExitCode
from tests.library.people import FRIEREN, fill_catalogue, new_owner
from tests.support.cli import CommandLine
from tests.support.databases import POSTGRESQL, Databases
from tests.support.hostile import listed
from tests.support.outpour import driving

STATES = ("P0001", "42501", "53100", "55P03", "57014", "08006", "28P01", "26000", "XX000")
"""SQLSTATEs of a fault: its own, no right, no room, locked, cancelled, no connection, no entry, lost, a bug."""

_NO_WORD = frozenset({0, ExitCode.USAGE})


@pytest.mark.parametrize("state", STATES)
def test_what_a_server_says_drives_no_terminal(databases: Databases, tmp_path: Path, state: str) -> None:
    name = f"hostile {state}"
    database = databases.make(POSTGRESQL, name)
    try:
        fill_catalogue(database)
        catlog = CommandLine().having(home=tmp_path, database_url=database.url)
        settings = load_settings(catlog.environ)
        remember(database, settings, begin_session(database, settings, new_owner(database).user_id))
        assert catlog("list", "add", FRIEREN).code == 0
        said = "".join(listed()).replace("\0", "").encode("utf-8", "ignore").decode()
        fails = sql.SQL("BEGIN RAISE EXCEPTION USING MESSAGE = {}, DETAIL = {}, HINT = {}, ERRCODE = {}; END").format(
            said, said, said, state
        )
        with database.connect_to_write() as connection:
            body = f"$complaint$ {fails.as_string()} $complaint$".replace("%", "%%")
            connection.exec_driver_sql(f"CREATE FUNCTION complain() RETURNS trigger LANGUAGE plpgsql AS {body}")
            connection.exec_driver_sql(
                'CREATE TRIGGER complains BEFORE UPDATE ON "UserAnime" FOR EACH ROW EXECUTE FUNCTION complain()'
            )
        ending = catlog("list", "watch", FRIEREN)
        assert ending.code not in _NO_WORD
        assert list(driving(ending.out + ending.err)) == []
    finally:
        databases.drop(database, name)
