"""Full commands that a word may mean where a group has no command of that name."""

from __future__ import annotations

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "add": ("list add",),
    "backup": ("db backup",),
    "restore": ("db restore",),
    "doctor": ("db doctor",),
    "export": ("list export",),
    "import": ("list import",),
    "undo": ("list undo",),
    "redo": ("list redo",),
    "ls": ("list ls",),
    "mylist": ("list ls",),
    "watch": ("list watch",),
    "watched": ("list watch",),
    "log": ("list watch",),
    "rate": ("list set --score",),
    "score": ("list set --score",),
    "remove": ("list rm",),
    "delete": ("list rm",),
    "rm": ("list rm",),
    "history": ("list history", "analytics history"),
    "climbers": ("analytics climbers",),
    "fallers": ("analytics fallers",),
    "momentum": ("analytics momentum",),
    "streaks": ("analytics streaks",),
    "new-entries": ("analytics new-entries",),
    "login": ("account login",),
    "signin": ("account login",),
    "logout": ("account logout",),
    "register": ("account register",),
    "signup": ("account register",),
    "whoami": ("account whoami",),
    "password": ("account password",),
    "timezone": ("account timezone",),
    "fetch": ("etl run",),
    "update": ("etl run",),
    "find": ("search",),
    "info": ("show",),
    "details": ("show",),
    "season": ("seasonal",),
    "calendar": ("schedule",),
    "airing": ("schedule", "next"),
    "settings": ("config show",),
}
"""A word that users type -> the full commands they may mean, without the program's name."""


def meant(word: str) -> tuple[str, ...]:
    """Return the full commands that an unknown `word` may mean, which may be none."""
    return tuple(f"catlog {command}" for command in SYNONYMS.get(word.lower(), ()))
