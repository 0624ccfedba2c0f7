"""What a word may mean where a group has no command, or a command no option, of that name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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
    "language": ("account titles",),
    "complete": ("list complete",),
    "covers": ("list complete",),
    "fetch": ("etl run", "list complete"),
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


_ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"score", "rating", "rate", "stars", "points"}),
    frozenset({"note", "notes", "comment"}),
    frozenset({"output", "out", "file", "to-file", "save"}),
    frozenset({"query", "filter", "search", "where", "title", "name"}),
    frozenset({"sort", "order-by", "order", "sort-by", "by"}),
    frozenset({"limit", "count", "max", "number", "n", "first"}),
    frozenset({"tag", "tags", "label"}),
    frozenset({"genre", "genres"}),
    frozenset({"untag", "remove-tag"}),
    frozenset({"start", "started", "begin", "start-date", "since"}),
    frozenset({"finish", "finished", "end", "finish-date", "until"}),
    frozenset({"watched", "episodes", "progress", "seen"}),
    frozenset({"status", "state"}),
    frozenset({"yes", "force", "y"}),
    frozenset({"offline", "local", "no-network"}),
    frozenset({"online", "refresh", "fetch"}),
    frozenset({"dry-run", "preview", "simulate"}),
    frozenset({"mine", "my", "on-list", "my-list"}),
    frozenset({"as-of", "date", "day", "on"}),
    frozenset({"days", "window", "period"}),
    frozenset({"sfw", "safe"}),
    frozenset({"favorite", "favourite", "fav"}),
    frozenset({"rewatches", "rewatch", "rewatching", "repeat"}),
    frozenset({"username", "user", "login"}),
    frozenset({"password-stdin", "password"}),
    frozenset({"zone", "timezone", "tz"}),
)
"""Names of options that users take for one another."""

_FORMATS = ("json", "csv", "table")


def meant_options(typed: str, options: Collection[str]) -> tuple[str, ...]:
    """Return which `options` of a command an unknown one may mean, with a value where it was its name."""
    word = typed.lstrip("-").lower()
    if word in _FORMATS and "--format" in options:
        return (f"--format {word}",)
    alike = set().union(*(group for group in _ALIKE if word in group))
    return tuple(option for option in options if option.startswith("--") and option.lstrip("-") in alike)
