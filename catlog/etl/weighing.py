"""A finished run against what its day has, and against the chart of before, for whoever decides on the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catlog.db.session import Database
from catlog.etl.judging import COMMON_SHARE, STRANGE_SHARE, Part, common_share, is_no_chart, losses
from catlog.etl.load import day_of, holder_of_day, latest_chart, left_part, stored_part
from catlog.etl.runlog import Run
from catlog.etl.sources import RANKINGS
from catlog.etl.transform import Verdicts


@dataclass(frozen=True, slots=True)
class Weighed:
    """A run against the stored day: who holds it, why it stays, and why the run is no chart; "" where neither.

    A day may have rows that no run of the log holds.
    """

    holder: Run | None
    stays: str
    strange: str

    @property
    def held(self) -> str:
        """Whose the day is, in words."""
        return f"that of run {self.holder.run_id}" if self.holder else "what it is"


def weigh(database: Database, run: Run, verdicts: Verdicts) -> Weighed:
    """Measure what the run's day has and what the run would leave there."""
    day = day_of(run)
    with database.read() as session:
        holder = holder_of_day(session, run.source, day)
        new = left_part(session, run, verdicts)
        stored = stored_part(session, run.source, day)
        chart = latest_chart(session, day)
    if holder is not None and holder.run_id == run.run_id:
        return Weighed(holder, "", "")
    if run.source != RANKINGS:
        chart = (day, stored) if stored.titles else None
    share = common_share(new, chart[1]) if chart else 1.0
    common = f"{share:.0%} of its titles are those of {chart[0]}" if chart else ""
    if stored.titles:
        return Weighed(holder, "; ".join(_worse(holder, run, verdicts, new, stored, share, common)), "")
    strange = ""
    if run.source == RANKINGS and is_no_chart(new):
        strange = f"only {new.near} of {len(new.titles)} titles have one of the ranks from 1 to {len(new.titles)}"
    elif run.source == RANKINGS and share < STRANGE_SHARE:
        strange = f"this is not the list of before: {common}"
    return Weighed(None, "", strange)


def _worse(
    stored: Run | None, run: Run, verdicts: Verdicts, new: Part, part: Part, share: float, common: str
) -> Iterator[str]:
    """Yield why the day should be kept from `run`; `stored` is the run that holds it."""
    if stored is not None and stored.source != run.source:
        yield "it was loaded from recorded history"
    yield from losses(new, part)
    if share < COMMON_SHARE:
        yield common
    if stored is None:
        return
    if verdicts.degraded and not stored.degraded:
        yield "this run found entries or fields missing, that one did not"
    if run.shifted and not stored.shifted and run.pages <= stored.pages:
        yield "the list moved while this run read it, and did not while that one did"
