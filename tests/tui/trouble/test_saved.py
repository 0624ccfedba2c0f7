"""A few dozen of the edits that bench/lost_edits.py makes by the thousand: what was shown as saved is there."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from catlog.config import Settings, load_settings
from tests.support.postgres import PostgresServer, start_postgres
from tests.support.saved.library import make_library
from tests.support.saved.lives import CRASH, HUP, KILL, LIMITED, LOCKED, OUTAGE, Lives


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Run a server that syncs what it commits: the careless one of other tests forgets it when it crashes."""
    with start_postgres(own=True, durable=True) as own:
        yield own


@pytest.fixture
def on_server(server: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    url = server.create_database("saved means saved")
    settings = load_settings({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": url})
    make_library(settings)
    yield settings
    server.start()


def test_edits_of_all_kinds_on_a_file_survive(tmp_path: Path) -> None:
    settings = load_settings({"CATLOG_HOME": str(tmp_path / "home")})
    make_library(settings)
    lives = Lives(settings, Random(3), steady=4)
    lives.run(20, [KILL, LOCKED, LIMITED])
    assert lives.tally.clean, "\n".join(lives.tally.why)


def test_edits_of_all_kinds_on_a_server_survive(on_server: Settings, server: PostgresServer) -> None:
    lives = Lives(on_server, Random(7), server, steady=4)
    lives.run(20, [CRASH, OUTAGE, HUP])
    assert lives.tally.clean, "\n".join(lives.tally.why)
