"""Importing a list in the app: a file or a paste, what it would change, and the import in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from catlog.access import Right
from catlog.charts.progress_bar import line_bar
from catlog.errors import BusyError, CancelledError, CatLogError
from catlog.text import counted
from catlog.tui.content import line, lines, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.base import Dialog
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.glyphs import STATUS_NAMES
from catlog.tui.keys import bindings
from catlog.tui.operations.operation import Operation, OperationKind
from catlog.tui.transfer.keys import IMPORT, PASTE, REVIEW
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.columns import Piece, RowColumn
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from textual.timer import Timer

    from catlog.tui.glyphs import Glyphs
    from catlog.tui.host import Host
    from catlog.tui.keyboard import Hold
    from catlog.tui.transfer import import_queries
    from catlog.tui.transfer.import_queries import ImportLine, ImportPreview, Reading
else:
    import_queries = deferred("catlog.tui.transfer.import_queries")

HOLD_SECONDS = 0.5
"""Seconds that keys wait for a list to be read; from then on esc cancels it."""

TICK = 0.2
"""Seconds between two updates of the progress of reading."""

_MIB = 1024**2


class ReadingWatch:
    """The progress of one list that is being read for `screen`; `show` gets its line, and "" at its end."""

    def __init__(self, screen: Dialog[ImportPreview], show: Callable[[str], None]) -> None:
        self._screen = screen
        self._show = show
        self._reading: Reading | None = None
        self._hold: Hold | None = None
        self._timer: Timer | None = None

    def begin(self, text: str, done: Callable[[ImportPreview], object], failed: Callable[[CatLogError], bool]) -> None:
        """Read a list whose path or content is given; keys wait for a moment."""
        from catlog.tui.transfer.import_queries import Reading

        self.cancel()
        screen, reading = self._screen, Reading()
        self._reading, self._hold = reading, screen.app.keyboard.hold()
        screen.set_timer(HOLD_SECONDS, self._hold.release)
        self._timer = screen.set_interval(TICK, self._tick)
        pending = screen.app.pool.run(screen, import_queries.preview_import, text, reading)
        pending.then(partial(self._end, done), partial(self._end, failed))

    def cancel(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel.set()
        self._rest()

    def _tick(self) -> None:
        if self._reading is not None:
            self._show(progress_words(self._reading))

    def _end(self, handler: Callable[[Any], object], value: object) -> bool:
        self._rest()
        self._show("")
        if not isinstance(value, CancelledError):
            handler(value)
        return True

    def _rest(self) -> None:
        self._reading = None
        if self._timer is not None:
            self._timer.stop()
        if self._hold is not None:
            self._hold.release()


def progress_words(reading: Reading) -> str:
    """Return how much was read, in words."""
    of = f" of {reading.total / _MIB:.1f}" if reading.total else ""
    return f"reading: {reading.done / _MIB:.1f}{of} MB; esc cancels"


class PathField(TextField):
    """A field for a path. The content of a list that is pasted into it is read as that."""

    class Pasted(Message):
        """The content of a list was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def pasted(self, text: str) -> str:
        """Return the characters to insert for a pasted text: none for the content of a list, which is posted."""
        from catlog.tui.transfer.files import is_content

        if not is_content(text):
            return super().pasted(text)
        self.post_message(self.Pasted(text))
        return ""


class ImportFile(FormDialog["ImportPreview"]):
    """Asks for a file; the result is what an import of it would do."""

    RIGHT: ClassVar[Right] = Right.USE_MACHINE
    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT)

    def __init__(self, path: str = "") -> None:
        super().__init__(
            line(("Bring a list", "bold $accent"), "\nThe format is detected, and nothing changes yet."),
            FormField("path", "File", path, hint="type its path, drop it here, or paste its content", kind=PathField),
        )
        self._watch = ReadingWatch(self, self.show_progress)

    def send(self, values: Mapping[str, str]) -> None:
        """Read the file."""
        self._watch.begin(values["path"], self.dismiss, self.refuse)

    def on_path_field_pasted(self, message: PathField.Pasted) -> None:
        """Read what was pasted."""
        message.stop()
        self._watch.begin(message.text, self.dismiss, self.refuse)

    def action_browse(self) -> None:
        """Choose the file in its folder."""
        from catlog.tui.transfer.browser import FileBrowser

        def chosen(path: str | None) -> None:
            if path is not None:
                self.query_one(PathField).value = path
                self.action_send()

        self.app.push_screen(FileBrowser(), chosen)

    def action_close(self) -> None:
        """Stop reading, and close."""
        self._watch.cancel()
        super().action_close()


class ImportPaste(Dialog["ImportPreview"]):
    """Asks for the content of a list, which comes through the terminal: for users without files of this machine."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST
    BINDINGS: ClassVar[list[BindingType]] = bindings(PASTE)

    def __init__(self) -> None:
        super().__init__(
            line(
                ("Bring a list", "bold $accent"),
                "\nOpen the export on your own machine, copy all of it, and paste it here: XML, JSON or CSV, unpacked. "
                "The format is detected, and nothing changes yet.",
            )
        )
        self._text = ""
        self._watch = ReadingWatch(self, self._say)

    def compose_box(self) -> ComposeResult:
        """Show how much was pasted."""
        yield Static("Nothing is pasted yet.", id="pasted")
        yield Static("", id="problem")

    def on_paste(self, event: events.Paste) -> None:
        """Take what was pasted; a terminal may send it in several parts."""
        event.stop()
        self._text += event.text
        self.query_one("#pasted", Static).update(
            plain(f"{len(self._text):,} characters in {counted(self._text.count(chr(10)) + 1, 'line')} are here.")
        )
        self._say("")

    def action_send(self) -> None:
        """Read what was pasted."""
        if self._text.strip():
            self._watch.begin(self._text + "\n", self.dismiss, self._refuse)
        else:
            self._say("paste the content of a list first")

    def action_close(self) -> None:
        """Stop reading, and close."""
        self._watch.cancel()
        super().action_close()

    def _refuse(self, error: CatLogError) -> bool:
        self._text = ""
        self.query_one("#pasted", Static).update("Nothing is pasted yet.")
        self._say(error.message)
        return True

    def _say(self, words: str) -> None:
        self.query_one("#problem", Static).update(plain(words))


class ImportReview(Dialog[bool]):
    """Shows what an import would do; the result is whether to do it."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST
    BINDINGS: ClassVar[list[BindingType]] = bindings(REVIEW)

    def __init__(self, preview: ImportPreview) -> None:
        super().__init__(plain(preview.name, "bold $bright"), title="Bring these")
        self.preview = preview

    def compose_box(self) -> ComposeResult:
        """Show the counts."""
        preview, glyphs = self.preview, self.app.glyphs
        warnings = [plain(f"{glyphs.warning} {warning}", "$dim") for warning in preview.file.warnings[:4]]
        shown = [
            line((preview.format, "$dim")),
            Content(""),
            counts_line(preview),
            Content(""),
            statuses_line(preview, glyphs),
            *([Content(""), *warnings] if warnings else []),
            Content(""),
            line(("One step: ", "$dim"), (self.app.key_of("app.undo"), "bold"), (" takes all of it back.", "$dim")),
        ]
        yield Static(lines(shown), id="details")

    def action_yes(self) -> None:
        """Import it."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def action_look(self) -> None:
        """Show each row."""
        self.app.push_screen(ImportRows(self.preview))


class ImportRows(Dialog[None]):
    """What an import does with each row: changes first, then what is in doubt, with reasons."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(self, preview: ImportPreview) -> None:
        super().__init__(plain(preview.summary, "$dim"), title=preview.name)
        self._preview = preview

    def compose_box(self) -> ComposeResult:
        """Lay out the list."""
        glyphs = self.app.glyphs
        yield RowList["ImportLine"](
            _columns(glyphs),
            identity=lambda row: row.position,
            text=lambda row: f"{row.title}\n{row.outcome}\n{row.words}",
            glyphs=glyphs,
            empty=f"Comparing{glyphs.ellipsis}",
            id="rows",
        )

    def on_mount(self) -> None:
        """Describe the rows in a worker thread."""
        rows = self.query_one("#rows", RowList)
        self.set_focus(rows)
        self.app.pool.run(self, import_queries.describe_rows, self._preview, self.app.glyphs.arrow).then(rows.load)


def counts_line(preview: ImportPreview, bar: int = 0, *, ascii: bool = False) -> Content:
    """Return the counts of an import, after the share of its rows that can be used as a bar of `bar` cells."""
    total = len(preview.result.rows)
    done, left = line_bar((total - preview.doubt) / total if total else 0.0, bar, ascii=ascii) if bar else ("", "")
    counts = ((preview.new, "new"), (preview.changed, "changed"), (preview.doubt, "in doubt"))
    parts = [part for number, word in counts for part in ((f"{number:,}", "bold $bright"), (f" {word}  ", "$dim"))]
    return line((done, "$accent"), (left, "$rest"), "  " if bar else "", *parts)


def statuses_line(preview: ImportPreview, glyphs: Glyphs) -> Content:
    """Return the number of entries of each status that would be there."""
    numbers = dict(preview.statuses)
    return line(
        *(
            part
            for status, name in STATUS_NAMES.items()
            for part in ((glyphs.status(status), f"${name}"), f" {numbers.get(status, 0):,}   ")
        )
    )


def ask_for_import(app: Host) -> None:
    """Ask for a list, show what it would change, and import it after a yes."""
    asking: Dialog[ImportPreview] = ImportFile() if app.may(Right.USE_MACHINE) else ImportPaste()
    app.push_screen(asking, partial(review_import, app))


def review_import(app: Host, preview: ImportPreview | None) -> None:
    """Show what an import would change, and start it after a yes."""
    if preview is None:
        return
    if not preview.changes:
        app.tell(f"{preview.name}, {preview.format}: {preview.summary}, nothing to bring")
        return

    def answered(yes: bool | None) -> None:
        if yes:
            start_import(app, preview)

    app.push_screen(ImportReview(preview), answered)


def start_import(app: Host, preview: ImportPreview) -> Operation | None:
    """Start an import in the background; None while another one is under way."""
    from catlog.tui.transfer.import_queries import import_work

    try:
        return app.operations.start(OperationKind.IMPORT, f"import of {preview.name}", import_work(preview))
    except BusyError as error:
        app.show_error(error)
        return None


def _columns(glyphs: Glyphs) -> tuple[RowColumn[ImportLine], ...]:
    signs = {"added": ("+", "up"), "changed": ("~", "accent"), "unresolved": ("?", "down"), "rejected": ("!", "down")}

    def sign(row: ImportLine, _: int) -> Piece:
        return Piece(*signs.get(row.outcome, (glyphs.same, "dim")))

    return (
        RowColumn("outcome", "", sign, 1, sortable=False),
        RowColumn("title", "title", lambda row, _: Piece(row.title, "title"), 18, weight=2, sortable=False),
        RowColumn("words", "what happens", lambda row, _: Piece(row.words, "dim"), 18, weight=3, sortable=False),
    )
