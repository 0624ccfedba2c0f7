"""The keys that edit titles in any list of titles, on the list or not."""

from __future__ import annotations

from catlog.tui.keys import Action

RATE_HELP = "Rate by the next key: 1 to 9, 0 for 10, x for no rating."
"""What the key of ratings does, wherever titles are."""

TITLE_KEYS = (
    Action("plan", "a", "plan", "Put on the list as Plan to Watch; what is on it stays as it is."),
    Action("watching", "w", "watch", "Put on the list as Watching; a completed title begins again."),
    Action("status", "s", "status", "Put on the list with any status, or move there."),
    Action(
        "episode",
        "plus,equals_sign",
        "log",
        "Count one more episode, or as many as the number before.",
        shown=False,
    ),
    Action("episode_back", "minus", "take back", "Take an episode back.", shown=False),
    Action("rate", "r", "rate", RATE_HELP, shown=False),
    Action("remove", "D,delete", "remove", "Take off the list; undo brings it back.", shown=False),
)
"""The actions of `editing.title_actions.TitleEditor`."""
