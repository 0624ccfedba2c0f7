"""A page of both answers: what the catalogue found keeps its place, what only the source found comes after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlmodel import Session

from catlog.catalogue.remote import FromSource
from catlog.catalogue.search import Found, Title, listed, read_titles


@dataclass(frozen=True, slots=True)
class MergedPage:
    """The titles of a page; `added` are those of them that only the source found."""

    titles: tuple[Title, ...]
    added: tuple[int, ...]


def merged(
    session: Session,
    found: Found,
    told: FromSource | None,
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
    known = {*found.ids, *shown}
    mine = listed(session.connection(), user_id) if on_list is False else frozenset()
    added = tuple(mal_id for mal_id in (told.ids if told else ()) if mal_id not in known and mal_id not in mine)
    titles = read_titles(session, [*found.page(number, size), *added], user_id)
    if told is None or told.host is None or told.as_of is None:
        return MergedPage(tuple(titles), added)
    marked = (
        replace(title, source=told.host, as_of=told.as_of) if title.mal_id in set(added) else title for title in titles
    )
    return MergedPage(tuple(marked), added)
