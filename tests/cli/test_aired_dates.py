"""The days of episodes come with `catlog show` and `catlog next --online`, and make numbers known."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catlog import clock
from tests.interchange.test_commands import register
from tests.support.cli import CommandLine
from tests.support.jikan import JikanStandIn

SLOT = {"day": "Fridays", "time": "23:00", "timezone": "Asia/Tokyo", "string": "Fridays at 23:00 (JST)"}


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=80) as server:
        yield server


@pytest.fixture
def catlog(tmp_path: Path, jikan: JikanStandIn) -> CommandLine:
    settings = {"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_JIKAN_URLS": jikan.url, "CATLOG_JIKAN_RATE": "1000"}
    made = CommandLine(settings | {"CATLOG_JIKAN_BACKOFF": "0", "CATLOG_NOW": "2026-11-22T18:00:00+00:00"})
    with clock.stopped_at(datetime(2026, 11, 22, 18, tzinfo=UTC)):
        return register(made, "someone")


@pytest.fixture
def airs(jikan: JikanStandIn) -> dict[str, Any]:
    """Return a title that began on 2 October 2026, and of which the source lists thirteen episodes with their days."""
    entry = next(one for one in jikan.catalogue.entries if one["mal_id"] % 29 and one["title"].isascii())
    began = {"aired": {**entry["aired"], "from": "2026-10-02T00:00:00+00:00", "to": None}}
    entry.update(began | {"status": "Currently Airing", "airing": True, "episodes": 13, "broadcast": SLOT})
    return entry


def _paths(jikan: JikanStandIn) -> list[str]:
    return [request.path.rsplit("/", 1)[1] for request in jikan.requests]


def test_looking_at_a_title_makes_its_numbers_known(
    catlog: CommandLine, jikan: JikanStandIn, airs: dict[str, Any]
) -> None:
    mal_id = airs["mal_id"]
    assert catlog("show", mal_id).code == 0
    assert catlog("list", "add", mal_id, "--status", "watching").code == 0
    (row,) = catlog("next", "--format", "json").rows
    assert (row["episode"], row["estimate"], row["behind"], row["behindEstimate"]) == (9, False, 8, False)
    # A week later, opening the title fetches again, and nothing else does.
    jikan.forget()
    later = catlog.having(now="2026-11-29T18:00:00+00:00")
    assert later("show", mal_id).code == 0
    assert _paths(jikan) == ["episodes"]
    assert later("show", mal_id).code == 0
    assert later("show", mal_id, "--offline").code == 0
    assert _paths(jikan) == ["episodes"]


def test_online_asks_for_what_is_watched_and_airs(
    catlog: CommandLine, jikan: JikanStandIn, airs: dict[str, Any]
) -> None:
    assert catlog("search", airs["title"], "--online").code == 0
    assert catlog("list", "add", airs["mal_id"], "--status", "watching").code == 0
    (row,) = catlog("next", "--format", "json").rows
    assert (row["episode"], row["estimate"]) == (9, True)
    jikan.forget()
    (row,) = catlog("next", "--online", "--format", "json").rows
    assert (row["episode"], row["estimate"]) == (9, False)
    assert catlog("next", "--online").code == 0
    assert _paths(jikan) == ["episodes"], "within a day what is known is new enough"


def test_a_title_of_twelve_pages_is_numbered_by_its_last(
    catlog: CommandLine, jikan: JikanStandIn, airs: dict[str, Any]
) -> None:
    airs.update(episodes=1155, aired={**airs["aired"], "from": "2004-10-22T00:00:00+00:00"})
    mal_id = airs["mal_id"]
    assert catlog("show", mal_id).code == 0
    between = ["episodes"] * 10
    assert _paths(jikan) == ["full", "episodes", "episodes", "recommendations", *between], "the last page comes early"
    assert catlog("list", "add", mal_id, "--status", "watching", "--watched", "1150").code == 0
    (row,) = catlog("next", "--format", "json").rows
    assert (row["episode"], row["estimate"], row["behind"]) == (1154, False, 3)


def test_a_source_that_is_silent_is_named(catlog: CommandLine, jikan: JikanStandIn, airs: dict[str, Any]) -> None:
    assert catlog("search", airs["title"], "--online").code == 0
    assert catlog("list", "add", airs["mal_id"], "--status", "watching").code == 0
    gone = catlog.having(jikan_urls="http://127.0.0.1:9", jikan_retries="0")
    ending = gone("next", "--online", "--format", "json")
    assert (ending.code, ending.rows[0]["estimate"]) == (0, True)
    assert "aired dates of 0 of 1 titles" in ending.err
