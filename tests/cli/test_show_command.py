"""`catlog show` beside a source: parts are asked for once, kept with their age, and named where they are missing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import CommandLine
from tests.support.jikan import JikanStandIn

PARTS = ["details", "episodes", "recommendations"]


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=80) as server:
        yield server


@pytest.fixture
def catlog(tmp_path: Path, jikan: JikanStandIn) -> CommandLine:
    settings = {"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_JIKAN_URLS": jikan.url, "CATLOG_JIKAN_RATE": "1000"}
    return CommandLine(settings | {"CATLOG_JIKAN_BACKOFF": "0", "CATLOG_NOW": "2046-05-11T18:00:00+00:00"})


@pytest.fixture
def mal_id(jikan: JikanStandIn) -> int:
    """Choose a title of which the stand-in has every part."""
    return next(
        entry["mal_id"]
        for entry in jikan.catalogue.entries
        if (entry["episodes"] or 0) > 2 and entry["mal_id"] % 29 and entry["title"].isascii() and entry["synopsis"]
    )


def _paths(jikan: JikanStandIn) -> list[str]:
    return [request.path.rsplit("/", 1)[1] for request in jikan.requests]


def test_a_title_that_is_not_here_is_fetched_with_all_its_parts_once(
    catlog: CommandLine, jikan: JikanStandIn, mal_id: int
) -> None:
    first = catlog("show", mal_id, "--format", "json")
    assert first.code == 0, first.err
    assert _paths(jikan) == ["full", "episodes", "recommendations"]
    row = first.row
    assert row["title"] == jikan.catalogue.by_id[mal_id]["title"].strip()
    assert (row["missing"], row["problem"], [told["part"] for told in row["told"]]) == ([], None, PARTS)
    assert [episode["number"] for episode in row["episodeList"]][:2] == [1, 2]
    assert len(row["recommendations"]) == len({other["malId"] for other in row["recommendations"]})
    assert row["openings"]
    assert mal_id in [work["malId"] for work in row["watchOrder"]]
    jikan.forget()
    assert catlog("show", mal_id, "--format", "json").row == row
    assert catlog("show", mal_id, "--offline", "--format", "json").row == row
    assert jikan.requests == []


def test_online_asks_again_when_a_day_is_over_and_for_the_titles_around(
    catlog: CommandLine, jikan: JikanStandIn, mal_id: int
) -> None:
    catlog("show", mal_id)
    jikan.forget()
    assert catlog("show", mal_id, "--online").code == 0
    assert all(not request.path.startswith(f"/anime/{mal_id}/") for request in jikan.requests)
    later = catlog.having(now="2046-05-13T18:00:00+00:00")
    assert later("show", mal_id, "--online").code == 0
    assert {f"/anime/{mal_id}/full", f"/anime/{mal_id}/episodes"} <= {request.path for request in jikan.requests}


def test_offline_says_what_is_missing_and_asks_nobody(catlog: CommandLine, jikan: JikanStandIn, mal_id: int) -> None:
    assert catlog("search", "--letter", "a", "--online").code == 0
    known = catlog("search", "--letter", "a", "--offline", "--format", "json").rows[0]["malId"]
    jikan.forget()
    ending = catlog("show", known, "--offline", "--format", "json")
    assert (ending.code, ending.row["missing"], jikan.requests) == (0, PARTS, [])
    assert "missing: details, episodes, recommendations; --online fetches" in ending.err
    assert catlog("show", 63_999_999, "--offline").code == 3


@pytest.mark.parametrize("fault", ["504", "429", "html", "truncated", "cut", "slow=60"])
def test_a_source_that_fails_leaves_what_is_known(catlog: CommandLine, jikan: JikanStandIn, fault: str) -> None:
    assert catlog("search", "--letter", "a", "--online").code == 0
    known = catlog("search", "--letter", "a", "--offline", "--format", "json").rows[0]["malId"]
    jikan.set_faults(fault)
    ending = catlog("show", known, "--format", "json")
    assert (ending.code, ending.row["missing"]) == (0, PARTS)
    assert ending.row["problem"] in ending.err


def test_a_part_that_one_title_has_not_is_named(catlog: CommandLine, jikan: JikanStandIn) -> None:
    mal_id = next(entry["mal_id"] for entry in jikan.catalogue.entries if entry["mal_id"] % 29 == 0)
    row = catlog("show", mal_id, "--format", "json").row
    assert row["missing"] == ["episodes"]
    assert "episodes" in row["problem"]


def test_an_id_that_nobody_has_is_not_found(catlog: CommandLine) -> None:
    ending = catlog("show", 63_999_999)
    assert (ending.code, ending.out) == (3, "")
    assert "could not get it from MyAnimeList" in ending.err


def test_the_page_draws_the_watch_order(
    catlog: CommandLine, jikan: JikanStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    for entry in jikan.catalogue.entries[:40]:
        ending = catlog("show", entry["mal_id"])
        if "watch order" in ending.out:
            break
    assert re.search(rf"▶ +{entry['mal_id']} ", ending.out)
    assert "from the source" in ending.out
    ascii = catlog.having(ascii=1)("show", entry["mal_id"], "--offline")
    assert re.search(rf"> +{entry['mal_id']} ", ascii.out)


def test_a_recorded_title_is_told_as_it_was_recorded(tmp_path: Path, shared_data: Path | None) -> None:
    with JikanStandIn(data=shared_data) as jikan:
        settings = {"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_JIKAN_URLS": jikan.url}
        mal_id = 52991 if shared_data else jikan.catalogue.entries[1]["mal_id"]
        ending = CommandLine(settings)("show", mal_id, "--format", "json")
        assert ending.code == 0
        if shared_data:
            assert [work["malId"] for work in ending.row["watchOrder"]] == [52991, 56885, 59978]
            assert ending.row["recommendations"][0] == {"malId": 33352, "title": "Violet Evergarden", "votes": 28}


def test_what_lies_ahead_is_covered_unless_spoilers_are_asked_for(catlog: CommandLine, mal_id: int) -> None:
    row = catlog("show", mal_id, "--format", "json").row
    first, last = row["episodeList"][0]["title"], row["episodeList"][-1]["title"]
    catlog("list", "add", mal_id, "--watched", 1)
    page = catlog("show", mal_id, "--offline").out
    flat = " ".join(page.split())
    assert f"1 {first}" in flat
    assert last not in flat
    assert f"{len(row['episodeList']) - 1} beyond your progress are covered, --spoilers shows them" in flat
    assert last in " ".join(catlog("show", mal_id, "--offline", "--spoilers").out.split())
    assert catlog("show", mal_id, "--offline", "--format", "json").row["episodeList"] == row["episodeList"]


def test_the_synopsis_of_a_sequel_waits_for_its_prequel(catlog: CommandLine, jikan: JikanStandIn) -> None:
    from tests.support.jikan import details

    sequel, prequel = next(
        (entry, relation["entry"][0])
        for entry in jikan.catalogue.entries
        for relation in details.relations(entry, jikan.catalogue)
        if relation["relation"] == "Prequel"
        and len(relation["entry"]) == 1
        and entry["synopsis"]
        and relation["entry"][0]["name"].isascii()
    )
    catlog("show", prequel["mal_id"])
    assert catlog("list", "add", prequel["mal_id"], "--status", "watching").code == 0
    page = " ".join(catlog("show", sequel["mal_id"]).out.split())
    reason = f"covered until {prequel['name'].strip()} is completed. --spoilers shows it."
    opening = " ".join(sequel["synopsis"].split())[:30]
    assert reason in page
    assert opening not in page
    assert opening in " ".join(catlog("show", sequel["mal_id"], "--spoilers").out.split())
    assert catlog("list", "set", prequel["mal_id"], "--status", "completed").code == 0
    page = " ".join(catlog("show", sequel["mal_id"]).out.split())
    assert "covered until" not in page
    assert opening in page
