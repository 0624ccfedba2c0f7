"""Exporting the own list in the app: the format and the place, what the file holds and lacks, and the text itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from catlog.access import Right
from catlog.errors import BusyError, InvalidArgumentError
from catlog.interchange.formats import EXPORTS, export_format, format_of_file
from catlog.text import clean, counted
from catlog.tui.content import line, lines, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.base import Dialog
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.keys import bindings
from catlog.tui.operations.operation import OperationKind
from catlog.tui.transfer.keys import EXPORT, TEXT_OUT
from catlog.tui.widgets.choice import ChoiceField
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.columns import RowColumn
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.tui.host import Host
    from catlog.tui.transfer import export_queries
    from catlog.tui.transfer.export_queries import ExportPreview, ExportTarget
else:
    export_queries = deferred("catlog.tui.transfer.export_queries")

COPY_LIMIT = 100_000
"""Characters that terminals take at once by OSC 52."""


class ExportForm(FormDialog[None]):
    """Asks for the format and, where the user has files of this machine, for the place."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST
    BINDINGS: ClassVar[list[BindingType]] = bindings(EXPORT)

    def __init__(self, app: Host) -> None:
        self._to_file = app.may(Right.USE_MACHINE)
        fields = [FormField("format", "Format", EXPORTS[0], options=EXPORTS)]
        if self._to_file:
            fields.append(FormField("path", "To", self._path(app, EXPORTS[0])))
        super().__init__(line(("Export my list", "bold $accent")), *fields)
        self._preview: ExportPreview | None = None

    def compose_box(self) -> ComposeResult:
        """Show below the fields what the export holds."""
        yield from super().compose_box()
        yield Static("", id="holds")

    def on_mount(self) -> None:
        """Count the titles, and follow the format."""
        self.watch(self.query_one(ChoiceField), "chosen", self._format_changed)

    def send(self, values: Mapping[str, str]) -> None:
        """Check the place, and write the file; without files of this machine, show the text."""
        if self._preview is not None and not self._preview.titles:
            raise InvalidArgumentError("the list is empty")
        if not self._to_file:
            self.action_as_text()
            return
        with self.app.pool.holding_keys():
            checked = self.app.pool.run(self, export_queries.check_target, values["path"])
            checked.then(partial(self._checked, values["format"]), self.refuse)

    def action_as_text(self) -> None:
        """Show the text."""
        app, format = self.app, self.values["format"]
        with app.pool.holding_keys():
            reading = app.pool.run(self, export_queries.export_text, format)
            reading.then(lambda text: app.push_screen(TextOut(text, format)), self.refuse)

    def _format_changed(self) -> None:
        format = self.values["format"]
        if self._to_file:
            field = self.query_one("#field-path", TextField)
            path = Path(field.value)
            if format_of_file(path.name, "") and path.name:
                field.value = str(path.with_suffix(export_format(format).ending))
        self.app.pool.run(self, export_queries.preview_export, format).then(self._show_preview)

    def _show_preview(self, preview: ExportPreview) -> None:
        self._preview = preview
        to = export_format(preview.format)
        rows = [
            line((f"{preview.titles:,}", "bold $bright"), (f" {'title' if preview.titles == 1 else 'titles'}", "$dim")),
            plain(to.export_summary + (", with its history" if to.history else ""), "$dim"),
            *(plain(f"{self.app.glyphs.warning} {loss}", "$dim") for loss in preview.losses),
        ]
        self.query_one("#holds", Static).update(lines([Content(""), *rows]))

    def _checked(self, format: str, target: ExportTarget) -> None:
        name = clean(target.path.name)
        if not target.exists:
            self._write(target, format)
            return
        question = Confirm(f"{name} exists. Replace it?", plain(f"in {clean(str(target.path.parent))}", "$dim"))
        self.app.push_screen(question, lambda yes: self._write(target, format) if yes else None)

    def _write(self, target: ExportTarget, format: str) -> None:
        from catlog.tui.transfer.export_queries import export_work

        titles = self._preview.titles if self._preview is not None else 0
        try:
            title = f"export to {clean(target.path.name)}"
            self.app.operations.start(OperationKind.EXPORT, title, export_work(target, format, titles))
        except BusyError as error:
            self.refuse(error)
        else:
            self.dismiss(None)

    def _path(self, app: Host, format: str) -> str:
        from catlog.tui.transfer.files import default_folder

        name = f"catlog-{app.status.user or 'list'}-{app.zone.today():%Y-%m-%d}{export_format(format).ending}"
        return str(default_folder() / name)


class TextLine(NamedTuple):
    """One line of a text."""

    number: int
    text: str


class TextOut(Dialog[None]):
    """Shows an export as text. `c` copies it through the terminal; nothing is written to this machine."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST
    BINDINGS: ClassVar[list[BindingType]] = bindings(TEXT_OUT)

    def __init__(self, text: str, format: str) -> None:
        self.text = text
        shown = [TextLine(number, row) for number, row in enumerate(text.splitlines(), 1)]
        self._lines = shown
        size = f"{counted(len(shown), 'line')}, {len(text) / 1024:,.0f} KB"
        super().__init__(plain(size, "$dim"), title=f"My list as {export_format(format).summary}")

    def compose_box(self) -> ComposeResult:
        """Lay out the text."""
        yield RowList[TextLine](
            (RowColumn("text", "", lambda row, _: row.text, 20, weight=1, sortable=False),),
            identity=lambda row: row.number,
            text=lambda row: row.text,
            glyphs=self.app.glyphs,
            empty="The list is empty.",
            id="rows",
            heading=0,
        )

    def on_mount(self) -> None:
        """Show the lines."""
        rows = self.query_one("#rows", RowList)
        rows.load(self._lines)
        self.set_focus(rows)

    def action_copy(self) -> None:
        """Copy the text through the terminal."""
        if len(self.text) > COPY_LIMIT:
            words = f"{len(self.text):,} characters are more than terminals take ({COPY_LIMIT:,}): export it as csv"
            self.app.tell(f"{words}, or use: catlog list export > FILE", problem=True)
            return
        self.app.copy_to_clipboard(self.text)
        self.app.tell(f"{counted(len(self.text), 'character')} sent to the terminal's clipboard")


def ask_for_export(app: Host) -> None:
    """Ask for format and place, and export the list."""
    app.push_screen(ExportForm(app))
