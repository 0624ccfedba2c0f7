"""The dialogs for saved views: open one, save the present view under a name, delete one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from catlog.errors import CatLogError
from catlog.saved_views import Kind, SavedViews
from catlog.tui.content import line
from catlog.tui.dialogs.pick import Pick, PickOption
from catlog.tui.editing.forms import NameForm

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen

_SAVE, _DELETE = "\x00save", "\x00delete"


class SavedViewsMenu(ABC):
    """Saves views of one kind for the screen that owns this menu. No worker: the file is small."""

    KIND: ClassVar[Kind]
    HEADING: ClassVar[str]
    NOUN: ClassVar[str]
    SAVE_LABEL: ClassVar[str]

    def __init__(self, screen: CatLogScreen) -> None:
        self._app = screen.app

    @property
    def store(self) -> SavedViews:
        """The saved views of the user who is signed in."""
        return SavedViews(self._app.settings.paths.state, self._app.status.user)

    @property
    @abstractmethod
    def fields(self) -> dict[str, str]:
        """The fields of the present view, {} when there is nothing to save."""

    @abstractmethod
    def describe(self) -> str:
        """Return the present view in words."""

    @abstractmethod
    def apply(self, fields: Mapping[str, str]) -> None:
        """Show a saved view."""

    def label(self, name: str, fields: Mapping[str, str]) -> str:  # noqa: ARG002 - the list shows the filter too
        """Return the line of a saved view in the menu."""
        return name

    def recent(self) -> dict[str, dict[str, str]]:
        """Return views that were saved without a name, newest first."""
        return {}

    def open(self) -> None:
        """Show the menu."""
        try:
            named, recent = self.store.all(self.KIND), self.recent()
        except CatLogError as error:
            self._app.show_error(error)
            return
        things = [
            PickOption(f"named {name}", str(number) if number < 10 else "", self.label(name, fields))
            for number, (name, fields) in enumerate(named.items(), 1)
        ]
        things += [PickOption(f"recent {name}", "", name, "$dim") for name in recent]
        if self.fields:
            things.append(PickOption(_SAVE, "k", self.SAVE_LABEL, "$dim"))
        if named:
            things.append(PickOption(_DELETE, "d", "delete one", "$dim"))
        if things:
            self._app.push_screen(Pick(line((self.HEADING, "bold $accent")), things), self._picked)
        else:
            self._app.tell("no searches yet")

    def _picked(self, value: str | None) -> None:
        if value == _SAVE:
            self._app.push_screen(NameForm(self.describe(), f"Save this {self.NOUN}"), self.save)
        elif value == _DELETE:
            things = [PickOption(name, "", name) for name in self.store.all(self.KIND)]
            self._app.push_screen(Pick(line((f"Delete a {self.NOUN}", "bold $accent")), things), self.delete)
        elif value is not None:
            kind, _, name = value.partition(" ")
            fields = (self.store.all(self.KIND) if kind == "named" else self.recent()).get(name)
            if fields is not None:
                self.apply(fields)

    def save(self, name: str | None) -> None:
        """Save the present view under a name; None saves nothing."""
        if name is None:
            return
        try:
            saved = self.store.save(self.KIND, name, self.fields)
        except CatLogError as error:
            self._app.show_error(error)
        else:
            self._app.tell(f"saved as {saved}")

    def delete(self, name: str | None) -> None:
        """Delete a saved view; None deletes nothing."""
        if name is None:
            return
        try:
            self.store.drop(self.KIND, name)
        except CatLogError as error:
            self._app.show_error(error)
        else:
            self._app.tell(f"deleted {name}")
