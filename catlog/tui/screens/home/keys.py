"""The keys of the screen Home. What they change, they change of the title under the cursor, in whichever list it is."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import RATE_HELP

KEYS = Section(
    "home",
    "Home",
    Right.READ_CATALOGUE,
    (
        Action("watch", "plus,equals_sign", "log", "Count one more episode, or as many as the number before it."),
        Action("unwatch", "minus", "take back", "Take an episode back."),
        Action("rate", "r", "rate", RATE_HELP),
        Action("status", "s", "status", "Move to another status, or put on my list."),
        Action("follow", "y", "as the cat says", "Do what the cat suggests.", shown=False),
        Action("find", "slash", "find", "Search titles by their words.", action="go('search')"),
        Action("pet", "p", "pet", "Pet the cat.", shown=False),
        Action("feed", "f", "feed", "Feed the cat.", shown=False),
        Action("mine", "m", "mine", "Show only titles of my list among those that moved, or others too."),
        Action("random", "R", "random", "Let chance pick one of the planned titles."),
        Action("continue", "C", "Continue", "Go to the titles in progress.", shown=False, action="panel('going')"),
        Action("week", "W", "This week", "Go to the episodes of this week.", shown=False, action="panel('week')"),
        Action("movers", "M", "Moving", "Go to the titles that moved.", shown=False, action="panel('moving')"),
        Action(
            "recommended",
            "O,o",
            "for you",
            "Go to what is recommended; where it has no room, open its screen.",
            shown=False,
        ),
        Action("lately", "L", "Lately", "Go to what happened lately.", shown=False, action="panel('lately')"),
    ),
)

FOR_YOU = Section(
    "for_you",
    "For you, on Home",
    Right.READ_CATALOGUE,
    (
        Action("open", "enter", "open", "Open the title under the cursor."),
        Action("left", "left,h,up,k", "left", "Go to the title before.", shown=False, action="move(-1)"),
        Action("right", "right,l,down,j", "right", "Go to the next title.", shown=False, action="move(1)"),
    ),
)
"""The keys of the recommended titles."""
