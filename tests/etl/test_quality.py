"""Quality rules: each passes on a good day and fails on the fault it is for; a blocking one decides the exit code."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlmodel import Session, delete, select, update

from catlog.db.models import DailyRankings, EtlLogs, ProcessedAnime
from catlog.db.session import Database
from tests.etl.conftest import TODAY, TOMORROW, YESTERDAY, on_sqlite
from tests.support.cli import CommandLine, Ending
from tests.support.jikan import JikanStandIn
from tests.support.series import line, text

DAY = date.fromisoformat(TODAY)


@pytest.fixture
def good_days(catlog: CommandLine, jikan: JikanStandIn) -> None:
    """Store yesterday and today, which differ a little."""
    assert catlog.having(now=f"{YESTERDAY}T08:00:00Z")("etl", "run", "--pages", 2).code == 0
    jikan.shift(1, served=50)
    assert catlog("etl", "run", "--pages", 2).code == 0


def verdicts(ending: Ending) -> dict[str, tuple[str, bool, float, float]]:
    return {row["rule"]: (row["severity"], row["passed"], row["value"], row["threshold"]) for row in ending.rows}


def failed(ending: Ending) -> set[str]:
    return {rule for rule, (_, passed, _, _) in verdicts(ending).items() if not passed}


@pytest.mark.usefixtures("good_days")
def test_a_good_day_passes_every_rule(catlog: CommandLine) -> None:
    done = catlog("etl", "validate", "--format", "json")
    assert (done.code, failed(done)) == (0, set())
    assert set(verdicts(done)) == {
        "unique-ids", "required-fields", "rank-range", "score-range", "whole-runs", "row-count", "rows-kept",
        "degraded", "shifted", "null-rank", "null-score", "null-members",
        "distinct-ids", "any-score", "chart-depth", "overlap",
        "titles", "tied-ranks", "one-score", "rank-order", "counts-lost",
        "scope-change", "jump", "frozen-day", "falling-members", "falling-scored-by",
    }  # fmt: skip
    assert verdicts(catlog("etl", "validate", "--date", YESTERDAY, "--format", "json"))["row-count"][2:] == (50, 50)


@on_sqlite
def test_a_day_without_snapshots_fails(catlog: CommandLine) -> None:
    for argv in ([], ["--date", "2020-02-02"]):
        done = catlog("etl", "validate", *argv, "--format", "json")
        assert (done.code, verdicts(done)) == (1, {"has-rows": ("blocking", False, 0, 1)})


Fault = Callable[[Session], object]


def of_today(session: Session, **values: object) -> object:
    return session.exec(update(DailyRankings).where(DailyRankings.snapshot_date == DAY).values(**values))


def some_gone(session: Session) -> object:
    ids = session.exec(select(DailyRankings.mal_id).where(DailyRankings.snapshot_date == DAY).limit(3)).all()
    return session.exec(delete(DailyRankings).where(DailyRankings.snapshot_date == DAY, DailyRankings.mal_id.in_(ids)))


def half_gone(session: Session) -> object:
    return session.exec(delete(DailyRankings).where(DailyRankings.snapshot_date == DAY, DailyRankings.rank > 25))


def other_titles(session: Session) -> object:
    return of_today(session, mal_id=DailyRankings.mal_id + 1_000_000)


def chart_gone(session: Session) -> object:
    session.exec(delete(DailyRankings).where(DailyRankings.snapshot_date == DAY))
    session.add(ProcessedAnime(mal_id=1, title="T", processed_at=session.exec(select(EtlLogs.start_time)).first()))
    session.add(DailyRankings(mal_id=1, snapshot_date=DAY, rank=1, score=8.0, members=1, etl_run_id="of nobody"))
    return None


BLOCKING: dict[str, Fault] = {
    "required-fields": lambda session: session.exec(delete(ProcessedAnime).where(ProcessedAnime.rank <= 10)),
    "rank-range": lambda session: of_today(session, rank=DailyRankings.rank + 60_000),
    "score-range": lambda session: of_today(session, score=0.5),
    "whole-runs": chart_gone,
    "any-score": lambda session: of_today(session, score=None),
    "chart-depth": lambda session: of_today(session, rank=DailyRankings.rank + 1000),
    "distinct-ids": half_gone,
    "titles": lambda session: session.exec(update(ProcessedAnime).values(title="Untitled")),
    "tied-ranks": lambda session: of_today(session, rank=1),
    "one-score": lambda session: of_today(session, score=7.77),
    "rank-order": lambda session: of_today(session, rank=200 - DailyRankings.rank),
    "counts-lost": lambda session: of_today(session, popularity=0),
    "overlap": other_titles,
    "row-count": lambda session: session.exec(update(EtlLogs).values(received=49)),
    "rows-kept": some_gone,
}


@pytest.mark.usefixtures("good_days")
@pytest.mark.parametrize("rule", BLOCKING)
@on_sqlite
def test_a_blocking_rule_that_fails_makes_the_exit_code(catlog: CommandLine, database: Database, rule: str) -> None:
    with database.write() as session:
        BLOCKING[rule](session)
    done = catlog("etl", "validate", "--format", "json")
    assert done.code == 1
    severity, passed, value, threshold = verdicts(done)[rule]
    assert (severity, passed) == ("blocking", False)
    assert value != threshold
    assert rule in catlog("etl", "validate").out


@pytest.mark.usefixtures("good_days")
@on_sqlite
def test_a_database_without_its_key_is_found_out(catlog: CommandLine, database: Database) -> None:
    with database.connect_to_write() as connection:
        for statement in (
            'CREATE TABLE copy AS SELECT * FROM "DailyRankings"',
            'DROP TABLE "DailyRankings"',
            'ALTER TABLE copy RENAME TO "DailyRankings"',
            f'INSERT INTO "DailyRankings" SELECT * FROM "DailyRankings" WHERE "snapshotDate" = \'{TODAY}\' LIMIT 2',
        ):
            connection.execute(sql(statement))
    done = catlog("etl", "validate", "--format", "json")
    assert (done.code, verdicts(done)["unique-ids"]) == (1, ("blocking", False, 2, 0))


def below_30(session: Session, **values: object) -> object:
    below = (DailyRankings.snapshot_date == DAY, DailyRankings.rank > 30)
    return session.exec(update(DailyRankings).where(*below).values(**values))


def ranks_jumped(session: Session) -> object:
    before = DailyRankings.snapshot_date < DAY
    return session.exec(update(DailyRankings).where(before).values(rank=DailyRankings.rank + 26))


def third_are_others(session: Session) -> object:
    before = (DailyRankings.snapshot_date < DAY, DailyRankings.rank > 30)
    return session.exec(update(DailyRankings).where(*before).values(mal_id=DailyRankings.mal_id + 1_000_000))


def best_are_far(session: Session) -> object:
    best = (DailyRankings.snapshot_date == DAY, DailyRankings.rank <= 3)
    return session.exec(update(DailyRankings).where(*best).values(rank=DailyRankings.rank + 60))


SOFT: dict[str, Fault] = {
    "degraded": lambda session: session.exec(update(EtlLogs).values(degraded=True)),
    "shifted": lambda session: session.exec(update(EtlLogs).values(shifted=True)),
    "null-rank": lambda session: below_30(session, rank=None),
    "null-score": lambda session: below_30(session, score=None),
    "null-members": lambda session: below_30(session, members=None),
    "falling-members": lambda session: of_today(session, members=1),
    "falling-scored-by": lambda session: of_today(session, scored_by=1),
    "jump": ranks_jumped,
    "overlap": third_are_others,
    "chart-depth": best_are_far,
}


@pytest.mark.usefixtures("good_days")
@pytest.mark.parametrize("rule", SOFT)
@on_sqlite
def test_a_soft_rule_that_fails_only_says_so(catlog: CommandLine, database: Database, rule: str) -> None:
    with database.write() as session:
        SOFT[rule](session)
    done = catlog("etl", "validate", "--format", "json")
    assert (done.code, failed(done)) == (0, {rule})
    assert verdicts(done)[rule][0] == "soft"


@on_sqlite
def test_pages_of_unlike_age_are_unusual(catlog: CommandLine, jikan: JikanStandIn) -> None:
    for age, told in (("0.5", True), ("12", False)):
        jikan.set_faults("modified=0@page=1", f"modified=-{age}@page=2")
        assert catlog("etl", "run", "--pages", 2).code == 0
        done = catlog("etl", "validate", "--format", "json")
        assert (done.code, verdicts(done)["page-ages"]) == (0, ("soft", told, float(age), 1))
    # What a server says that does not know is no age: 1970.
    jikan.set_faults("modified=0@page=1", "modified=-480000@page=2")
    assert catlog("etl", "run", "--pages", 2).code == 0
    assert "page-ages" not in verdicts(catlog("etl", "validate", "--format", "json"))


@pytest.mark.usefixtures("good_days")
@on_sqlite
def test_the_day_checked_is_that_of_the_last_run(catlog: CommandLine, jikan: JikanStandIn) -> None:
    tomorrow = catlog.having(now=f"{TOMORROW}T08:00:00Z")
    assert tomorrow("etl", "validate").code == 0
    jikan.set_faults("dead")
    assert tomorrow("etl", "run").code == 69
    done = tomorrow("etl", "validate", "--format", "json")
    assert (done.code, verdicts(done)) == (1, {"has-rows": ("blocking", False, 0, 1)})
    assert TOMORROW in done.out


def test_a_frozen_day_and_a_change_of_scope_are_unusual(catlog: CommandLine, tmp_path: Path) -> None:
    days = [str(DAY - timedelta(days=back)) for back in (3, 2, 1)]
    widths = {days[0]: 100, days[1]: 100, days[2]: 130}
    file = tmp_path / "series.csv"
    file.write_text(text(line(day, mal_id) for day in days for mal_id in range(1, widths[day] + 1)), "utf-8")
    assert catlog("etl", "import-history", file).code == 0
    frozen, wider = (catlog("etl", "validate", "--date", day, "--format", "json") for day in days[1:])
    assert (frozen.code, failed(frozen)) == (0, {"frozen-day"})
    assert (wider.code, failed(wider)) == (0, {"scope-change"})
    assert verdicts(wider)["scope-change"][2:] == (0.3, 0.2)
    assert failed(catlog("etl", "validate", "--date", days[0], "--format", "json")) == set()
