"""`catlog recommend`: what to watch next, with the reasons."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from catlog.access import Right
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import count_option, format_option
from catlog.cli.output import Format, emit
from catlog.cli.title_filter_options import title_filter_of, title_filter_options

if TYPE_CHECKING:
    from catlog.recommendations.service import Picked, Recommended, Recommender

MOST = 1_000
"""Recommendations that may be asked for."""

TITLE_FIELDS = (
    "mal_id", "title", "title_english", "type", "episodes", "status", "score", "rank", "year", "season", "genres",
)  # fmt: skip
"""The fields of a title that recommendations and picks export."""

COLUMNS = (
    TableColumn("mal_id", "id", "right", gives_way=3),
    TableColumn("title", "title", wrap=True),
    TableColumn("type", "type", gives_way=5),
    TableColumn("year", "year", "right", gives_way=4),
    TableColumn("score", "score", "right", gives_way=2),
    TableColumn("reason", "why", wrap=True, gives_way=1),
)


@click.command()
@count_option("--limit", 10, "Titles at most.")
@title_filter_options
@format_option
@pass_env
def recommend(
    env: Environment,
    /,
    limit: int,
    format: Format,
    **filters: Any,  # noqa: ANN401 - the options of `title_filter_of`
) -> None:
    """Recommend titles that fit my list, each with its reason.

    All of it is worked out here, from your ratings and what you completed, dropped and planned, against the genres,
    studios, source material and relations of every title in the catalogue. Nothing on your list is recommended, and of
    every story the first part that you have not watched to the end.
    """
    if limit > MOST:
        raise click.BadParameter(f"{MOST:,} titles are the most", param_hint="--limit")
    user = env.signed_in()
    wish = title_filter_of(env, **filters)
    from catlog.recommendations.service import Recommended

    found = recommender(env).recommend(user.user_id, limit, among=wish.ids, adult=wish.adult)
    more = env.hint_for(Right.RESTORE, "catlog etl import-catalogue FILE")
    emit(
        env,
        format,
        "recommend",
        [flat_row(each) for each in found],
        COLUMNS,
        record=(*TITLE_FIELDS, *(field.name for field in fields(Recommended)[1:])),
        empty=f"the catalogue here has nothing more to recommend: fewer filters, or {more}",
        limit=limit,
        now=env.now(),
    )


def flat_row(record: Recommended | Picked, *more: str) -> dict[str, Any]:
    """Return a recommendation or a pick as one row: the fields of its title, `more` of those, then its own."""
    row = {name: getattr(record.title, name) for name in (*TITLE_FIELDS, *more)}
    return row | {field.name: getattr(record, field.name) for field in fields(record)[1:]}


def recommender(env: Environment) -> Recommender:
    """Return a recommender over the catalogue and the cached responses."""
    from catlog.jikan.response_cache import ResponseCache
    from catlog.recommendations.service import Recommender

    cache = env.settings.paths.cache
    return Recommender(env.database, ResponseCache(cache / "answers"), cache / "recommendation-corpus")
