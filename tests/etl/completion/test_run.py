"""Completion of a list against a stand-in: what is asked, in which order and at which pace, and what is stored."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from catlog import clock
from catlog.access import Role
from catlog.accounts.sessions import SignedIn
from catlog.catalogue.known import known_records
from catlog.config import Settings
from catlog.db.lock import COMPLETION, exclusive
from catlog.db.models import ProcessedAnime, TitleRequest
from catlog.db.session import Database
from catlog.errors import BusyError, InvalidArgumentError, NotAllowedError, UnavailableError
from catlog.etl import runlog
from catlog.etl.completion.plan import FIRST, WINDOW, forecast
from catlog.etl.completion.result import Completion, CompletionProgress
from catlog.etl.completion.run import complete_list, plan
from catlog.jikan.client import JikanClient
from catlog.jikan.instances import OPEN_SECONDS
from catlog.library.edits import Rate, SetStatus
from catlog.library.entries import Origin, Status
from catlog.library.gaps import Gap, gaps_of, read_gaps
from catlog.library.writer import edit
from catlog.net.errors import RequestCancelledError
from tests.etl.completion.conftest import NOW, Fill
from tests.support.databases import SQLITE
from tests.support.jikan import JikanStandIn
from tests.support.virtual_time import VirtualTime

on_sqlite = pytest.mark.parametrize("database", [SQLITE], indirect=True)


class Run:
    """Runs the completion of one list, and keeps what it reports."""

    def __init__(self, database: Database, settings: Settings, owner: SignedIn, client: JikanClient) -> None:
        self.database, self.settings, self.owner, self.client = database, settings, owner, client
        self.progress: list[CompletionProgress] = []
        self.ended: list[Completion] = []

    def __call__(
        self, *, limit: int | None = None, again: bool = False, cancel: threading.Event | None = None
    ) -> Completion:
        return complete_list(
            self.database,
            self.settings,
            self.owner,
            limit=limit,
            again=again,
            tell=self.progress.append,
            ended=self.ended.append,
            cancel=cancel,
            client=self.client,
        )

    def gaps(self) -> dict[int, tuple[Gap, ...]]:
        with self.database.read() as session:
            found = read_gaps(session, self.owner.user_id)
        return {title.mal_id: title.gaps for title in (*found.due, *found.settled)}


@pytest.fixture
def run(database: Database, settings: Settings, owner: SignedIn, client: JikanClient) -> Run:
    return Run(database, settings, owner, client)


def asked(jikan: JikanStandIn) -> list[str]:
    """Return what the source was asked, in words: the id of a title, or `page N`."""
    paths = [(request.path, request.page) for request in jikan.requests]
    return [f"page {page}" if path == "/top/anime" else path.split("/")[2] for path, page in paths]


def words(ids: Sequence[int]) -> list[str]:
    return [str(mal_id) for mal_id in ids]


def test_a_short_list_is_fetched_title_by_title_and_lacks_nothing_then(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    fill(popular[:5])
    assert run.gaps() == dict.fromkeys(
        popular[:5], (Gap.LENGTH, Gap.EPISODES, Gap.GENRES, Gap.STUDIOS, Gap.SEASON, Gap.COVER, Gap.SYNOPSIS)
    )
    done = run()
    assert (done.titles, done.completed, done.partly, done.failed, done.left) == (5, 5, 0, (), 0)
    assert (done.requests, done.pages, done.host) == (5, 0, jikan.url.split("/")[2])
    assert run.gaps() == {}
    assert run().run_id == ""
    assert len(asked(jikan)) == 5, "what is complete is not asked for again"


def test_the_most_useful_titles_come_first(
    run: Run, fill: Fill, database: Database, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    planned, dropped, completed, rated, ended, airing = popular[:6]
    fill([planned], Status.PLAN_TO_WATCH)
    fill([dropped], Status.DROPPED)
    fill([completed])
    fill([rated], Status.ON_HOLD, Rate(7))
    fill([ended, airing], Status.WATCHING)
    with database.connect_to_write() as connection:
        finished = update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == ended).values(status="Finished Airing")
        connection.execute(finished)
    run()
    order = asked(jikan)
    assert order[:2] == words([airing, ended])
    assert set(order[2:4]) == set(words([completed, rated]))
    assert order[4:] == words([dropped, planned])


@on_sqlite
def test_popular_titles_come_25_to_a_request_as_long_as_that_pays(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    watching, rest = popular[-4:], [*popular[:80], *popular[-14:-4]]
    fill(watching, Status.WATCHING)
    fill(rest)
    planned = plan(run.database, run.settings, run.owner)
    done = run()
    order = asked(jikan)
    assert set(order[:4]) == set(words(watching))
    assert order[4:8] == ["page 1", "page 2", "page 3", "page 4"]
    singles = [one for one in order if not one.startswith("page")]
    assert done.completed == done.titles == 94
    assert len(order) == done.requests == done.pages + len(singles) < 50
    assert planned.titles == 94
    assert done.requests <= planned.most == 94 + WINDOW
    assert run.progress[-1].requests_left == 0
    assert run.progress[-1].done == 94


def test_pages_that_do_not_pay_are_given_up(run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]) -> None:
    fill(popular[-60:])
    done = run()
    pages = [one for one in asked(jikan) if one.startswith("page")]
    assert pages == ["page 1", "page 2", "page 3", "page 4"]
    assert (done.pages, done.completed) == (WINDOW, 60)
    assert done.requests == 60 + WINDOW


@on_sqlite
def test_requests_keep_the_pace_of_the_source_and_the_time_is_told_in_advance(
    run: Run, fill: Fill, time: VirtualTime, popular: Sequence[int]
) -> None:
    fill(popular[:20])
    planned = plan(run.database, run.settings, run.owner)
    assert (planned.requests, planned.most, planned.pages) == (20, 20, 0)
    began = time.now
    run()
    assert time.now - began == pytest.approx(planned.seconds, abs=1)
    assert planned.seconds == 18  # two at once, then one a second
    left = [seen.seconds_left for seen in run.progress]
    assert left == sorted(left, reverse=True)
    assert [seen.done for seen in run.progress] == [*range(20), 20]


def test_a_run_that_is_cut_short_goes_on_where_it_was(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    fill(popular[:12])
    cancel = threading.Event()

    def tell(seen: CompletionProgress) -> None:
        if seen.done == 5:
            cancel.set()

    run.progress = _Calls(tell)
    with pytest.raises(RequestCancelledError):
        run(cancel=cancel)
    [ended] = run.ended
    assert (ended.completed, ended.left, ended.stopped) == (5, 7, "cancelled")
    [logged] = runlog.latest(run.database)
    assert (logged.source, logged.status, logged.accepted) == ("completion", "PARTIAL", 5)
    run.progress = []
    done = run()
    assert (done.titles, done.completed) == (7, 7)
    assert len(asked(jikan)) == len(set(asked(jikan))) == 12, "nothing is asked twice"


def test_pages_of_a_run_that_died_are_not_fetched_again(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int], time: VirtualTime
) -> None:
    fill(popular[:150])
    jikan.set_faults("504@page=3")
    with pytest.raises(UnavailableError):
        run()
    assert runlog.latest(run.database)[0].status == "PARTIAL"
    before = len(asked(jikan))
    jikan.set_faults()
    time.now += OPEN_SECONDS
    run()
    pages = [one for one in asked(jikan)[before:] if one.startswith("page")]
    assert pages[0] == "page 3"
    assert len(pages) == len(set(pages))
    assert run.gaps() == {}


def test_an_unknown_title_is_counted_with_its_reason_and_not_asked_for_every_time(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    unknown = 63_999
    fill([popular[0], unknown])
    jikan.set_faults(f"404@/anime/{unknown}")
    done = run()
    assert [(title.mal_id, title.title, title.reason) for title in done.failed] == [
        (unknown, f"Title {unknown}", "the source does not know it")
    ]
    assert done.completed == 1
    jikan.forget()
    assert run().run_id == ""
    assert run(again=True).titles == 1
    assert asked(jikan) == [str(unknown)]
    with clock.stopped_at(NOW + timedelta(days=31)):
        assert plan(run.database, run.settings, run.owner).titles == 1


def test_a_title_that_the_source_fails_on_is_left_after_two_tries(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    unknown = 63_998  # the stand-in answers 500 UpstreamException, as the source does
    fill([popular[0]], Status.WATCHING)
    fill([unknown, popular[1]])
    done = run()
    assert [title.mal_id for title in done.failed] == [unknown]
    assert "unknown ids" in done.failed[0].reason
    assert asked(jikan).count(str(unknown)) == 2
    assert done.completed == 2


def test_a_worse_answer_erases_nothing(
    run: Run, fill: Fill, database: Database, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    mal_id = popular[0]
    fill([mal_id])
    facts = {"duration": "99 min", "episodes": 7, "studios": ["Known"], "title_english": "Known"}
    with database.connect_to_write() as connection:
        known = update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == mal_id)
        connection.execute(known.values(**facts, processed_at=NOW - timedelta(days=1)))
    jikan.change(mal_id, duration=None, episodes=None, studios=[], title_english=None, synopsis="New")
    done = run()
    with database.read() as session:
        stored = known_records(session.connection(), [mal_id])[mal_id]
    assert (stored.duration, stored.episodes, stored.studios) == ("99 min", 7, ("Known",))
    assert (stored.title_english, stored.synopsis) == ("Known", "New")
    assert (done.completed, gaps_of(stored)) == (1, ())


def test_invalid_values_of_an_answer_leave_gaps_and_the_rest_counts(
    run: Run, fill: Fill, database: Database, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    fill([popular[0]])
    jikan.change(popular[0], episodes="many", synopsis=["no text"])
    done = run()
    assert (done.completed, done.partly, done.failed) == (0, 1, ())
    assert set(run.gaps()[popular[0]]) <= {Gap.EPISODES, Gap.SYNOPSIS}
    with database.read() as session:
        assert session.exec(select(TitleRequest.outcome)).all() == ["answered"]
    assert run().titles == 0, "the source has nothing better for a while"


def test_an_answer_about_another_title_is_rejected(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    fill([popular[0]])
    jikan.change(popular[0], mal_id=popular[1])
    [failed] = run().failed
    assert "another title" in failed.reason
    assert run.gaps()[popular[0]]


def test_two_at_once_are_refused_and_the_etl_may_run_meanwhile(run: Run, fill: Fill, popular: Sequence[int]) -> None:
    fill([popular[0]])
    with runlog.exclusive_run(run.database, COMPLETION):
        begun = runlog.begin(run.database, COMPLETION, snapshot_date=None)
        with pytest.raises(BusyError, match=begun.run_id):
            run()
        with runlog.exclusive_run(run.database):
            assert runlog.latest(run.database)[0].status == "RUNNING", "the ETL does not close it"
        with pytest.raises(BusyError), exclusive(run.database, COMPLETION):
            pass
    assert run().completed == 1
    assert {logged.status for logged in runlog.latest(run.database)} == {"FAILED", "SUCCESS"}


@on_sqlite
def test_a_plan_counts_what_is_lacking_and_sends_nothing(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    fill(popular[:3], Status.PLAN_TO_WATCH)
    with run.database.connect_to_write() as connection:
        known = update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == popular[0])
        connection.execute(known.values(duration="24 min", image_url="https://example.org/1.jpg", year=2020))
    found = plan(run.database, run.settings, run.owner)
    assert (found.listed, found.titles, found.settled, found.requests) == (3, 3, 0, 3)
    expected = {"length": 2, "episodes": 3, "genres": 3, "studios": 3, "season": 2, "cover": 2, "synopsis": 3}
    assert dict(found.lacking) == expected
    assert plan(run.database, run.settings, run.owner, limit=2).requests == 2
    assert asked(jikan) == []
    with pytest.raises(InvalidArgumentError):
        plan(run.database, run.settings, run.owner, limit=0)


@on_sqlite
def test_a_limit_takes_the_most_useful_titles(
    run: Run, fill: Fill, jikan: JikanStandIn, popular: Sequence[int]
) -> None:
    fill(popular[:4], Status.PLAN_TO_WATCH)
    edit(run.database, run.owner, popular[2], SetStatus(Status.WATCHING), origin=Origin.APP)
    done = run(limit=1)
    assert (asked(jikan), done.completed) == ([str(popular[2])], 1)


@on_sqlite
def test_guests_may_not(run: Run, fill: Fill, popular: Sequence[int]) -> None:
    fill([popular[0]])
    run.database.role = Role.GUEST
    with pytest.raises(NotAllowedError):
        run()
    with pytest.raises(NotAllowedError):
        plan(run.database, run.settings, run.owner)


@pytest.mark.parametrize(("titles", "least", "most"), [(109, 70, 90), (558, 180, 215), (1077, 260, 330)])
def test_the_forecast_is_near_what_lists_needed(titles: int, least: int, most: int) -> None:
    assert least <= forecast(titles).requests <= most
    assert forecast(FIRST).pages == 0
    half = forecast(titles // 2, covered=18)
    assert half.pages == pytest.approx(forecast(titles).pages - 18, abs=1), "half of a list is on the first pages"


class _Calls(list[CompletionProgress]):
    def __init__(self, call: object) -> None:
        super().__init__()
        self._call = call

    def append(self, seen: CompletionProgress) -> None:
        super().append(seen)
        self._call(seen)  # type: ignore[operator]  # a function of one test
