"""`catlog list complete` as a process: killed, interrupted, at once with another, on a terminal and over a pipe."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.processes import CATLOG, in_terminal
from tests.etl.conftest import until
from tests.support.cli import Child, CommandLine, Nursery
from tests.support.jikan import JikanStandIn

TITLES = 8


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=120) as server:
        yield server


@pytest.fixture
def ids(jikan: JikanStandIn) -> list[int]:
    return [entry["mal_id"] for entry in jikan.catalogue.entries if entry["status"] == "Finished Airing"][:TITLES]


@pytest.fixture
def catlog(jikan: JikanStandIn, ids: list[int], tmp_path: Path) -> CommandLine:
    """Give the command line of a user whose list was imported: eight completed titles, of which nothing is known."""
    rows = "".join(
        f"<anime><series_animedb_id>{mal_id}</series_animedb_id><series_title>Title {mal_id}</series_title>"
        "<my_status>Completed</my_status></anime>"
        for mal_id in ids
    )
    file = tmp_path / "list.xml"
    file.write_text(f"<myanimelist>{rows}</myanimelist>", "utf-8")
    line = CommandLine().having(home=tmp_path / "home", jikan_urls=jikan.url, jikan_rate=1000, jikan_backoff=0.00001)
    imported = line("list", "import", file)
    assert imported.code == 0
    assert f"{TITLES} titles lack" in imported.err
    assert "catlog list complete" in imported.err
    return line


@contextmanager
def held(nursery: Nursery, catlog: CommandLine, jikan: JikanStandIn, mal_id: int) -> Iterator[Child]:
    """Start a run, and give it once it waits for the answer about one title, until the block is over."""
    jikan.forget()
    jikan.set_faults(f"held@/anime/{mal_id}/")
    try:
        with nursery.start(catlog, "list", "complete") as child:
            until(lambda: jikan.requests_to(f"/anime/{mal_id}/full"))
            yield child
    finally:
        jikan.release()


def left(catlog: CommandLine) -> int:
    return int(catlog("list", "complete", "--dry-run", "--format", "json").row["titles"])


def order(jikan: JikanStandIn) -> list[int]:
    return [int(request.path.split("/")[2]) for request in jikan.requests]


def test_one_line_over_a_pipe_and_all_figures_for_scripts(catlog: CommandLine, jikan: JikanStandIn) -> None:
    planned = catlog("list", "complete", "--dry-run", "--format", "json").row
    assert (planned["titles"], planned["requests"], planned["most"], planned["pages"]) == (TITLES, TITLES, TITLES, 0)
    assert planned["lacking"]["length"] == planned["lacking"]["genres"] == TITLES
    table = catlog("list", "complete", "--dry-run")
    assert f"requests, about      {TITLES}" in table.out
    assert jikan.requests == []

    ended = catlog("list", "complete", "--limit", 2)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("2 of 2 titles completed; 2 requests in ") or "as far as the source goes" in ended.out
    assert ended.out.count("\n") == 1
    row = catlog("list", "complete", "--format", "json").row
    assert (row["titles"], row["left"], row["failed"], row["requests"]) == (TITLES - 2, 0, [], TITLES - 2)
    assert row["completed"] + row["partly"] == TITLES - 2
    assert left(catlog) == 0
    nothing = catlog("list", "complete")
    assert (nothing.code, nothing.out) == (0, "")
    assert nothing.err.startswith("nothing to complete")
    assert catlog("etl", "logs", "--format", "json").rows[0]["source"] == "completion"


def test_a_killed_run_loses_nothing_and_repeats_nothing(
    catlog: CommandLine, jikan: JikanStandIn, nursery: Nursery
) -> None:
    assert catlog("list", "complete", "--limit", 1).code == 0
    [first] = order(jikan)
    ids = [row["malId"] for row in catlog("list", "ls", "--format", "json").rows]
    third = [mal_id for mal_id in ids if mal_id != first][2]
    with held(nursery, catlog, jikan, third) as child:
        before = order(jikan)
        child.signal(signal.SIGKILL)
        child.wait()
    assert left(catlog) == TITLES - 1 - (len(before) - 1)
    jikan.set_faults()
    jikan.forget()
    assert catlog("list", "complete").code == 0
    assert set(order(jikan)).isdisjoint(before[:-1])
    assert left(catlog) == 0
    statuses = [run["status"] for run in catlog("etl", "logs", "--format", "json").rows]
    assert statuses == ["SUCCESS", "FAILED", "SUCCESS"]


def test_ctrl_c_ends_it_cleanly(catlog: CommandLine, jikan: JikanStandIn, nursery: Nursery, ids: list[int]) -> None:
    with held(nursery, catlog, jikan, ids[4]) as child:
        child.signal(signal.SIGINT)
        ended = child.wait()
    assert ended.code == 130
    assert f"of {TITLES} titles completed" in ended.out
    assert "catlog list complete goes on from here" in ended.err
    assert catlog("etl", "logs", "--format", "json").rows[0]["status"] == "PARTIAL"


def test_the_second_one_is_told_whom_it_waits_for(
    catlog: CommandLine, jikan: JikanStandIn, nursery: Nursery, ids: list[int]
) -> None:
    with held(nursery, catlog, jikan, ids[4]) as child:
        second = catlog("list", "complete")
        assert (second.code, second.out) == (75, "")
        assert "(completion, process" in second.err
        assert catlog("etl", "run", "--pages", 1).code == 0, "the ETL may run meanwhile"
        jikan.release()
        assert child.wait().code == 0


def test_a_source_that_is_down_ends_it_with_what_there_is(catlog: CommandLine, jikan: JikanStandIn) -> None:
    jikan.set_faults("504@after=3")
    ended = catlog("list", "complete", "--format", "json")
    assert ended.code == 69
    row = json.loads(ended.out)["row"]
    assert (row["left"], row["stopped"] != "") == (TITLES - 3, True)
    assert left(catlog) == TITLES - 3


def test_a_terminal_sees_rate_and_time_left(catlog: CommandLine, jikan: JikanStandIn) -> None:
    slow = catlog.having(jikan_rate=20)
    code, received = in_terminal([*CATLOG, "list", "complete"], columns=120, **slow.environ)
    assert code == 0
    assert f"{TITLES} titles: about {TITLES} requests to 127.0.0.1" in received
    assert f"/{TITLES} titles" in received
    assert "requests a minute" in received
    assert "left" in received
    assert "Ctrl-C stops" in received
