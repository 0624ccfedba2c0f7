"""Forms that start or resume a snapshot, and that start stage-two jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from catlog.access import Right
from catlog.errors import InvalidArgumentError
from catlog.etl.sources import RANKINGS, SOURCE_MODULES
from catlog.tui.content import line, plain
from catlog.tui.dialogs.form import FormDialog, FormField

if TYPE_CHECKING:
    from catlog.analytics.engines import EngineName
    from catlog.etl.runlog import Run

RESUME, ANEW = "go on", "take a new one"
KEEP_BETTER, REPLACE = "the better one stays", "replace it"


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """A snapshot to take; `pages` None is the default of the source, `day` None is today.

    With `resume`, `day` is the day of the run to resume.
    """

    source: str
    pages: int | None = None
    day: date | None = None
    resume: bool = False
    replace: bool = False

    @property
    def title(self) -> str:
        """The title of the operation."""
        return f"{self.source} {self.day or 'of today'}"


class SnapshotForm(FormDialog[SnapshotRequest]):
    """Form of a snapshot; `unfinished` is the run under the cursor if it can be resumed.

    Without the right to replace a stored day (`replaces`), the form has no field for that.
    """

    RIGHT: ClassVar[Right] = Right.LOAD_CHARTS

    def __init__(self, unfinished: Run | None = None, *, replaces: bool = True) -> None:
        self._unfinished = unfinished
        taken = unfinished.source if unfinished else RANKINGS
        fields = [
            FormField("source", "What to take", taken, options=tuple(SOURCE_MODULES)),
            FormField("pages", "Pages of 25", hint="4 of the rankings, all of the others"),
        ]
        if replaces:
            fields.append(FormField("there", "A day that is there already", options=(KEEP_BETTER, REPLACE)))
        heading = line(("Take a snapshot", "bold $accent"))
        if unfinished:
            fields.insert(0, FormField("mode", "The run was cut short", RESUME, options=(RESUME, ANEW)))
            of = f"{unfinished.pages} of {unfinished.pages_asked}" if unfinished.pages_asked else str(unfinished.pages)
            heading = line(heading, "\n", plain(f"{unfinished.source} {unfinished.snapshot_date}: {of} pages are kept"))
        super().__init__(heading, *fields)

    def send(self, values: Mapping[str, str]) -> None:
        """Return the request."""
        if self._unfinished is not None and values["mode"] == RESUME:
            self.dismiss(SnapshotRequest(self._unfinished.source, None, self._unfinished.snapshot_date, resume=True))
        else:
            replace = values.get("there") == REPLACE
            self.dismiss(SnapshotRequest(values["source"], _pages(values["pages"]), replace=replace))


JOBS = ("momentum", "volatility", "percentiles", "significance", "correlation")
"""The stage-two jobs, as `catlog.analytics.jobs.JOBS` has them."""

ALL = "all"


@dataclass(frozen=True, slots=True)
class JobRequest:
    """Stage-two jobs to compute; `jobs` () is all of them."""

    jobs: tuple[str, ...]
    engine: EngineName
    windows: tuple[int, ...]

    @property
    def title(self) -> str:
        """The title of the operation."""
        return f"{', '.join(self.jobs) or 'all jobs'} on {self.engine}"


class JobForm(FormDialog[JobRequest]):
    """Form of stage-two jobs; `target` is where Spark runs, from the settings."""

    RIGHT: ClassVar[Right] = Right.COMPUTE

    def __init__(self, target: str) -> None:
        super().__init__(
            line(("Compute stage two", "bold $accent")),
            FormField("job", "Job", options=(ALL, *JOBS)),
            FormField("engine", f"Engine (Spark runs on {target})", options=("duckdb", "spark")),
            FormField("windows", "Windows in days, for all but the percentiles", "7, 14, 30, 90"),
        )

    def send(self, values: Mapping[str, str]) -> None:
        """Return the request."""
        jobs = () if values["job"] == ALL else (values["job"],)
        engine: EngineName = "spark" if values["engine"] == "spark" else "duckdb"
        self.dismiss(JobRequest(jobs, engine, _windows(values["windows"])))


def _windows(text: str) -> tuple[int, ...]:
    from catlog.analytics.jobs import usable_windows

    words = text.replace(",", " ").split()
    if not all(word.isascii() and word.isdecimal() and len(word) < 8 for word in words):
        raise InvalidArgumentError("windows are whole numbers of days, as in 7, 30")
    return usable_windows([int(word) for word in words])


def _pages(text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) == int(text)):
        raise InvalidArgumentError("pages are a whole number from 1 up, or nothing for all")
    return int(text) if text else None
