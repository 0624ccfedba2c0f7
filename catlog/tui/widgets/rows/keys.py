"""The bindings of every list."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

KEYS = Section(
    "rows",
    "In every list",
    Right.READ_CATALOGUE,
    (
        Action("up", "up,k", "up", "Go to the record above; a number before it goes so many up.", shown=False),
        Action("down", "down,j", "down", "Go to the record below; a number before it goes so many down.", shown=False),
        Action("page_up", "pageup,ctrl+b", "page up", "Go a page up.", shown=False, action="page(-1)"),
        Action("page_down", "pagedown,ctrl+f", "page down", "Go a page down.", shown=False, action="page(1)"),
        Action("half_up", "ctrl+u", "half up", "Go half a page up.", shown=False, action="page(-0.5)"),
        Action("half_down", "ctrl+d", "half down", "Go half a page down.", shown=False, action="page(0.5)"),
        Action("first", "home,g", "first", "Go to the first record.", shown=False),
        Action("last", "end,G", "last", "Go to the last record; a number before it goes to that one.", shown=False),
        Action("choose", "enter", "open", "Open the record under the cursor."),
        Action("select", "space", "select", "Select the record, or not, and go to the next one."),
        Action(
            "range", "v", "range", "Select everything that the cursor passes, until the same key again.", shown=False
        ),
        Action("extend_up", "shift+up", "select up", "Select, and go up.", shown=False),
        Action("extend_down", "shift+down", "select down", "Select, and go down.", shown=False),
        Action("select_all", "ctrl+a", "all", "Select all records that are shown.", shown=False),
        Action("invert", "exclamation_mark", "invert", "Select what is not selected of those shown.", shown=False),
        Action("clear", "escape", "clear", "Drop the number typed, the range, or the selection.", shown=False),
        Action(
            "count", "number_sign", "number", "Read the digits that follow as a number for the next key.", shown=False
        ),
        Action("repeat", "full_stop", "repeat", "Do the last edit again.", shown=False),
    ),
)
"""The table for the bindings, the footer, the help and the docs."""
