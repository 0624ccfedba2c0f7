"""Query results of the screen Ops, and its pages rendered from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from catlog import clock
from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.operations.operation import OperationKind
from catlog.tui.operations.registry import Operations
from catlog.tui.screens.ops.columns import COMPLETION, STAGE_TWO
from catlog.tui.screens.ops.pages.findings import checks_page, findings_page
from catlog.tui.screens.ops.pages.live import live_page
from catlog.tui.screens.ops.pages.recent_runs import recent_runs
from catlog.tui.screens.ops.pages.rejects import rejects_page
from catlog.tui.screens.ops.pages.run import run_page
from catlog.tui.screens.ops.pages.spark import spark_page
from catlog.tui.screens.ops.panel import OpsPage
from catlog.zones import Zone

if TYPE_CHECKING:
    from catlog.db.doctor.finding import Finding
    from catlog.etl.runlog import Run
    from catlog.etl.transform import Reject
    from catlog.tui.screens.ops.queries import CheckedDay, RunLog, RunRejects


class OpsViewModel:
    """Results of queries, None until they arrive. `problem` replaces every page.

    `is_checking` says that a day was asked to be checked; `moves` whether jobs without a known end may move.
    """

    def __init__(
        self, operations: Operations, glyphs: Glyphs, zone: Callable[[], Zone], moves: Callable[[], bool]
    ) -> None:
        self.log: RunLog | None = None
        self.rejected: RunRejects | None = None
        self.checked: CheckedDay | None = None
        self.findings: tuple[Finding, ...] | None = None
        self.is_checking = False
        self.problem = ""
        self._operations = operations
        self._glyphs = glyphs
        self._zone = zone
        self._moves = moves

    @property
    def running(self) -> tuple[Run, ...]:
        """The runs logged as running, in any process."""
        return tuple(run for run in self.log.runs if run.status == "RUNNING") if self.log is not None else ()

    def needs_rejects(self, run: Run) -> bool:
        """Return whether the rejects of a run have to be read."""
        return bool(run.rejected) and (self.rejected is None or self.rejected.run_id != run.run_id)

    def page(self, page: OpsPage, run: Run | None, width: int, *, low: bool) -> Content:
        """Return a page of `width` cells, with `run` under the cursor; `low` saves lines."""
        if self.problem:
            return line((f"{self._glyphs.dropped} ", "$dropped"), self.problem)
        match page:
            case OpsPage.RUN:
                return self._run(run, low=low)
            case OpsPage.LIVE:
                return self._live()
            case OpsPage.REJECTS if run is not None:
                return rejects_page(run, self._rejects(run), self._glyphs)
            case OpsPage.REJECTS:
                return line(("No run, no rejects.", "$dim"))
            case OpsPage.QUALITY if self.checked is not None:
                return checks_page(self.checked.day, self.checked.checks, self._glyphs, width)
            case OpsPage.DOCTOR if self.findings is not None:
                return findings_page(self.findings, self._glyphs, width)
            case OpsPage.QUALITY if not self.is_checking:
                return line(("v", "bold $bright"), (" checks the day of the run", "$dim"))
        return line((f"Checking{self._glyphs.ellipsis}", "$dim"))

    def jobs(self, target: str, reads: str) -> Content:
        """Return where Spark runs, and the last run of each job."""
        runs = self.log.runs if self.log is not None else ()
        return spark_page(target, reads, runs, clock.now(), self._zone(), self._glyphs)

    def _run(self, run: Run | None, *, low: bool) -> Content:
        if self.log is None:
            return Content("")
        if run is None:
            return line(("r", "bold $bright"), " takes the first snapshot")
        kind = OperationKind.COMPLETION if run.source == COMPLETION else OperationKind.SNAPSHOT
        if run.source.startswith(STAGE_TWO):
            kind = OperationKind.COMPUTATION
        running = (known for known in self._operations.running if known.kind is kind)
        if run.run_id in self.log.own and (own := next(running, None)) is not None:
            return live_page(own, self._operations.now(), self._glyphs, moves=self._moves())
        page = run_page(run, self._rejects(run), clock.now(), self._zone(), self._glyphs, low=low)
        return lines([page, Content(""), recent_runs(run.source, self.log.runs, self._glyphs)])

    def _live(self) -> Content:
        if self._operations.recent:
            now = self._operations.now()
            return live_page(self._operations.recent[0], now, self._glyphs, moves=self._moves())
        text = "Nothing has run since CatLog was started."
        return line((text, "$dim"), "\n", ("r", "bold $bright"), " takes a snapshot")

    def _rejects(self, run: Run) -> tuple[Reject, ...]:
        return self.rejected.rejects if self.rejected is not None and self.rejected.run_id == run.run_id else ()
