"""The quality rules of a stored day: blocking ones find it wrong, soft ones unusual; each has its figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from catlog import clock
from catlog.access import Right, needs
from catlog.catalogue.normalize import worded
from catlog.db.models import DailyRankings, EtlLogs, ProcessedAnime, RawAnimeData
from catlog.db.ranking_days import CHART
from catlog.db.session import Database
from catlog.etl import runlog
from catlog.etl.extract import RECHECK
from catlog.etl.history import SOURCE as HISTORY
from catlog.etl.load import latest_chart, newest_day, run_owning_day, snapshot_day, stored_part
from catlog.etl.replacement_rules import (
    COMMON_SHARE,
    COUNTS,
    DISTINCT_RANKS,
    STRANGE_SHARE,
    ChartPart,
    common_share,
    is_flat,
    is_no_chart,
    is_reversed,
    is_tied,
)
from catlog.etl.runlog import Run
from catlog.etl.sources import RANKINGS, SOURCE_MODULES, ranking_source
from catlog.net.response import last_modified

Severity = Literal["blocking", "soft"]

MAX_RANK = 60_000
"""MyAnimeList ranks about 30,000 titles; twice that is a mistake."""

NULL_SHARE, JUMP_RANKS, FALLING_SHARE, SCOPE_SHARE = 0.20, 25.0, 0.50, 0.20

DISTINCT_SHARE = 0.80
"""The least share of distinct titles among the expected entries: 1 less `STOPPED_REJECTS`."""

CHART_SHARE = 0.90
"""The least depth of a chart, as a share of its titles: recorded ones have 1.04 to 1.12 times as many."""

PAGES_APART = 1.0
"""The most hours between the oldest and the newest page of one list, the duration of the run aside."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule on one day: `value` against `threshold`, in the unit that `detail` names."""

    rule: str
    severity: Severity
    passed: bool
    value: float
    threshold: float
    detail: str


@dataclass(frozen=True, slots=True)
class _Row:
    mal_id: int
    rank: int | None
    score: float | None
    scored_by: int | None
    members: int | None
    popularity: int | None
    title: str | None


def day_to_check(session: Session) -> date:
    """Return the day of the last run, whether it succeeded or not; without a run that of the latest snapshots.

    So the day of a failed run is checked, and not the day before once more.
    """
    filled = col(EtlLogs.source).in_((*SOURCE_MODULES, HISTORY)), col(EtlLogs.snapshot_date).is_not(None)
    newest = col(EtlLogs.start_time).desc(), col(EtlLogs.id).desc()
    last = session.exec(select(EtlLogs).where(*filled).order_by(*newest).limit(1)).first()
    return (last.snapshot_date if last else None) or newest_day(session) or clock.utc_today()


@needs(Right.READ_RUNS)
def check_day(database: Database, day: date | None = None) -> tuple[date, list[Check]]:
    """Check a stored day, or that of the last run, against the quality rules; return which one, and the checks."""
    with database.read() as session:
        checked = day or day_to_check(session)
        return checked, validate_day(session, checked)


def validate_day(session: Session, day: date) -> list[Check]:
    """Check one stored day, also against the snapshot day before it; an empty day fails `has-rows` alone."""
    rows = _rows(session, day)
    if not rows:
        return [_at_least("has-rows", "blocking", 0, 1, f"{day} has no snapshots")]
    before = session.exec(
        select(col(DailyRankings.snapshot_date))
        .where(col(DailyRankings.snapshot_date) < day)
        .order_by(col(DailyRankings.snapshot_date).desc())
        .limit(1)
    ).first()
    checks = [*_blocking(session, day, rows), *_nulls(rows)]
    checks += _overlap(session, day)
    if before is not None:
        checks += _against(rows, _rows(session, before), before)
    return checks


def _blocking(session: Session, day: date, rows: list[_Row]) -> Iterator[Check]:
    ids = {row.mal_id for row in rows}
    yield _at_most("unique-ids", "blocking", len(rows) - len(ids), 0, "anime with more than one snapshot that day")
    bare = sum(row.title is None for row in rows)
    yield _at_most("required-fields", "blocking", bare, 0, "snapshots whose id has no title in the catalogue")
    names = {worded(row.title) for row in rows if row.title is not None}
    named = len(rows) - bare
    if named >= CHART:
        detail = f"different titles of {named} with one"
        yield _at_least("titles", "blocking", len(names), round(DISTINCT_SHARE * named), detail)
    ranks = sum(row.rank is not None and not 1 <= row.rank <= MAX_RANK for row in rows)
    yield _at_most("rank-range", "blocking", ranks, 0, f"ranks outside 1 to {MAX_RANK}")
    scores = sum(row.score is not None and not 1 <= row.score <= 10 for row in rows)
    yield _at_most("score-range", "blocking", scores, 0, "scores outside 1 to 10")
    run = run_owning_day(session, RANKINGS, day)
    gone = _rows_are_gone(session, day, run)
    yield _at_most("whole-runs", "blocking", int(gone), 0, "1 when the rows of the day's last rankings run are gone")
    if run is not None and run.source == RANKINGS:
        source = ranking_source(RANKINGS)
        requested = (run.pages_asked or source.pages or 0) * source.page_size
        # A list that ends before the requested page is whole: faults are a short page before the end, and an end
        # that the source itself contradicts.
        whole = run.received >= requested or (run.pages < (run.pages_asked or 0) and not run.degraded)
        detail = f"entries received against {run.pages_asked} pages of {source.page_size}"
        yield Check("row-count", "blocking", whole, run.received, requested, detail)
        stored = session.exec(
            select(DailyRankings.mal_id).where(
                DailyRankings.snapshot_date == day, DailyRankings.etl_run_id == run.run_id
            )
        ).all()
        detail = f"rows of run {run.run_id} against what it wrote"
        yield Check("rows-kept", "blocking", len(stored) == run.rows_processed, len(stored), run.rows_processed, detail)
        yield from _chart(session, run, requested, source.page_size)
        yield _at_most("degraded", "soft", int(run.degraded), 0, "the run found entries or fields missing")
        yield _at_most("shifted", "soft", int(run.shifted), 0, "the list moved while it was read")


def _chart(session: Session, run: Run, requested: int, page_size: int) -> Iterator[Check]:
    """Check the chart of a day that a run of the rankings fills."""
    part = stored_part(session, RANKINGS, snapshot_day(run))
    due = requested if run.pages >= (run.pages_asked or 0) else run.received
    detail = f"distinct titles of {due} entries due on {run.pages} pages of {page_size}"
    yield _at_least("distinct-ids", "blocking", len(part.titles), round(DISTINCT_SHARE * due), detail)
    yield _at_least("any-score", "blocking", part.scored, 1, "titles with a score")
    if len(part.titles) >= CHART:
        severity: Severity = "blocking" if is_no_chart(part) else "soft"
        near = f"{part.near} of {len(part.titles)} titles have one of the ranks from 1 to {len(part.titles)}"
        detail = f"depth of the chart; {near}; blocking below half of them"
        yield _at_least("chart-depth", severity, part.depth, max(CHART, round(CHART_SHARE * part.ranked)), detail)
        yield from _shape(part)
    ages = [age for age in map(last_modified, _headers(session, run)) if age is not None]
    if len(ages) > 1 and run.end_time is not None:
        apart = (max(ages) - min(ages)).total_seconds() / 3600
        most = PAGES_APART + (run.end_time - run.start_time).total_seconds() / 3600
        yield _at_most("page-ages", "soft", round(apart, 2), round(most, 2), "hours between the oldest and newest page")


def _shape(part: ChartPart) -> Iterator[Check]:
    """Check the ranks, scores and counts of a chart against each other."""
    detail = f"different ranks of {part.ranked} titles with a rank"
    yield Check("tied-ranks", "blocking", not is_tied(part), part.ranks, round(DISTINCT_RANKS * part.ranked), detail)
    yield Check("one-score", "blocking", not is_flat(part), part.scores, min(2, part.scored), "different scores")
    if part.lead is not None:
        detail = "mean score of the better half by rank less that of the other half"
        yield Check("rank-order", "blocking", not is_reversed(part), round(part.lead, 4), 0, detail)
    lost = [name for name, known in zip(COUNTS, part.counts, strict=True) if not known]
    detail = f"counts that no title has, or 0 alone, of {', '.join(COUNTS)}"
    yield _at_most("counts-lost", "blocking", len(lost), 0, detail)


def _headers(session: Session, run: Run) -> Iterable[Mapping[str, str]]:
    return session.exec(
        select(RawAnimeData.headers).where(RawAnimeData.etl_run_id == run.run_id, RawAnimeData.page > RECHECK)
    )


def _overlap(session: Session, day: date) -> Iterator[Check]:
    """Check the share of titles in common with the chart before: blocking when it is close to 0."""
    new, before = stored_part(session, RANKINGS, day), latest_chart(session, day - timedelta(days=1))
    run = run_owning_day(session, RANKINGS, day)
    if before is None or not (new.depth or (run is not None and run.source == RANKINGS)):
        return
    share = common_share(new, before[1])
    severity: Severity = "blocking" if share < STRANGE_SHARE else "soft"
    detail = f"share of the chart's titles that the chart of {before[0]} has too; blocking below {STRANGE_SHARE:g}"
    yield _at_least("overlap", severity, round(share, 4), COMMON_SHARE, detail)


def _rows_are_gone(session: Session, day: date, holder: Run | None) -> bool:
    """Say whether the rows of the last rankings run of `day` are missing, though no later run replaced them."""
    query = select(EtlLogs).where(
        EtlLogs.source == RANKINGS,
        EtlLogs.snapshot_date == day,
        EtlLogs.status == runlog.SUCCESS,
        EtlLogs.rows_processed > 0,
    )
    last = session.exec(query.order_by(col(EtlLogs.end_time).desc(), col(EtlLogs.id).desc())).first()
    if last is None or last.end_time is None or (holder is not None and holder.run_id == last.run_id):
        return False
    dropped = select(EtlLogs.run_id).where(
        EtlLogs.source == runlog.DROP_DAY,
        EtlLogs.snapshot_date == day,
        EtlLogs.status == runlog.SUCCESS,
        col(EtlLogs.end_time) >= last.end_time,
    )
    if session.exec(dropped).first() is not None:
        return False
    return holder is None or holder.end_time is None or holder.end_time < last.end_time


def _nulls(rows: list[_Row]) -> Iterator[Check]:
    for name in ("rank", "score", "members"):
        share = sum(getattr(row, name) is None for row in rows) / len(rows)
        yield _at_most(f"null-{name}", "soft", share, NULL_SHARE, f"share of snapshots without {name}")


def _against(rows: list[_Row], before: list[_Row], day: date) -> Iterator[Check]:
    old = {row.mal_id: row for row in before}
    both = [(row, old[row.mal_id]) for row in rows if row.mal_id in old]
    scope = abs(len(rows) - len(before)) / len(before)
    yield _at_most("scope-change", "soft", scope, SCOPE_SHARE, f"change of the number of snapshots since {day}")
    if not both:
        return
    moves = sorted(abs(a.rank - b.rank) for a, b in both if a.rank is not None and b.rank is not None)
    if moves:
        yield _at_most("jump", "soft", moves[len(moves) // 2], JUMP_RANKS, f"median change of rank since {day}")
    frozen = len(rows) == len(before) and all(_measures(a) == _measures(b) for a, b in both) and len(both) == len(rows)
    yield _at_most("frozen-day", "soft", int(frozen), 0, f"1 when the day repeats {day} to the last figure")
    for name in ("members", "scored_by"):
        pairs = [(getattr(a, name), getattr(b, name)) for a, b in both]
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        if known:
            share = sum(a < b for a, b in known) / len(known)
            label = name.replace("_", "-")
            yield _at_most(f"falling-{label}", "soft", share, FALLING_SHARE, f"share whose {name} fell since {day}")


def _measures(row: _Row) -> tuple[object, ...]:
    return (row.rank, row.score, row.scored_by, row.members)


def _rows(session: Session, day: date) -> list[_Row]:
    snapshot = DailyRankings
    query = (
        select_columns(
            *(col(c) for c in (snapshot.mal_id, snapshot.rank, snapshot.score, snapshot.scored_by)),
            *(col(c) for c in (snapshot.members, snapshot.popularity, ProcessedAnime.title)),
        )
        .outerjoin(ProcessedAnime, col(ProcessedAnime.mal_id) == col(snapshot.mal_id))
        .where(col(snapshot.snapshot_date) == day)
    )
    rows: Iterable[Any] = session.connection().execute(query)
    return [_Row(*row) for row in rows]


def _at_most(rule: str, severity: Severity, value: float, threshold: float, detail: str) -> Check:
    return Check(rule, severity, value <= threshold, value, threshold, detail)


def _at_least(rule: str, severity: Severity, value: float, threshold: float, detail: str) -> Check:
    return Check(rule, severity, value >= threshold, value, threshold, detail)
