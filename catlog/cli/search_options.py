"""The options of a search, and the query that they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from catlog.cli.completers import GENRE
from catlog.cli.options import Decorated, count_option

if TYPE_CHECKING:
    from catlog.catalogue.search import SearchQuery

_GENRE = "A genre, theme or demographic; if repeated, all of them."
_WITHOUT = "A genre to exclude; may be given several times."

_OPTIONS = (
    click.option("--genre", "genres", multiple=True, type=GENRE, help=_GENRE),
    click.option("--without-genre", "without", multiple=True, type=GENRE, help=_WITHOUT),
    click.option("--year", help="A year or a range of years: 2016, 2015..2020, ..1999."),
    click.option("--season", help="winter, spring, summer or fall."),
    click.option("--status", "statuses", multiple=True, help="airing, finished or upcoming; if repeated, any of them."),
    click.option("--type", "types", multiple=True, help="TV, movie, OVA, ONA, special ...; if repeated, any of them."),
    click.option("--rating", "ratings", multiple=True, help="g, pg, pg13, r17, r or rx; if repeated, any of them."),
    click.option("--score", help="Minimum score or a range: 8, 7..9.5."),
    click.option("--letter", help="First letter or digit of the title."),
    click.option("--sfw", is_flag=True, help="Exclude adult titles."),
    click.option(
        "--on-list/--not-on-list", "on_list", default=None, help="Only titles on my list, or only titles not on it."
    ),
    click.option("--order-by", "order", default="", help="The order, see above; -ORDER reverses it."),
    count_option("--limit", 25, "Titles per page, from the catalogue and, at most 25, from the source."),
    count_option("--page", None, "Page number; default: 1."),
    click.option(
        "--online/--offline", "online", default=None, help="Search the source too, or never; for the default see above."
    ),
)


def search_options(command: Decorated) -> Decorated:
    """Give a command all options of a search."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def search_query_of(
    words: tuple[str, ...],
    user_id: int | None,
    *,
    genres: tuple[str, ...],
    without: tuple[str, ...],
    year: str | None,
    season: str | None,
    statuses: tuple[str, ...],
    types: tuple[str, ...],
    ratings: tuple[str, ...],
    score: str | None,
    letter: str | None,
    sfw: bool,
    on_list: bool | None,
    order: str,
) -> SearchQuery:
    """Return the query. Raises InvalidArgumentError for invalid values."""
    from catlog.catalogue import filters as f
    from catlog.catalogue.orders import parse_order
    from catlog.catalogue.search import SearchQuery

    def read(parse: Callable[[str], Any], given: str | None) -> Any:  # noqa: ANN401 - what the parser makes of it
        return None if given is None else parse(given)

    chosen = f.Filters(
        genres=genres,
        without_genres=without,
        years=read(f.parse_years, year),
        season=read(f.parse_season, season),
        statuses=tuple(map(f.parse_status, statuses)),
        types=tuple(map(f.parse_type, types)),
        scores=read(f.parse_scores, score),
        ratings=tuple(map(f.parse_rating, ratings)),
        sfw=sfw,
        letter=read(f.parse_letter, letter),
        on_list=on_list,
    )
    return SearchQuery(" ".join(words), chosen, parse_order(order) if order else "", user_id)
