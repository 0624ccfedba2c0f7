"""The keys of the screen List. What they change, they change of all selected titles, or of the one under the cursor."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import RATE_HELP

KEYS = Section(
    "list",
    "List",
    Right.KEEP_LIST,
    (
        Action("watch", "plus,equals_sign", "log", "Count one more episode, or as many as the number before it."),
        Action("unwatch", "minus", "take back", "Take an episode back."),
        Action("rate", "r", "rate", RATE_HELP),
        Action("status", "s", "status", "Move to another status."),
        Action("filter", "slash", "filter", "Filter as you type: words, or score>=8 genre:drama -tag:rewatch."),
        Action("notes", "n", "notes", "Write notes."),
        Action("tags", "t", "tags", "Change the tags."),
        Action("edit", "e", "edit", "Change everything about one title."),
        Action("favorite", "asterisk,f", "favourite", "Mark or unmark as a favourite.", shown=False),
        Action("rewatch", "w", "rewatch", "Begin to watch a completed title again, or give that up.", shown=False),
        Action("remove", "D,delete", "remove", "Take off the list; undo brings it back.", shown=False),
        Action("sort", "o", "sort", "Sort by something else; the same again turns it round.", shown=False),
        Action(
            "views", "V", "views", "Keep filter, order and tab under a name, or go to one that is kept.", shown=False
        ),
        Action(
            "complete",
            "C",
            "complete",
            "Complete my list: fetch missing lengths, genres, covers.",
            shown=False,
            right=Right.FETCH_TITLES,
        ),
        Action("bring", "I", "import", "Import a list from a file: see what it changes, then bring it.", shown=False),
        Action("export", "E", "export", "Export my list: to a file, or as text.", shown=False),
        Action("tab_right", "right,l", "next status", "Go to the next status.", shown=False, action="status_tab(1)"),
        Action(
            "tab_left",
            "left,h",
            "status before",
            "Go to the status before.",
            shown=False,
            action="status_tab(-1)",
        ),
        Action(
            "panel",
            "tab,shift+tab",
            "planned",
            "Go to the planned titles in line, and back; where they are not shown, to the next status.",
            shown=False,
        ),
        Action("planned", "P", "planned", "Go to the planned titles.", shown=False),
        Action("unfilter", "escape", "no filter", "Take the filter away.", shown=False),
    ),
)
