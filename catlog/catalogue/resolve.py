"""From what a user typed to one anime of the catalogue: a MAL id, a whole title, or a unique part of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from catlog.db.models import ProcessedAnime
from catlog.errors import NotFoundError

CANDIDATES = 10
"""How many anime an ambiguous title names."""

_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Match:
    """The anime that the words mean."""

    mal_id: int
    title: str


def as_mal_id(words: str) -> int | None:
    """Return the number when `words` can be a MAL id, as in 5114 or #5114."""
    digits = re.fullmatch(r"\s*#?([0-9]{1,10})\s*", words)
    return int(digits[1]) if digits and 0 < int(digits[1]) <= _LARGEST_ID else None


def resolve(session: Session, words: str) -> Match:
    """Return the one anime that `words` mean.

    A number is a MAL id when the catalogue has it. Otherwise the words are a whole title or English title, upper
    and lower case alike, or failing that, unless they are a number, a part of exactly one anime's titles. (SQLite
    knows upper and lower case of ASCII letters only.) Raises NotFoundError, with up to `CANDIDATES` of the anime
    that the words fit, most members first.
    """
    mal_id = as_mal_id(words)
    if mal_id is not None and (by_id := _find(session, col(ProcessedAnime.mal_id) == mal_id)):
        return by_id[0]
    text = words.strip()
    if not text:
        raise NotFoundError("no title given", hint="give a MAL id or a title")
    titles = (col(ProcessedAnime.title), col(ProcessedAnime.title_english))
    found = _find(session, or_(*(func.lower(title) == func.lower(text) for title in titles)))
    if not found and mal_id is None:
        found = _find(session, or_(*(title.icontains(text, autoescape=True) for title in titles)))
    if not found:
        raise NotFoundError(f"no anime is called {text!r} here", hint="give its MAL id, or another part of its title")
    if len(found) > 1:
        shown = tuple(f"{match.mal_id} {match.title}" for match in found[:CANDIDATES])
        more = "" if len(found) <= CANDIDATES else f", and more than the {CANDIDATES} named here"
        raise NotFoundError(f"{text!r} fits several anime{more}", hint="give the MAL id of one", candidates=shown)
    return found[0]


def _find(session: Session, condition: ColumnElement[bool]) -> list[Match]:
    """Return those that fit, most members first; one more than can be named at most."""
    order = (col(ProcessedAnime.members).desc().nulls_last(), col(ProcessedAnime.mal_id))
    query = select(col(ProcessedAnime.mal_id), col(ProcessedAnime.title)).where(condition).order_by(*order)
    return [Match(mal_id, title) for mal_id, title in session.connection().execute(query.limit(CANDIDATES + 1))]
