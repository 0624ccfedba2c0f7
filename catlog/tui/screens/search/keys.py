"""The keys of the screen Search: on what was found, while words are typed, and in the filters."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section
from catlog.tui.titles.keys import TITLE_KEYS

KEYS = Section(
    "search",
    "Search",
    Right.READ_CATALOGUE,
    (
        *TITLE_KEYS,
        Action("words", "slash", "words", "Type words; every letter searches the catalogue, then the source is asked."),
        Action("filters", "f", "filters", "Open the filters, go to them, or close them."),
        Action("drop_filter", "backspace", "chip off", "Take the last filter away.", shown=False),
        Action("forget", "F", "no filters", "Take all filters away.", shown=False),
        Action("next_panel", "tab", "panel", "Go to the filters when they are open, else to the words.", shown=False),
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
        Action("leave", "down,tab,escape", "to the results", "Go to what was found.", display="esc"),
    ),
)
"""The keys of the words. Everything else that is typed there are letters."""

FILTERS = Section(
    "filters",
    "The filters",
    Right.READ_CATALOGUE,
    (
        Action(
            "tick",
            "space",
            "tick",
            "Ask for what is under the cursor, or no more; a genre is then asked against. Turns an order.",
        ),
        Action("choose", "enter", "type", "The same; years and scores are typed.", shown=False),
        Action("go_up", "up,k", "up", "Go up.", shown=False, action="go(-1)"),
        Action("go_down", "down,j", "down", "Go down.", shown=False, action="go(1)"),
        Action("left", "left,h", "less", "Lower the end of a range, or go left.", shown=False, action="turn(-1)"),
        Action("right", "right,l", "more", "Raise the end of a range, or go right.", shown=False, action="turn(1)"),
        Action("first", "home,g", "first", "Go to the first filter.", shown=False, action="go(-1000)"),
        Action("last", "end,G", "last", "Go to the last filter.", shown=False, action="go(1000)"),
        Action("find", "slash", "find a genre", "Type a part of a genre's name."),
        Action("to_results", "tab", "results", "Go to what was found.", action="screen.words_left"),
        Action("shut", "escape", "close", "Close the filters.", action="screen.shut_filters"),
    ),
)
"""The keys of the filters."""
