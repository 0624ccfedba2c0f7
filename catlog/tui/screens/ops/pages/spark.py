"""Where Spark runs, and when each stage-two job was computed last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.columns import STAGE_TWO, sign
from catlog.tui.screens.ops.forms import JOBS
from catlog.tui.screens.ops.pages.parts import fact, numbers
from catlog.tui.screens.ops.words import when

if TYPE_CHECKING:
    from catlog.etl.runlog import Run
    from catlog.zones import Zone

_NAME = 14


def spark_page(target: str, reads: str, runs: Sequence[Run], now: datetime, zone: Zone, glyphs: Glyphs) -> Content:
    """Return the page; `target` is "" for a viewer who may not compute, `runs` has the newest run first."""
    parts = [fact("runs on", (target, "$bright")), fact("reads", reads)] if target else []
    parts.append(Content(""))
    for job in JOBS:
        last = next((run for run in runs if run.source == f"{STAGE_TWO}{job}"), None)
        if last is None:
            parts.append(line((f"{glyphs.dot} ", "$dim"), job.ljust(_NAME), ("not computed yet", "$dim")))
            continue
        mark, style = sign(last, glyphs)
        rows = numbers(f"{last.rows_processed:,} rows".rjust(13))
        at = (when(last.start_time, now, zone).ljust(16), "$dim")
        parts.append(line((f"{mark} ", f"${style}"), job.ljust(_NAME), at, rows))
    return lines(parts)
