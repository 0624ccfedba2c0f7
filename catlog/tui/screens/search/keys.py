"""The keys of the screen Search: on what was found, while words are typed, and in the panel of filters."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import TITLE_KEYS

KEYS = Section(
    "search",
    "Search",
    Right.READ_CATALOGUE,
    (
        Action("words", "slash", "words", "Type words; every letter searches the catalogue, then the source is asked."),
        Action("filters", "f", "filters", "Filter by genre, years, score, type, status and my list, and order."),
        *TITLE_KEYS,
        Action("seasons", "S", "seasons", "Browse the seasons.", action="open_screen('seasons')"),
        Action("week", "W", "week", "See what airs this week.", action="open_screen('week')"),
        Action("for_me", "M", "for me", "See what fits my list, each with its reason.", action="open_screen('for_me')"),
        Action("random", "R", "random", "Let chance pick: of what was asked for, or else of what I planned."),
        Action("searches", "V", "searches", "Go back to a search, or keep this one under a name.", shown=False),
        Action("clear_all", "escape", "clear", "Empty the words or, when there are none, the filters.", shown=False),
    ),
)
"""The keys on what was found."""

WORDS = Section(
    "words",
    "While words are searched",
    Right.READ_CATALOGUE,
    (
        Action("ask", "enter", "ask the source", "Go to what was found, and ask the source now."),
        Action("leave", "down,tab,escape", "to the list", "Go to what was found.", display="esc"),
    ),
)
"""The keys of the words. Everything else that is typed there are letters."""

PANEL = Section(
    "filters",
    "The panel of filters",
    Right.READ_CATALOGUE,
    (Action("forget", "ctrl+x", "no filters", "Take all filters away."),),
)
"""The keys of the panel, beside those of forms."""

GENRES = Section(
    "genres",
    "Genres in the panel of filters",
    Right.READ_CATALOGUE,
    (Action("cycle", "space", "all of / none of", "Ask for the genre, then against it, then for neither."),),
)
"""The keys of the genres, beside those of every list."""
