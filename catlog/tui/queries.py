"""The questions of the app itself: opening the library, the facts of the bar, undo and redo, signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from catlog.tui.queued_edits import QueuedEdit, wait_for_none
from catlog.tui.topbar_status import SourceState, TopbarStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.library.journal.file import PendingEdit
    from catlog.library.steps import Step
    from catlog.tui.backend import Backend

_FRESH_FOR = timedelta(days=1)


class Welcome(NamedTuple):
    """Who has just signed in, and how many wrong passwords were given for them since they last did."""

    name: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What shows that somebody else was at work: the last step of my list, the catalogue's state, the last load.

    `timezone` is that of my account, None where it has none of its own. `ended` says that my session has.
    """

    step: int
    catalogue: str | None
    loaded: int | None
    timezone: str | None
    ended: bool = False


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
    viewer = backend.recognise()
    accounts = viewer is not None or _any_account(backend)
    backend.zone.today()  # the zone is looked up here, in this thread, and not when a screen is drawn
    return Opening(viewer is not None, accounts, read_facts(backend), feel_pulse(backend), backend.zone.problem)


def read_facts(backend: Backend) -> TopbarStatus:
    """Read what the bar above says."""
    from catlog import clock
    from catlog.accounts.users import has_password
    from catlog.analytics.days import default_day
    from catlog.etl.load import chart_fetched_at

    viewer = backend.viewer
    with backend.database.read() as session:
        typed = viewer is None or has_password(session, viewer)
        day = default_day(session.connection())
        at = chart_fetched_at(session, day) if day is not None else None
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
    from sqlalchemy import func, select, true
    from sqlmodel import col

    from catlog.accounts.sessions import is_open, touch
    from catlog.db.models import ActivitySteps, CatalogueState, EtlLogs, User
    from catlog.etl.runlog import SUCCESS

    viewer = backend.viewer
    user = viewer.user_id if viewer is not None else 0
    if used and viewer is not None:
        touch(backend.database, viewer)
    step = select(func.max(col(ActivitySteps.step))).where(col(ActivitySteps.user_id) == user)
    loaded = select(func.max(col(EtlLogs.id))).where(col(EtlLogs.status) == SUCCESS)
    catalogue = select(func.max(col(CatalogueState.version)))
    zone = select(col(User.timezone)).where(col(User.id) == user)
    signed_in = is_open(viewer) if viewer is not None else true()
    asked = select(*(one.scalar_subquery() for one in (step, catalogue, loaded, zone))).add_columns(signed_in)
    with backend.database.read() as session:
        last, version, load, timezone, counts = session.connection().execute(asked).one()
    backend.live_in(user, timezone)
    return Heartbeat(last or 0, version, load, timezone, ended=not counts)


def is_there(backend: Backend) -> bool:
    """Ask the database for a sign of life, for which it must read its own file. Raises UnavailableError.

    A file without tables is no such sign: a restore may be filling it.
    """
    from sqlalchemy import inspect

    from catlog.db.errors import no_tables

    with backend.database.read() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            raise no_tables(backend.database.place)
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


def _any_account(backend: Backend) -> bool:
    from sqlmodel import select

    from catlog.db.models import User

    with backend.database.read() as session:
        return session.exec(select(User.id).limit(1)).first() is not None


def _seen(backend: Backend, steps: Sequence[Step]) -> Sequence[Step]:
    backend.seen_step = steps[-1].number or backend.seen_step
    return steps


def _told(what: str, steps: Sequence[Step]) -> str:
    from catlog.library.describe import by_title, told_change

    changes = by_title([change for step in steps for change in step.changes])
    if len(changes) == 1:
        return f"{what}: {changes[0].title}, {told_change(changes[0])}"
    return f"{what}: {len(changes)} titles"
