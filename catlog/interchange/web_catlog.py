"""Users, with their password hashes, and lists from the database of the earlier web CatLog."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, inspect, select, text
from sqlmodel import Session, col

from catlog.access import Right, needs
from catlog.accounts.names import USERNAME_LENGTH, check_email, check_username, fold
from catlog.accounts.sessions import open_session, revoke
from catlog.db.models import User, UserSession
from catlog.db.session import Database
from catlog.errors import BadDataError, InvalidArgumentError
from catlog.interchange.importing import merge_into
from catlog.interchange.merge import RowOutcome, Strategy
from catlog.interchange.records import ImportedEntry, ListedTitle, ListFile, Row
from catlog.interchange.rows import imported_entry, read_rows
from catlog.interchange.values import UnusableRowError, Values, day_of_instant
from catlog.library.entries import Entry
from catlog.library.partial_date import PartialDate
from catlog.text import clean
from catlog.zones import UTC_ZONE, Zone

FORMAT = "web-catlog"

_USERS = 'SELECT * FROM "User" ORDER BY id'
_ENTRIES = """
    SELECT l.*, a."malId", a.title, a.episodes
    FROM "UserAnime" l LEFT JOIN "Anime" a ON a.id = l."animeId"
    ORDER BY l."userId", a."malId"
"""
_TABLES = {"User": ("username", "password", "email"), "Anime": ("malId", "title"), "UserAnime": ("userId", "animeId")}
_OURS = "usernameFolded"
_FIELDS = {
    "status": ("status",),
    "personalRating": ("rating",),
    "notes": ("notes",),
    "tags": ("tags",),
    "isFavorite": ("favorite",),
    "episodesWatched": ("episodes_watched",),
    "startDate": ("start_date",),
    "completedDate": ("finish_date",),
}
_USER_COLUMNS = ("id", "username", "email", "password", "createdAt", "updatedAt")
_READ = (*_FIELDS, "id", "userId", "animeId", "malId", "title", "episodes", "createdAt", "updatedAt")
_BCRYPT = ("$2a$", "$2b$", "$2y$")
_NO_PASSWORD = "!"  # noqa: S105 - no password has this hash


@dataclass(frozen=True, slots=True)
class WebUser:
    """One user of the web CatLog; `password` is a hash, `unread` are the names of unread columns with values."""

    id: int
    username: str
    email: str
    password: str
    created_at: datetime
    updated_at: datetime
    entries: tuple[Row, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebAccount:
    """The result for one user: the names in both databases, whether the account is new, and counts of its rows."""

    username: str
    web_username: str
    new: bool
    added: int
    changed: int
    unchanged: int
    rejected: int
    remarks: tuple[str, ...]


def read_web_catlog(source: Database, zone: Zone) -> tuple[WebUser, ...]:
    """Return all users with their lists, by id; start and finish are days in `zone`.

    Raises BadDataError when `source` is no database of the web CatLog.
    """
    if source.is_sqlite:
        raise BadDataError("the web CatLog has a PostgreSQL database", hint="set CATLOG_WEB_DATABASE_URL to its URL")
    with source.read() as session:
        _check(session)
        lists: dict[int, list[RowMapping]] = {}
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
                read_rows(map(dict, lists.get(user["id"], ())), partial(_entry, zone)),
                tuple(name for name, value in user.items() if value and name not in _USER_COLUMNS),
            )
            for user in session.connection().execute(text(_USERS)).mappings()
        )


@needs(Right.RESTORE)
def import_web_catlog(
    database: Database, users: Sequence[WebUser], *, strategy: Strategy = Strategy.KEEP
) -> tuple[WebAccount, ...]:
    """Create accounts for `users` with their lists in one transaction, and return a result for each.

    A user of an earlier import is recognized by the instant of registration together with the name or the e-mail
    address; only the list is merged then. Names that differ in case alone belong to two users. A name that is taken
    here, in any case, gets a number as its suffix; an e-mail address that is invalid or taken is replaced by one at
    localhost. Such users sign in with the unchanged one of the two. Passwords stay the same. Remarks name everything
    that changed.
    """

    def unit(session: Session) -> tuple[WebAccount, ...]:
        accounts = _accounts(session, users)
        return tuple(_import(session, user, accounts.get(user.id), strategy) for user in users)

    return database.run(unit)


def _import(session: Session, web: WebUser, known: User | None, strategy: Strategy) -> WebAccount:
    remarks = [f"the user's {clean(name)} is not imported" for name in web.unread]
    row = known or _new_user(session, web, remarks)
    # Lists are written for a session; this one ends with the transaction.
    owner = open_session(session, row, f"import of {FORMAT}", UTC_ZONE).signed_in
    done = merge_into(session, owner, ListFile(FORMAT, web.entries), FORMAT, strategy, uuid4().hex)
    revoke(session, owner.user_id, col(UserSession.id) == owner.session_id)
    return WebAccount(
        username=row.username,
        web_username=clean(web.username),
        new=known is None,
        added=done.count(RowOutcome.ADDED),
        changed=done.count(RowOutcome.CHANGED),
        unchanged=done.count(RowOutcome.UNCHANGED),
        rejected=done.count(RowOutcome.REJECTED),
        remarks=(*remarks, *(f"{one.title or one.mal_id}: {one.reason}" for one in done.rows if one.reason)),
    )


def _accounts(session: Session, users: Sequence[WebUser]) -> dict[int, User]:
    """Return the accounts of an earlier import by web user id, each once; the surest criteria are tried first."""
    found: dict[int, User] = {}
    for is_same in _CRITERIA:
        for web in users:
            if web.id in found:
                continue
            taken = {row.id for row in found.values()}
            query = select(User).where(col(User.created_at) == web.created_at).order_by(col(User.id))
            for row in session.execute(query).scalars():
                if row.id not in taken and is_same(row, web):
                    found[web.id] = row
                    break
    return found


def _new_user(session: Session, web: WebUser, remarks: list[str]) -> User:
    username, email = _free_name(session, web), _address(web)
    if _taken(session, User.email_folded, email):
        email = _stand_in(web)
    if username != web.username:
        remarks.append(f"the name {clean(web.username)} is taken or invalid here: now {username}")
    if email != web.email:
        remarks.append(f"the e-mail address is taken or invalid: now {email}")
    password = web.password if web.password.startswith(_BCRYPT) else _NO_PASSWORD
    if password == _NO_PASSWORD:
        remarks.append("the password is not hashed with bcrypt: it no longer works")
    row = User(
        username=username,
        username_folded=fold(username),
        email=email,
        email_folded=fold(email),
        password=password,
        created_at=web.created_at,
        updated_at=web.updated_at,
    )
    session.add(row)
    session.flush()
    return row


def _free_name(session: Session, web: WebUser) -> str:
    base = _valid_name(web)
    name, turn = base, 1
    while _taken(session, User.username_folded, name):
        turn += 1
        end = f"-{turn}"
        name = f"{base[: USERNAME_LENGTH[1] - len(end)]}{end}"
    return name


def _valid_name(web: WebUser) -> str:
    safe = "".join(c if c.isalnum() or c in "_-." else "-" for c in unicodedata.normalize("NFKC", clean(web.username)))
    for name in (web.username, safe[: USERNAME_LENGTH[1]]):
        with suppress(InvalidArgumentError):
            return check_username(name)
    return f"web-user-{web.id}"


def _address(web: WebUser) -> str:
    try:
        return check_email(web.email)
    except InvalidArgumentError:
        return _stand_in(web)


def _stand_in(web: WebUser) -> str:
    return f"web-user-{web.id}@localhost"


_CRITERIA: tuple[Callable[[User, WebUser], bool], ...] = (
    lambda row, web: row.email_folded == fold(_stand_in(web)),
    lambda row, web: row.username == web.username,
    lambda row, web: row.email_folded == fold(_address(web)),
    lambda row, web: row.username_folded == fold(web.username),
)
"""Criteria for an account to belong to a web user who registered at the same instant, surest first."""


def _taken(session: Session, column: str | None, name: str) -> bool:
    return session.execute(select(col(User.id)).where(col(column) == fold(name))).first() is not None


def _check(session: Session) -> None:
    found = inspect(session.connection())
    for table, wanted in _TABLES.items():
        columns = {column["name"] for column in found.get_columns(table)} if found.has_table(table) else set()
        if _OURS in columns:
            raise BadDataError("this is a database of CatLog itself, not of the web CatLog", hint="catlog db restore")
        if missing := [name for name in wanted if name not in columns]:
            raise BadDataError(f"this is no database of the web CatLog: {table} lacks {', '.join(missing)}")


def _entry(zone: Zone, position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    title, mal_id = values.title(raw["title"]), values.mal_id(raw["malId"])
    if mal_id is None:
        raise UnusableRowError(f"malId {raw['malId']} is no id")
    status, _ = values.status(raw["status"])
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("personalRating", raw.get("personalRating")),
        notes=values.notes("notes", raw.get("notes")),
        tags=values.tags("tags", raw.get("tags")),
        favorite=values.flag("isFavorite", raw.get("isFavorite")),
        episodes_watched=values.count("episodesWatched", raw.get("episodesWatched")),
        start_date=_day(raw.get("startDate"), zone),
        finish_date=_day(raw.get("completedDate"), zone),
        created_at=values.instant("createdAt", _instant(raw["createdAt"]).isoformat()),
        updated_at=values.instant("updatedAt", _instant(raw["updatedAt"]).isoformat()),
    )
    listed = ListedTitle(entry, title, None, values.total(raw.get("episodes")))
    values.remarks += [f"{clean(name)} is not imported" for name, value in raw.items() if value and name not in _READ]
    return imported_entry(position, listed, values, provided=values.provided(raw, _FIELDS))


def _day(moment: object, zone: Zone) -> PartialDate | None:
    return PartialDate.of_day(day_of_instant(_instant(moment), zone)) if isinstance(moment, datetime) else None


def _instant(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
