"""The queries of the app itself: opening the library, the status of the top bar, undo and redo, signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from catlog import clock
from catlog.access import Right, may
from catlog.accounts import users
from catlog.accounts.identity import remember
from catlog.accounts.identity import sign_out as end
from catlog.accounts.sessions import touch
from catlog.accounts.sign_in import begin_session, check_password
from catlog.accounts.sign_in import sign_in as begin
from catlog.accounts.users import any_account, has_password
from catlog.db.schema import check_tables
from catlog.etl.latest import read_latest_chart
from catlog.library import changes, history
from catlog.library.describe import combine_by_title, describe_change
from catlog.library.journal.replay import not_undone
from catlog.library.steps import Step, new_request_id
from catlog.tui import first_time
from catlog.tui.first_time import is_first_time
from catlog.tui.queued_edits import QueuedEdit, require_none_pending
from catlog.tui.topbar_status import SourceState, TopbarStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.library.changes import Heartbeat
    from catlog.library.journal.file import PendingEdit
    from catlog.title_language import TitleLanguage
    from catlog.tui.backend import Backend

_FRESH_FOR = timedelta(days=1)


class SignInResult(NamedTuple):
    """The user who signed in, and the failed attempts since the last time."""

    name: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class OpenedLibrary:
    """The state of a library that was opened: whether a user is signed in, and whether there is an account at all.

    `heartbeat` is older than everything that screens read. `problem` says why the time zone is not the configured one,
    "" where it is. `is_new` says that the first steps are to be offered.
    """

    signed_in: bool
    accounts: bool
    status: TopbarStatus
    heartbeat: Heartbeat
    problem: str
    is_new: bool


def open_library(backend: Backend) -> OpenedLibrary:
    """Open the database, find the viewer, and read the status."""
    viewer = backend.find_viewer()
    accounts = viewer is not None or any_account(backend.database)
    backend.zone.today()  # looks the zone up in this thread, not when a screen is drawn
    status, heartbeat = read_status(backend), read_heartbeat(backend)
    is_new = is_first_time(backend, heartbeat)
    return OpenedLibrary(viewer is not None, accounts, status, heartbeat, backend.zone.problem, is_new)


def is_new_user(backend: Backend) -> bool:
    """Say whether the first steps are to be offered to the user who has just signed in."""
    return is_first_time(backend, read_heartbeat(backend))


def leave_first_steps(backend: Backend) -> None:
    """Remember that the first steps were left."""
    first_time.leave(backend)


def read_status(backend: Backend) -> TopbarStatus:
    """Read the status of the top bar."""
    viewer = backend.viewer
    with backend.database.read() as session:
        by_password = viewer is None or has_password(session, viewer)
        chart = read_latest_chart(session)
    day, at = chart or (None, None)
    name, reachable = backend.source_health()
    state = SourceState.OFFLINE if not reachable else SourceState.OK
    if reachable and (day is None or clock.utc_today() - day > _FRESH_FOR):
        state = SourceState.STALE
    return TopbarStatus(
        viewer.username if viewer else "", day, at, name, state, by_password, viewer is None or not viewer.local
    )


def read_heartbeat(backend: Backend, *, used: bool = False) -> Heartbeat:
    """Read, in one statement, what shows that anything has changed: cheap enough for every other second.

    A new time zone of the viewer's account takes effect. `used` says that keys were pressed: the session is not idle.
    """
    viewer = backend.viewer
    if used and viewer is not None:
        touch(backend.database, viewer)
    with backend.database.read() as session:
        heartbeat = changes.read_heartbeat(session, viewer)
    backend.follow_account(viewer.user_id if viewer is not None else 0, heartbeat.timezone, heartbeat.titles)
    return heartbeat


def set_titles(backend: Backend, language: TitleLanguage) -> None:
    """Show titles in a language; it is the account's from now on."""
    owner = backend.owner()
    users.set_title_language(backend.database, owner, language)
    backend.follow_account(owner.user_id, owner.zone.own, language.value)


def check_database(backend: Backend) -> bool:
    """Check that the database responds. Raises UnavailableError."""
    check_tables(backend.database)
    return True


def _undo_pending(backend: Backend) -> PendingEdit | None:
    left = not_undone(backend.pending_edits)
    return left[-1].undo if left else None


def _describe_undo(step: Step | None) -> str:
    return _sentence("taken back", () if step is None else (step,))


def _describe_pending_undo(_: PendingEdit) -> str:
    return "taken back: it will not be made"


def _undo_last(backend: Backend) -> str:
    require_none_pending(backend)
    return _describe(
        "taken back", backend, history.undo(backend.database, backend.owner(), request_id=new_request_id())
    )


undo = QueuedEdit("undo", _undo_pending, _describe_undo, _describe_pending_undo, _undo_last)
"""Undo the last pending edit or, where none is pending, the last step in the database, and describe it.

Raises NotFoundError when there is nothing to undo.
"""


def redo(backend: Backend) -> str:
    """Redo the last step that was undone, and describe it. Raises NotFoundError when there is none."""
    require_none_pending(backend)
    return _describe(
        "done again", backend, history.redo(backend.database, backend.owner(), request_id=new_request_id())
    )


def sign_in(backend: Backend, name: str, password: str) -> SignInResult:
    """Start a session and store its token. Raises NotAllowedError, TooManyTriesError."""
    begun = begin(backend.database, backend.settings, name=name, password=password)
    remember(backend.database, backend.settings, begun)
    backend.viewer = begun.signed_in
    return SignInResult(begun.signed_in.username, begun.failed)


def register(backend: Backend, username: str, email: str | None, password: str) -> SignInResult:
    """Create an account and sign in. Raises InvalidArgumentError, TooManyTriesError."""
    made = users.register(backend.database, backend.settings, username=username, email=email, password=password)
    begun = begin_session(backend.database, backend.settings, made.id)
    remember(backend.database, backend.settings, begun)
    backend.viewer = begun.signed_in
    return SignInResult(made.username)


def sign_out(backend: Backend) -> bool:
    """End the session and delete its token; return whether anybody was signed in."""
    backend.viewer = None
    return end(backend.database, backend.settings)


def set_timezone(backend: Backend, name: str | None) -> str:
    """Set the time zone of the viewer's account, None for the machine's, and return the one that counts now.

    Raises InvalidArgumentError for an unknown zone.
    """
    owner = backend.owner()
    own = users.set_timezone(backend.database, owner, name)
    backend.follow_account(owner.user_id, own, owner.titles)
    backend.zone.today()  # looks the zone up in this thread
    return backend.zone.name


def unlock(backend: Backend, password: str) -> SignInResult:
    """Unlock the app by the viewer's password. Raises NotAllowedError, TooManyTriesError.

    Where users sign in by password, a new session replaces one that may have ended in the meantime.
    """
    owner = backend.owner()
    if may(backend.role, Right.SIGN_IN):
        return sign_in(backend, owner.username, password)
    return SignInResult(owner.username, check_password(backend.database, backend.settings, owner, password))


def _describe(verb: str, backend: Backend, steps: Sequence[Step]) -> str:
    backend.seen_step = steps[-1].number or backend.seen_step
    return _sentence(verb, steps)


def _sentence(verb: str, steps: Sequence[Step]) -> str:
    changes = combine_by_title([change for step in steps for change in step.changes])
    if len(changes) == 1:
        return f"{verb}: {changes[0].title}, {describe_change(changes[0])}"
    return f"{verb}: {len(changes)} titles"
