"""Queries of the screen Ops: run log, rejects of a run, quality checks of a day, findings of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.db.doctor.examine import examine
from catlog.etl import quality
from catlog.etl.load import first_rejects
from catlog.etl.runlog import RUNNING, Run, latest, this_process

if TYPE_CHECKING:
    from datetime import date

    from catlog.db.doctor.finding import Finding
    from catlog.etl.quality import Check
    from catlog.etl.transform import Reject
    from catlog.tui.backend import Backend

RUNS = 300
"""The newest runs read."""

REJECTS = 500
"""The first rejects of a run read."""


@dataclass(frozen=True, slots=True)
class RunLog:
    """The newest runs first; `own` has the ids of the runs of this process."""

    runs: tuple[Run, ...]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class RunRejects:
    """The first rejects of a run, in the order of its pages."""

    run_id: str
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class CheckedDay:
    """The quality checks of a day."""

    day: date
    checks: tuple[Check, ...]


def read_runs(backend: Backend) -> RunLog:
    """Read the run log."""
    runs = tuple(latest(backend.database, RUNS))
    here = this_process()
    return RunLog(runs, frozenset(run.run_id for run in runs if run.status == RUNNING and run.holder == here))


def read_rejects(backend: Backend, run_id: str) -> RunRejects:
    """Read the rejects of a run."""
    return RunRejects(run_id, first_rejects(backend.database, run_id, REJECTS))


def check_day(backend: Backend, day: date | None) -> CheckedDay:
    """Check a stored day, or that of the last run, against the quality rules."""
    checked, checks = quality.check_day(backend.database, day)
    return CheckedDay(checked, tuple(checks))


def examine_database(backend: Backend) -> tuple[Finding, ...]:
    """Run the doctor."""
    return tuple(examine(backend.database, backend.settings.paths))
