"""`catlog search`: search the catalogue and the data sources by words and filters."""

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
from catlog.cli.search_options import search_options, search_query_of
from catlog.errors import CatLogError, InvalidArgumentError
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.catalogue.merge_results import MergedPage
    from catlog.catalogue.remote import SourcePage
    from catlog.catalogue.result_cache import CachedResult
    from catlog.catalogue.search import SearchQuery

MAX_PAGE_SIZE = 1_000
"""Titles of one page at most."""

FEW_TITLES = 5
"""Number of local titles below which the source is searched without --online."""

TIMEOUT, AUTOMATIC_TIMEOUT = 15.0, 2.0
"""Time-out of the source in seconds: with --online, and without."""

COLUMNS = (
    TableColumn("mal_id", "id", "right"),
    TableColumn("title", "title", wrap=True),
    TableColumn("title_english", "English", wrap=True, format=lambda title: title, gives_way=8),
    TableColumn("type", "type", gives_way=4),
    TableColumn("episodes", "ep.", "right", gives_way=3),
    TableColumn("year", "year", "right", gives_way=5),
    TableColumn("score", "score", "right"),
    TableColumn("rank", "rank", "right", gives_way=6),
    TableColumn("status", "status", gives_way=7),
    TableColumn("list_status", "my list", format=lambda status: status.replace("_", " ").lower(), gives_way=2),
)
SOURCE = TableColumn("source", "found by", gives_way=9)


@click.command()
@click.argument("words", nargs=-1)
@search_options
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
    **filters: Any,  # noqa: ANN401 - the options of `search_query_of`
) -> None:
    """Search the catalogue by WORDS, filters or both.

    WORDS are matched against all titles (English, Japanese, romaji), ignoring case, accents, long vowels and
    punctuation; the last word may be incomplete. If nothing matches, typing errors are tolerated;
    if no title has all words, those with most of them are found, by the rarest word first.

    Orders: relevance popularity score rank title year aired ended episodes members votes favorites id. For an hour,
    further pages come from the stored result of page 1: they repeat and skip no title, whatever is loaded meanwhile.

    The local catalogue is searched first. With --online the data source is searched too: titles that only it has
    follow, marked with its host, and enter the catalogue. By default the source is searched if fewer than 5 local
    titles match as typed, with a time-out of 2 seconds, and not again for 5 minutes after a failure.
    """
    from catlog.catalogue import result_cache
    from catlog.catalogue.merge_results import merge
    from catlog.catalogue.search import Title

    if limit > MAX_PAGE_SIZE:
        raise click.BadParameter(f"a page has {MAX_PAGE_SIZE:,} titles at most", param_hint="--limit")
    user_id = env.viewer_id() if filters["on_list"] is None else env.signed_in().user_id
    number = page or 1
    query, cached = _local_results(env, search_query_of(words, user_id, **filters), number, online=online or False)
    remote = _search_source(env, query, cached, page, limit, online)
    with env.database.read() as session:
        shown = merge(
            session,
            cached.result,
            remote,
            number,
            limit,
            user_id=user_id,
            on_list=query.filters.on_list,
            shown=cached.shown_before(number),
        )
    result_cache.store(
        env.settings,
        query,
        replace(cached, source_ids={**cached.source_ids, number: shown.added}) if remote else cached,
        now=env.now(),
    )
    if cached.result.mistyped:
        env.note(f"note: {cached.result.only_some or 'no local title matches as typed; these are close'}")
    emit(
        env,
        format,
        "search",
        shown.titles,
        (*COLUMNS, SOURCE) if shown.added else COLUMNS,
        record=Title,
        empty=_why_empty(env, query, cached, number),
        query=query.words,
        total=cached.result.total,
        page=number,
        limit=limit,
        mistyped=cached.result.mistyped,
        taken=list(cached.result.taken),
        order=query.order or None,
        online=_online(remote),
    )
    _print_notes(env, format, cached, shown, remote, number, limit)


def _local_results(
    env: Environment, query: SearchQuery, page: int, *, online: bool
) -> tuple[SearchQuery, CachedResult]:
    from catlog.catalogue import result_cache
    from catlog.catalogue.search import Catalogue

    catalogue = Catalogue.from_settings(env.database, env.settings)
    try:
        query = catalogue.normalized(query)
    except InvalidArgumentError:
        if not (online and _has_genre_filter(query)):
            raise
        _refresh_genres(env)
        catalogue = Catalogue.from_settings(env.database, env.settings)
        query = catalogue.normalized(query)
    cached = result_cache.load(env.settings, query, now=env.now()) if page > 1 else None
    return query, cached or result_cache.CachedResult(catalogue.search(query))


def _has_genre_filter(query: SearchQuery) -> bool:
    return bool(query.filters.genres or query.filters.without_genres)


def _refresh_genres(env: Environment) -> None:
    """Refresh the genres from the source: there may be new ones."""
    from catlog.catalogue.source import CatalogueSource
    from catlog.catalogue.vocabulary import fetch_genres

    with closing(CatalogueSource(env.settings)) as source, suppress(CatLogError):
        fetch_genres(source.responses, source.open(timeout=TIMEOUT))


def _search_source(
    env: Environment, query: SearchQuery, cached: CachedResult, page: int | None, limit: int, online: bool | None
) -> SourcePage | None:
    """Search the source: with --online, or by default after few local results."""
    few = cached.result.total < min(FEW_TITLES, limit) or cached.result.mistyped
    automatic = online is None and not query.filters.on_list and (1 in cached.source_ids if (page or 1) > 1 else few)
    if not (online or automatic):
        return None
    from catlog.catalogue.remote import MAX_AGE, RemoteSearch
    from catlog.catalogue.source import CatalogueSource

    with closing(CatalogueSource(env.settings)) as source:
        return RemoteSearch(env.database, source).search(
            query,
            page,
            limit,
            timeout=TIMEOUT if online else AUTOMATIC_TIMEOUT,
            automatic=automatic,
            max_age=timedelta(0) if online else MAX_AGE,
        )


def _online(remote: SourcePage | None) -> dict[str, object] | None:
    if remote is None:
        return None
    return {
        "host": remote.host,
        "asOf": remote.as_of,
        "stale": remote.stale,
        "total": remote.total,
        "more": remote.more,
        "rejected": remote.rejected,
        "problem": remote.problem or None,
        "outcome": remote.outcome,
    }


def _print_notes(
    env: Environment,
    format: Format,
    cached: CachedResult,
    shown: MergedPage,
    remote: SourcePage | None,
    number: int,
    limit: int,
) -> None:
    """Print notes on failures, stale data and further pages."""
    from catlog.catalogue.remote import RemoteOutcome

    of = f"{env.zone().local(remote.as_of):%Y-%m-%d %H:%M}" if remote and remote.as_of else ""
    if remote and remote.problem:
        had = f"showing its response of {of}" if remote.as_of else "showing local titles"
        env.note(f"note: {remote.problem}; {had}")
    elif remote and remote.outcome is RemoteOutcome.NOTHING_FOUND and format == "table":
        env.note(f"note: {remote.host} found nothing")
    elif remote and remote.stale and remote.as_of:
        env.note(f"note: {remote.host} marks its response of {of} as stale")
    if remote and remote.rejected:
        env.note(f"note: {counted(remote.rejected, 'title')} of {remote.host} could not be read")
    here = cached.result.total > number * limit
    if format == "table" and shown.titles and (here or (remote and remote.more)):
        count = counted(cached.result.total, "title") + (" here" if remote else "")
        there = f", {remote.total:,} at {remote.host}" if remote and remote.total is not None else ""
        env.note(f"{count}{there}; next page: --page {number + 1}")


def _why_empty(env: Environment, query: SearchQuery, cached: CachedResult, page: int) -> str:
    if cached.result.total:
        return f"{counted(cached.result.total, 'title matches', 'titles match')}; page {page} has none"
    from catlog.catalogue.search import is_empty

    if is_empty(env.database):
        return env.empty_catalogue_message
    return "nothing matches; try fewer words or filters" if query.words else "nothing matches; try fewer filters"
