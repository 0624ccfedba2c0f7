"""The panel of the first steps that brings a list: an export that was found, dropped, pasted or chosen."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from catlog.access import Right
from catlog.charts.cells import wrapped
from catlog.charts.progress_bar import line_bar
from catlog.tui.content import line, lines, plain
from catlog.tui.deferred import deferred
from catlog.tui.host import Hosted
from catlog.tui.operations.operation import Operation, OperationState
from catlog.tui.transfer.import_dialog import ImportRows, counts_line, progress_words, start_import, statuses_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.timer import Timer

    from catlog.errors import CatLogError
    from catlog.tui.transfer import import_queries
    from catlog.tui.transfer.import_queries import ImportPreview, Reading
else:
    import_queries = deferred("catlog.tui.transfer.import_queries")

SERVICES = "MyAnimeList, AniList, Kitsu, Simkl, Shikimori, Anime-Planet, Trackma, CatLog"

BAR = 40
"""Cells of a bar where there is room for them."""

COUNTS = 42
"""Cells for the counts behind a bar."""

ONE_LINE = 84
"""Cells from which the statuses and the keys stand in one line."""

SHARES = {"comparing": 0.2, "adding titles": 0.4, "writing": 0.6}
"""The part of an import that is done when a step of it begins."""

TICK = 0.2
"""Seconds between two updates of the progress of reading."""


class BringState(Enum):
    """What the panel shows."""

    READING = "reading"
    NOTHING = "nothing"
    READY = "ready"
    STARTED = "started"
    SKIPPED = "skipped"


class BringList(Hosted, Widget, can_focus=True):
    """The list that may be brought, what that would change, and how far it is."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.state = BringState.NOTHING
        self.preview: ImportPreview | None = None
        self.problem = ""
        self._operation: Operation | None = None
        self._reading: Reading | None = None
        self._timer: Timer | None = None

    @property
    def reads_files(self) -> bool:
        """Whether the user has files on this machine."""
        return self.app.may(Right.USE_MACHINE)

    @property
    def brought(self) -> int:
        """The number of titles that were brought."""
        operation = self._operation
        done = operation is not None and operation.state is OperationState.DONE
        return self.preview.changes if done and self.preview is not None else 0

    def on_mount(self) -> None:
        """Look for an export that lies around."""
        if self.reads_files:
            with self.app.pool.holding_keys():
                finding = self.app.pool.run(self, import_queries.preview_found, self._begin())
                finding.then(self._found, self._failed)

    def read(self, text: str) -> None:
        """Read a list whose path was typed or dropped, or whose content was pasted."""
        reading = self._begin()
        self.app.pool.run(self, import_queries.preview_import, text, reading).then(self.show, self._failed)

    def show(self, preview: ImportPreview) -> None:
        """Show what an import would do."""
        self._rest()
        self.preview, self.problem = preview, ""
        self.state = BringState.READY
        self.refresh()
        self.screen.refresh_bindings()

    def bring(self) -> bool:
        """Start the import of what is shown; return whether there is nothing more to do here."""
        if self.state is BringState.READY and self.preview is not None and self.preview.changes:
            self._operation = start_import(self.app, self.preview)
            if self._operation is None:
                return False
            self.state = BringState.STARTED
            self.refresh()
        return self.state in (BringState.STARTED, BringState.SKIPPED) or self.preview is not None

    def skip(self) -> None:
        """Leave it for later, unless it has begun."""
        if self.state is not BringState.STARTED:
            self.cancel()
            self.state = BringState.SKIPPED
            self.refresh()

    def look(self) -> None:
        """Show what happens with each title."""
        if self.preview is not None:
            self.app.push_screen(ImportRows(self.preview))

    def cancel(self) -> None:
        """Stop reading, or cancel the import."""
        if self._reading is not None:
            self._reading.cancel.set()
        elif self._operation is not None:
            self.app.operations.cancel(self._operation)

    def render(self) -> Content:
        """Draw the state for the room there is."""
        rows = [*self._lines()]
        room = self.size.height
        if room >= 2 * len(rows) - 1:
            rows = [part for row in rows for part in (row, Content(""))][:-1]
        return lines(rows[: max(room, 1)])

    def _begin(self) -> Reading:
        from catlog.tui.transfer.import_queries import Reading

        self.cancel()
        self._operation = None
        reading = self._reading = Reading()
        self.state, self.preview, self.problem = BringState.READING, None, ""
        self._timer = self._timer or self.set_interval(TICK, self.refresh)
        self.refresh()
        return reading

    def _found(self, preview: ImportPreview | None) -> None:
        if preview is not None:
            self.show(preview)
        else:
            self._rest()
            self.state = BringState.NOTHING
            self.refresh()

    def _failed(self, error: CatLogError) -> bool:
        self._rest()
        if self.state is BringState.READING:
            self.state, self.problem = BringState.NOTHING, error.message
            self.refresh()
        return True

    def _rest(self) -> None:
        self._reading = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _lines(self) -> Iterator[Content]:
        preview = self.preview
        match self.state:
            case BringState.READING:
                yield plain(progress_words(self._reading) if self._reading else "reading", "$dim")
            case BringState.SKIPPED:
                yield line(
                    ("Skipped. ", "$dim"), (self._palette_key(), "bold"), (" import brings a list later.", "$dim")
                )
            case BringState.STARTED:
                yield from self._progress()
            case BringState.READY if preview is not None:
                found = f", in {preview.folder}" if preview.folder else ""
                yield line((preview.name, "bold $bright"), (f"   {preview.format}{found}", "$dim"))
                yield counts_line(preview, self._bar, ascii=self.app.ascii)
                keys = self._keys(("enter", "bring them" if preview.changes else "next"), ("d", "look at each"))
                statuses = statuses_line(preview, self.app.glyphs)
                if self.size.width >= ONE_LINE:
                    yield line(statuses, keys)
                else:
                    yield from (statuses, keys)
            case _:
                if self.problem:
                    yield plain(self.problem, "$dropped")
                else:
                    yield from (plain(row, "$dim") for row in wrapped(f"An export of {SERVICES}.", self.size.width))
                if self.reads_files:
                    yield self._keys(("enter", "type its path"), ("b", "choose the file"))
                else:
                    yield plain("Copy the content of an export, and paste it here.")

    def _progress(self) -> Iterator[Content]:
        operation, preview, glyphs = self._operation, self.preview, self.app.glyphs
        if operation is None or operation.state is OperationState.CANCELLED:
            yield line(("Cancelled: the list is as it was. ", "$dim"), self._keys(("b", "another file")))
        elif operation.error is not None:
            yield plain(operation.error.message, "$dropped")
            yield self._keys(("b", "another file"))
        elif operation.outcome is not None and preview is not None:
            yield line((f"{glyphs.completed} ", "$completed"), (preview.name, "bold $bright"), (" is here", "$dim"))
            yield counts_line(preview, self._bar, ascii=self.app.ascii)
            undo = line((self.app.key_of("app.undo"), "bold $bright"), (" takes them back", "$dim"))
            yield line(statuses_line(preview, glyphs), undo)
        else:
            step = operation.step
            share = (
                0.0 if step is None else {"comparing": 0.2, "adding titles": 0.4, "writing": 0.6}.get(step.name, 0.1)
            )
            done, left = line_bar(share, self._bar, ascii=self.app.ascii)
            words = step.name if step is not None else "saving a backup"
            yield plain(operation.title)
            yield line((done, "$accent"), (left, "$rest"), f"  {words}   ", ("c", "bold $bright"), (" cancel", "$dim"))

    @property
    def _bar(self) -> int:
        return max(8, min(BAR, self.size.width - COUNTS))

    def _palette_key(self) -> str:
        return self.app.key_of("app.palette").split(" ")[0]

    def _keys(self, *keys: tuple[str, str]) -> Content:
        more = (("b", "another file"),) if self.preview is not None and self.reads_files else ()
        told = [line((key, "bold $bright"), (f" {words}", "$dim")) for key, words in (*keys, *more)]
        return Content("   ").join(told)
