"""The facts of one run: state, counts, and how to resume it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from catlog.etl.days import can_go_on
from catlog.text import counted
from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.columns import COMPLETION, STAGE_TWO, seconds, sign
from catlog.tui.screens.ops.pages.parts import bar, fact, headline, number, numbers
from catlog.tui.screens.ops.words import ago, took, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.etl.runlog import Run
    from catlog.etl.transform import Reject
    from catlog.zones import Zone

DEAD_AFTER = 600.0
"""Seconds without a heartbeat after which a run has probably died."""

_FOUND = ("received", "accepted", "repeated", "rejected")

REASONS = 5
"""Reasons for rejects that are listed."""


def run_page(
    run: Run, rejects: Sequence[Reject], now: datetime, zone: Zone, glyphs: Glyphs, *, low: bool = False
) -> Content:
    """Return the facts of a run with the reasons of its rejects; `low` saves lines.

    Times are in `zone`.
    """
    parts = [
        headline(run.source.removeprefix(STAGE_TWO), str(run.snapshot_date or "")),
        _state(run, now, glyphs),
        *_notes(run, glyphs),
        Content(""),
    ]
    if run.status == "RUNNING":
        parts += _elsewhere(run, now, glyphs)
    parts += _facts(run, now, zone, glyphs, low=low)
    parts += [Content(""), *_reasons(rejects, run.rejected)] if run.rejected else []
    return lines(parts)


def _state(run: Run, now: datetime, glyphs: Glyphs) -> Content:
    mark, style = sign(run, glyphs)
    after = took(seconds(run, now))
    text = {
        "SUCCESS": f"done in {after}" if run.rows_processed else f"done in {after}, nothing written",
        "RUNNING": f"under way for {after}",
        "PARTIAL": f"cut short after {after}",
    }.get(run.status, f"failed after {after}")
    state = line((f"{mark} ", f"${style}"), numbers(text))
    if run.error_message:
        state = lines([state, line(run.error_message)])
    if run.status == "PARTIAL" and run.source == COMPLETION:
        on = line(("m", "bold $accent"), f" goes on with it: {counted(run.accepted, 'title')} fetched")
        state = lines([state, on])
    elif run.status == "PARTIAL":
        kept = f"{counted(run.pages, 'page')} kept {glyphs.separator} nothing of the day is shown yet"
        over = "It cannot be resumed: its day is over."
        on = line(("r", "bold $accent"), f" goes on with it: {kept}") if can_go_on(run) else line((over, "$dim"))
        state = lines([state, on])
    return state


def _elsewhere(run: Run, now: datetime, glyphs: Glyphs) -> Iterator[Content]:
    if run.pages_asked:
        told = numbers(f"  {run.pages} of {counted(run.pages_asked, 'page')}")
        yield line(bar(run.pages, run.pages_asked, glyphs), told)
    silent = (now - run.heartbeat_at).total_seconds()
    yield line((f"process {run.holder}, last sign of life {ago(run.heartbeat_at, now)}", "$dim"))
    if silent > DEAD_AFTER:
        yield line(("It has probably died: the next run closes it.", "$on-hold"))
    yield Content("")


def _facts(run: Run, now: datetime, zone: Zone, glyphs: Glyphs, *, low: bool) -> Iterator[Content]:
    asked = f" of {run.pages_asked}" if run.pages_asked else ""
    yield fact("started", when(run.start_time, now, zone))
    if run.host or run.pages_asked:
        yield fact("pages", number(run.pages), (f"{asked}{f' from {run.host}' if run.host else ''}", "$dim"))
    if run.source.startswith(STAGE_TWO):
        yield fact("computed", numbers(f"of {counted(run.received, 'snapshot')}"))
        yield fact("result", numbers(counted(run.accepted, "row")))
        yield fact("written", numbers(f"{counted(run.rows_processed, 'row')} that were new or had changed"))
        yield fact("run", (run.run_id, "$dim"))
        return
    if run.source == COMPLETION:
        yield fact("titles", f"{run.accepted:,} fetched" + (f", {run.rejected:,} failed" if run.rejected else ""))
        yield fact("written", f"{counted(run.rows_processed, 'title')}, with others on the same pages")
        yield fact("run", (run.run_id, "$dim"))
        return
    found = (run.received, run.accepted, run.duplicates, run.rejected)
    if run.received and low:
        told = (f"{count:,} {name}" for count, name in zip(found, _FOUND, strict=True) if count)
        yield fact("entries", numbers(f" {glyphs.separator} ".join(told)))
    elif run.received:
        for count, name in zip(found, _FOUND, strict=True):
            yield fact(name, number(count, "bold $accent" if name == "rejected" and count else "bold $bright"))
    yield fact("written", numbers(counted(run.rows_processed, "row")))
    yield fact("run", (run.run_id, "$dim"))


def _notes(run: Run, glyphs: Glyphs) -> Iterator[Content]:
    if run.shifted:
        yield line((f"{glyphs.warning} ", "$on-hold"), "The list moved while it was read: titles may be missing.")
    if run.degraded:
        yield line((f"{glyphs.warning} ", "$on-hold"), "The source left entries or fields out.")
    for note in run.notes:
        yield line((f"{glyphs.separator} ", "$dim"), note)


def _reasons(rejects: Sequence[Reject], rejected: int) -> Iterator[Content]:
    yield line(("Rejected", "bold"), ("  e shows each of them", "$dim"))
    if not rejects:
        yield line((f"{counted(rejected, 'entry', 'entries')}; their texts are not kept any more", "$dim"))
    for reason, count in Counter(reject.reason for reject in rejects).most_common(REASONS):
        yield line((f"{count:>5} ", "$accent"), reason)
