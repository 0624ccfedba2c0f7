"""Saved views of the list: a status, an order and a filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from catlog.saved_views import Kind
from catlog.tui.saved_views_menu import SavedViewsMenu
from catlog.tui.screens.list.sorting import NEXT, Arrangement

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen


class ListViews(SavedViewsMenu):
    """The views of the list. `present` returns its arrangement and filter, `show` changes them."""

    KIND: ClassVar[Kind] = "list"
    HEADING, NOUN, SAVE_LABEL = "Views", "view", "save what is shown now"

    def __init__(
        self,
        screen: CatLogScreen,
        present: Callable[[], tuple[Arrangement, str]],
        show: Callable[[Arrangement, str], None],
    ) -> None:
        super().__init__(screen)
        self._present = present
        self._show = show

    @property
    def fields(self) -> dict[str, str]:
        """The present view."""
        (status, sort), text = self._present()
        return {"status": status, "sort": sort, "filter": text}

    def describe(self) -> str:
        """Return the present view in words."""
        (status, sort), text = self._present()
        words = f"{status.replace('_', ' ').lower() or 'all'}, by {sort}"
        return f"{words}, {text}" if text else words

    def label(self, name: str, fields: Mapping[str, str]) -> str:
        """Return the name of a view and its filter."""
        return f"{name}  {fields.get('filter', '')}".rstrip()

    def apply(self, fields: Mapping[str, str]) -> None:
        """Show a saved view."""
        from catlog.library.sorting import SORT_KEYS

        sort = fields.get("sort", "title")
        known = sort.removeprefix("-") in (*SORT_KEYS, NEXT)
        self._show(Arrangement(fields.get("status", ""), sort if known else "title"), fields.get("filter", ""))

    def action_views(self) -> None:
        """Show the saved views."""
        self.open()
