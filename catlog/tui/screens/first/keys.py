"""The keys of the screen of the first start."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

KEYS = Section(
    "first",
    "First steps",
    Right.KEEP_LIST,
    (
        Action("next", "enter", "next", "Do what the panel offers, and go to the next one."),
        Action("next_panel", "tab,down,j", "next panel", "Go to the next panel.", action="panel(1)"),
        Action(
            "panel_before", "shift+tab,up,k", "panel before", "Go to the panel before.", shown=False, action="panel(-1)"
        ),
        Action("look", "d", "look at each", "Show what the import does with each title."),
        Action("browse", "b", "another file", "Choose a file in its folder.", right=Right.USE_MACHINE),
        Action("cancel", "c", "cancel", "Cancel the import or the catalogue of the panel.", shown=False),
        Action("skip", "s", "skip this one", "Leave this panel, and go to the next one."),
        Action("skip_all", "S,escape", "skip all", "Leave the first steps; the palette opens them again."),
    ),
)
"""The first steps."""
