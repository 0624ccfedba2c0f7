"""Resolving of a user's words to one anime of the catalogue: a MAL id, a whole title, or a unique part of one.

Mistyped words are resolved to nothing; the error names the titles that come near (see `no_match`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from catlog.catalogue.near import NamedTitle, near_titles
from catlog.catalogue.normalize import folded
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ProcessedAnime, col
from catlog.errors import NotFoundError
from catlog.title_language import spoken

CANDIDATES = 10
"""The most candidates for an ambiguous title."""

_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Match:
    """The anime that words resolve to."""

    mal_id: int
    title: str


def parse_mal_id(words: str) -> int | None:
    """Return the MAL id in `words`, as in 5114 or #5114, also in full-width digits; None for other words."""
    digits = re.fullmatch(r"\s*#?([0-9]{1,10})\s*", normalize("NFKC", words))
    return int(digits[1]) if digits and 0 < int(digits[1]) <= _LARGEST_ID else None


def resolve(session: Session, words: str) -> Match:
    """Return the only anime that matches `words`.

    A number is a MAL id if the catalogue has it. Otherwise the words are a whole title (see `exact_matches`), or,
    unless they are a number, a part of exactly one anime's title or English title; titles are compared folded.
    Raises NotFoundError, with up to `CANDIDATES` of the matches, most members first; without any, of the near ones.
    """
    found = literal_match(session, words)
    if found is None:
        raise no_match(words, near_in_catalogue(session, words))
    return found


def literal_match(session: Session, words: str) -> Match | None:
    """Return what `resolve` does, None where nothing matches. Raises NotFoundError where several anime do."""
    mal_id = parse_mal_id(words)
    if mal_id is not None and (by_id := _by_id(session, mal_id)):
        return by_id
    text = words.strip()
    if not text:
        raise NotFoundError("no title given", hint="give a MAL id or a title")
    found = exact_matches(session, text)
    if not found and mal_id is None:
        found = _containing(session, text)
    return single_match(found, f"{text!r} matches several anime") if found else None


def no_match(words: str, near: Iterable[NamedTitle] = ()) -> NotFoundError:
    """Return the error of words that match nothing: its candidates are the titles that come near, if there are any."""
    message = f"no anime matches {words.strip()!r}"
    candidates = tuple(f"{title.mal_id} {title.title}" for title in near)[:CANDIDATES]
    if not candidates:
        return NotFoundError(message, hint="give its MAL id, or another part of its title")
    comes = "this comes close" if len(candidates) == 1 else "these come close"
    return NotFoundError(message, hint=f"give the MAL id; {comes}", candidates=candidates, near=True)


def near_in_catalogue(session: Session, words: str) -> list[NamedTitle]:
    """Return the anime of the catalogue that mistyped words may mean, most members first."""
    if parse_mal_id(words) is not None:
        return []
    columns: tuple[Any, ...] = (col(_ANIME.mal_id), col(_ANIME.title), col(_ANIME.title_english), col(_ANIME.synonyms))
    rows = session.connection().execute(select(*columns).order_by(*_ORDER))
    named = (
        NamedTitle(mal_id, title, [name for name in (title, english, *(synonyms or ())) if name])
        for mal_id, title, english, synonyms in rows
    )
    return near_titles(named, words)


def single_match(found: Sequence[Match], several: str) -> Match:
    """Return the match if there is exactly one. Raises NotFoundError with the message `several`.

    Its candidates have a MAL id and a title each, the likeliest first, so that a command can let the user choose.
    """
    if len(found) == 1:
        return found[0]
    shown = tuple(f"{match.mal_id} {match.title}" for match in found[:CANDIDATES])
    more = "" if len(found) <= CANDIDATES else f", and more than the {CANDIDATES} named here"
    raise NotFoundError(several + more, hint="give the MAL id of one", candidates=shown)


def exact_matches(session: Session, words: str) -> list[Match]:
    """Return the anime with exactly this name, most members first. One query.

    The title and the English title count, and only without a match the Japanese one and synonyms. Names may differ in
    case, accents, width and the shape of quotes (see `normalize.folded`).
    """
    wanted = folded(words.strip())
    main, other = [], []
    for match, names, more in _alike(session, words.strip(), wanted):
        if any(folded(name) == wanted for name in names if name):
            main.append(match)
        elif any(folded(name) == wanted for name in more if name):
            other.append(match)
    return main or other


_ANIME = ProcessedAnime
_ORDER = (col(_ANIME.members).desc().nulls_last(), col(_ANIME.mal_id))
_SYNONYMS = cast(col(_ANIME.synonyms), String)


def _alike(
    session: Session, text: str, wanted: str
) -> Iterator[tuple[Match, Sequence[str | None], Sequence[str | None]]]:
    """Yield the anime that may have this name, with their main names and the others.

    The database cannot fold, so it selects candidates: names of that length (which folding preserves, except for
    ligatures), and lists of synonyms with the words or with letters that fold.
    """
    long = {len(text), len(wanted)}
    names: list[Any] = [col(_ANIME.title), col(_ANIME.title_english)]
    if not wanted.isascii():
        names.append(col(_ANIME.title_japanese))  # too many are as short as some title to include them always
    same: list[ColumnElement[bool]] = [func.length(name).in_(long) for name in names]
    same.append(func.lower(col(_ANIME.title_japanese)) == wanted)
    same += [_SYNONYMS.icontains(json.dumps(form), autoescape=True) for form in sorted({text, wanted})]
    same += [_SYNONYMS.contains(start, autoescape=True) for start in _escapes(wanted)]
    others = (col(_ANIME.title_japanese), col(_ANIME.synonyms))
    query = select(col(_ANIME.mal_id), col(_ANIME.title), col(_ANIME.title_english), *others)
    found = session.connection().execute(query.where(or_(*same)).order_by(*_ORDER))
    for mal_id, title, english, japanese, synonyms in found:
        yield Match(mal_id, spoken().pick(title, english, japanese)), (title, english), (japanese, *(synonyms or ()))


def _escapes(wanted: str) -> Sequence[str]:
    r"""Return how JSON begins the letters that can be folded into those of `wanted`: é is \u00e9 in a list's text."""
    foreign = next((letter for letter in wanted if not letter.isascii()), "")
    if not foreign:
        return ("\\u00", "\\u01", "\\u20", "\\uff")  # Latin with accents, quotes and dashes, full-width forms
    return (f"\\u{ord(foreign):04x}"[:4], "\\uff") if ord(foreign) < 0x10000 else ()


def _by_id(session: Session, mal_id: int) -> Match | None:
    query = select(col(_ANIME.mal_id), SHOWN_TITLE).where(col(_ANIME.mal_id) == mal_id)
    row = session.connection().execute(query).first()
    return Match(*row) if row else None


def _containing(session: Session, text: str) -> list[Match]:
    """Return the anime whose title or English title has `text` in it, most members first."""
    columns: tuple[Any, ...] = (col(_ANIME.mal_id), col(_ANIME.title), col(_ANIME.title_english))
    rows: Sequence[Any] = session.connection().execute(select(*columns).order_by(*_ORDER)).all()
    # Folded in one go, a line each: ten times as fast as one by one.
    lines = "\n".join(f"{title}\t{english or ''}".replace("\n", " ") for _, title, english in rows)
    wanted = folded(text)
    shown = spoken()
    return [
        Match(row[0], shown.pick(row[1], row[2], None))
        for row, line in zip(rows, folded(lines).split("\n"), strict=False)
        if wanted in line
    ]
