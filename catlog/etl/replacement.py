"""Compare a finished run with the stored day and with the chart before it, to decide whether it replaces the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from catlog.db.session import Database
from catlog.etl.load import latest_chart, resulting_part, run_owning_day, snapshot_day, stored_part
from catlog.etl.replacement_rules import (
    COMMON_SHARE,
    STRANGE_SHARE,
    ChartPart,
    anomalies,
    common_share,
    losses,
    renamed_titles,
)
from catlog.etl.runlog import Run
from catlog.etl.sources import RANKINGS
from catlog.etl.transform import ValidationResult


@dataclass(frozen=True, slots=True)
class Replacement:
    """The decision on a run: the owner of the stored day, why that day is kept, and why the run is no chart.

    A reason is "" where there is none. A day may have rows that no run of the log owns.
    """

    owner: Run | None
    keep_reason: str
    anomaly: str

    @property
    def held(self) -> str:
        """The stored day in words."""
        return f"that of run {self.owner.run_id}" if self.owner else "what it is"


def assess(database: Database, run: Run, result: ValidationResult) -> Replacement:
    """Measure the stored day, and the day as the run would leave it, and decide."""
    day = snapshot_day(run)
    with database.read() as session:
        holder = run_owning_day(session, run.source, day)
        new = resulting_part(session, run, result)
        stored = stored_part(session, run.source, day)
        before = latest_chart(session, day - timedelta(days=1))
    if holder is not None and holder.run_id == run.run_id:
        return Replacement(holder, "", "")
    strange = list(renamed_titles(new))
    if run.source == RANKINGS:
        strange += anomalies(new)
        if before and common_share(new, before[1]) < STRANGE_SHARE:
            strange.append(f"this is not the list of before: {_common(new, before)}")
    if not stored.titles:
        return Replacement(None, "", "; ".join(strange))
    reasons = [*_worse(holder, run, result, new, stored), *strange]
    if run.source == RANKINGS:
        reasons += _drifts(new, stored, day, before)
    elif common_share(new, stored) < COMMON_SHARE:
        reasons.append(_common(new, (day, stored)))
    return Replacement(holder, "; ".join(reasons), "")


def _drifts(new: ChartPart, stored: ChartPart, day: date, before: tuple[date, ChartPart] | None) -> Iterator[str]:
    """Yield that a run has too few titles in common with the chart of the day, or with the one before.

    Compared with the day alone, runs could change it bit by bit. Where the chart before is so old that the stored day
    has no more in common with it, a run may replace that day.
    """
    if common_share(new, stored) < COMMON_SHARE:
        yield _common(new, (day, stored))
    if before and common_share(new, before[1]) < min(COMMON_SHARE, common_share(stored, before[1])):
        yield _common(new, before)


def _common(new: ChartPart, chart: tuple[date, ChartPart]) -> str:
    return f"{common_share(new, chart[1]):.0%} of its titles are those of {chart[0]}"


def _worse(stored: Run | None, run: Run, result: ValidationResult, new: ChartPart, part: ChartPart) -> Iterator[str]:
    """Yield why `run` should not replace the day; `stored` is the run that owns it."""
    if stored is not None and stored.source != run.source:
        yield "it was loaded from recorded history"
    yield from losses(new, part)
    if stored is None:
        return
    if result.degraded and not stored.degraded:
        yield "this run found entries or fields missing, that one did not"
    if run.shifted and not stored.shifted and run.pages <= stored.pages:
        yield "the list moved while this run read it, and did not while that one did"
