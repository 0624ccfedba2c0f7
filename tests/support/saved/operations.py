"""Edits of every kind as a user makes them: the keys, the requests they cause, the toast of the app."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from catlog.library import edits as e
from catlog.library.describe import describe_change
from catlog.library.entries import Status
from catlog.library.partial_date import PartialDate
from catlog.library.steps import Change
from catlog.library.writer import EditRequest
from tests.support.saved.library import ANCHOR, NAMES, TITLES, Model, changes

UNDO, REDO, EDIT = "undo", "redo", "edit"

EMPTY_FIELD = "\x15"
"""ctrl+u: whatever a field held is gone."""

_TARGETS = tuple(mal_id for mal_id, (name, _) in TITLES.items() if name != ANCHOR)

_FEWEST = 4
"""Of them that a list has, however many are removed: enough for edits of one row and of several."""

_LETTERS = {
    Status.WATCHING: "w",
    Status.COMPLETED: "c",
    Status.PLAN_TO_WATCH: "p",
    Status.ON_HOLD: "h",
    Status.DROPPED: "d",
}


@dataclass(eq=False)
class Operation:
    """One edit, undo or redo: `keys` make it, `toast` is what a toast says once it is saved.

    `screen` is where the keys are pressed: the list, with `at` for the row, the details or the search. `shown` says
    that the terminal had drawn that it is saved, `refused` that the app said it cannot be.
    """

    kind: str
    what: str
    keys: str
    toast: str
    requests: tuple[EditRequest, ...] = ()
    screen: str = "list"
    at: int | None = None
    moves_rows: bool = False
    shown: bool = False
    refused: bool = False
    sent: bool = False


Keystrokes = tuple[str, Sequence[e.Edit]]
"""Keys, and the edits that they stand for."""


def told_of(found: Sequence[Change]) -> str:
    """Return what the app says of an edit."""
    if len(found) == 1:
        return f"{found[0].title}: {describe_change(found[0])}"
    return f"{len(found)} titles changed"


def travel(model: Model, what: str) -> Operation | None:
    """Return an undo or a redo, None where there is nothing left."""
    stack, keys, words = (model.before, "u", "taken back") if what == UNDO else (model.undone, "\x12", "done again")
    if not stack:
        return None
    found = changes(model.entries, stack[-1], sorted(model.entries.keys() | stack[-1].keys()))
    one = f"{words}: {found[0].title}, {describe_change(found[0])}"
    toast = one if len(found) == 1 else f"{words}: {len(found)} titles"
    return Operation(what, what, keys, toast, moves_rows=model.entries.keys() != stack[-1].keys())


class Maker:
    """Makes operations that fit a model; each says something else than `used`, what a terminal has shown before."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._number = 0

    def make(self, model: Model, used: set[str], kinds: Sequence[str]) -> Operation:
        """Return an operation of one of the kinds."""
        for _ in range(2000):
            kind = self._rng.choice(kinds)
            made = travel(model, kind) if kind in (UNDO, REDO) else self._edit(model, kind)
            if made is not None and not any(made.toast in one or one in made.toast for one in used):
                return made
        raise RuntimeError(f"nothing to do is new: {kinds}")

    def _edit(self, model: Model, kind: str) -> Operation | None:
        listed = [mal_id for mal_id in _TARGETS if mal_id in model.entries]
        unlisted = [mal_id for mal_id in _TARGETS if mal_id not in model.entries]
        if kind == "add":
            return self._added(model, self._rng.choice(unlisted)) if unlisted else None
        if len(listed) < _FEWEST:
            return None
        if kind == "bulk":
            return self._bulk(model)
        mal_id = self._rng.choice(listed)
        if kind == "details":
            keys, made = self._rng.choice(_DETAILS)(self, model, mal_id)
            keys = f"r{keys}" if keys.isdigit() else keys
            return self._operation(model, kind, keys, [EditRequest(mal_id, made[0])], at=mal_id, screen="details")
        keys, made = KEYS[kind](self, model, mal_id)
        return self._operation(model, kind, keys, [EditRequest(mal_id, edit) for edit in made], at=mal_id)

    def _operation(
        self,
        model: Model,
        kind: str,
        keys: str,
        requests: Sequence[EditRequest],
        *,
        at: int | None,
        screen: str = "list",
    ) -> Operation | None:
        after = model.edited(requests)
        if after is None or len(after.keys() & set(_TARGETS)) < _FEWEST:
            return None
        toast = told_of(changes(model.entries, after, [one.mal_id for one in requests]))
        moves = after.keys() != model.entries.keys()
        return Operation(kind, EDIT, keys, toast, tuple(requests), screen, at, moves)

    def _added(self, model: Model, mal_id: int) -> Operation | None:
        letter, edit = self._rng.choice((("a", e.Add()), ("w", e.Add(Status.WATCHING))))
        return self._operation(model, "add", letter, [EditRequest(mal_id, edit)], at=mal_id, screen="search")

    def _bulk(self, model: Model) -> Operation | None:
        order = rows(model)
        places = [place for place, mal_id in enumerate(order) if mal_id in _TARGETS]
        first, length = self._rng.choice(places), self._rng.randint(2, 5)
        chosen = order[first : first + length]
        if len(chosen) < 2 or not set(chosen) <= set(_TARGETS):
            return None
        keys, made = self._rng.choice(_BULK)(self, model, chosen[0])
        if keys == "f":
            made = [e.SetFavorite(not all(model.entries[mal_id].favorite for mal_id in chosen))]
        requests = [EditRequest(mal_id, edit) for mal_id in chosen for edit in made]
        return self._operation(model, "bulk", " " * len(chosen) + keys + "y", requests, at=chosen[0])

    # Each returns the keys and the edits that they stand for.

    def word(self, letter: str) -> str:
        """Return a word that was never used."""
        self._number += 1
        return f"{letter}{self._number}"

    def episodes(self, model: Model, mal_id: int) -> Keystrokes:
        """Count."""
        number = self._rng.choice((1, 1, 2, 5))
        before = f"#{number}" if number > 1 else ""
        back = self._rng.random() < 0.3
        return f"{before}{'-' if back else '+'}", [e.Watch(-number if back else number)]

    def rating(self, model: Model, mal_id: int) -> Keystrokes:
        """Rate."""
        if self._rng.random() < 0.1:
            return "x", [e.Rate(None)]
        rating = self.rated()
        return f"r{rating % 10}", [e.Rate(rating)]

    def rated(self) -> int:
        """Return a rating."""
        return self._rng.randint(1, 10)

    def status(self, model: Model, mal_id: int) -> Keystrokes:
        """Move."""
        status = self._rng.choice(tuple(Status))
        return f"s{_LETTERS[status]}", [e.SetStatus(status)]

    def notes(self, model: Model, mal_id: int) -> Keystrokes:
        """Write notes."""
        notes = self.word("note ") if self._rng.random() < 0.9 else ""
        return f"n{EMPTY_FIELD}{notes}\r", [e.SetNotes(notes)]

    def tags(self, model: Model, mal_id: int) -> Keystrokes:
        """Change tags."""
        tags = tuple(self.word("t") for _ in range(self._rng.randint(1, 2)))
        return f"t{EMPTY_FIELD}{', '.join(tags)}\r", [e.SetTags(tags)]

    def favorite(self, model: Model, mal_id: int) -> Keystrokes:
        """Mark."""
        return "f", [e.SetFavorite(not model.entries[mal_id].favorite)]

    def rewatch(self, model: Model, mal_id: int) -> Keystrokes:
        """Watch again."""
        return "w", [e.SetRewatching(not model.entries[mal_id].rewatching)]

    def remove(self, model: Model, mal_id: int) -> Keystrokes:
        """Take off the list."""
        return "D", [e.Remove()]

    def dates(self, model: Model, mal_id: int) -> Keystrokes:
        """Set dates in the form."""
        start = PartialDate(f"20{self._rng.randint(10, 16)}-0{self._rng.randint(1, 9)}-1{self._rng.randint(0, 9)}")
        finish = PartialDate(self._rng.choice((f"20{self._rng.randint(17, 25)}", f"2026-0{self._rng.randint(1, 9)}")))
        return self._form(started=str(start), finished=str(finish)), [e.SetDates(start, finish)]

    def form(self, model: Model, mal_id: int) -> Keystrokes:
        """Change several things in the form."""
        entry = model.entries[mal_id]
        typed: dict[str, str] = {}
        made: list[e.Edit] = []
        episode, rating = self._rng.randint(0, 12), self._rng.randint(1, 10)
        if episode != entry.episodes_watched and self._rng.random() < 0.4:
            typed["episodes"] = str(episode)
            made.append(e.WatchTo(episode))
        if rating != entry.rating and self._rng.random() < 0.4:
            typed["rating"] = str(rating)
            made.append(e.Rate(rating))
        count, offset = self._rng.randint(0, 9), self._rng.randint(1, 12)
        if count != entry.rewatch_count and self._rng.random() < 0.7:
            typed["rewatches"] = str(count)
            made.append(e.SetRewatchCount(count))
        if offset != entry.episode_offset and self._rng.random() < 0.5:
            typed["offset"] = str(offset)
            made.append(e.SetOffset(offset))
        tag, note = self.word("t"), self.word("note ")
        return self._form(**typed, tags=tag, notes=note), (*made, e.SetTags((tag,)), e.SetNotes(note))

    def _form(self, **typed: str) -> str:
        """Return the keys that open the form, go through its fields and send it."""
        fields = ("episodes", "rating", "started", "finished", "rewatches", "offset", "tags", "notes")
        filled = (f"\r{EMPTY_FIELD}{typed[name]}" if name in typed else "\r" for name in fields)
        return f"e{''.join(filled)}\x13"


def rows(model: Model) -> list[int]:
    """Return the ids in the order of the list."""
    return sorted(model.entries, key=lambda mal_id: NAMES[mal_id])


def _bulk_tags(maker: Maker, model: Model, mal_id: int) -> Keystrokes:
    tag, gone = maker.word("t"), next(iter(model.entries[mal_id].tags), "nothing")
    return f"t{EMPTY_FIELD}{tag}, -{gone}\r", [e.AddTags((tag,)), e.RemoveTags((gone,))]


_Keys = Callable[[Maker, Model, int], Keystrokes]

KEYS: dict[str, _Keys] = {
    "episodes": Maker.episodes,
    "rating": Maker.rating,
    "status": Maker.status,
    "notes": Maker.notes,
    "tags": Maker.tags,
    "favourite": Maker.favorite,
    "rewatch": Maker.rewatch,
    "remove": Maker.remove,
    "dates": Maker.dates,
    "form": Maker.form,
}
"""The kinds of edits of one row."""

_BULK: tuple[_Keys, ...] = (Maker.episodes, Maker.rating, Maker.status, Maker.favorite, Maker.remove, _bulk_tags)

_DETAILS: tuple[_Keys, ...] = (
    lambda maker, model, mal_id: ("+", [e.Watch()]),
    lambda maker, model, mal_id: ("-", [e.Watch(-1)]),
    lambda maker, model, mal_id: (f"{(rating := maker.rated()) % 10}", [e.Rate(rating)]),
    Maker.status,
    Maker.notes,
    Maker.tags,
    Maker.favorite,
)

KINDS = (*KEYS, "bulk", "details", "add", UNDO, REDO)
"""All kinds."""

ON_ONE_ROW = tuple(kind for kind in KEYS if kind != "remove")
"""Kinds that can follow each other without a look at the screen."""
