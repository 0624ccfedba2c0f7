"""The keys of the screen Trends."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

KEYS = Section(
    "trends",
    "Trends",
    Right.READ_CATALOGUE,
    (
        Action("page_right", "right,l", "next page", "Go to the next page.", action="page(1)"),
        Action("page_left", "left,h", "page before", "Go to the page before.", shown=False, action="page(-1)"),
        Action("next_list", "tab", "next list", "Go to the next list, or to the next page where there is one list."),
        Action("list_before", "shift+tab", "list before", "Go to the list or the page before.", shown=False),
        Action("days", "d", "days", "Look back 7, 14, 30 or 90 days."),
        Action("mine", "m", "mine", "Show only what is on my list, or everything."),
        Action("significance", "x", "significance", "Show which trends are no chance."),
        Action("plan", "a", "plan", "Plan to watch the titles; those on your list stay as they are.",
               right=Right.KEEP_LIST),
        Action("chart", "c", "chart", "Draw ranks, scores, or who was ahead of whom.", shown=False),
        Action("shorter", "less_than_sign", "fewer days", "Draw fewer days.", shown=False, action="range(-1)"),
        Action(
            "longer", "greater_than_sign", "more days", "Draw more days, up to all.", shown=False, action="range(1)"
        ),
    ),
)  # fmt: skip
