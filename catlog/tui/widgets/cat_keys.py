"""The keys of the cat."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

CAT = Section(
    "cat",
    "The cat",
    Right.KEEP_LIST,
    (
        Action("pet", "p", "pet", "Pet the cat."),
        Action("feed", "f", "feed", "Feed the cat."),
        Action("follow", "enter", "do it", "Do what the cat suggests."),
    ),
)
"""The keys while the cat has the focus."""
