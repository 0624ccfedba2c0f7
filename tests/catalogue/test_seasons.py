"""Seasons: of the calendar, from the catalogue, and as a source tells them, whatever the source does."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog import clock
from catlog.catalogue.calendar import SEASON_NAMES, Season, parse_season_of_year, season_of
from catlog.catalogue.season_refresh import FINISHED_MAX_AGE, MAX_AGE, Seasons
from catlog.catalogue.seasons import SeasonCount, count_seasons, read_season
from catlog.catalogue.source import CatalogueSource
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.library.edits import Add
from catlog.library.entries import Origin
from catlog.library.writer import edit
from tests.catalogue.samples import anime, write
from tests.library.people import new_owner
from tests.support.jikan import JikanStandIn
from tests.support.virtual_time import VirtualTime

FALL = Season(2023, "fall")
SHELF = (
    anime(1, "Named", type="TV", year=2023, season="fall", members=500, aired_from=date(2023, 9, 29)),
    anime(2, "Film", type="Movie", aired_from=date(2023, 12, 31), members=900),
    anime(3, "Winter Film", type="Movie", aired_from=date(2024, 1, 1), members=100),
    anime(4, "Announced", type="TV", year=2025, season="winter", status="Not yet aired"),
    anime(5, "Some day", status="Not yet aired", members=7),
    anime(6, "Of no season"),
)


def test_a_winter_begins_in_january() -> None:
    assert [season_of(date(2024, month, 1)).name for month in (1, 3, 4, 6, 7, 9, 10, 12)] == [
        "winter", "winter", "spring", "spring", "summer", "summer", "fall", "fall",
    ]  # fmt: skip


@given(st.integers(1950, 2050), st.sampled_from(SEASON_NAMES), st.integers(-99, 99))
def test_seasons_follow_each_other_over_the_turn_of_the_year(year: int, name: str, steps: int) -> None:
    season = Season(year, name)
    assert season.moved(steps).moved(-steps) == season
    assert season.moved(steps).number - season.number == steps
    assert Season(year, "fall").moved(1) == Season(year + 1, "winter")


@pytest.mark.parametrize("words", [("20x5", "fall"), ("２０２３", "fall"), ("1066", "fall"), ("2023", "autumnn")])
def test_what_is_no_season_is_refused_with_the_way_out(words: tuple[str, str]) -> None:
    with pytest.raises(InvalidArgumentError) as refusal:
        parse_season_of_year(*words)
    assert "autumn" in refusal.value.message or "2023 fall" in refusal.value.hint
    assert parse_season_of_year("2023", "Autumn") == FALL


def test_a_title_belongs_to_the_season_it_is_said_to_be_of_else_to_the_one_it_began_in(database: Database) -> None:
    write(database, *SHELF)
    owner = new_owner(database)
    edit(database, owner, 2, Add(), origin=Origin.CLI)
    with database.read() as session:
        found = read_season(session, FALL, owner.user_id)
        assert [(title.mal_id, title.list_status) for title in found] == [(2, "PLAN_TO_WATCH"), (1, None)]
        assert [title.mal_id for title in read_season(session, None)] == [5, 4]
        assert [title.mal_id for title in read_season(session, FALL, listed=(6, 1, 77))] == [2, 1, 6]
        assert count_seasons(session, owner.user_id) == [
            SeasonCount(2025, "winter", 1, 0),
            SeasonCount(2024, "winter", 1, 0),
            SeasonCount(2023, "fall", 2, 1),
        ]
        assert count_seasons(session)[-1].on_list == 0


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=1500) as server:
        yield server


@pytest.fixture
def seasons(database: Database, tmp_path: Path, jikan: JikanStandIn) -> Iterator[Seasons]:
    given = {"HOME": str(tmp_path), "JIKAN_URLS": jikan.url, "JIKAN_RATE": "1000", "JIKAN_BACKOFF": "0"}
    source = CatalogueSource(
        load_settings({f"CATLOG_{name}": value for name, value in given.items()}), backoff=VirtualTime().backoff
    )
    yield Seasons(database, source)
    source.close()


@pytest.fixture
def now(jikan: JikanStandIn) -> Iterator[datetime]:
    day = jikan.catalogue.day
    instant = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with clock.stopped_at(instant):
        yield instant


def test_a_season_that_a_source_told_is_kept_with_source_and_date(
    seasons: Seasons, jikan: JikanStandIn, now: datetime
) -> None:
    present = season_of(now.date())
    assert (seasons.cached(present).titles, seasons.is_current(present)) == ((), False)
    told = seasons.refresh(present)
    wanted = {entry["mal_id"] for entry in jikan.catalogue.entries if entry["season"] == present.name}
    wanted = {mal_id for mal_id in wanted if jikan.catalogue.by_id[mal_id]["year"] == present.year}
    fields = {title.mal_id: title for title in told.titles}
    assert told.problem == ""
    assert {title.source for title in told.titles if title.mal_id in wanted} <= {told.host, "local"}
    assert any(title.source == told.host and title.as_of == told.as_of for title in fields.values())
    assert {request.path for request in jikan.requests} == {"/seasons/now"}
    jikan.forget()
    again = seasons.cached(present)
    assert [title.mal_id for title in again.titles] == [title.mal_id for title in told.titles]
    assert (again.host, again.as_of, {title.source for title in again.titles}) == (told.host, told.as_of, {"local"})
    assert seasons.is_current(present)
    assert jikan.requests == []


def test_every_page_of_any_season_and_of_what_is_announced_is_asked_for(
    seasons: Seasons, jikan: JikanStandIn, now: datetime
) -> None:
    upcoming = {entry["mal_id"] for entry in jikan.catalogue.entries if entry["status"] == "Not yet aired"}
    assert {title.mal_id for title in seasons.refresh(None).titles} == upcoming
    pages = [request.page for request in jikan.requests_to("/seasons/upcoming")]
    assert [int(page) for page in pages] == list(range(1, -(-len(upcoming) // 25) + 1))
    following = season_of(now.date()).moved(-5)
    seasons.refresh(following)
    assert jikan.requests_to(f"/seasons/{following.year}/{following.name}")


def test_by_itself_it_asks_only_for_what_is_not_young(seasons: Seasons, jikan: JikanStandIn, now: datetime) -> None:
    past, present = season_of(now.date()).moved(-4), season_of(now.date())
    for season, young in ((present, MAX_AGE), (past, FINISHED_MAX_AGE)):
        seasons.refresh(season)
        jikan.forget()
        seasons.refresh(season, automatic=True)
        assert jikan.requests == []
        with clock.stopped_at(now + young + timedelta(minutes=1)):
            if season_of(clock.utc_today()) == season or season == past:
                assert not seasons.is_current(season)
                seasons.refresh(season, automatic=True)
                assert jikan.requests


def test_when_no_source_answers_the_season_is_what_is_known_and_a_line_says_why(
    seasons: Seasons, database: Database, jikan: JikanStandIn, now: datetime
) -> None:
    write(database, *SHELF)
    jikan.stop()
    told = seasons.refresh(FALL)
    assert [(title.mal_id, title.source) for title in told.titles] == [(2, "local"), (1, "local")]
    assert "127.0.0.1 does not answer" in told.problem
    assert (told.host, told.as_of) == (None, None)


@pytest.mark.parametrize("fault", ["503", "html", "truncated", "404", "400", "deep", "dead"])
def test_no_answer_of_a_source_is_an_exception(
    seasons: Seasons, jikan: JikanStandIn, fault: str, now: datetime
) -> None:
    jikan.set_faults(fault)
    told = seasons.refresh(FALL)
    assert told.problem
    assert told.titles == ()


def test_pages_heard_before_a_source_failed_count(seasons: Seasons, jikan: JikanStandIn, now: datetime) -> None:
    whole = {entry["mal_id"] for entry in jikan.catalogue.entries if entry["status"] == "Not yet aired"}
    assert len(whole) > 25
    jikan.set_faults("503@page=2")
    told = seasons.refresh(None)
    assert len(told.titles) == 25
    assert told.problem
    assert not seasons.is_current(None)


def test_a_season_that_nobody_waits_for_any_more_ends(seasons: Seasons, jikan: JikanStandIn, now: datetime) -> None:
    cancel = threading.Event()
    cancel.set()
    assert "cancelled" in seasons.refresh(FALL, cancel=cancel).problem
    assert jikan.requests == []
