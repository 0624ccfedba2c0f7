"""The library that is edited, and a model of its list: what the edits that were made must have left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catlog import clock
from catlog.accounts.identity import current_user
from catlog.config import Settings
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.errors import CatLogError
from catlog.library.edits import Add, applied
from catlog.library.entries import Entry, Origin, Status, restored, same
from catlog.library.history import last_step, replayed
from catlog.library.steps import Change, LogRow, log_rows
from catlog.library.store import load_entries
from catlog.library.writer import EditRequest, edit_all
from tests.library.people import EPISODES
from tests.library.people import TITLES as PEOPLES
from tests.tui.trouble.libraries import fill, fill_ready

ANCHOR = "Anchor"
"""A title that nothing edits: while it is being watched, the list opens in a way that is known."""

TITLES: dict[int, tuple[str, int | None]] = {
    9001: (ANCHOR, None),
    9002: ("Birch", 12),
    9003: ("Cedar", 24),
    9004: ("Daisy", None),
    9005: ("Elder", 1),
    9006: ("Fern", 200),
    9007: ("Ginger", 26),
    9008: ("Hazel", 3),
    9009: ("Iris", None),
}
"""Names and totals by id; in the order of the list, which is sorted by name. None begins as another does."""

NAMES = {row[0]: row[1] for row in PEOPLES} | {mal_id: name for mal_id, (name, _) in TITLES.items()}
TOTALS = EPISODES | {mal_id: total for mal_id, (_, total) in TITLES.items()}

List = dict[int, Entry]


def make_library(settings: Settings, *, is_ready: bool = False) -> None:
    """Make the library and its one person, who has all titles on the list; `is_ready` where the tables are there."""
    (fill_ready if is_ready else fill)(settings)
    database = Database(settings.database_url)
    names = ("mal_id", "title", "synonyms", "studios", "type", "episodes", "processed_at")
    with database.connect_to_write() as connection:
        rows: list[tuple[object, ...]] = [
            (mal_id, name, [], [], "TV", total, clock.now()) for mal_id, (name, total) in TITLES.items()
        ]
        upsert(connection, ProcessedAnime, names, rows)
    owner = current_user(database, settings)
    requests = [EditRequest(mal_id, Add(Status.WATCHING)) for mal_id in TITLES]
    edit_all(database, owner, requests, origin=Origin.CLI)
    database.close()


@dataclass(frozen=True, slots=True)
class Made:
    """One step of the log: where it came from, and the rows of what it changed."""

    number: int
    origin: str
    rows: tuple[LogRow, ...]


class Stored:
    """What the database has of the list."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings.database_url)
        self._user = current_user(self._database, settings).user_id

    def entries(self) -> List:
        """Return the list."""
        with self._database.read() as session:
            return dict(load_entries(session, self._user))

    def replayed(self) -> List:
        """Return the list that the log alone gives."""
        with self._database.read() as session:
            return replayed(session, self._user)

    def last_step(self) -> int:
        """Return the number of the last step."""
        with self._database.read() as session:
            return last_step(session, self._user)

    def since(self, step: int) -> list[Made]:
        """Return the steps after `step`."""
        with self._database.read() as session:
            numbers = range(step + 1, last_step(session, self._user) + 1)
            found = [(number, tuple(log_rows(session, self._user, number))) for number in numbers]
        return [Made(number, rows[0].origin, rows) for number, rows in found]

    def close(self) -> None:
        """Give back all connections."""
        self._database.close()


@dataclass
class Model:
    """A list with all that undo and redo could return to."""

    entries: List
    before: list[List] = field(default_factory=list)
    undone: list[List] = field(default_factory=list)

    def copy(self) -> "Model":
        """Return one that goes its own way from here."""
        return Model(dict(self.entries), list(self.before), list(self.undone))

    def edited(self, requests: Sequence[EditRequest]) -> List | None:
        """Return the list after these edits; None where they are refused or change nothing."""
        after = dict(self.entries)
        for one in requests:
            try:
                entry = applied(one.edit, one.mal_id, after.get(one.mal_id), TOTALS[one.mal_id], clock.utc_today())
            except CatLogError:
                return None
            if entry is None:
                del after[one.mal_id]
            else:
                after[one.mal_id] = entry
        return None if equal(after, self.entries) else after

    def after(self, made: Made) -> List:
        """Return the list after a step of the log."""
        after = dict(self.entries)
        for row in made.rows:
            entry = restored(row.mal_id, after.get(row.mal_id), row.after)
            after.pop(row.mal_id, None)
            if entry is not None:
                after[row.mal_id] = entry
        return after

    def take_edit(self, after: List) -> None:
        """Go on with an edit that was made."""
        self.before.append(self.entries)
        self.undone.clear()
        self.entries = after

    def take_undo(self) -> None:
        """Go on with an undo that was made."""
        self.undone.append(self.entries)
        self.entries = self.before.pop()

    def take_redo(self) -> None:
        """Go on with a redo that was made."""
        self.before.append(self.entries)
        self.entries = self.undone.pop()


def equal(one: Mapping[int, Entry], other: Mapping[int, Entry]) -> bool:
    """Say whether two lists mean the same to their owner."""
    return one.keys() == other.keys() and all(same(entry, other[mal_id]) for mal_id, entry in one.items())


def differing(one: Mapping[int, Entry], other: Mapping[int, Entry]) -> list[int]:
    """Return the ids whose entries differ."""
    return [mal_id for mal_id in one.keys() | other.keys() if not same(one.get(mal_id), other.get(mal_id))]


def changes(before: Mapping[int, Entry], after: Mapping[int, Entry], order: Sequence[int]) -> list[Change]:
    """Return what differs, as the log tells it; `order` is that of the edits."""
    found = (
        Change(mal_id, NAMES[mal_id], TOTALS[mal_id], "", before.get(mal_id), after.get(mal_id))
        for mal_id in dict.fromkeys(order)
    )
    return [change for change in found if not same(change.before, change.after)]
