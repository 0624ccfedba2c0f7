"""The rejects of a run: position, reason and excerpt of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from catlog.text import counted
from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.pages.parts import headline

if TYPE_CHECKING:
    from catlog.etl.runlog import Run
    from catlog.etl.transform import Reject

_EXCERPT = 160


def rejects_page(run: Run, rejects: Sequence[Reject], glyphs: Glyphs) -> Content:
    """Return the rejects of a run, as many as were read."""
    title = headline(run.source, str(run.snapshot_date or ""))
    if not run.rejected:
        return lines([title, line((f"{glyphs.completed} nothing was rejected", "$completed"))])
    if not rejects:
        text = f"{counted(run.rejected, 'entry', 'entries')}; their texts are not kept any more"
        return lines([title, line((text, "$dim"))])
    parts = [title, *_rows(rejects, glyphs)]
    if run.rejected > len(rejects):
        parts += [Content(""), line((f"and {run.rejected - len(rejects):,} more: catlog etl logs --run RUN", "$dim"))]
    return lines(parts)


def _rows(rejects: Sequence[Reject], glyphs: Glyphs) -> Iterator[Content]:
    for reject in rejects:
        named = f" {glyphs.separator} id {reject.mal_id}" if reject.mal_id is not None else ""
        yield Content("")
        yield line((reject.reason, "bold"))
        yield line((f"page {reject.page}, entry {reject.position}{named}", "$dim"))
        yield line((reject.excerpt[:_EXCERPT], "$dim"))
