"""The keys of the screen Stats."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

KEYS = Section(
    "stats",
    "Stats",
    Right.KEEP_LIST,
    (
        Action("measure", "t", "titles, time or mean", "Measure genres and studios by titles, time watched or mean."),
        Action("review", "y", "year in review", "Show a year in review, or everything again."),
        Action("year_before", "left,h", "year before", "Go a year back.", action="year(-1)"),
        Action("year_after", "right,l", "year after", "Go a year on.", action="year(1)"),
        Action("up", "up,k", "up", "Scroll up.", shown=False, action="scroll_by(-2)"),
        Action("down", "down,j", "down", "Scroll down.", shown=False, action="scroll_by(2)"),
        Action("page_up", "pageup,ctrl+b", "page up", "Scroll a page up.", shown=False, action="page(-1)"),
        Action("page_down", "pagedown,ctrl+f,space", "page down", "Scroll a page down.", action="page(1)"),
        Action("first", "home,g", "top", "Go to the top.", shown=False),
        Action("last", "end,G", "end", "Go to the end.", shown=False),
    ),
)
