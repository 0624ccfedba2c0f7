"""The signed-in user of this machine: the token of the last sign-in, stored in a file (0600) for each database.

The first line of the file is the token, the rest the location of its database
(`Database.location`). Without a token, the local identity of an embedded database is signed in
(`catlog.accounts.local`). Version 0.1.0 wrote the token alone; the next command that uses such a file adds the
location.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from catlog import last_screens
from catlog.access import Right, Role, needs
from catlog.accounts.local import local_user
from catlog.accounts.sessions import SignedIn, end_session, resume
from catlog.accounts.sign_in import NewSession, begin_without_token
from catlog.accounts.tokens import read_token
from catlog.accounts.users import find_account
from catlog.atomic_files import read_private, write_private
from catlog.config import Settings
from catlog.db.session import Database
from catlog.errors import BusyError, ConfigError, NotAllowedError, SessionEndedError, UnavailableError
from catlog.ownership import open_own


class _Stored(NamedTuple):
    """The content of a token file; `place` is None in one that version 0.1.0 wrote."""

    token: str
    place: str | None


@needs(Right.SIGN_IN)
def current_user(database: Database, settings: Settings, *, make_local: bool = False) -> SignedIn:
    """Return the signed-in user: that of the token, without one the local identity of an embedded database.

    With `make_local` the local identity is made where there is no account yet. A token whose session has ended is not
    replaced by the local identity: the user of that token is asked to sign in again. Raises SessionEndedError when
    nobody is signed in, or the session has ended.
    """
    if _read(token_file(database, settings)) is None:
        if (moved := _moved_here(database, settings)) is not None:
            return moved
        if (local := local_user(database, settings, make=make_local)) is not None:
            return local
    return _signed_in_here(database, settings)


def _signed_in_here(database: Database, settings: Settings) -> SignedIn:
    """Return the user of the token for this location. Raises as `current_user` does."""
    file = token_file(database, settings)
    stored = _read(file)
    if stored is None:
        raise SessionEndedError("not signed in", hint="catlog account login, or catlog account register")
    signed_in = signed_in_by(database, settings, stored.token)
    if signed_in is None:
        raise SessionEndedError("not signed in any more: the session has ended", hint="catlog account login")
    if stored.place is None:
        with suppress(UnavailableError):  # the next command may add it
            _write(file, stored.token, database)
    return signed_in


def _moved_here(database: Database, settings: Settings) -> SignedIn | None:
    """Return the user signed in to this database at its old location, and move the token and the pending edits.

    Nothing is moved while a process holds a journal of the old location: then that location is in use.
    """
    for file, token, signed_in in _left_behind(database, settings):
        with ExitStack() as held:
            journals = sorted((settings.paths.state / "journal").glob(f"{file.stem}-*"))
            if not all(_is_free(journal, held) for journal in journals):
                continue
            own = token_file(database, settings)
            try:
                for journal in journals:
                    _rename(journal, journal.with_name(own.stem + journal.name.removeprefix(file.stem)))
                _write(own, token, database)  # from then on the old location is not read any more
                file.unlink(missing_ok=True)
            except OSError as problem:
                raise UnavailableError(f"the waiting edits cannot be taken over: {problem.strerror}") from None
        return signed_in
    return None


def _rename(journal: Path, target: Path) -> None:
    with suppress(FileNotFoundError):  # another process in the new location was faster
        if not target.exists():
            journal.rename(target)


def _left_behind(database: Database, settings: Settings) -> list[tuple[Path, str, SignedIn]]:
    """Return the tokens of open sessions of this database whose old location is gone: their files, texts and users.

    An open session alone proves nothing: a copy of a database has the sessions of the original, and two paths may lead
    to one file. Only an SQLite file can be known to be gone. A PostgreSQL database never moves: its URL is its
    identity, wherever CatLog's home is. A token of version 0.1.0 has no location and counts for the default database
    alone, which moves together with the home that holds the token.
    """
    if not database.is_sqlite:
        return []
    own = token_file(database, settings)
    is_default = database.location == str(settings.paths.default_database.absolute())
    found: list[tuple[Path, str, SignedIn]] = []
    for file in sorted(own.parent.glob("*.token")):
        with suppress(UnavailableError, ConfigError):  # a database that does not respond is skipped
            stored = _read(file) if file != own else None
            if stored is None or not (is_default if stored.place is None else _is_gone(stored.place)):
                continue
            if (signed_in := signed_in_by(database, settings, stored.token)) is not None:
                found.append((file, stored.token, signed_in))
    return found


def _is_gone(place: str) -> bool:
    """Say whether an SQLite file is certainly gone."""
    try:
        Path(place).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return Path(place).is_absolute()
    except (OSError, ValueError):
        return False
    return False


def _is_free(journal: Path, held: ExitStack) -> bool:
    """Lock a journal until `held` is closed; False when a living process has it."""
    try:
        handle = open_own(journal, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    held.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(file: Path) -> _Stored | None:
    content = read_private(file)
    if content is None:
        return None
    token, newline, place = content.partition(b"\n")
    return _Stored(token.decode("ascii", "replace"), os.fsdecode(place) if newline else None)


def _write(file: Path, token: str, database: Database) -> None:
    write_private(file, token.encode("ascii") + b"\n" + os.fsencode(database.location))


@needs(Right.SIGN_IN)
def signed_in_by(database: Database, settings: Settings, token: str) -> SignedIn | None:
    """Return the user of a token and record its use; None when the token or its session is not valid."""
    return resume(database, settings, read_token(settings.paths, token))


@needs(Right.SIGN_IN)
def remember(database: Database, settings: Settings, begun: NewSession) -> None:
    """Store the token of a new session for the next start; the session that it replaces ends."""
    replaced = None
    with suppress(NotAllowedError, ConfigError):
        replaced = _signed_in_here(database, settings)
    _write(token_file(database, settings), begun.token, database)
    if replaced is not None:
        with suppress(NotAllowedError):
            end_session(database, replaced, replaced.session_id)


@needs(Right.SIGN_IN)
def forget(database: Database, settings: Settings) -> None:
    """Remove the stored token, if there is one, and what the screens of its user showed last."""
    last_screens.forget(settings)
    try:
        token_file(database, settings).unlink(missing_ok=True)
    except OSError as problem:
        raise UnavailableError(f"the token cannot be removed: {problem.strerror}") from None


def session_of_guest(database: Database, settings: Settings, name: str) -> SignedIn:
    """Begin a session for a user whom sshd has identified by a key, and open the database for them.

    No token is made or stored. Raises NotAllowedError.
    """
    account = find_account(database, name)
    if account is None:
        raise NotAllowedError(f"there is no user {name!r}", hint="ask the administrator of this CatLog")
    guest = begin_without_token(database, settings, account.id).signed_in
    database.role = guest.role
    return guest


def end_guest(database: Database, guest: SignedIn) -> None:
    """End the session of a guest, unless it has ended or the database is gone."""
    database.role = Role.GUEST
    with suppress(NotAllowedError, UnavailableError, BusyError):
        end_session(database, guest, guest.session_id)


@needs(Right.SIGN_IN)
def sign_out(database: Database, settings: Settings) -> bool:
    """End the session and remove its token; say whether anybody was signed in.

    A session of this database's old location ends as well, or the next command would take it over. The token is
    removed also when the database cannot be reached, which raises UnavailableError.
    """
    try:
        ended = False
        for file, _, left in _left_behind(database, settings):
            ended = end_session(database, left, left.session_id) or ended
            file.unlink(missing_ok=True)
        with suppress(NotAllowedError):
            signed_in = _signed_in_here(database, settings)
            ended = end_session(database, signed_in, signed_in.session_id) or ended
        return ended
    finally:
        forget(database, settings)


def token_file(database: Database, settings: Settings) -> Path:
    """Return the token file of this database: signing in to another database signs nobody out of this one."""
    return settings.paths.state / "tokens" / f"{database.identity}.token"
