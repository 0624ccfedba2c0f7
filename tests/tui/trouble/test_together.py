"""A few of the processes that bench/together.py lets loose by the dozen: nobody is locked out, nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catlog.config import Settings, load_settings
from tests.support.postgres import PostgresServer
from tests.support.together import outlive_server, share_file


@pytest.fixture
def unfilled(server: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    url = server.create_database("apps together")
    yield load_settings({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": url})
    server.start()


def test_app_loading_and_writers_share_one_file(tmp_path: Path) -> None:
    settings = load_settings({"CATLOG_HOME": str(tmp_path / "home")})
    shared = share_file(settings, tmp_path, writers=3, seconds=3600, commands=3)
    assert shared.clean, f"{shared}\n{shared.failed}"
    assert len(shared.seconds) == 9
    assert shared.presses > 0


def test_apps_outlive_a_server_that_is_away(unfilled: Settings, server: PostgresServer, tmp_path: Path) -> None:
    said: list[str] = []
    seen = outlive_server(unfilled, server, tmp_path, apps=2, seconds=1, say=said.append)
    assert seen.clean, str(seen)
    assert (seen.presses, seen.resumed) == (8, 2)
