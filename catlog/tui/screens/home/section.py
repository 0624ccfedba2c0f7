"""A list as one section of Home: its cursor shows only with the focus, and nothing can be selected."""

from __future__ import annotations

from typing import Generic

from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.columns import R

_SELECTING = ("select", "range", "select_all", "invert", "extend_up", "extend_down")


class HomeSection(RowList[R], Generic[R]):
    """One list of Home."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the actions that select."""
        return False if action in _SELECTING else super().check_action(action, parameters)
