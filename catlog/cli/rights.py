"""The right that each command needs, checked before it runs.

For an argument that is a path, `catlog.cli.options.FilePath` also checks `USE_MACHINE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from catlog.access import Right, Role, may

_LISTED: Mapping[str, Right] = {
    "": Right.SIGN_IN,
    "tui": Right.SIGN_IN,
    "demo": Right.USE_MACHINE,
    "account register": Right.REGISTER,
    "account delete": Right.REGISTER,
    "account login": Right.SIGN_IN,
    "account logout": Right.SIGN_IN,
    "account password": Right.KEEP_LIST,
    "account sessions": Right.KEEP_LIST,
    "account timezone": Right.KEEP_LIST,
    "account titles": Right.KEEP_LIST,
    "account whoami": Right.KEEP_LIST,
    "admin users": Right.MANAGE_ACCOUNTS,
    "admin disable": Right.MANAGE_ACCOUNTS,
    "admin enable": Right.MANAGE_ACCOUNTS,
    "admin role": Right.PROMOTE,
    "list ls": Right.KEEP_LIST,
    "list add": Right.KEEP_LIST,
    "list set": Right.KEEP_LIST,
    "list watch": Right.KEEP_LIST,
    "list rm": Right.KEEP_LIST,
    "list edit": Right.KEEP_LIST,
    "list redate": Right.KEEP_LIST,
    "list complete": Right.FETCH_TITLES,
    "list history": Right.KEEP_LIST,
    "list undo": Right.KEEP_LIST,
    "list redo": Right.KEEP_LIST,
    "list import": Right.KEEP_LIST,
    "list export": Right.KEEP_LIST,
    "list leftovers": Right.KEEP_LIST,
    "search": Right.READ_CATALOGUE,
    "show": Right.READ_CATALOGUE,
    "next": Right.KEEP_LIST,
    "seasonal": Right.READ_CATALOGUE,
    "schedule": Right.READ_CATALOGUE,
    "recommend": Right.KEEP_LIST,
    "random": Right.KEEP_LIST,
    "stats": Right.KEEP_LIST,
    "cat": Right.KEEP_LIST,
    "cat feed": Right.KEEP_LIST,
    "cat name": Right.KEEP_LIST,
    "cat pet": Right.KEEP_LIST,
    "etl run": Right.LOAD_CHARTS,
    "etl reprocess": Right.LOAD_CHARTS,
    "etl prune": Right.LOAD_CHARTS,
    "etl drop-day": Right.REPLACE_CHARTS,
    "etl import-catalogue": Right.RESTORE,
    "etl import-crossids": Right.RESTORE,
    "etl import-history": Right.RESTORE,
    "etl logs": Right.READ_RUNS,
    "etl validate": Right.READ_RUNS,
    "analytics show": Right.READ_CATALOGUE,
    "analytics compute": Right.COMPUTE,
    "analytics validate": Right.COMPUTE,
    "analytics freeze": Right.COMPUTE,
    "spark check": Right.USE_MACHINE,
    "spark jobs": Right.USE_MACHINE,
    "spark run": Right.USE_MACHINE,
    "spark serve": Right.USE_MACHINE,
    "spark validate": Right.USE_MACHINE,
    "db info": Right.EXAMINE,
    "db doctor": Right.EXAMINE,
    "db backup": Right.BACK_UP,
    "db restore": Right.RESTORE,
    "db import-web": Right.RESTORE,
    "db upgrade": Right.MIGRATE,
    "config path": Right.USE_MACHINE,
    "config show": Right.USE_MACHINE,
    "ssh-entry": Right.USE_MACHINE,
    "completion": Right.USE_MACHINE,
}

_FIRST_JOB = "analytics show"
"""The queries of analytics stand before this command."""

_GROUPS = frozenset(command.split()[0] for command in _LISTED if " " in command)


class _Commands(Mapping[str, Right]):
    """The listed commands and the queries of analytics, whose registry only their own commands pay for (9 ms)."""

    def __getitem__(self, name: str) -> Right:
        if name in _LISTED or not name.startswith("analytics "):
            return _LISTED[name]
        return _queries()[name]

    def __iter__(self) -> Iterator[str]:
        for name in _LISTED:
            if name == _FIRST_JOB:
                yield from _queries()
            yield name

    def __len__(self) -> int:
        return len(_LISTED) + len(_queries())


def _queries() -> dict[str, Right]:
    from catlog.analytics.registry import HISTORY, QUERIES

    return {f"analytics {query.name}": query.right for query in (*QUERIES.values(), HISTORY)}


COMMANDS: Mapping[str, Right] = _Commands()
"""The right of each command by its name; a test compares it with the existing commands."""


def right_of_command(words: Sequence[str]) -> Right:
    """Return the right for a command line: the command's words, then its arguments."""
    return COMMANDS[command_in(words) or ""]


def command_in(words: Sequence[str]) -> str | None:
    """Return the command that a command line names, None for a group alone or an unknown name."""
    for count in (2, 1):
        named = " ".join(words[:count])
        if len(words) >= count and named in COMMANDS and named:
            return named
    return None


def group_in(words: Sequence[str]) -> str | None:
    """Return the group whose help a command line requests, None for any other."""
    requests_help = len(words) == 1 or (len(words) == 2 and words[1] in ("-h", "--help"))
    return words[0] if words and requests_help and words[0] in _GROUPS else None


def commands_of(role: Role) -> Iterator[str]:
    """Yield the commands that a role may run, in the order of the table."""
    return (command for command, right in COMMANDS.items() if command and may(role, right))
