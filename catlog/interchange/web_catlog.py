"""The web CatLog that came before: users with their passwords' hashes and their lists, out of its PostgreSQL database."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import inspect, or_, select, text
from sqlmodel import Session, col

from catlog import clock
from catlog.accounts.names import USERNAME_LENGTH, check_email, check_username, fold
from catlog.accounts.sessions import open_session, revoke
from catlog.db.models import User
from catlog.db.session import Database
from catlog.errors import BadDataError, InvalidArgumentError
from catlog.interchange.importing import Imported, merge_into
from catlog.interchange.merge import Outcome, Strategy
from catlog.interchange.records import EVERYTHING, ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import UnusableRowError, Values, excerpt, identifier, imported, tags_of
from catlog.library.entries import Entry
from catlog.library.partial_date import PartialDate
from catlog.text import clean

FORMAT = "web-catlog"

_USERS = 'SELECT id, username, email, password, "createdAt", "updatedAt" FROM "User" ORDER BY id'
_ENTRIES = """
    SELECT l.*, a."malId", a.title, a.episodes
    FROM "UserAnime" l JOIN "Anime" a ON a.id = l."animeId"
    ORDER BY l."userId", a."malId"
"""
_TABLES = {"User": ("username", "password", "email"), "Anime": ("malId", "title"), "UserAnime": ("userId", "animeId")}
_OURS = "usernameFolded"
_TOLD = EVERYTHING - {"score100", "rewatching", "rewatch_count", "extra"}
_BCRYPT = ("$2a$", "$2b$", "$2y$")
_NO_PASSWORD = "!"  # noqa: S105 - no password has this hash


@dataclass(frozen=True, slots=True)
class WebUser:
    """One user of the web CatLog; `password` is a hash."""

    id: int
    username: str
    email: str
    password: str
    created_at: datetime
    updated_at: datetime
    entries: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WebAccount:
    """What became of one user: the name here and there, whether the account is new, and what the list brought."""

    username: str
    web_username: str
    new: bool
    added: int
    changed: int
    unchanged: int
    rejected: int
    remarks: tuple[str, ...]


def read_web_catlog(source: Database) -> tuple[WebUser, ...]:
    """Return all users with their lists, in the order of their coming.

    Raises BadDataError when `source` is no database of the web CatLog.
    """
    if source.is_sqlite:
        raise BadDataError("the web CatLog kept its data in PostgreSQL", hint="set CATLOG_WEB_DATABASE_URL to that one")
    with source.read() as session:
        _check(session)
        lists: dict[int, list[Mapping[str, Any]]] = {}
        for entry in session.connection().execute(text(_ENTRIES)).mappings():
            lists.setdefault(entry["userId"], []).append(entry)
        return tuple(
            WebUser(
                user["id"],
                user["username"],
                user["email"],
                user["password"],
                _instant(user["createdAt"]),
                _instant(user["updatedAt"]),
                tuple(_row(position, raw) for position, raw in enumerate(lists.get(user["id"], ()), start=1)),
            )
            for user in session.connection().execute(text(_USERS)).mappings()
        )


def import_web_catlog(
    database: Database, users: Sequence[WebUser], *, strategy: Strategy = Strategy.KEEP
) -> tuple[WebAccount, ...]:
    """Make accounts of `users` with their lists, all in one transaction, and say what became of each.

    A user who came here in an earlier import is the same one, told by the instant of registration beside the name or
    the e-mail address: then only the list is merged. A name that somebody else here has, whatever its case, gets a
    number behind it, and an address that is none or is taken a stand-in at localhost; both can sign in with the
    other of the two. Passwords stay what they were.
    """

    def unit(session: Session) -> tuple[WebAccount, ...]:
        return tuple(_import(session, user, strategy) for user in users)

    return database.run(unit)


def _import(session: Session, web: WebUser, strategy: Strategy) -> WebAccount:
    remarks: list[str] = []
    known = _known(session, web)
    row = known or _new_user(session, web, remarks)
    # The list has one writer, which writes for a session: this one ends with the transaction.
    owner = open_session(session, row, f"import of {FORMAT}").signed_in
    found = ListFile(FORMAT, web.entries)
    request = f"{FORMAT}/{clock.now().isoformat()}/{web.id}"
    done: Imported = merge_into(session, owner, found, FORMAT, strategy, request)
    revoke(session, owner.user_id, _session_is(owner.session_id))
    counts = (done.count(outcome) for outcome in (Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.REJECTED))
    return WebAccount(row.username, clean(web.username), known is None, *counts, tuple(remarks))
