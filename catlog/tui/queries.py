"""The questions of the app itself: opening the library, the facts of the bar, undo and redo, signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from catlog.tui.queued_edits import QueuedEdit, wait_for_none
from catlog.tui.topbar_status import SourceState, TopbarStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.library.changes import Heartbeat
    from catlog.library.journal.file import PendingEdit
    from catlog.library.steps import Step
    from catlog.tui.backend import Backend

_FRESH_FOR = timedelta(days=1)


class Welcome(NamedTuple):
    """Who has just signed in, and how many wrong passwords were given for them since they last did."""

    name: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """The library is open: whether somebody is signed in, and whether there is an account at all.

    `pulse` is from before anything was read for a screen. `problem` says why the time zone is not the one that was
    meant, "" where it is.
    """

    signed_in: bool
    accounts: bool
    facts: TopbarStatus
    pulse: Heartbeat
    problem: str


def open_library(backend: Backend) -> Opening:
    """Open the database, see who is signed in, and read the facts."""
    from catlog.accounts.users import any_account

    viewer = backend.recognise()
    accounts = viewer is not None or any_account(backend.database)
    backend.zone.today()  # the zone is looked up here, in this thread, and not when a screen is drawn
    return Opening(viewer is not None, accounts, read_facts(backend), feel_pulse(backend), backend.zone.problem)


def read_facts(backend: Backend) -> TopbarStatus:
    """Read what the bar above says."""
    from catlog import clock
    from catlog.accounts.users import has_password
    from catlog.etl.latest import read_latest_chart

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


def feel_pulse(backend: Backend, *, used: bool = False) -> Heartbeat:
    """Ask, in one statement, whether anything has changed; cheap enough to do every other second.

    A time zone that the viewer's account has got meanwhile counts from now on. `used` says that keys were pressed, so
    that the session is not idle.
    """
    from catlog.accounts.sessions import touch
    from catlog.library.changes import read_heartbeat

    viewer = backend.viewer
    if used and viewer is not None:
        touch(backend.database, viewer)
    with backend.database.read() as session:
        pulse = read_heartbeat(session, viewer)
    backend.live_in(viewer.user_id if viewer is not None else 0, pulse.timezone)
    return pulse


def is_there(backend: Backend) -> bool:
    """Check that the database responds. Raises UnavailableError."""
    from catlog.db.schema import check_tables

    check_tables(backend.database)
    return True


def _last_wish(backend: Backend) -> PendingEdit | None:
    from catlog.library.journal.replay import standing, taking_back

    left = standing(backend.waiting)
    return taking_back(left[-1]) if left else None


def _taken_back(step: Step | None) -> str:
    return _told("taken back", () if step is None else (step,))


def _not_made(_: PendingEdit) -> str:
    return "taken back: it will not be made"


def _undo_last(backend: Backend) -> str:
    from catlog.library.history import undo as take_back
    from catlog.library.steps import new_request

    wait_for_none(backend)
    done = take_back(backend.database, backend.owner(), request_id=new_request())
    return _told("taken back", _seen(backend, done))


undo = QueuedEdit("undo", _last_wish, _taken_back, _not_made, _undo_last)
"""Take back the last change that is not in the database yet, or else the last one that is, and say what that was.

Raises NotFoundError when there is none.
"""


def redo(backend: Backend) -> str:
    """Do again what was taken back and say what that is. Raises NotFoundError when there is nothing."""
    from catlog.library.history import redo as do_again
    from catlog.library.steps import new_request

    wait_for_none(backend)
    done = do_again(backend.database, backend.owner(), request_id=new_request())
    return _told("done again", _seen(backend, done))


def sign_in(backend: Backend, name: str, password: str) -> Welcome:
    """Begin a session and keep its token; return whose it is. Raises NotAllowedError, TooManyTriesError."""
    from catlog.accounts.identity import remember
    from catlog.accounts.sign_in import sign_in as begin

    begun = begin(backend.database, backend.settings, name=name, password=password)
    remember(backend.database, backend.settings, begun)
    backend.viewer = begun.signed_in
    return Welcome(begun.signed_in.username, begun.failed)


def register(backend: Backend, username: str, email: str, password: str) -> Welcome:
    """Make an account and sign in; return whose it is. Raises InvalidArgumentError, TooManyTriesError."""
    from catlog.accounts import users
    from catlog.accounts.identity import remember
    from catlog.accounts.sign_in import begin_session

    made = users.register(backend.database, backend.settings, username=username, email=email, password=password)
    begun = begin_session(backend.database, backend.settings, made.id)
    remember(backend.database, backend.settings, begun)
    backend.viewer = begun.signed_in
    return Welcome(made.username)


def sign_out(backend: Backend) -> bool:
    """End the session and forget its token; say whether anybody was signed in."""
    from catlog.accounts.identity import sign_out as end

    backend.viewer = None
    return end(backend.database, backend.settings)


def unlock(backend: Backend, password: str) -> Welcome:
    """Prove who is signed in by the password; return whose it is. Raises NotAllowedError, TooManyTriesError.

    Where people sign in themselves, a new session replaces the one that may have ended meanwhile.
    """
    from catlog.access import Right, may
    from catlog.accounts.sign_in import check_password

    owner = backend.owner()
    if may(backend.role, Right.SIGN_IN):
        return sign_in(backend, owner.username, password)
    return Welcome(owner.username, check_password(backend.database, backend.settings, owner, password))


def _seen(backend: Backend, steps: Sequence[Step]) -> Sequence[Step]:
    backend.seen_step = steps[-1].number or backend.seen_step
    return steps


def _told(what: str, steps: Sequence[Step]) -> str:
    from catlog.library.describe import by_title, told_change

    changes = by_title([change for step in steps for change in step.changes])
    if len(changes) == 1:
        return f"{what}: {changes[0].title}, {told_change(changes[0])}"
    return f"{what}: {len(changes)} titles"
