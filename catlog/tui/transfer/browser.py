"""Choosing a file for an import: the folders of this machine, and in them the files that may be lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from catlog.access import Right
from catlog.text import clean
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keys import bindings
from catlog.tui.transfer.keys import BROWSER
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.columns import Piece, RowColumn

if TYPE_CHECKING:
    from catlog.errors import CatLogError
    from catlog.tui.transfer import files
    from catlog.tui.transfer.files import Folder, FolderEntry
    from catlog.tui.widgets.rows.messages import Chosen
else:
    files = deferred("catlog.tui.transfer.files")


class FileBrowser(Dialog[str]):
    """Shows a folder; the result is the path of the file that was chosen."""

    RIGHT: ClassVar[Right] = Right.USE_MACHINE
    BINDINGS: ClassVar[list[BindingType]] = bindings(BROWSER)

    def __init__(self) -> None:
        super().__init__(Content(""), title="Choose a file")
        self._everything = False
        self._came_from: Path | None = None
        self.folder: Folder | None = None

    def compose_box(self) -> ComposeResult:
        """Lay out the folder."""
        yield Static("", id="where")
        yield RowList["FolderEntry"](
            _columns(lambda at: self.app.zone.local(datetime.fromtimestamp(at, UTC)).strftime("%Y-%m-%d")),
            identity=lambda entry: entry.path,
            text=lambda entry: entry.name,
            glyphs=self.app.glyphs,
            empty=f"Reading{self.app.glyphs.ellipsis}",
            id="rows",
        )
        yield Static("", id="problem")

    def on_mount(self) -> None:
        """Open the folder of downloads, or else the user's."""
        from catlog.tui.transfer.files import default_folder

        self.set_focus(self.query_one("#rows"))
        self._open(default_folder())

    def action_up_folder(self) -> None:
        """Go to the folder above."""
        if self.folder is not None:
            self._came_from = self.folder.path
            self._open(self.folder.path.parent)

    def action_enter_folder(self) -> None:
        """Open the folder under the cursor, or take the file."""
        self._take(self.query_one("#rows", RowList).record)

    def action_home_folder(self) -> None:
        """Go to the user's folder."""
        self._open(Path.home())

    def action_everything(self) -> None:
        """Show all files, or only those that may be lists."""
        self._everything = not self._everything
        if self.folder is not None:
            self._open(self.folder.path)

    @on(RowList.Chosen, "#rows")
    def _chosen(self, message: Chosen[FolderEntry]) -> None:
        self._take(message.record)

    def _take(self, entry: FolderEntry | None) -> None:
        if entry is not None and entry.is_folder:
            self._open(entry.path)
        elif entry is not None:
            self.dismiss(str(entry.path))

    def _open(self, path: Path) -> None:
        with self.app.pool.holding_keys():
            pending = self.app.pool.run(self, files.read_folder, path.absolute(), everything=self._everything)
            pending.then(self._show, self._failed)

    def _failed(self, error: CatLogError) -> bool:
        self.query_one("#problem", Static).update(plain(error.message))
        return True

    def _show(self, folder: Folder) -> None:
        rows = self.query_one("#rows", RowList)
        self.folder = folder
        more = f"  the first {len(folder.entries):,}" if folder.more else ""
        self.query_one("#where", Static).update(line((clean(str(folder.path)), "$bright"), (more, "$dim")))
        self.query_one("#problem", Static).update("")
        rows.empty = "Nothing here may be a list: a shows all files." if not self._everything else "Nothing is here."
        rows.load(folder.entries)
        if self._came_from is None or not rows.go_to(self._came_from):
            rows.move_to(0)
        self._came_from = None


def _columns(day: Callable[[float], str]) -> tuple[RowColumn[FolderEntry], ...]:
    def name(entry: FolderEntry, _: int) -> Piece:
        return Piece(f"{entry.name}/", "accent") if entry.is_folder else Piece(entry.name, "title")

    def size(entry: FolderEntry, _: int) -> Piece:
        return Piece("" if entry.is_folder else f"{max(1, entry.size // 1024):,} KB", "dim")

    def changed(entry: FolderEntry, _: int) -> Piece:
        return Piece(day(entry.modified), "dim")

    return (
        RowColumn("name", "name", name, 20, weight=1, sortable=False),
        RowColumn("size", "size", size, 10, right=True, gives_way=1, sortable=False),
        RowColumn("day", "changed", changed, 10, gives_way=2, sortable=False),
    )
