"""The questions of the app itself: opening the library, the facts of the bar, undo and redo, signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

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
from catlog.library import changes
from catlog.library.changes import Heartbeat
from catlog.library.describe import combine_by_title, describe_change
from catlog.library.history import redo as do_again
from catlog.library.history import undo as take_back
from catlog.library.journal.file import PendingEdit
from catlog.library.journal.replay import not_undone
from catlog.library.steps import Step, new_request_id
from catlog.tui.backend import Backend
from catlog.tui.queued_edits import QueuedEdit, require_none_pending
from catlog.tui.topbar_status import SourceState, TopbarStatus

_FRESH_FOR = timedelta(days=1)


class SignInResult(NamedTuple):
    """Who has just signed in, and how many wrong passwords were given for them since they last did."""

    name: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class OpenedLibrary:
    """The library is open: whether somebody is signed in, and whether there is an account at all.

    `pulse` is from before anything was read for a screen. `problem` says why the time zone is not the one that was
    meant, "" where it is.
    """

    signed_in: bool
    accounts: bool
    status: TopbarStatus
    heartbeat: Heartbeat
    problem: str


def open_library(backend: Backend) -> OpenedLibrary:
    """Open the database, see who is signed in, and read the facts."""
    viewer = backend.find_viewer()
    accounts = viewer is not None or any_account(backend.database)
    backend.zone.today()  # the zone is looked up here, in this thread, and not when a screen is drawn
    return OpenedLibrary(
        viewer is not None, accounts, read_status(backend), read_heartbeat(backend), backend.zone.problem
    )


def read_status(backend: Backend) -> TopbarStatus:
    """Read what the bar above says."""
    viewer = backend.viewer
    with backend.database.read() as session:
        typed = viewer is None or has_password(session, viewer)
        chart = read_latest_chart(session)
    day, at = chart or (None, None)
    name, reachable = backend.source_health()
    state = SourceState.OFFLINE if not reachable else SourceState.OK
    if reachable and (day is None or clock.utc_today() - day > _FRESH_FOR):
        state = SourceState.STALE
    return TopbarStatus(viewer.username if viewer else "", day, at, name, state, typed)


def read_heartbeat(backend: Backend, *, used: bool = False) -> Heartbeat:
    """Ask, in one statement, whether anything has changed; cheap enough to do every other second.

    A time zone that the viewer's account has got meanwhile counts from now on. `used` says that keys were pressed, so
    that the session is not idle.
    """
    viewer = backend.viewer
    if used and viewer is not None:
        touch(backend.database, viewer)
    with backend.database.read() as session:
        heartbeat = changes.read_heartbeat(session, viewer)
    backend.set_zone(viewer.user_id if viewer is not None else 0, heartbeat.timezone)
    return heartbeat


def check_database(backend: Backend) -> bool:
    """Check that the database responds. Raises UnavailableError."""
    check_tables(backend.database)
    return True


def _last_wish(backend: Backend) -> PendingEdit | None:

    left = not_undone(backend.pending_edits)
    return left[-1].undo if left else None


def _taken_back(step: Step | None) -> str:
    return _told("taken back", () if step is None else (step,))


def _not_made(_: PendingEdit) -> str:
    return "taken back: it will not be made"


def _undo_last(backend: Backend) -> str:

    require_none_pending(backend)
    done = take_back(backend.database, backend.owner(), request_id=new_request_id())
    return _told("taken back", _seen(backend, done))


undo = QueuedEdit("undo", _last_wish, _taken_back, _not_made, _undo_last)
"""Take back the last change that is not in the database yet, or else the last one that is, and say what that was.

Raises NotFoundError when there is none.
"""


def redo(backend: Backend) -> str:
    """Do again what was taken back and say what that is. Raises NotFoundError when there is nothing."""
    require_none_pending(backend)
    done = do_again(backend.database, backend.owner(), request_id=new_request_id())
    return _told("done again", _seen(backend, done))


def sign_in(backend: Backend, name: str, password: str) -> SignInResult:
    """Begin a session and keep its token; return whose it is. Raises NotAllowedError, TooManyTriesError."""
    begun = begin(backend.database, backend.settings, name=name, password=password)
    remember(backend.database, backend.settings, begun)
    backend.viewer = begun.signed_in
    return SignInResult(begun.signed_in.username, begun.failed)


def register(backend: Backend, username: str, email: str, password: str) -> SignInResult:
    """Make an account and sign in; return whose it is. Raises InvalidArgumentError, TooManyTriesError."""
    made = users.register(backend.database, backend.settings, username=username, email=email, password=password)
    begun = begin_session(backend.database, backend.settings, made.id)
    remember(backend.database, backend.settings, begun)
    backend.viewer = begun.signed_in
    return SignInResult(made.username)


def sign_out(backend: Backend) -> bool:
    """End the session and forget its token; say whether anybody was signed in."""
    backend.viewer = None
    return end(backend.database, backend.settings)


def unlock(backend: Backend, password: str) -> SignInResult:
    """Prove who is signed in by the password; return whose it is. Raises NotAllowedError, TooManyTriesError.

    Where people sign in themselves, a new session replaces the one that may have ended meanwhile.
    """
    owner = backend.owner()
    if may(backend.role, Right.SIGN_IN):
        return sign_in(backend, owner.username, password)
    return SignInResult(owner.username, check_password(backend.database, backend.settings, owner, password))


def _seen(backend: Backend, steps: Sequence[Step]) -> Sequence[Step]:
    backend.seen_step = steps[-1].number or backend.seen_step
    return steps


def _told(what: str, steps: Sequence[Step]) -> str:

    changes = combine_by_title([change for step in steps for change in step.changes])
    if len(changes) == 1:
        return f"{what}: {changes[0].title}, {describe_change(changes[0])}"
    return f"{what}: {len(changes)} titles"
