"""`catlog search`: the catalogue and the sources by words and filters."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit
from catlog.cli.search_options import question_of, question_options
from catlog.errors import CatLogError, InvalidArgumentError, NotAllowedError
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.catalogue.merge_results import MergedPage
    from catlog.catalogue.remote import FromSource
    from catlog.catalogue.result_cache import CachedPage
    from catlog.catalogue.search import SearchQuery

MOST_ROWS = 1_000
"""Titles that one page may have."""

FEW = 5
"""Titles found here below which the source is asked although nobody said so."""

PATIENCE, PATIENCE_BY_ITSELF = 15.0, 2.0
"""Seconds that the source has for its answer, when it was asked for and when not."""

COLUMNS = (
    TableColumn("mal_id", "id", "right"),
    TableColumn("title", "title", wrap=True),
    TableColumn("title_english", "English", wrap=True, format=lambda title: title),
    TableColumn("type", "type"),
    TableColumn("episodes", "ep.", "right"),
    TableColumn("year", "year", "right"),
    TableColumn("score", "score", "right"),
    TableColumn("rank", "rank", "right"),
    TableColumn("status", "status"),
    TableColumn("list_status", "my list", format=lambda status: status.replace("_", " ").lower()),
)
SOURCE = TableColumn("source", "found by")


@click.command()
@click.argument("words", nargs=-1)
@question_options
@format_option
@pass_env
def search(
    env: Environment,
    /,
    words: tuple[str, ...],
    limit: int,
    page: int | None,
    online: bool | None,
    format: Format,
    **asked: Any,  # noqa: ANN401 - the options that `question_of` takes
) -> None:
    """Search the catalogue by WORDS, filters or both.

    Words are looked for in all titles, English, Japanese and romaji, without regard to case, accents, long vowels and
    punctuation, and the last one need not be finished. Where nothing has them, mistyped words are forgiven.

    Orders: relevance popularity score rank title year aired ended episodes members votes favorites id. Page 2 and so
    on are cut from the answer of page 1, for an hour: they repeat and skip nothing, whatever is loaded meanwhile.

    The catalogue here answers first. With --online the source is asked too, and what only it found comes after, marked
    with its host; all of it enters the catalogue. With neither --online nor --offline the source is asked where fewer
    than 5 titles are found here as typed. It has 2 seconds then, and is left alone for 5 minutes after it was silent.
    """
    from catlog.catalogue import result_cache
    from catlog.catalogue.merge_results import merged
    from catlog.catalogue.search import Title

    if limit > MOST_ROWS:
        raise click.BadParameter(f"a page has {MOST_ROWS:,} titles at most", param_hint="--limit")
    user_id, number = _user_id(env, needed=asked["on_list"] is not None), page or 1
    question, kept = _found(env, question_of(words, user_id, **asked), number, online=online or False)
    told = _told(env, question, kept, page, limit, online)
    with env.database.read() as session:
        shown = merged(
            session,
            kept.found,
            told,
            number,
            limit,
            user_id=user_id,
            on_list=question.filters.on_list,
            shown=kept.shown_before(number),
        )
    result_cache.keep(
        env.settings, question, replace(kept, told={**kept.told, number: shown.added}) if told else kept, now=env.now()
    )
    if kept.found.mistyped:
        env.note("note: nothing here has these words as typed; these are close")
    emit(
        env,
        format,
        "search",
        shown.titles,
        (*COLUMNS, SOURCE) if shown.added else COLUMNS,
        record=Title,
        empty=_why_empty(env, question, kept, number),
        query=question.words,
        total=kept.found.total,
        page=number,
        limit=limit,
        mistyped=kept.found.mistyped,
        order=question.order or None,
        online=_online(told),
    )
    _note(env, format, kept, shown, told, number, limit)


def _found(env: Environment, question: SearchQuery, page: int, *, online: bool) -> tuple[SearchQuery, CachedPage]:
    from catlog.catalogue import result_cache
    from catlog.catalogue.search import Catalogue

    catalogue = Catalogue.from_settings(env.database, env.settings)
    try:
        question = catalogue.understood(question)
    except InvalidArgumentError:
        if not (online and _asks_for_genres(question)):
            raise
        _learn_genres(env)
        catalogue = Catalogue.from_settings(env.database, env.settings)
        question = catalogue.understood(question)
    kept = result_cache.kept(env.settings, question, now=env.now()) if page > 1 else None
    return question, kept or result_cache.CachedPage(catalogue.search(question))


def _asks_for_genres(question: SearchQuery) -> bool:
    return bool(question.filters.genres or question.filters.without_genres)


def _learn_genres(env: Environment) -> None:
    """Ask the source for its genres: there may be new ones."""
    from catlog.catalogue.genres import current_genres
    from catlog.catalogue.source import CatalogueSource

    with closing(CatalogueSource(env.settings)) as source, suppress(CatLogError):
        current_genres(source.responses, source.open(timeout=PATIENCE))


def _told(
    env: Environment, question: SearchQuery, kept: CachedPage, page: int | None, limit: int, online: bool | None
) -> FromSource | None:
    """Ask the source, where that was asked for or makes sense by itself."""
    few = kept.found.total < min(FEW, limit) or kept.found.mistyped
    automatic = online is None and not question.filters.on_list and (1 in kept.told if (page or 1) > 1 else few)
    if not (online or automatic):
        return None
    from catlog.catalogue.remote import YOUNG, RemoteSearch
    from catlog.catalogue.source import CatalogueSource

    with closing(CatalogueSource(env.settings)) as source:
        return RemoteSearch(env.database, source).ask(
            question,
            page,
            limit,
            timeout=PATIENCE if online else PATIENCE_BY_ITSELF,
            automatic=automatic,
            max_age=timedelta(0) if online else YOUNG,
        )


def _user_id(env: Environment, *, needed: bool) -> int | None:
    try:
        return env.signed_in().user_id
    except NotAllowedError:
        if needed:
            raise
        return None


def _online(told: FromSource | None) -> dict[str, object] | None:
    if told is None:
        return None
    return {
        "host": told.host,
        "asOf": told.as_of,
        "stale": told.stale,
        "total": told.total,
        "more": told.more,
        "rejected": told.rejected,
        "problem": told.problem or None,
        "outcome": told.outcome,
    }


def _note(
    env: Environment,
    format: Format,
    kept: CachedPage,
    shown: MergedPage,
    told: FromSource | None,
    number: int,
    limit: int,
) -> None:
    """Say what is missing, what is old, and where it goes on."""
    from catlog.catalogue.remote import RemoteOutcome

    of = f"{env.zone().local(told.as_of):%Y-%m-%d %H:%M}" if told and told.as_of else ""
    if told and told.problem:
        had = f"this is its answer of {of}" if told.as_of else "this is what is known here"
        env.note(f"note: {told.problem}; {had}")
    elif told and told.outcome is RemoteOutcome.NOTHING_FOUND and format == "table":
        env.note(f"note: {told.host} found nothing")
    elif told and told.stale and told.as_of:
        env.note(f"note: {told.host} itself calls its answer old; it is of {of}")
    if told and told.rejected:
        env.note(f"note: {counted(told.rejected, 'title')} of {told.host} could not be read")
    here = kept.found.total > number * limit
    if format == "table" and shown.titles and (here or (told and told.more)):
        count = counted(kept.found.total, "title") + (" here" if told else "")
        there = f", {told.total:,} at {told.host}" if told and told.total is not None else ""
        env.note(f"{count}{there}; the next ones: --page {number + 1}")


def _why_empty(env: Environment, question: SearchQuery, kept: CachedPage, page: int) -> str:
    if kept.found.total:
        return f"{counted(kept.found.total, 'title matches', 'titles match')}; page {page} has none"
    from catlog.catalogue.search import is_empty

    if is_empty(env.database):
        return env.empty_catalogue
    return "nothing fits; try fewer words or filters" if question.words else "nothing fits; try fewer filters"
