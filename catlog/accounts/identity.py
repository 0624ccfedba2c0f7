"""Who is signed in on this machine: the token of the last sign-in, kept in a file (0600) for each database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from catlog.accounts.sessions import SignedIn, end_session, resume
from catlog.accounts.sign_in import NewSession, begin_session
from catlog.accounts.tokens import read_token
from catlog.accounts.users import find_account
from catlog.config import Settings
from catlog.db.session import Database
from catlog.errors import BusyError, ConfigError, NotAllowedError, UnavailableError
from catlog.files import read_private, write_private


def current_user(database: Database, settings: Settings) -> SignedIn:
    """Return who is signed in. Raises NotAllowedError when nobody is, or the session has ended."""
    stored = read_private(token_file(database, settings))
    if stored is None and (moved := _moved_here(database, settings)) is not None:
        return moved
    if stored is None:
        raise NotAllowedError("not signed in", hint="catlog account login, or catlog account register")
    signed_in = signed_in_by(database, settings, stored.decode("ascii", "replace"))
    if signed_in is None:
        raise NotAllowedError("not signed in any more: the session has ended", hint="catlog account login")
    return signed_in


def _moved_here(database: Database, settings: Settings) -> SignedIn | None:
    """Return who was signed in to this database where it was before: files that belong to one are named by its place.

    A token that is kept for another place and points at an open session of this database can only be of this one, moved
    with CatLog's home or without. Token and waiting edits are then kept under its new name.
    """
    own = token_file(database, settings)
    for file in sorted(own.parent.glob("*.token")):
        token = (read_private(file) or b"").decode("ascii", "replace")
        signed_in = None
        with suppress(UnavailableError, ConfigError):  # of a database that does not answer nobody knows
            signed_in = signed_in_by(database, settings, token) if token else None
        if signed_in is not None:
            write_private(own, token.encode("ascii"))
            for waiting in (settings.paths.state / "journal").glob(f"{file.stem}-*"):
                target = waiting.with_name(own.stem + waiting.name.removeprefix(file.stem))
                if not target.exists():
                    waiting.rename(target)
            return signed_in
    return None


def signed_in_by(database: Database, settings: Settings, token: str) -> SignedIn | None:
    """Return who a token belongs to, and note the use; None when the token or its session does not count."""
    return resume(database, settings, read_token(settings.paths, token))


def remember(database: Database, settings: Settings, begun: NewSession) -> None:
    """Keep the token of a new session for the next start; the session it replaces ends, as nobody has its token now."""
    replaced = None
    with suppress(NotAllowedError, ConfigError):
        replaced = current_user(database, settings)
    write_private(token_file(database, settings), begun.token.encode("ascii"))
    if replaced is not None:
        with suppress(NotAllowedError):
            end_session(database, replaced, replaced.session_id)


def forget(database: Database, settings: Settings) -> None:
    """Remove the kept token, if there is one."""
    try:
        token_file(database, settings).unlink(missing_ok=True)
    except OSError as problem:
        raise UnavailableError(f"the token cannot be removed: {problem.strerror}") from None


def session_of_guest(database: Database, settings: Settings, name: str) -> SignedIn:
    """Begin a session for a user whom sshd has recognised by a key; no token of it is kept. Raises NotAllowedError."""
    account = find_account(database, name)
    if account is None:
        raise NotAllowedError(f"there is no user {name!r}", hint="ask whoever runs this CatLog")
    return begin_session(database, settings, account.id).signed_in


def end_guest(database: Database, guest: SignedIn) -> None:
    """End the session of a guest, unless it has ended already or the database is gone."""
    with suppress(NotAllowedError, UnavailableError, BusyError):
        end_session(database, guest, guest.session_id)


def sign_out(database: Database, settings: Settings) -> bool:
    """End the kept session and forget its token; say whether anybody was signed in.

    The token is gone also when the database cannot be reached, which raises UnavailableError.
    """
    try:
        with suppress(NotAllowedError):
            signed_in = current_user(database, settings)
            return end_session(database, signed_in, signed_in.session_id)
        return False
    finally:
        forget(database, settings)


def token_file(database: Database, settings: Settings) -> Path:
    """Return where the token for this database is: signing in to another database signs nobody out of this one."""
    return settings.paths.state / "tokens" / f"{database.mark}.token"
