"""Random sequences of edits, undo and redo on a real list, held against a plain model of it.

Used by the tests of the list with hypothesis' source of randomness, and by bench/edit_sequences.py with many seeds.
"""

from collections.abc import Callable, Mapping
from random import Random

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import CatLogError, NotFoundError
from catlog.library import edits as e
from catlog.library.entries import Entry, Origin, Status, same
from catlog.library.history import redo, replayed, undo
from catlog.library.partial_date import PartialDate
from catlog.library.status import nearest_legal, violation
from catlog.library.store import load_entries
from catlog.library.writer import EditRequest, EditsRefusedError, edit_all

Model = dict[int, Entry]

_DATES = (None, PartialDate("2019"), PartialDate("2020-05"), PartialDate("2021-05-03"))
_TAGS = ("a", "A", "b", "later", "")
_STATUSES = tuple(Status)


def random_entry(rng: Random) -> Entry:
    """Return an entry as an import may bring it: legal or not."""
    return Entry(
        1,
        rng.choice(_STATUSES),
        rating=rng.choice((None, 1, 7, 10, 0, 11)),
        score100=rng.choice((None, 0, 65, 100, 101)),
        notes=rng.choice(("", "x")),
        tags=e.clean_tags(_tags(rng)),
        episodes_watched=rng.randint(-1, 26),
        start_date=rng.choice(_DATES),
        finish_date=rng.choice(_DATES),
        rewatching=rng.random() < 0.2,
        rewatch_count=rng.randint(-1, 3),
        extra=rng.choice(({}, {"my_priority": "HIGH"})),
    )


_CHANGES: tuple[Callable[[Random], e.Edit], ...] = (
    lambda rng: e.Watch(),
    lambda rng: e.Watch(),
    lambda rng: e.Watch(rng.randint(-2, 27)),
    lambda rng: e.WatchTo(rng.choice((0, 1, 1, 3, 12, 26, 27))),
    lambda rng: e.WatchAll(),
    lambda rng: e.Watch(1, rng.choice((PartialDate("2020-05"), PartialDate("2021"), e.Relative.YESTERDAY))),
    lambda rng: e.SetStatus(rng.choice(_STATUSES)),
    lambda rng: e.SetStatus(rng.choice(_STATUSES)),
    lambda rng: e.Rate(rng.choice((None, 1, 5, 10)), rng.choice((None, 55))),
    lambda rng: e.SetDates(rng.choice((*_DATES, e.UNCHANGED)), rng.choice((*_DATES, e.UNCHANGED))),
    lambda rng: e.SetNotes(rng.choice(("", "one", "two"))),
    lambda rng: e.SetTags(_tags(rng)),
    lambda rng: e.AddTags(_tags(rng)),
    lambda rng: e.RemoveTags(_tags(rng)),
    lambda rng: e.SetFavorite(rng.random() < 0.5),
    lambda rng: e.SetRewatching(rng.random() < 0.5),
    lambda rng: e.SetRewatchCount(rng.randint(0, 3)),
    lambda rng: e.Put(nearest_legal(random_entry(rng), 1)),
    lambda rng: e.Remove(),
)
_KINDS: tuple[Callable[[Random], e.Edit], ...] = (
    *_CHANGES,
    lambda rng: e.Add(rng.choice(_STATUSES)),
    lambda rng: e.Add(),
    lambda rng: e.Rate(rng.choice((0, 11)), 101),
    lambda rng: e.SetRewatchCount(-1),
    lambda rng: e.Put(random_entry(rng)),
)


def random_edit(rng: Random, *, listed: bool | None = None) -> e.Edit:
    """Return any edit, sensible or not; `listed` makes it a likely one for a title that is on the list or is not."""
    if listed is False and rng.random() < 0.9:
        return e.Add(rng.choice(_STATUSES))
    if listed is True and rng.random() < 0.9:
        return rng.choice(_CHANGES)(rng)
    return rng.choice(_KINDS)(rng)


class Sequence:
    """One list and what it must be: every operation is made on both."""

    def __init__(self, database: Database, owner: SignedIn, totals: Mapping[int, int | None]) -> None:
        self.database = database
        self.owner = owner
        self.totals = totals
        self.model: Model = {}
        self.before: list[Model] = []
        self.undone: list[Model] = []

    def run(self, rng: Random, operations: int) -> None:
        """Make `operations` operations, then undo everything."""
        for _ in range(operations):
            what = rng.random()
            if what < 0.2:
                self.undo(rng.randint(1, 3))
                self.check()
            elif what < 0.35:
                self.redo(rng.randint(1, 3))
                self.check()
            else:
                self.edit(rng)
        self.check()
        if self.before:
            self.undo(len(self.before))
        assert self.model == {}
        self.check()

    def edit(self, rng: Random) -> None:
        """Make one call with one to four edits of one or more titles."""
        ids = tuple(self.totals)
        chosen = [rng.choice(ids) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
        requests = [EditRequest(mal_id, random_edit(rng, listed=mal_id in self.model)) for mal_id in chosen]
        expected = self._expected(requests)
        try:
            step = edit_all(self.database, self.owner, requests, origin=Origin.APP)
        except EditsRefusedError:
            assert expected is None, f"refused, but it was possible: {requests}"
            return
        assert expected is not None, f"made, but it was not possible: {requests}"
        if step.number is not None:
            self.before.append(self.model)
            self.undone.clear()
            self.model = expected

    def _expected(self, requests: list[EditRequest]) -> Model | None:
        model = dict(self.model)
        for one in requests:
            try:
                after = e.applied(
                    one.edit, one.mal_id, model.get(one.mal_id), self.totals[one.mal_id], clock.utc_today()
                )
            except CatLogError:
                return None
            if after is None:
                del model[one.mal_id]
            else:
                model[one.mal_id] = after
        return model

    def undo(self, steps: int) -> None:
        """Undo on both sides."""
        self._travel(undo, steps, self.before, self.undone)

    def redo(self, steps: int) -> None:
        """Redo on both sides."""
        self._travel(redo, steps, self.undone, self.before)

    def _travel(
        self, travel: Callable[..., tuple[object, ...]], steps: int, source: list[Model], target: list[Model]
    ) -> None:
        possible = min(steps, len(source))
        try:
            assert len(travel(self.database, self.owner, steps)) == possible
        except NotFoundError:
            assert possible == 0
        for _ in range(possible):
            target.append(self.model)
            self.model = source.pop()

    def check(self) -> None:
        """Compare the stored list with the model, and with what the log alone gives; no entry may be illegal."""
        with self.database.read() as session:
            stored = load_entries(session, self.owner.user_id)
            logged = replayed(session, self.owner.user_id)
        assert_same(stored, self.model)
        assert_same(logged, self.model)
        for mal_id, entry in stored.items():
            assert violation(entry, self.totals[mal_id]) is None


def assert_same(one: Mapping[int, Entry], other: Mapping[int, Entry]) -> None:
    """Fail unless two lists mean the same to their owner."""
    assert one.keys() == other.keys()
    for mal_id, entry in one.items():
        assert same(entry, other[mal_id]), f"{entry} is not {other[mal_id]}"


def _tags(rng: Random) -> tuple[str, ...]:
    return tuple(rng.choice(_TAGS) for _ in range(rng.randint(0, 3)))
