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
        Action("watch", "plus,equals_sign", "episode", "Count one more episode, or as many as the number before it."),
        Action("unwatch", "minus", "one back", "Take an episode back.", shown=False),
        Action("rate", "r", "rate", RATE_HELP, shown=False),
        Action("status", "s", "status", "Move to another status, or put on my list."),
        Action("follow", "y", "as the cat says", "Do what the cat suggests."),
        Action("pet", "p", "pet", "Pet the cat."),
        Action("feed", "f", "feed", "Feed the cat."),
        Action("mine", "m", "mine", "Show only titles of my list among those that moved, or all."),
        Action("recommended", "o", "for you", "Open the title that is recommended."),
        Action("random", "R", "random", "Let chance pick one of the planned titles."),
    ),
)
