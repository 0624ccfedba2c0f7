"""A library of five titles, four of them on the list of one person who is signed in; and what it holds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from catlog import clock
from catlog.accounts.identity import current_user, remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.config import Settings
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.library.edits import Add, Edit
from catlog.library.entries import Entry, Origin, Status
from catlog.library.store import load_entries
from catlog.library.writer import edit
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE, fill_catalogue
from tests.tui.harness import NOW

LISTED = (BEBOP, FRIEREN, GINTAMA, ONE_PIECE)


def fill(settings: Settings) -> None:
    """Make the library; its person is signed in on this machine."""
    settings.paths.default_database.parent.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    upgrade(database)
    database.close()
    fill_ready(settings)


def fill_ready(settings: Settings) -> None:
    """Make the library in a database that has its tables."""
    database = Database(settings.database_url)
    fill_catalogue(database)
    made = register(database, settings, username="mika", email="mika@example.org", password="correct horse battery")
    remember(database, settings, begin_session(database, settings, made.id))
    database.close()
    for mal_id in LISTED:
        elsewhere(settings, mal_id, Add(Status.WATCHING))


def elsewhere(settings: Settings, mal_id: int, *edits: Edit) -> None:
    """Edit the list as another process does."""
    database = Database(settings.database_url)
    edit(database, current_user(database, settings), mal_id, *edits, origin=Origin.CLI)
    database.close()


def entries(settings: Settings) -> Mapping[int, Entry]:
    """Return the list as the database has it."""
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            return load_entries(session, current_user(database, settings).user_id)
    finally:
        database.close()


def environ(settings: Settings) -> Mapping[str, str]:
    """Return what makes a process use this library."""
    return {
        "CATLOG_HOME": str(settings.paths.config.parent),
        "CATLOG_DATABASE_URL": settings.database_url,
        "CATLOG_NOW": NOW.isoformat(),
        "CATLOG_MOTION": "off",
    }


def environ_as_here(settings: Settings) -> Mapping[str, str]:
    """Return what makes a process use this library without asking any source, at the time that it is in this process.

    Where no test has stopped the clock, it runs there too.
    """
    own = {**environ(settings), "CATLOG_NOW": clock.now().isoformat(), "CATLOG_JIKAN_URLS": "http://127.0.0.1:9"}
    if abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1):
        del own["CATLOG_NOW"]
    return own
