"""The filters of recommendations and of a random pick: a part of those of a search, which answers them."""

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
    """What was asked for: the ids of all titles that meet the filters, None for no filter; and whether adult ones may.

    Adult titles are offered to those alone who name such a genre.
    """

    ids: frozenset[int] | None
    adult: bool


def title_filter_options(command: Decorated) -> Decorated:
    """Give a command the filters."""
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
    """Return what the filters ask for. Raises InvalidArgumentError for values that mean nothing."""
    if not any((genres, without, year, types, score)):
        return TitleFilter(None, adult=False)
    from catlog.catalogue.genres import kept_genres
    from catlog.catalogue.search import Catalogue
    from catlog.catalogue.vocabulary import ADULT_GENRES
    from catlog.jikan.response_cache import ResponseCache

    question = search_query_of(
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
    catalogue = Catalogue(env.database, genres=kept_genres(ResponseCache(env.settings.paths.cache / "answers")))
    question = catalogue.understood(question)
    adult = any(genre in ADULT_GENRES for genre in question.filters.genres)
    return TitleFilter(frozenset(catalogue.search(question).ids), adult)
