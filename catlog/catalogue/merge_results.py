"""Merging of local and remote results: the local titles first, then those that only the source has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from catlog.catalogue.remote import SourcePage
from catlog.catalogue.search import SearchResult, Title, listed_ids, read_titles
from catlog.db.session import Session


@dataclass(frozen=True, slots=True)
class MergedPage:
    """The titles of a page; `added` are those of them that only the source found."""

    titles: tuple[Title, ...]
    added: tuple[int, ...]


def merge(
    session: Session,
    result: SearchResult,
    source_page: SourcePage | None,
    number: int,
    size: int,
    *,
    user_id: int | None = None,
    on_list: bool | None = None,
    shown: Collection[int] = (),
) -> MergedPage:
    """Return page `number` (from 1) of the local result and of the source's, up to `size` titles of each.

    `shown` are the source's titles on earlier pages. Titles of the source have its host and the time of its response;
    all facts are the catalogue's current ones. With `on_list` False titles of the user's list are also left out of the
    source's.
    """
    known = {*result.ids, *shown}
    mine = listed_ids(session.connection(), user_id) if on_list is False else frozenset()
    added = tuple(
        mal_id for mal_id in (source_page.ids if source_page else ()) if mal_id not in known and mal_id not in mine
    )
    titles = read_titles(session, [*result.page(number, size), *added], user_id)
    if source_page is None or source_page.host is None or source_page.as_of is None:
        return MergedPage(tuple(titles), added)
    marked = (
        replace(title, source=source_page.host, as_of=source_page.as_of) if title.mal_id in set(added) else title
        for title in titles
    )
    return MergedPage(tuple(marked), added)
