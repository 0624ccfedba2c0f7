"""The file that answers prompts counts exactly as long as nothing has changed."""

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catlog.config import Settings, load_settings
from catlog.library.upcoming_cache import UpcomingEpisode, database_stamp, load, store

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SOON = UpcomingEpisode("Sousou no Frieren", "~9", NOW + timedelta(hours=2))
LATER = UpcomingEpisode("Dandadan", None, NOW + timedelta(days=2))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings({"CATLOG_HOME": str(tmp_path)})
    found.paths.data.mkdir(parents=True)
    with sqlite3.connect(found.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE TABLE t (x)")
    return found


def test_what_was_kept_is_given_back_and_what_has_aired_left_out(settings: Settings) -> None:
    store(settings, [SOON, LATER], stamp=database_stamp(settings), now=NOW)
    assert load(settings, now=NOW) == [SOON, LATER]
    assert load(settings, now=NOW + timedelta(hours=3)) == [LATER]


def test_a_changed_database_ends_it(settings: Settings) -> None:
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    assert load(settings, now=NOW) is None


def test_an_empty_write_ahead_log_changes_nothing_and_a_full_one_does(settings: Settings) -> None:
    log = Path(settings.database_url.removeprefix("sqlite:///") + "-wal")
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    log.touch()
    assert load(settings, now=NOW) == [SOON]
    log.write_bytes(b"frames")
    assert load(settings, now=NOW) is None


def test_signing_in_or_out_ends_it(settings: Settings) -> None:
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    (settings.paths.state / "tokens").mkdir(parents=True)
    assert load(settings, now=NOW) is None


def test_of_a_server_it_counts_for_ten_minutes(tmp_path: Path) -> None:
    url = "postgresql+psycopg://u:CANARY@nowhere.invalid/c"
    settings = load_settings({"CATLOG_HOME": str(tmp_path), "CATLOG_DATABASE_URL": url})
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    assert load(settings, now=NOW + timedelta(minutes=9)) == [SOON]
    assert load(settings, now=NOW + timedelta(minutes=11)) is None
    assert load(settings, now=NOW - timedelta(minutes=1)) is None
    files = list((settings.paths.cache / "upcoming").iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    assert "CANARY" not in files[0].read_text("utf-8")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"stamp": 1, "read": "x", "upcoming": []}', "null"])
def test_a_damaged_file_is_no_answer(settings: Settings, content: str) -> None:
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    (file,) = (settings.paths.cache / "upcoming").iterdir()
    file.write_text(content, "utf-8")
    assert load(settings, now=NOW) is None


def test_the_file_of_an_older_catlog_which_marked_no_estimate_is_no_answer(settings: Settings) -> None:
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    (file,) = (settings.paths.cache / "upcoming").iterdir()
    file.write_text(file.read_text("utf-8").replace('"~9"', "9"), "utf-8")
    assert load(settings, now=NOW) is None


def test_a_cache_that_cannot_be_written_is_no_fault(settings: Settings) -> None:
    settings.paths.cache.parent.mkdir(exist_ok=True)
    settings.paths.cache.write_text("in the way", "utf-8")
    store(settings, [SOON], stamp=database_stamp(settings), now=NOW)
    assert load(settings, now=NOW) is None
    assert os.path.isfile(settings.paths.cache)  # noqa: PTH113
