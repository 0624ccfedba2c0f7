"""The columns of the run log: one line a run, with its state, day, duration and result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from catlog import clock
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.words import took, when
from catlog.tui.widgets.rows import Piece, RowColumn, RowList
from catlog.zones import Zone

if TYPE_CHECKING:
    from catlog.etl.runlog import Run


STAGE_TWO = "stage-two:"
"""The prefix of the sources of stage-two runs, as `catlog.etl.stage_two` names them."""


COMPLETION = "completion"
"""The source of runs that complete a list, as `catlog.db.lock` names it."""


def sign(run: Run, glyphs: Glyphs) -> tuple[str, str]:
    """Return the sign and the colour of a run's state; a degraded or shifted run differs from a clean one."""
    if run.status == "SUCCESS":
        good = not run.degraded and not run.shifted
        return (glyphs.completed, "completed") if good else (glyphs.warning, "on-hold")
    return {
        "RUNNING": (glyphs.running, "watching"),
        "PARTIAL": (glyphs.on_hold, "on-hold"),
    }.get(run.status, (glyphs.dropped, "dropped"))


def seconds(run: Run, now: datetime) -> float:
    """Return the duration of a run, so far if it still runs."""
    return max(0.0, ((run.end_time or now) - run.start_time).total_seconds())


def columns(glyphs: Glyphs, zone: Callable[[], Zone]) -> tuple[RowColumn[Run], ...]:
    """Return the columns; the facts next to the list repeat those that a narrow list leaves out.

    `zone` gives the zone that the viewer has when a line is drawn.
    """

    def zero_dim(figure: int, style: str = "") -> Piece:
        return Piece(f"{figure:,}", style) if figure else Piece(glyphs.dash, "dim")

    def started(run: Run, _: int) -> Piece:
        return Piece(when(run.start_time, clock.now(), zone()), "dim")

    return (
        RowColumn("state", "", lambda run, _: Piece(*sign(run, glyphs)), 1),
        RowColumn("source", "source", lambda run, _: run.source.removeprefix(STAGE_TWO), 12, weight=1, max_width=16),
        RowColumn("day", "day", lambda run, _: str(run.snapshot_date or glyphs.dash), 10),
        RowColumn("started", "started", started, 15, gives_way=2),
        RowColumn("took", "took", lambda run, _: took(seconds(run, clock.now())), 10, right=True, gives_way=1),
        RowColumn("rows", "rows", lambda run, _: zero_dim(run.rows_processed), 7, right=True),
        RowColumn("rejects", "rej", lambda run, _: zero_dim(run.rejected, "accent"), 4, right=True),
    )


class Runs(RowList["Run"]):
    """The run log, without selection: the screen binds those keys."""

    # `j` is down in other lists; here it starts jobs.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "screen.compute", "job")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of the selection to the screen."""
        moves = ("up", "down", "page", "first", "last", "choose")
        return action in moves and super().check_action(action, parameters)
