"""The recent runs of a source: a sign for each, and their median duration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from textual.content import Content

from catlog.text import counted
from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.columns import STAGE_TWO, sign
from catlog.tui.screens.ops.pages.parts import fact, numbers
from catlog.tui.screens.ops.words import took

if TYPE_CHECKING:
    from catlog.etl.runlog import Run

SHOWN = 30
"""Runs shown."""

_WORDS = {"SUCCESS": "done", "PARTIAL": "cut short", "FAILED": "failed", "RUNNING": "under way"}


def recent_runs(source: str, runs: Sequence[Run], glyphs: Glyphs) -> Content:
    """Return the last runs of `source`, oldest at the left; `runs` has the newest first."""
    last = [run for run in runs if run.source == source][:SHOWN]
    lengths = [
        (run.end_time - run.start_time).total_seconds() for run in last if run.end_time and run.status == "SUCCESS"
    ]
    counts = Counter(_WORDS[run.status] for run in last)
    text = ", ".join(f"{count} {words}" for words, count in counts.most_common())
    signs = [(mark, f"${style}") for mark, style in (sign(run, glyphs) for run in reversed(last))]
    these = "the only run" if len(last) == 1 else f"the last {counted(len(last), 'run')}"
    of = f"  {these} of {source.removeprefix(STAGE_TWO)}"
    parts = [line(("Lately", "bold $bright"), (of, "$dim")), line(*signs)]
    parts.append(fact("ended", numbers(text)))
    if lengths:
        parts.append(fact("took", numbers(f"median {took(median(lengths))}")))
    return lines(parts)
