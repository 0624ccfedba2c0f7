"""Access control: one table of rights, checked by services before they act and by app and CLI before they offer.

A role belongs to the connection, not to the machine: `Database.role` is the role that a database is open for. The user
who opens one by its URL is its owner; `catlog ssh-entry` opens it for its guests. A user's own list and account need
`KEEP_LIST`, and `catlog.accounts.sessions.require` checks the session at every such write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from catlog.errors import BusyError, CatLogError, ConfigError, NotAllowedError, UnavailableError


class Role(Enum):
    """The role of a user; the value names it in messages."""

    OWNER = "owner"
    """Runs CatLog here with the database's URL: the user of the machine, an operator, a scheduler."""

    ADMIN = "admin"
    """A member whose account has that role: looks after shared data, remotely."""

    MEMBER = "member"
    """Signed in through SSH: the own list and account, and reading of shared data."""

    GUEST = "guest"
    """Came through SSH and is not signed in, or not any more."""


class Right(Enum):
    """The rights; the value is the right in words, after `may`."""

    READ_CATALOGUE = "read the catalogue, the charts and what is computed from them"
    FETCH_TITLES = "fetch titles, seasons and searches from the source into the catalogue"
    KEEP_LIST = "keep a list and an account of one's own"
    READ_RUNS = "read the run log and what runs rejected"
    LOAD_CHARTS = "load, reprocess and prune snapshots"
    REPLACE_CHARTS = "replace or drop a stored day"
    COMPUTE = "compute stage-two tables"
    EXAMINE = "examine the database and the files around it"
    BACK_UP = "back up the whole database"
    RESTORE = "restore a backup, or import a history or another database"
    MIGRATE = "upgrade the schema"
    MANAGE_ACCOUNTS = "list, disable and enable the accounts of others"
    PROMOTE = "make somebody an admin, or a member again"
    SIGN_IN = "sign in or out on this machine"
    REGISTER = "make or remove an account"
    USE_MACHINE = "use files, settings and programs of this machine"


_EVERYBODY: Final = frozenset(Role)
_SIGNED_IN: Final = frozenset({Role.OWNER, Role.ADMIN, Role.MEMBER})
_OPERATORS: Final = frozenset({Role.OWNER, Role.ADMIN})
_OWNER: Final = frozenset({Role.OWNER})

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.READ_CATALOGUE: _EVERYBODY,
    Right.FETCH_TITLES: _SIGNED_IN,
    Right.KEEP_LIST: _SIGNED_IN,
    Right.READ_RUNS: _OPERATORS,
    Right.LOAD_CHARTS: _OPERATORS,
    Right.REPLACE_CHARTS: _OWNER,
    Right.COMPUTE: _OPERATORS,
    Right.EXAMINE: _OPERATORS,
    Right.BACK_UP: _OPERATORS,
    Right.RESTORE: _OWNER,
    Right.MIGRATE: _OWNER,
    Right.MANAGE_ACCOUNTS: _OPERATORS,
    Right.PROMOTE: _OWNER,
    Right.SIGN_IN: _OWNER,
    Right.REGISTER: _OWNER,
    Right.USE_MACHINE: _OWNER,
}
"""The policy: which roles have a right."""


def role_of_account(stored: str) -> Role:
    """Return the role of an account that signs in through SSH; an unknown stored role is a member."""
    return Role.ADMIN if stored == Role.ADMIN.value else Role.MEMBER


KEEPER: Final = "ask the administrator of this CatLog"
"""The hint for users without a right."""

_UNTOLD: Mapping[type[CatLogError], str] = {
    BusyError: "the database is busy",
    ConfigError: "this CatLog cannot be used now",
    UnavailableError: "what this needs cannot be reached now",
}
"""The errors that may name files and servers -> the message in their place."""

_OF_THE_MACHINE: Final = r"(?<![\w.:/])/\w|(sqlite|postgresql)\S*:/|server at|database_url|\bport \d"
"""A path, an address or a server's sentence; compiled on first use, as every start imports this module."""


def may(role: Role, right: Right) -> bool:
    """Say whether a role has a right."""
    return role in RIGHTS[right]


def require(role: Role, right: Right) -> None:
    """Raise NotAllowedError unless a role has a right."""
    if not may(role, right):
        article = "an" if role.value[0] in "ao" else "a"
        raise NotAllowedError(f"{article} {role.value} may not {right.value}", hint=KEEPER)


def way(role: Role, right: Right, words: str) -> str:
    """Return `words`, a hint for those with a right, else the hint to ask the operator."""
    return words if may(role, right) else KEEPER


class OpenFor(Protocol):
    """Anything opened for a role, such as a database."""

    @property
    def role(self) -> Role:
        """The role it is open for."""
        ...


Opened = TypeVar("Opened", bound=OpenFor)
P = ParamSpec("P")
R = TypeVar("R")


def needs(
    right: Right,
) -> Callable[[Callable[Concatenate[Opened, P], R]], Callable[Concatenate[Opened, P], R]]:
    """Decorate a service whose first argument is a database to require `right` before anything else."""

    def stated(service: Callable[Concatenate[Opened, P], R]) -> Callable[Concatenate[Opened, P], R]:
        @wraps(service)
        def checked(opened: Opened, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(opened.role, right)
            return service(opened, *args, **kwargs)

        checked.__catlog_right__ = right  # type: ignore[attr-defined]  # where `right_of` finds it
        return checked

    return stated


def right_of(service: object) -> Right | None:
    """Return the right that a service is declared to need, None where it declares none."""
    found = getattr(service, "__catlog_right__", None)
    return found if isinstance(found, Right) else None


def redacted_for(role: Role, error: CatLogError) -> CatLogError:
    """Return an error for a role: paths, addresses and servers' sentences are only for those who may examine them."""
    if may(role, Right.EXAMINE) or not re.search(_OF_THE_MACHINE, error.with_hint):
        return error
    for kind, words in _UNTOLD.items():
        if isinstance(error, kind):
            replaced = kind(words, hint=f"try again later, or {KEEPER}")
            replaced.__cause__ = error.__cause__
            return replaced
    return error


def granted(role: Role) -> Iterator[Right]:
    """Yield the rights of a role, in the order of the table."""
    return (right for right, roles in RIGHTS.items() if role in roles)
