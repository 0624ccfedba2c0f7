"""The activity log as statistics read it, by day: what people did themselves and did not take back.

What counts, and what an edit was, is said by `library.edit_kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from catlog.library.own_edits import own_edits
from catlog.zones import Zone


@dataclass(frozen=True, slots=True)
class Done:
    """One change of one entry. `episodes` are those it logged as watched; negative where it took some back."""

    day: date
    mal_id: int
    episodes: int


def load_done(session: Session, user_id: int, zone: Zone) -> tuple[Done, ...]:
    """Return what a user did, oldest first, by the days of `zone`. Two queries."""
    return tuple(Done(zone.day_of(one.at), one.mal_id, one.episodes) for one in own_edits(session, user_id))
