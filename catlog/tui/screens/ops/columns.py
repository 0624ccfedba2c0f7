"""The run log as rows: one line a run, with its state, its day, how long it took and what came of it."""

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
"""How the sources of stage-two runs begin, as `catlog.etl.stage_two` names them."""


def sign(run: Run, glyphs: Glyphs) -> tuple[str, str]:
    """Return the sign of how a run ended, and its colour; one that is done but not quite right has another."""
    if run.status == "SUCCESS":
        good = not run.degraded and not run.shifted
        return (glyphs.completed, "completed") if good else (glyphs.warning, "on-hold")
    return {
        "RUNNING": (glyphs.running, "watching"),
        "PARTIAL": (glyphs.on_hold, "on-hold"),
    }.get(run.status, (glyphs.dropped, "dropped"))


def seconds(run: Run, now: datetime) -> float:
    """Return how long a run took, or has taken so far."""
    return max(0.0, ((run.end_time or now) - run.start_time).total_seconds())


def columns(glyphs: Glyphs, zone: Callable[[], Zone]) -> tuple[RowColumn[Run], ...]:
    """Return the columns; what a narrow list leaves out is in the facts beside it.

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
        RowColumn("rejects", "rej", lambda run, _: zero_dim(run.rejected, "mark"), 4, right=True),
    )


class Runs(RowList["Run"]):
    """The run log. Nothing is selected in it and no number typed, so that these keys are the screen's."""

    # Of the arrows' twins `j` starts jobs here: on this screen it is the key for that.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "screen.compute", "job")]
    counts = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of selecting to the screen."""
        moves = ("up", "down", "page", "first", "last", "choose")
        return action in moves and super().check_action(action, parameters)
