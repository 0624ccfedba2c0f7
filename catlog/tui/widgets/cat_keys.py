"""The keys of the cat."""

from __future__ import annotations

from catlog.tui.keys import Action, Section

CAT = Section(
    "cat",
    "The cat",
    (
        Action("pet", "p", "pet", "Pet the cat."),
        Action("feed", "f", "feed", "Feed the cat."),
        Action("follow", "enter", "do it", "Do what the cat suggests."),
    ),
)
"""What works while the cat has the focus."""
