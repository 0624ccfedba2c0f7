"""The keys of the season browser."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import TITLE_KEYS

KEYS = Section(
    "seasons",
    "Seasons",
    Right.READ_CATALOGUE,
    (
        Action("before", "left,h", "season", "Go to the season before.", action="move(-1)", display="← →"),
        Action("after", "right,l", "later", "Go to the next season.", shown=False, action="move(1)"),
        Action("now", "n", "this season", "Go to the season that is under way.", shown=False),
        Action("upcoming", "U", "announced", "Show everything that is announced, whenever it will air."),
        Action("mine", "m", "my list", "Show only what is on my list, or everything again."),
        Action("type", "tab", "type", "Show one type of title after the other.", action="type(1)"),
        Action("type_before", "shift+tab", "type before", "Go a type back.", shown=False, action="type(-1)"),
        Action("sort", "o", "sort", "Sort by members, score or title."),
        *TITLE_KEYS,
        Action("ask", "O", "ask the source", "Ask the source for the season now.", shown=False),
    ),
)
