"""The keys of the screen Search: while words are typed, and on what was found."""

from __future__ import annotations

from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import MARKS

KEYS = Section(
    "search",
    "Search",
    (
        Action("words", "slash", "words", "Type words; every letter searches the catalogue, then the source is asked."),
        Action("filters", "f", "filters", "Filter by genre, years, score, type, status and my list, and order."),
        *MARKS,
        Action("seasons", "S", "seasons", "Browse the seasons."),
        Action("week", "W", "week", "See what airs this week."),
        Action("for_me", "M", "for me", "See what fits my list, each with its reason."),
        Action("random", "R", "random", "Let chance pick: of what was asked for, or else of what I planned."),
        Action("searches", "V", "searches", "Go back to a search, or keep this one under a name.", shown=False),
        Action("clear_all", "escape", "clear", "Empty the words or, when there are none, the filters.", shown=False),
    ),
)
"""The keys on what was found."""

WORDS = Section(
    "words",
    "While words are searched",
    (
        Action("ask", "enter", "ask the source", "Go to what was found, and ask the source now."),
        Action("leave", "down,tab,escape", "to the list", "Go to what was found."),
    ),
)
"""The keys of the words. Everything else that is typed there are letters."""
