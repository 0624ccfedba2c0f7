"""Writing the statistics as a picture or a page: which kind, and to which file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from catlog.access import Right
from catlog.charts.sheet.files import KINDS
from catlog.text import clean
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.widgets.choice import ChoiceField
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.tui.host import Host
    from catlog.tui.transfer import export_queries, picture_queries
    from catlog.tui.transfer.export_queries import ExportTarget
else:
    export_queries = deferred("catlog.tui.transfer.export_queries")
    picture_queries = deferred("catlog.tui.transfer.picture_queries")


class PictureForm(FormDialog[None]):
    """Asks for the kind of file and its place, and writes the statistics, or those of a year, to it."""

    RIGHT: ClassVar[Right] = Right.USE_MACHINE

    def __init__(self, app: Host, year: int | None, by: Measure) -> None:
        self._year, self._by = year, by
        what = "My statistics" if year is None else f"My {year} in anime"
        fields = (
            FormField("kind", "Kind", KINDS[0], options=KINDS),
            FormField("path", "To", self._path(app, KINDS[0])),
        )
        super().__init__(line((what, "bold $accent"), (" as a picture or a page", "$dim")), *fields)

    def on_mount(self) -> None:
        """Follow the kind."""
        self.watch(self.query_one(ChoiceField), "chosen", self._kind_changed, init=False)

    def send(self, values: Mapping[str, str]) -> None:
        """Check the place, and write the file."""
        with self.app.pool.holding_keys():
            checked = self.app.pool.run(self, export_queries.check_target, values["path"])
            checked.then(partial(self._checked, values["kind"]), self.refuse)

    def _kind_changed(self) -> None:
        field = self.query_one("#field-path", TextField)
        path = Path(field.value)
        if path.suffix.removeprefix(".") in KINDS:
            field.value = str(path.with_suffix(f".{self.values['kind']}"))

    def _checked(self, kind: str, target: ExportTarget) -> None:
        if not target.exists:
            self._write(kind, target)
            return
        place = plain(f"in {clean(str(target.path.parent))}", "$dim")
        question = Confirm(f"{clean(target.path.name)} exists. Replace it?", place)
        self.app.push_screen(question, lambda yes: self._write(kind, target) if yes else None)

    def _write(self, kind: str, target: ExportTarget) -> None:
        writing = self.app.pool.run(self, picture_queries.write_picture, kind, target.path, self._year, self._by)
        writing.then(self._written, self.refuse)

    def _written(self, words: str) -> None:
        self.app.tell(words)
        self.dismiss(None)

    def _path(self, app: Host, kind: str) -> str:
        from catlog.tui.transfer.files import default_folder

        of = app.zone.today().isoformat() if self._year is None else str(self._year)
        return str(default_folder() / f"anime-{app.status.user or 'statistics'}-{of}.{kind}")
