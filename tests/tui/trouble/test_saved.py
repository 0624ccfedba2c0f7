"""A few dozen of the edits that bench/lost_edits.py makes by the thousand: what was shown as saved is there."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from catlog.config import Settings
from tests.support.postgres import PostgresServer
from tests.support.saved.library import make_library
from tests.support.saved.lives import CRASH, HUP, KILL, LIMITED, LOCKED, OUTAGE, Lives


@pytest.fixture
def saved_remote(server: PostgresServer, no_library: Settings) -> Iterator[Settings]:
    settings = replace(no_library, database_url=server.create_database("saved means saved"))
    make_library(settings)
    yield settings
    server.start()


def test_edits_of_all_kinds_on_a_file_survive(no_library: Settings) -> None:
    make_library(no_library)
    lives = Lives(no_library, Random(3), steady=4)
    lives.run(20, [KILL, LOCKED, LIMITED])
    assert lives.tally.clean, "\n".join(lives.tally.why)


def test_edits_of_all_kinds_on_a_server_survive(saved_remote: Settings, server: PostgresServer) -> None:
    lives = Lives(saved_remote, Random(7), server, steady=4)
    lives.run(20, [CRASH, OUTAGE, HUP])
    assert lives.tally.clean, "\n".join(lives.tally.why)
