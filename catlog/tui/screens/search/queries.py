"""Queries of the screen Search: catalogue, source and random pick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog import clock
from catlog.catalogue.merge_results import merge
from catlog.catalogue.search import SearchQuery, SearchResult, Title, read_titles
from catlog.errors import NotFoundError
from catlog.tui.screens.search.search_form import FIRST, SearchInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.catalogue.facets import Facets
    from catlog.catalogue.remote import Cooldown, SourcePage
    from catlog.recommendations.service import Picked
    from catlog.tui.backend import Backend

TIMEOUT = 15.0
"""Seconds for one page of the source."""

_BEYOND = 1_000_000_000
"""The number of a page past the end of any local result, so that merging adds only titles of the source."""


@dataclass(frozen=True, slots=True)
class LocalResult:
    """The result of the catalogue: the query as normalized, all ids, and the first titles.

    `facets` and `genres` are there where they were asked for.
    """

    input: SearchInput
    query: SearchQuery
    result: SearchResult
    titles: tuple[Title, ...]
    facets: Facets | None = None
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemotePage:
    """A page of the source, the `seconds` it took, and the cooldown before the next request."""

    source_page: SourcePage
    seconds: float
    cooldown: Cooldown


def search_catalogue(backend: Backend, input: SearchInput, *, counted: bool = False) -> LocalResult:
    """Search the catalogue; `counted` by genre and year too. Raises InvalidArgumentError for invalid filters."""
    viewer, catalogue = backend.viewer, backend.catalogue
    query = catalogue.normalized(input.to_query(viewer.user_id if viewer else None))
    result = catalogue.search(query)
    titles = tuple(catalogue.titles(result.ids[:FIRST], query.user_id))
    if not counted:
        return LocalResult(input, query, result, titles)
    return LocalResult(input, query, result, titles, catalogue.facets(query), catalogue.genres())


def read_rows(
    backend: Backend, local: LocalResult, start: int, end: int, pages: Sequence[SourcePage] = ()
) -> tuple[Title, ...]:
    """Return the titles `start` to `end` of the local result and, after its last, those of the source."""
    user, wanted = local.query.user_id, local.query.filters.on_list
    with backend.database.read() as session:
        titles = read_titles(session, local.result.ids[start:end], user)
        shown: set[int] = set()
        for answer in pages if end >= local.result.total else ():
            page = merge(session, local.result, answer, _BEYOND, 1, user_id=user, on_list=wanted, shown=shown)
            shown.update({*page.added})
            titles += page.titles
    return tuple(titles)


def search_source(backend: Backend, local: LocalResult, page: int, *, automatic: bool) -> RemotePage:
    """Request a page from the source; `automatic` unless the user requested it."""
    begun = clock.now()
    answer = backend.remote.search(local.query, page, timeout=TIMEOUT, automatic=automatic)
    return RemotePage(answer, (clock.now() - begun).total_seconds(), backend.remote.cooldown)


def cancel_source_search(backend: Backend) -> None:
    """Cancel the running request to the source."""
    backend.remote.supersede()


def pick_any(backend: Backend, among: frozenset[int] | None) -> Picked:
    """Pick at random one of `among` that is not on the list or, when `among` is None, a planned title.

    Without planned titles, pick any title that is not on the list. Raises NotFoundError when there is none.
    """
    user = backend.viewer.user_id if backend.viewer else None
    if among is None and user is not None:
        try:
            return backend.recommender.pick(user)
        except NotFoundError:
            pass
    return backend.recommender.pick(user, statuses=None, among=among)
