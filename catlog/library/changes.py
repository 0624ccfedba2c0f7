"""What has changed since the last look: one cheap statement that shows the work of other sessions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, true

from catlog.accounts.sessions import SignedIn, is_open
from catlog.db.models.etl import SUCCESS
from catlog.db.session import Session
from catlog.db.tables import ActivitySteps, CatalogueState, EtlLogs, User, col


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The state of the database for one viewer; two that differ show that another session has written.

    `step` is the last step of the viewer's list, `catalogue` the catalogue's version, `loaded` the last ETL run that
    succeeded, `timezone` the one of the account (None for the machine's), `titles` its language of
    titles. `ended` is true once the session has ended.
    """

    step: int
    catalogue: str | None
    loaded: int | None
    timezone: str | None
    titles: str | None = None
    ended: bool = False


def read_heartbeat(session: Session, viewer: SignedIn | None) -> Heartbeat:
    """Read the heartbeat for `viewer`, None while nobody is signed in, in one statement."""
    user = viewer.user_id if viewer is not None else 0
    step = select(func.max(col(ActivitySteps.step))).where(col(ActivitySteps.user_id) == user)
    catalogue = select(func.max(col(CatalogueState.version)))
    loaded = select(func.max(col(EtlLogs.id))).where(col(EtlLogs.status) == SUCCESS)
    zone = select(col(User.timezone)).where(col(User.id) == user)
    titles = select(col(User.title_language)).where(col(User.id) == user)
    signed_in = is_open(viewer) if viewer is not None else true()
    statement = select(*(part.scalar_subquery() for part in (step, catalogue, loaded, zone, titles))).add_columns(
        signed_in
    )
    last, version, load, timezone, language, counts = session.connection().execute(statement).one()
    return Heartbeat(last or 0, version, load, timezone, language, ended=not counts)
