"""The dialog that picks a status, for every screen."""

from __future__ import annotations

from catlog.tui.content import line
from catlog.tui.dialogs.pick import Pick, PickOption
from catlog.tui.glyphs import STATUS_NAMES, Glyphs

_LETTERS = (
    ("WATCHING", "w", "Watching"),
    ("COMPLETED", "c", "Completed"),
    ("PLAN_TO_WATCH", "p", "Plan to Watch"),
    ("ON_HOLD", "h", "On Hold"),
    ("DROPPED", "d", "Dropped"),
)


def status_dialog(title: str, glyphs: Glyphs, *, at: str = "") -> Pick:
    """Return the dialog that picks a status; `at` is the present one."""
    things = [
        PickOption(status, letter, f"{glyphs.status(status)} {words}", f"${STATUS_NAMES[status]}")
        for status, letter, words in _LETTERS
    ]
    return Pick(line(("Status", "bold $accent"), "\n", title), things, current=at)
