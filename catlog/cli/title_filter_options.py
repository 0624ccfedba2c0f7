"""The filters of recommendations and of a random pick: a subset of the search filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

from catlog.cli.options import Decorated
from catlog.cli.search_options import search_query_of

if TYPE_CHECKING:
    from catlog.cli.context import Environment

_OPTIONS: tuple[Callable[[Decorated], Decorated], ...] = (
    click.option("--genre", "genres", multiple=True, help="A genre, theme or demographic; if repeated, all of them."),
    click.option("--without-genre", "without", multiple=True, help="A genre to exclude; may be given several times."),
    click.option("--year", help="A year or a range of years: 2016, 2015..2020, ..1999."),
    click.option("--type", "types", multiple=True, help="TV, movie, OVA or ONA; if repeated, any of them."),
    click.option("--score", help="Minimum score or a range: 8, 7..9.5."),
)


class TitleFilter(NamedTuple):
    """The ids of all titles that match the filters, None without a filter; and whether adult titles may be included.

    Adult titles are included only if an adult genre is named.
    """

    ids: frozenset[int] | None
    adult: bool


def title_filter_options(command: Decorated) -> Decorated:
    """Add the filter options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def title_filter_of(
    env: Environment,
    *,
    genres: tuple[str, ...],
    without: tuple[str, ...],
    year: str | None,
    types: tuple[str, ...],
    score: str | None,
) -> TitleFilter:
    """Return the filter. Raises InvalidArgumentError for invalid values."""
    if not any((genres, without, year, types, score)):
        return TitleFilter(None, adult=False)
    from catlog.catalogue.search import Catalogue
    from catlog.catalogue.vocabulary import ADULT_GENRES, cached_genres
    from catlog.jikan.response_cache import ResponseCache

    query = search_query_of(
        (),
        None,
        genres=genres,
        without=without,
        year=year,
        season=None,
        statuses=(),
        types=types,
        ratings=(),
        score=score,
        letter=None,
        sfw=False,
        on_list=None,
        order="",
    )
    catalogue = Catalogue(env.database, genres=cached_genres(ResponseCache(env.settings.paths.cache / "answers")))
    query = catalogue.normalized(query)
    adult = any(genre in ADULT_GENRES for genre in query.filters.genres)
    return TitleFilter(frozenset(catalogue.search(query).ids), adult)
