"""The keys of one title in full."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import RATE_HELP

KEYS = Section(
    "details",
    "One title in full",
    Right.READ_CATALOGUE,
    (
        Action("watch", "plus,equals_sign", "log", "Count one more episode; puts it on the list as Watching."),
        Action("unwatch", "minus", "take back", "Take an episode back."),
        Action("watch_on", "d", "with a date", "Count one more episode on the day it was really watched.", shown=False),
        Action("edit", "e", "edit mine", "Change everything about its place on the list, where it stands."),
        Action("rating", "r", "rate", RATE_HELP),
        Action("status", "s", "status", "Put on the list with any status, or move there."),
        Action("plan", "a,p", "plan", "Put on the list as Plan to Watch.", shown=False),
        Action("rewatch", "w", "watch", "Put on the list as Watching; a completed title begins again.", shown=False),
        Action("notes", "n", "notes", "Write notes.", shown=False),
        Action("tags", "t", "tags", "Change the tags.", shown=False),
        Action("favorite", "f", "favourite", "Mark or unmark as a favourite.", shown=False),
        Action("remove", "D,delete", "remove", "Take off the list; undo brings it back.", shown=False),
        Action(
            "page_after",
            "right,l,tab",
            "next page",
            "Go to the next page: order, episodes, alike, history, ranks, about.",
        ),
        Action("page_before", "left,h,shift+tab", "page before", "Go to the page before.", shown=False),
        Action(
            "shorter", "less_than_sign", "fewer days", "Show the ranks of fewer days.", shown=False, action="range(-1)"
        ),
        Action(
            "longer", "greater_than_sign", "more days", "Show the ranks of more days.", shown=False, action="range(1)"
        ),
        Action(
            "uncover",
            "z",
            "uncover",
            "Show or cover what you have not come to yet: names of episodes, and the synopsis of a sequel.",
            shown=False,
        ),
        Action("ask", "o", "ask the source", "Ask the source for what is missing or older than a day."),
    ),
)
