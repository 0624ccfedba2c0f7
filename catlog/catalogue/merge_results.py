"""A page of both answers: what the catalogue found keeps its place, what only the source found comes after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlmodel import Session

from catlog.catalogue.remote import SourcePage
from catlog.catalogue.search import SearchResult, Title, listed_ids, read_titles


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
    """Return page `number` (from 1) of what was found here, and of what the source told for the same page.

    Of each there are up to `size` titles, so that no page hides what a source has behind a long answer from here.
    `shown` are titles of the source on earlier pages. Rows of the source are marked with its host and its instant;
    all are told as the catalogue knows them now, so a title that both found is refreshed. With `on_list` False what
    is on the user's list is left out of the source's titles, too.
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
