"""The screen Ops: the run log, what is known of each run, and what runs now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content

from catlog import clock
from catlog.errors import BusyError
from catlog.tui.content import line, lines
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.keys import bindings
from catlog.tui.messages import Answered, Failed
from catlog.tui.operations.operation import Kind, Operation, Work
from catlog.tui.operations.work import backup, snapshot
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.ops.columns import columns
from catlog.tui.screens.ops.data import check_day, examine_database, read_rejects, read_runs
from catlog.tui.screens.ops.keys import KEYS
from catlog.tui.screens.ops.pages.findings import checks_page, findings_page
from catlog.tui.screens.ops.pages.lately import lately
from catlog.tui.screens.ops.pages.live import live_page
from catlog.tui.screens.ops.pages.rejects import rejects_page
from catlog.tui.screens.ops.pages.run import run_page
from catlog.tui.screens.ops.panel import Page, PageNames, Panel
from catlog.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from catlog.db.doctor.finding import Finding
    from catlog.etl.runlog import Run
    from catlog.etl.transform import Reject
    from catlog.tui.screens.ops.data import CheckedDay, Rejected, RunLog
    from catlog.tui.screens.ops.forms import Wanted

WIDE, ROOMY = 96, 150
"""Columns from which the page stands beside the log, and from which the log shows all it has."""

LEAST, HEAD = 5, 2
"""Lines that the log has at least above the panel, and those that are no runs: its headings and one to breathe."""

TICK = 1.0
"""Seconds between two looks at the time while something runs."""

LOOK_WHILE_RUNNING, LOOK = 2.0, 10.0
"""Seconds between two looks at the run log for what other processes do."""


class Runs(RowList["Run"]):
    """The run log. Nothing is selected in it and no number typed, so that these keys are the screen's."""

    counts = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of selecting to the screen."""
        moves = ("up", "down", "page", "first", "last", "choose")
        return action in moves and super().check_action(action, parameters)


class OpsScreen(CatLogScreen):
    """The run log on the left (above, where there is less room), the page that is open beside it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#runs"

    def __init__(self) -> None:
        super().__init__()
        self._page = Page.RUN
        self._log: RunLog | None = None
        self._rejected: Rejected | None = None
        self._checked: CheckedDay | None = None
        self._findings: tuple[Finding, ...] | None = None
        self._problem = ""
        self._looked = 0.0
        self._at = ""
        self._sought = ""

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
        with Container(id="ops"):
            yield Runs(
                columns(self.app.glyphs),
                identity=lambda run: run.run_id,
                text=lambda run: f"{run.source} {run.snapshot_date}",
                glyphs=self.app.glyphs,
                empty=f"Reading the run log{self.app.glyphs.ellipsis}",
                id="runs",
            )
            yield Panel()

    def on_mount(self) -> None:
        """Follow what runs, and look at the time while somebody looks."""
        self.set_class(self.app.ascii, "-ascii")
        self.app.operations.changed.subscribe(self, lambda _: self._progressed())
        self._clock = self.set_interval(TICK, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Put the page beside the log where there is room."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.width >= ROOMY, "-roomy")
        self._share_lines()
        self._show()

    def _share_lines(self) -> None:
        """Above the panel, give a short log no more lines than it has runs, and a long one no more than a third."""
        if self.has_class("-wide"):
            self.runs.styles.height = "1fr"
        else:
            wanted = len(self._log.runs) + HEAD if self._log is not None else 0
            self.runs.styles.height = max(LEAST, min(wanted, self.size.height // 3))

    def on_screen_suspend(self) -> None:
        """Let the time pass unseen."""
        self._clock.pause()

    def on_screen_resume(self) -> None:
        """Catch up."""
        super().on_screen_resume()
        self._clock.resume()
        self._show()

    def load(self) -> None:
        """Ask for the run log."""
        self._looked = self.app.operations.now()
        self.app.store.ask(self, read_runs)

    # Answers.

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        match message.question:
            case "read_runs":
                self._take_log(message.value)
            case "read_rejects":
                self._rejected = message.value
            case "check_day":
                self._checked = message.value
            case "examine_database":
                self._findings = message.value
        self._show()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        # The app tells it as well, for a moment; here it stays.
        self._problem = message.error.message
        if self._log is None:
            self.runs.empty = "The run log cannot be read."
            self.runs.redraw()
        self._show()

    def _take_log(self, log: RunLog) -> None:
        self._problem = ""
        if log == self._log:
            return
        self._log = log
        self._share_lines()
        self.runs.empty = "No run yet: r takes a snapshot of the top 100 as they are today."
        self.runs.load(log.runs)
        if self._sought and self.runs.go_to(self._sought):
            self._sought = ""
        self._at = _id(self.run)
        self._ask_rejects()

    @on(RowList.Highlighted, "#runs")
    def _moved(self) -> None:
        # Also sent when the same run was read anew.
        if self._at != (at := _id(self.run)):
            self._at = at
            self._page = self._page if self._page is Page.REJECTS else Page.RUN
            self._ask_rejects()
            self._show()

    # What is shown.

    def _ask_rejects(self) -> None:
        run = self.run
        if run is not None and run.rejected and (self._rejected is None or self._rejected.run_id != run.run_id):
            self.app.store.ask(self, read_rejects, run.run_id)

    def _open(self, page: Page) -> None:
        self._page, self._problem = page, ""
        self._show()

    def _show(self) -> None:
        panel = self.query_one(Panel)
        panel.names.is_live = bool(self.app.operations.running)
        panel.show(self._page, self._content(), at_end=self._page is Page.LIVE)

    def _content(self) -> Content:
        """Return what the open page says now."""
        if self._problem:
            return line((f"{self.app.glyphs.dropped} ", "$dropped"), self._problem)
        match self._page:
            case Page.RUN:
                return self._run_content()
            case Page.REJECTS if self.run is not None:
                return rejects_page(self.run, self._rejects_of(self.run), self.app.glyphs)
            case Page.QUALITY if self._checked is not None:
                return checks_page(self._checked.day, self._checked.checks, self.app.glyphs)
            case Page.DOCTOR if self._findings is not None:
                return findings_page(self._findings, self.app.glyphs)
            case Page.LIVE:
                return self._live_content()
            case Page.REJECTS:
                return line(("No run, no rejects.", "$dim"))
        return line(("Checking", "$dim"), (self.app.glyphs.ellipsis, "$dim"))

    def _run_content(self) -> Content:
        if self.run is None:
            return line(("r", "bold $accent"), " takes the first snapshot") if self._log is not None else Content("")
        if self._log is not None and self.run.run_id in self._log.own and (own := self._snapshot) is not None:
            return live_page(own, self.app.operations.now(), self.app.glyphs)
        low = not self.has_class("-wide")
        page = run_page(self.run, self._rejects_of(self.run), clock.now(), self.app.glyphs, low=low)
        return (
            lines([page, Content(""), lately(self.run.source, self._log.runs, self.app.glyphs)]) if self._log else page
        )

    def _live_content(self) -> Content:
        if not self.app.operations.known:
            told = "Nothing has run since CatLog was started."
            return line((told, "$dim"), "\n", ("r", "bold $accent"), " takes a snapshot")
        return live_page(self.app.operations.known[0], self.app.operations.now(), self.app.glyphs)

    def _rejects_of(self, run: Run) -> tuple[Reject, ...]:
        return self._rejected.rejects if self._rejected is not None and self._rejected.run_id == run.run_id else ()

    @property
    def _snapshot(self) -> Operation | None:
        return next((known for known in self.app.operations.running if known.kind is Kind.SNAPSHOT), None)

    # What runs.

    def _progressed(self) -> None:
        known = self.app.operations.known
        if known and (outcome := known[0].outcome) is not None and outcome.run_id != self._at:
            self._sought = outcome.run_id
        if self._page in (Page.RUN, Page.LIVE) and self.is_current:
            self._show()
        self.query_one(PageNames).is_live = bool(self.app.operations.running)

    def _tick(self) -> None:
        if not self.app.is_open or not self.is_current:
            return
        busy = bool(self.app.operations.running)
        if busy and self._page in (Page.RUN, Page.LIVE):
            self._show()
        busy = busy or (self._log is not None and any(run.status == "RUNNING" for run in self._log.runs))
        if self.app.operations.now() - self._looked >= (LOOK_WHILE_RUNNING if busy else LOOK):
            self.load()

    def _start(self, kind: Kind, title: str, work: Work) -> None:
        try:
            self.app.operations.start(kind, title, work)
        except BusyError as error:
            self.app.tell(f"{error.message}: {error.hint}", problem=True)
        self._open(Page.LIVE)

    def _take(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            more = {"resume": wanted.resume, "replace": wanted.replace}
            work = snapshot(wanted.source, wanted.pages, wanted.day, **more)
            self._start(Kind.SNAPSHOT, wanted.title, work)

    # Actions.

    def action_snapshot(self) -> None:
        """Ask what to take, and take it."""
        from catlog.tui.screens.ops.forms import SnapshotForm

        run = self.run
        self.app.push_screen(SnapshotForm(run if run is not None and run.status == "PARTIAL" else None), self._take)

    def action_backup(self) -> None:
        """Back everything up."""
        self._start(Kind.BACKUP, "backup", backup())

    def action_check_day(self) -> None:
        """Check the day of the run under the cursor, or the newest one."""
        self._checked = None
        self._open(Page.QUALITY)
        self.app.store.ask(self, check_day, self.run.snapshot_date if self.run is not None else None)

    def action_doctor(self) -> None:
        """Ask the doctor."""
        self._findings = None
        self._open(Page.DOCTOR)
        self.app.store.ask(self, examine_database)

    def action_rejects(self) -> None:
        """Show what was rejected."""
        self._open(Page.REJECTS)

    def action_follow(self) -> None:
        """Show what runs, or ran last."""
        self._open(Page.LIVE)

    def action_facts(self) -> None:
        """Go back to the facts of the run; from there, ask whether what runs shall be cancelled."""
        self.runs.focus()
        if self._page is not Page.RUN:
            self._open(Page.RUN)
        elif self.app.operations.running:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Ask whether what runs shall be cancelled."""
        running = self.app.operations.running
        if running:
            question = Confirm(f"Cancel {running[0].title}? Everything stays as it was before.")
            self.app.push_screen(question, lambda yes: self.app.operations.cancel(running[0]) if yes else None)
        elif self.run is not None and self.run.status == "RUNNING":
            self.app.tell(f"process {self.run.holder} does that: it can only be ended there", problem=True)
        else:
            self.app.tell("nothing is running")

    @on(RowList.Chosen, "#runs")
    def _chosen(self) -> None:
        self.query_one("#page").focus()

    @on(PageNames.Opened)
    def _page_named(self, message: PageNames.Opened) -> None:
        actions = {Page.QUALITY: self.action_check_day, Page.DOCTOR: self.action_doctor}
        actions.get(message.page, lambda: self._open(message.page))()


def _id(run: Run | None) -> str:
    return run.run_id if run is not None else ""
