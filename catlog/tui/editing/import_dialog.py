"""Importing a list in the app: the path of a file, what it would change, and the import as one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from catlog.access import Right
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.dialogs.form import FormDialog, FormField

if TYPE_CHECKING:
    from catlog.tui.editing import import_queries
    from catlog.tui.editing.import_queries import ImportPreview
    from catlog.tui.screens.base import CatLogScreen
else:
    import_queries = deferred("catlog.tui.editing.import_queries")


class ImportFile(FormDialog["ImportPreview"]):
    """Asks for a file; the result is what an import of it would do."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(self) -> None:
        super().__init__(
            line(("Bring a list", "bold $accent"), "\nThe format is detected, and nothing changes yet."),
            FormField("path", "File", hint="type its path, or drop it here"),
        )

    def send(self, values: Mapping[str, str]) -> None:
        """Read the file."""
        with self.app.pool.holding_keys():
            self.app.pool.run(self, import_queries.preview_import, values["path"]).then(self.dismiss, self.refuse)


def ask_for_import(screen: CatLogScreen) -> None:
    """Ask for a file, show what it would change, and import it after a yes."""
    app = screen.app

    def previewed(preview: ImportPreview | None) -> None:
        if preview is None:
            return
        if not preview.changes:
            app.tell(f"{preview.name}, {preview.summary}: nothing to bring")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                pending = app.pool.submit(screen, import_queries.import_previewed, preview)
                pending.then(lambda words: app.tell(words, undo=True))

        app.push_screen(Confirm(f"Bring {preview.name}?", plain(f"{preview.summary}\n{preview.statuses}")), answered)

    app.push_screen(ImportFile(), previewed)
