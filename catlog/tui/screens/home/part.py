"""A list as one part of Home among others: its cursor shows only while it has the focus, and nothing is selected."""

from __future__ import annotations

from typing import Generic

from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.columns import R

_SELECTING = ("select", "range", "select_all", "invert", "extend_up", "extend_down")


class HomeSection(RowList[R], Generic[R]):
    """One of the lists."""

    shows_cursor_always = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that selects."""
        return False if action in _SELECTING else super().check_action(action, parameters)
