"""Saved searches, named and recent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from catlog.errors import CatLogError
from catlog.saved_views import Kind
from catlog.tui.saved_views_menu import SavedViewsMenu
from catlog.tui.screens.search.search_form import SearchInput, describe, input_from

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen

MAX_RECENT = 9
"""Recent searches saved without a name."""


class SavedSearches(SavedViewsMenu):
    """The saved searches. `present` returns the search on the screen, `search` starts another one."""

    KIND: ClassVar[Kind] = "search"
    HEADING, NOUN, SAVE_LABEL = "Searches", "search", "save this search under a name"

    def __init__(
        self, screen: CatLogScreen, present: Callable[[], SearchInput], search: Callable[[SearchInput], None]
    ) -> None:
        super().__init__(screen)
        self._present = present
        self._search = search

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the present search, {} for an empty one."""
        search = self._present()
        return {} if search.is_empty else search.saved_fields

    def describe(self) -> str:
        """Return the present search in words."""
        return describe(self._present(), self._app.glyphs)

    def apply(self, fields: Mapping[str, str]) -> None:
        """Start a saved search."""
        self._search(input_from(fields))

    def recent(self) -> dict[str, dict[str, str]]:
        """Return the recent searches, newest first."""
        return dict(reversed(self.store.all("searched").items()))

    def remember(self) -> None:
        """Save the present search as a recent one."""
        if self.fields:
            with suppress(CatLogError):  # losing a recent search is harmless
                self.store.save_recent("searched", self.describe(), self.fields, most=MAX_RECENT)

    def action_searches(self) -> None:
        """Show the saved searches."""
        self.open()
