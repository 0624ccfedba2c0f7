"""The cat's suggestion: one action that fits its mood, in one short sentence, with the command that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from catlog.companion.mood import SOON, CatState, Mood

BACKUP_DUE_DAYS = 30
"""Days after which the cat suggests a backup."""

NOTABLE_CLIMB = 3
"""Ranks that a title of the list must have climbed in a week to be mentioned."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A title being watched with unwatched episodes that are out; `count` is None where unknown."""

    mal_id: int
    title: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The facts that suggestions follow from; None or empty where there are none.

    `airing` is the next episode whose day the source gives, `slot` the next weekly slot of a title being watched.
    """

    waiting: tuple[Waiting, ...] = ()
    airing: tuple[str, datetime] | None = None
    slot: tuple[str, datetime] | None = None
    climbed: tuple[int, str, int] | None = None
    unrated: tuple[int, str] | None = None
    planned: tuple[int, str] | None = None
    backup_age_days: int | None = None
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One sentence, the name of the action the app offers a key for, and the command that does the same.

    `mal_id` is the title that the action is about, where it is about one.
    """

    action: str
    text: str
    command: str
    mal_id: int | None = None


def suggest(state: CatState, outlook: Outlook, now: datetime) -> Suggestion:
    """Return the first suggestion, in the order of the mood, that the outlook gives a reason for."""
    for name in _ORDER.get(state.mood, _REASONS):
        for suggestion in _REASONS[name](outlook, now):
            return suggestion
    return Suggestion("pet", "All is well. Stay a while.", "catlog cat pet")


def _start(outlook: Outlook, _now: datetime) -> Iterator[Suggestion]:
    if outlook.entries == 0:
        yield Suggestion("search", "Your list is empty. Let us find something.", "catlog search")


def _air(outlook: Outlook, now: datetime) -> Iterator[Suggestion]:
    for found, words in ((outlook.airing, "{} airs in {}."), (outlook.slot, "The weekly slot of {} is in {}.")):
        if found is not None and found[1] - now <= SOON:
            title, at = found
            minutes = max(int((at - now).total_seconds() // 60), 0)
            when = f"{minutes // 60} h" if minutes >= 90 else f"{minutes} min"
            yield Suggestion("next", words.format(title, when), "catlog next")


def _watch(outlook: Outlook, _now: datetime) -> Iterator[Suggestion]:
    if outlook.waiting:
        first = outlook.waiting[0]
        if first.count is None:
            text = f"Shall we go on with {first.title}?"
        elif first.count == 1:
            text = f"An episode of {first.title} is waiting."
        else:
            text = f"{first.count} episodes of {first.title} are waiting."
        yield Suggestion("watch", text, f"catlog list watch {first.mal_id}", first.mal_id)


def _climb(outlook: Outlook, _now: datetime) -> Iterator[Suggestion]:
    if outlook.climbed is not None and outlook.climbed[2] >= NOTABLE_CLIMB:
        mal_id, title, ranks = outlook.climbed
        text = f"Your {title} climbed {ranks} ranks this week."
        yield Suggestion("history", text, f"catlog analytics history {mal_id}", mal_id)


def _rate(outlook: Outlook, _now: datetime) -> Iterator[Suggestion]:
    if outlook.unrated is not None:
        mal_id, title = outlook.unrated
        yield Suggestion("rate", f"How was {title}?", f"catlog list set {mal_id} --score 8", mal_id)


def _plan(outlook: Outlook, _now: datetime) -> Iterator[Suggestion]:
    if outlook.planned is not None:
        mal_id, title = outlook.planned
        text = f"{title} has been on your plan for long. Tonight?"
        yield Suggestion("watch", text, f"catlog list watch {mal_id}", mal_id)


def _backup(outlook: Outlook, _now: datetime) -> Iterator[Suggestion]:
    age = outlook.backup_age_days
    if outlook.entries and (age is None or age > BACKUP_DUE_DAYS):
        text = "There is no backup yet." if age is None else f"No backup for {age} days."
        yield Suggestion("backup", text, "catlog db backup")


_REASONS: dict[str, Callable[[Outlook, datetime], Iterator[Suggestion]]] = {
    "start": _start,
    "air": _air,
    "watch": _watch,
    "climb": _climb,
    "rate": _rate,
    "plan": _plan,
    "backup": _backup,
}

_ORDER: dict[Mood, tuple[str, ...]] = {
    Mood.GREETING: ("start", "air", "watch", "plan", "climb", "backup"),
    Mood.EXCITED: ("start", "air", "rate", "climb", "watch", "plan", "backup"),
    Mood.HAPPY: ("start", "air", "rate", "watch", "climb", "backup", "plan"),
    Mood.NEUTRAL: ("start", "air", "watch", "climb", "backup", "rate", "plan"),
    Mood.BORED: ("start", "watch", "plan", "air", "climb", "backup", "rate"),
    Mood.SLEEPING: ("start", "watch", "backup", "plan", "air", "climb", "rate"),
}
