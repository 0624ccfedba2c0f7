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
        Action("review", "y", "review", "Show a year in review, or everything again."),
        Action(
            "complete",
            "C",
            "complete",
            "Complete my list: fetch lengths, genres, studios and covers that its titles lack.",
            shown=False,
            right=Right.FETCH_TITLES,
        ),
        Action("year_before", "left,h", "year before", "Go a year back.", action="year(-1)"),
        Action("year_after", "right,l", "year after", "Go a year on.", action="year(1)"),
        Action(
            "files",
            "e",
            "picture or page",
            "Write the statistics, or the year, as a picture or a page that others can open.",
            right=Right.USE_MACHINE,
        ),
        Action("panel", "S,R,M,A", "panel", "Go to the panel whose key this is.", shown=False, action="panel('{key}')"),
        Action("next_panel", "tab", "next panel", "Go to the next panel."),
        Action("panel_before", "shift+tab", "panel before", "Go to the panel before.", shown=False),
        Action("open_row", "enter", "open", "Open what the line under the cursor is about.", shown=False),
        Action("up", "up,k", "up", "Scroll up, or go up in the panel.", shown=False, action="scroll_by(-2)"),
        Action("down", "down,j", "down", "Scroll down, or go down in the panel.", shown=False, action="scroll_by(2)"),
        Action("page_up", "pageup,ctrl+b", "page up", "Scroll a page up.", shown=False, action="page(-1)"),
        Action("page_down", "pagedown,ctrl+f,space", "page down", "Scroll a page down.", shown=False, action="page(1)"),
        Action("first", "home,g", "top", "Go to the top.", shown=False),
        Action("last", "end,G", "end", "Go to the end.", shown=False),
    ),
)
