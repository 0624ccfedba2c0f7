"""The keys of the week."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import TITLE_KEYS

KEYS = Section(
    "week",
    "This week",
    Right.READ_CATALOGUE,
    (
        Action("before", "left,h", "week", "Go a week back.", action="move(-1)", display="← →"),
        Action("after", "right,l", "later", "Go to the next week.", shown=False, action="move(1)"),
        Action("mine", "m", "my list", "Show only what is on my list, or everything again."),
        *TITLE_KEYS,
    ),
)
