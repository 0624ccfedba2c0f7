"""What one of many processes does that edit the same list at once."""

from multiprocessing.synchronize import Barrier

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.library.edits import AddTags, Watch
from catlog.library.entries import Origin
from catlog.library.writer import edit
from tests.library.people import BEBOP, ONE_PIECE


def count_episodes(url: str, owner: SignedIn, name: str, times: int, start: Barrier) -> None:
    """Count `times` episodes of one title, one by one, and tag another one as often."""
    database = Database(url)
    start.wait()
    for number in range(times):
        edit(database, owner, ONE_PIECE, Watch(), origin=Origin.CLI)
        edit(database, owner, BEBOP, AddTags((f"{name}-{number}",)), origin=Origin.CLI)
    database.close()
