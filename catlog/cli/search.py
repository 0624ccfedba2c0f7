"""`catlog search`: the catalogue by words and filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from catlog.cli.columns import Column
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import count_option, format_option
from catlog.cli.output import Format, emit
from catlog.errors import NotAllowedError

if TYPE_CHECKING:
    from catlog.catalogue.search import Found, Question

MOST_ROWS = 1_000
"""Titles that one page may have."""

COLUMNS = (
    Column("mal_id", "id", "right"),
    Column("title", "title", wrap=True),
    Column("title_english", "English", wrap=True, format=lambda title: title),
    Column("type", "type"),
    Column("episodes", "ep.", "right"),
    Column("year", "year", "right"),
    Column("score", "score", "right"),
    Column("rank", "rank", "right"),
    Column("status", "status"),
    Column("list_status", "my list", format=lambda status: status.replace("_", " ").lower()),
)


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--genre", "genres", multiple=True, help="A genre, theme or demographic it has; given again: all of them."
)
@click.option("--without-genre", "without", multiple=True, help="One it has not; may be given several times.")
@click.option("--year", help="A year or a range of years: 2016, 2015..2020, ..1999.")
@click.option("--season", help="winter, spring, summer or fall.")
@click.option("--status", "statuses", multiple=True, help="airing, finished or upcoming; given again: any of them.")
@click.option("--type", "types", multiple=True, help="TV, movie, OVA, ONA, special ...; given again: any of them.")
@click.option("--score", help="A least score or a range: 8, 7..9.5.")
@click.option("--on-list/--not-on-list", "on_list", default=None, help="Only what is on my list, or only what is not.")
@click.option("--order-by", "order", default="", help="The order, see below; -ORDER turns it round.")
@count_option("--limit", 25, "Titles on a page.")
@count_option("--page", 1, "Which page.")
@format_option
@pass_env
def search(
    env: Environment,
    /,
    words: tuple[str, ...],
    on_list: bool | None,
    limit: int,
    page: int,
    format: Format,
    **asked: Any,  # noqa: ANN401 - the options
) -> None:
    """Search the catalogue by WORDS, filters or both.

    Words are looked for in all titles, English, Japanese and romaji, without regard to case, accents, long vowels and
    punctuation, and the last one need not be finished. Where nothing has them, mistyped words are forgiven.

    Orders: relevance popularity score rank title year aired episodes id. Page 2 and so on are cut from the answer of
    page 1, for an hour: they repeat and skip nothing, whatever is loaded meanwhile.
    """
    from catlog.catalogue.search import Title, checked, read_titles

    if limit > MOST_ROWS:
        raise click.BadParameter(f"a page has {MOST_ROWS:,} titles at most", param_hint="--limit")
    user_id = _user_id(env, needed=on_list is not None)
    question = checked(_question(words, user_id, on_list, **asked))
    found = _found(env, question, page)
    with env.database.read() as session:
        rows = read_titles(session, found.page(page, limit), user_id)
    if found.mistyped:
        env.note("note: nothing has these words as typed; these are close")
    emit(
        env,
        format,
        "search",
        rows,
        COLUMNS,
        record=Title,
        empty=_why_empty(env, question, found, page),
        query=question.words,
        total=found.total,
        page=page,
        limit=limit,
        mistyped=found.mistyped,
        order=question.order or None,
    )
    if format == "table" and rows and found.total > page * limit:
        env.note(f"{found.total:,} titles; the next ones: --page {page + 1}")


def _question(
    words: tuple[str, ...],
    user_id: int | None,
    on_list: bool | None,
    *,
    genres: tuple[str, ...],
    without: tuple[str, ...],
    year: str | None,
    season: str | None,
    statuses: tuple[str, ...],
    types: tuple[str, ...],
    score: str | None,
    order: str,
) -> Question:
    from catlog.catalogue import filters as f
    from catlog.catalogue.orders import parse_order
    from catlog.catalogue.search import Question

    def read(parse: Callable[[str], Any], given: str | None) -> Any:  # noqa: ANN401 - what the parser makes of it
        return None if given is None else parse(given)

    wanted = f.Filters(
        genres=genres,
        without_genres=without,
        years=read(f.parse_years, year),
        season=read(f.parse_season, season),
        statuses=tuple(map(f.parse_status, statuses)),
        types=tuple(map(f.parse_type, types)),
        scores=read(f.parse_scores, score),
        on_list=on_list,
    )
    return Question(" ".join(words), wanted, parse_order(order) if order else "", user_id)


def _found(env: Environment, question: Question, page: int) -> Found:
    from catlog.catalogue import pages
    from catlog.catalogue.search import Catalogue

    found = pages.kept(env.settings, question, now=env.now()) if page > 1 else None
    if found is None:
        found = Catalogue(env.database).search(question)
        pages.keep(env.settings, question, found, now=env.now())
    return found


def _user_id(env: Environment, *, needed: bool) -> int | None:
    try:
        return env.signed_in().user_id
    except NotAllowedError:
        if needed:
            raise
        return None


def _why_empty(env: Environment, question: Question, found: Found, page: int) -> str:
    if found.total:
        return f"there are {found.total:,} titles, and none on page {page}"
    from catlog.catalogue.search import is_empty

    if is_empty(env.database):
        return "the catalogue is empty: catlog etl run, or catlog etl import-catalogue FILE"
    return "nothing fits; try fewer words or filters" if question.words else "nothing fits; try fewer filters"
