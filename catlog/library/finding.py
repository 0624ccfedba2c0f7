"""Which title of my list somebody means: the list first, as a word that fits many elsewhere is often clear here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlmodel import Session

from catlog.catalogue.folding import folded
from catlog.catalogue.resolve import CANDIDATES, Match, as_mal_id, resolve
from catlog.errors import NotFoundError
from catlog.library.listing import ListRow, load_list


class Finder:
    """Finds titles for one user; the list is read once, when a title is first looked for in it."""

    def __init__(self, session: Session, user_id: int) -> None:
        self._session = session
        self._user_id = user_id
        self._rows: Sequence[ListRow] | None = None

    def in_catalogue(self, words: str) -> Match:
        """Return the anime of the catalogue that `words` mean. Raises NotFoundError."""
        try:
            return resolve(self._session, words)
        except NotFoundError as unknown:
            if unknown.candidates:
                raise
            hint = f"{unknown.hint}; catlog search looks further"
            raise NotFoundError(unknown.message, hint=hint) from None

    def on_list(self, words: str) -> Match:
        """Return the title that `words` mean: a MAL id, or all or part of a title of the list, else of the catalogue.

        Raises NotFoundError, with the candidates where several titles of the list fit.
        """
        if as_mal_id(words) is not None:
            return self.in_catalogue(words)
        wanted = folded(words.strip())
        if not wanted:
            return self.in_catalogue(words)
        for fits in (_is_title(wanted), _is_in_title(wanted)):
            found = [row for row in self._list() if fits(row)]
            if len(found) == 1:
                return Match(found[0].mal_id, found[0].title)
            if found:
                shown = tuple(f"{row.mal_id} {row.title}" for row in found[:CANDIDATES])
                hint = "give the MAL id of one"
                raise NotFoundError(f"{words!r} fits several titles of your list", hint=hint, candidates=shown)
        return self.in_catalogue(words)

    def _list(self) -> Sequence[ListRow]:
        if self._rows is None:
            self._rows = load_list(self._session, self._user_id)
        return self._rows


def _is_title(wanted: str) -> Callable[[ListRow], bool]:
    return lambda row: wanted in row.search_text.split("\n")


def _is_in_title(wanted: str) -> Callable[[ListRow], bool]:
    return lambda row: wanted in row.search_text
