"""Titles by what a user typed: the list is searched first, where an ambiguous word often fits one title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select

from catlog.catalogue.near import NamedTitle, near_titles
from catlog.catalogue.normalize import folded, starts_with
from catlog.catalogue.resolve import (
    Match,
    exact_matches,
    literal_match,
    near_in_catalogue,
    no_match,
    parse_mal_id,
    resolve,
    single_match,
)
from catlog.db.session import Session
from catlog.db.tables import ProcessedAnime, UserAnime, col
from catlog.errors import NotFoundError
from catlog.library.entries import Status
from catlog.library.listing import load_list
from catlog.library.records import ListRow


class TitleFinder:
    """Finds titles for one user; the list is read once, on first use."""

    def __init__(self, session: Session, user_id: int) -> None:
        self._session = session
        self._user_id = user_id
        self._rows: Sequence[ListRow] | None = None

    def in_catalogue(self, words: str) -> Match:
        """Return the anime of the catalogue that matches `words`. Raises NotFoundError."""
        try:
            return resolve(self._session, words)
        except NotFoundError as unknown:
            raise _searchable(unknown) from None

    def on_list(self, words: str) -> Match:
        """Return the title that matches `words`, for an edit of the list.

        A match is a MAL id or a whole title of the catalogue, on the list or not; of several, the one on the list.
        Failing that a part of exactly one title of the list, else of the catalogue. Raises NotFoundError, with the
        candidates where several match, or where none does, those near to the words: of the list, else of the catalogue.
        """
        wanted = folded(words.strip())
        if parse_mal_id(words) is not None or not wanted:
            return self.in_catalogue(words)
        # A whole title of the list spares the scan of the catalogue.
        named = [row for row in self._list() if wanted in (folded(row.title), folded(row.title_english or ""))]
        if len(named) == 1:
            return Match(named[0].mal_id, named[0].title)
        if exact := exact_matches(self._session, words):
            listed = {row.mal_id for row in self._list()}
            mine = [match for match in exact if match.mal_id in listed]
            return single_match(mine or exact, f"{words!r} is the title of several anime")
        parts = [Match(row.mal_id, row.title) for row in self._list() if wanted in row.search_text]
        if parts:
            return single_match(parts, f"{words!r} matches several titles of your list")
        if found := literal_match(self._session, words):
            return found
        near = near_titles((NamedTitle(row.mal_id, row.title, row.titles) for row in self._list()), words)
        raise _searchable(no_match(words, near or near_in_catalogue(self._session, words)))

    def _list(self) -> Sequence[ListRow]:
        if self._rows is None:
            self._rows = load_list(self._session, self._user_id)
        return self._rows


def _searchable(unknown: NotFoundError) -> NotFoundError:
    if unknown.candidates:
        return unknown
    return NotFoundError(unknown.message, hint=f"{unknown.hint}; catlog search finds more")


def titles_starting_with(session: Session, prefix: str, *, user_id: int | None = None, limit: int) -> Iterator[str]:
    """Yield a name of each title that begins with `prefix` in any case, those with most members first.

    It is the name that begins so, the main one where both do. With `user_id` only titles of that user's list, and
    without a prefix only those being watched.
    """
    names: tuple[Any, ...] = (col(ProcessedAnime.title), col(ProcessedAnime.title_english))
    begins = or_(*(name.istartswith(start, autoescape=True) for name in names for start in {prefix, folded(prefix)}))
    query = select(*names).where(begins).order_by(col(ProcessedAnime.members).desc().nulls_last()).limit(limit)
    if user_id is not None:
        query = query.join(UserAnime, col(UserAnime.mal_id) == col(ProcessedAnime.mal_id))
        query = query.where(col(UserAnime.user_id) == user_id)
        if not prefix:
            query = query.where(col(UserAnime.status) == Status.WATCHING)
    for row in session.connection().execute(query).all():
        yield next((name for name in row if name and starts_with(name, prefix)), "")
