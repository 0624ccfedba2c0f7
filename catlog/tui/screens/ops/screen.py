"""The screen Ops: the run log, the facts of each run, and the running operation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical

from catlog.access import Right
from catlog.errors import BusyError, CatLogError, NotAllowedError
from catlog.etl.days import can_go_on
from catlog.redaction import seen_of_spark
from catlog.text import counted
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.keys import bindings
from catlog.tui.operations.operation import OperationKind, Work
from catlog.tui.operations.work import backup, computation, snapshot
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.ops.columns import Runs, columns
from catlog.tui.screens.ops.keys import KEYS
from catlog.tui.screens.ops.panel import BESIDE, OpsPage, PageNames, PageView
from catlog.tui.screens.ops.view_model import OpsViewModel
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from catlog.etl.runlog import Run
    from catlog.tui.screens.ops import queries
    from catlog.tui.screens.ops.forms import JobRequest, SnapshotRequest
    from catlog.tui.screens.ops.queries import RunLog
else:
    queries = deferred("catlog.tui.screens.ops.queries")

WIDE, ROOMY, LARGE, LARGE_HEIGHT = 96, 116, 132, 36
"""Columns from which the page is next to the log, and from which the log says how long runs took; columns and lines
from which more pages have panels at once."""

LEAST, HEAD = 5, 2
"""The fewest lines of the log above the page, and its lines that are no runs: headings and a margin."""

TICK = 1.0
"""Seconds between two redraws while an operation runs."""

POLL_WHILE_RUNNING, POLL = 2.0, 10.0
"""Seconds between two polls of the run log for other processes."""


class OpsScreen(CatLogScreen):
    """The run log, and beside or below it the open page; on large screens several pages at once."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#runs"

    def __init__(self) -> None:
        super().__init__()
        self._page = OpsPage.RUN
        self._model = OpsViewModel(
            self.app.operations, self.app.glyphs, lambda: self.app.zone, lambda: self.app.motion == "full"
        )
        self._loaded_at = 0.0
        self._run_id = ""
        self._run_to_open = ""

    @property
    def runs(self) -> Runs:
        """The run log."""
        return self.query_one(Runs)

    @property
    def run(self) -> Run | None:
        """The run under the cursor."""
        return self.runs.record

    def compose_body(self) -> ComposeResult:
        """Lay out log and panel."""
        runs = Runs(
            columns(self.app.glyphs, lambda: self.app.zone),
            identity=lambda run: run.run_id,
            text=lambda run: f"{run.source} {run.snapshot_date}",
            glyphs=self.app.glyphs,
            empty=f"Reading the run log{self.app.glyphs.ellipsis}",
            id="runs",
        )
        with Container(id="ops"):
            with Vertical(id="left"):
                yield Panel(runs, title="Runs", id="log")
                yield Panel(PageView(id="view-progress"), title="Progress", key="l", id="progress", classes="more")
                yield Panel(PageView(id="view-spark"), title="Jobs on Spark", key="j", id="spark", classes="more")
            with Vertical(id="right"):
                yield Panel(Vertical(PageNames(), PageView(id="page")), title="Run", id="main")
                with Horizontal(classes="more", id="below"):
                    yield Panel(PageView(id="view-rejects"), title="Rejects", key="e", id="rejects")
                    yield Panel(PageView(id="view-validation"), title="Validation", key="v", id="validation")

    def on_mount(self) -> None:
        """Subscribe to the operations, and start the clock."""
        self.app.operations.changed.subscribe(self, lambda _: self._progressed())
        self._clock = self.set_interval(TICK, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Show the page next to the log on wide screens, and more pages at once on large ones."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.width >= ROOMY, "-roomy")
        self.set_class(event.size.width >= LARGE and event.size.height >= LARGE_HEIGHT, "-large")
        self._share_lines()
        self._show()

    @property
    def is_large(self) -> bool:
        """Whether several pages are shown at once."""
        return self.has_class("-large")

    def _share_lines(self) -> None:
        """Above the page, give a short log no more lines than it has runs, and a long one no more than a third."""
        if self.has_class("-wide"):
            self.query_one("#log").styles.height = "1fr"
            self.query_one("#left").styles.height = "1fr"
        else:
            wanted = len(self._model.log.runs) + HEAD if self._model.log is not None else 0
            lines = max(LEAST, min(wanted, self.size.height // 3))
            self.query_one("#log").styles.height = lines
            self.query_one("#left").styles.height = lines

    def on_screen_suspend(self) -> None:
        """Pause the clock while another screen is on top."""
        self._clock.pause()

    def on_screen_resume(self) -> None:
        """Reload, and resume the clock."""
        super().on_screen_resume()
        self._clock.resume()
        self._show()

    def load(self) -> None:
        """Read the run log."""
        self._loaded_at = self.app.operations.now()
        self.app.pool.run(self, queries.read_runs).then(self._receive_log, self._failed)

    # Results of queries.

    def _show_part(self, part: str, value: object) -> None:
        setattr(self._model, part, value)
        self._show()

    def _failed(self, error: CatLogError) -> None:
        # The toast of the app fades; the page keeps the error.
        self._model.problem = error.message
        if self._model.log is None:
            self.runs.empty = "The run log cannot be read."
            self.runs.redraw()
        self._show()

    def _receive_log(self, log: RunLog) -> None:
        self._model.problem = ""
        if log != self._model.log:
            self._model.log = log
            self._share_lines()
            self.runs.empty = "No run yet: r takes a snapshot of the top 100 as they are today."
            self.runs.load(log.runs)
        if self._run_to_open and self.runs.go_to(self._run_to_open):
            self._run_to_open = ""
        self._run_id = _id(self.run)
        self._request_rejects()
        self._show()

    @on(RowList.Highlighted, "#runs")
    def _moved(self) -> None:
        # Also sent when the same run is read again.
        if self._run_id != (at := _id(self.run)):
            self._run_id = at
            self._page = self._page if self._page is OpsPage.REJECTS else OpsPage.RUN
            self._request_rejects()
            self._show()

    # Pages.

    def _request_rejects(self) -> None:
        if self.run is not None and self._model.needs_rejects(self.run):
            read = self.app.pool.run(self, queries.read_rejects, self.run.run_id)
            read.then(partial(self._show_part, "rejected"), self._failed)

    def _open(self, page: OpsPage) -> None:
        self._model.problem = ""
        if self.is_large and page in BESIDE:
            self._show()
            self.set_focus(self.query_one(f"#view-{BESIDE[page]}"))
            return
        self._page = page
        self._show()

    def _show(self) -> None:
        names, running = self.query_one(PageNames), bool(self.app.operations.running)
        page = OpsPage.RUN if self.is_large and self._page in BESIDE else self._page
        is_new, names.page, names.is_live = names.page is not page, page, running
        view = self.query_one("#page", PageView)
        content = self._model.page(page, self.run, view.text_width, low=not self.has_class("-wide"))
        view.show(content, is_new=is_new, follow=page is OpsPage.LIVE and running)
        self.query_one("#main", Panel).caption(page.value)
        runs = self._model.log.runs if self._model.log is not None else ()
        self.query_one("#log", Panel).caption(fact=counted(len(runs), "run") if runs else "")
        if self.is_large:
            self._show_more(running=running)

    def _show_more(self, *, running: bool) -> None:
        for page, name in BESIDE.items():
            view = self.query_one(f"#view-{name}", PageView)
            view.show(
                self._model.page(page, self.run, view.text_width, low=True), follow=page is OpsPage.LIVE and running
            )
        run, checked = self.run, self._model.checked
        self.query_one("#rejects", Panel).caption(fact=f"{run.rejected:,}" if run is not None and run.rejected else "")
        self.query_one("#validation", Panel).caption(fact=str(checked.day) if checked is not None else "")
        settings, computes = self.app.settings, self.app.may(Right.COMPUTE)
        target = seen_of_spark(settings.spark_target) if computes else ""
        self.query_one("#view-spark", PageView).show(self._model.jobs(target, settings.spark_read))

    # Operations.

    def _progressed(self) -> None:
        known = self.app.operations.recent
        if known and (outcome := known[0].outcome) is not None and outcome.run_id != self._run_id:
            self._run_to_open = outcome.run_id
        if self.is_current and (self.is_large or self._page in (OpsPage.RUN, OpsPage.LIVE)):
            self._show()
        self.query_one(PageNames).is_live = bool(self.app.operations.running)

    def _tick(self) -> None:
        if not self.app.is_open or not self.is_current:
            return
        running = self._model.running
        self.runs.update(*running)
        is_shown = self.is_large or self._page in (OpsPage.RUN, OpsPage.LIVE)
        if (running or self.app.operations.running) and is_shown:
            self._show()
        busy = running or self.app.operations.running
        if self.app.operations.now() - self._loaded_at >= (POLL_WHILE_RUNNING if busy else POLL):
            self.load()

    def _start(self, kind: OperationKind, title: str, work: Work) -> None:
        try:
            self.app.operations.start(kind, title, work)
        except (BusyError, NotAllowedError) as error:
            self.app.show_error(error)
        self._open(OpsPage.LIVE)

    def _start_snapshot(self, request: SnapshotRequest | None) -> None:
        if request is not None:
            more = {"resume": request.resume, "replace": request.replace}
            work = snapshot(request.source, request.pages, request.day, **more)
            self._start(OperationKind.SNAPSHOT, request.title, work)

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the actions that the role permits."""
        right = KEYS.right_of(action, parameters)
        return right is None or self.app.may(right)

    def action_snapshot(self) -> None:
        """Take the snapshot that the form describes."""
        from catlog.tui.screens.ops.forms import SnapshotForm

        run = self.run
        unfinished = run if run is not None and can_go_on(run) else None
        form = SnapshotForm(unfinished, replaces=self.app.may(Right.REPLACE_CHARTS))
        self.app.push_screen(form, self._start_snapshot)

    def action_compute(self) -> None:
        """Compute the stage-two jobs that the form describes."""
        from catlog.tui.screens.ops.forms import JobForm

        target = self.app.settings.spark_target.partition(";")[0]
        self.app.push_screen(JobForm(target), self._start_computation)

    def _start_computation(self, request: JobRequest | None) -> None:
        if request is not None:
            work = computation(request.jobs, request.engine, request.windows)
            self._start(OperationKind.COMPUTATION, request.title, work)

    def action_backup(self) -> None:
        """Back everything up."""
        self._start(OperationKind.BACKUP, "backup", backup())

    def action_check_day(self) -> None:
        """Check the day of the run under the cursor, or the newest one."""
        self._model.checked, self._model.is_checking = None, True
        self._open(OpsPage.QUALITY)
        check = self.app.pool.run(self, queries.check_day, self.run.snapshot_date if self.run is not None else None)
        check.then(partial(self._show_part, "checked"), self._failed)

    def action_doctor(self) -> None:
        """Run the doctor."""
        self._model.findings = None
        self._open(OpsPage.DOCTOR)
        self.app.pool.run(self, queries.examine_database).then(partial(self._show_part, "findings"), self._failed)

    def action_rejects(self) -> None:
        """Show the rejects."""
        self._open(OpsPage.REJECTS)

    def action_follow(self) -> None:
        """Show the running or last operation."""
        self._open(OpsPage.LIVE)

    def action_facts(self) -> None:
        """Go back to the facts of the run; from there, offer to cancel the running operation."""
        self.set_focus(self.runs)
        if self._page is not OpsPage.RUN:
            self._open(OpsPage.RUN)
        elif self.app.operations.running:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Offer to cancel the running operation."""
        running = self.app.operations.running
        if running:
            question = Confirm(f"Cancel {running[0].title}? {running[0].kind.when_cancelled}")
            self.app.push_screen(question, lambda yes: self.app.operations.cancel(running[0]) if yes else None)
        elif self.run is not None and self.run.status == "RUNNING":
            self.app.tell(f"process {self.run.holder} does that: it can only be ended there", problem=True)
        else:
            self.app.tell("nothing is running")

    @on(RowList.Chosen, "#runs")
    def _chosen(self) -> None:
        self.set_focus(self.query_one("#page"))

    @on(PageNames.Opened)
    def _page_named(self, message: PageNames.Opened) -> None:
        actions = {OpsPage.QUALITY: self.action_check_day, OpsPage.DOCTOR: self.action_doctor}
        actions.get(message.page, lambda: self._open(message.page))()


def _id(run: Run | None) -> str:
    return run.run_id if run is not None else ""
