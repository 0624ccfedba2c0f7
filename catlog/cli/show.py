"""`catlog show`: one title in full."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Any

import click

from catlog.cli.completers import ANIME
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit_one
from catlog.cli.prompts import disambiguate
from catlog.errors import NotFoundError

if TYPE_CHECKING:
    from catlog.catalogue.details import Details
    from catlog.catalogue.extras import TitleExtras
    from catlog.catalogue.franchise import FranchiseTitle
    from catlog.library.entries import Entry
    from catlog.statistics.filler import FillerCount

DAYS = 90
"""Days of ranks that are shown."""

TIMEOUT, AUTOMATIC_TIMEOUT = 30.0, 3.0
"""Time-out of the source for all parts in seconds: with --online, and without."""

MAX_EXPANDED = 12
"""Titles of a franchise whose relations are fetched with --online, at most."""


@click.command()
@click.argument("anime", type=ANIME)
@click.option(
    "--online/--offline", "online", default=None, help="Fetch the newest data from the source, or nothing; see above."
)
@click.option("--spoilers", is_flag=True, help="Also what you have not come to yet; see above.")
@format_option
@pass_env
def show(env: Environment, anime: str, online: bool | None, spoilers: bool, format: Format) -> None:
    """Show the details of ANIME, with its ranks of the last 90 days.

    ANIME is a MAL id, a title or a part of a title. If several titles match, a prompt on a terminal offers them.
    When you are signed in, also your list entry, and your progress through the franchise in watch order.

    Relations, songs, episodes and recommendations are fetched from the data source the first time, with a time-out of 3
    seconds, and cached. With --online they are fetched again when older than a day, as are the relations of related
    titles; with --offline nothing is fetched, and missing parts are listed.

    The names of episodes beyond your progress are left out, and so is the synopsis of a sequel until its prequel is on
    your list as completed; --spoilers shows both. JSON and CSV, which programs read, always have them.
    """
    from catlog.catalogue.details import read_details
    from catlog.library.spoilers import OPEN, guard_of

    user_id = env.viewer_id()
    mal_id, parts, works = _read_extras(env, anime, online, user_id)
    with env.database.read() as session:
        details = read_details(session, mal_id, days=DAYS)
        guard = OPEN if spoilers else guard_of(session, mal_id, user_id, parts.relations)
    entry = _entry(env, user_id, mal_id)
    row = _row(details, parts, works) | {"filler": _filler(details, parts, entry), "entry": entry}
    if format == "table":
        from catlog.cli.show_page import draw_page

        draw_page(env, details, parts, works, row, guard, days=DAYS)
    else:
        emit_one(env, format, "show", row, ())
    if parts.missing:
        how = "" if parts.problem else "; --online fetches it" if online is False else "; no source has it"
        env.note(f"note: missing: {', '.join(parts.missing)}{how}")
    if parts.problem:
        env.note(f"note: {parts.problem}")


def _read_extras(
    env: Environment, anime: str, online: bool | None, user_id: int | None
) -> tuple[int, TitleExtras, tuple[FranchiseTitle, ...]]:
    """Return the id of the title, its parts from the source, and its franchise."""
    from catlog.catalogue.extras import ANY_AGE, MAX_AGE, ExtrasReader
    from catlog.catalogue.franchise import explore, watch_order
    from catlog.catalogue.resolve import parse_mal_id
    from catlog.catalogue.source import CatalogueSource

    unknown = None
    try:
        mal_id = disambiguate(env, anime, lambda words: _resolved_id(env, words))
    except NotFoundError as problem:
        given = parse_mal_id(anime)
        if given is None:
            raise
        mal_id, unknown = given, problem
    with closing(CatalogueSource(env.settings)) as source:
        connection = None
        if online is not False:
            timeout = TIMEOUT if online else AUTOMATIC_TIMEOUT
            connection = source.open(threading.Event(), timeout=timeout, automatic=online is None)
        reader = ExtrasReader(env.database, source, connection, MAX_AGE if online else ANY_AGE)
        if unknown is not None and connection is None:
            raise unknown
        parts = reader.read(mal_id)
        if unknown is not None and "details" in parts.missing:
            raise NotFoundError(unknown.message, hint=parts.problem or unknown.hint)
        cached, fetched = ExtrasReader(env.database, source), count()
        relations = explore(
            mal_id, lambda other: (reader if online and next(fetched) < MAX_EXPANDED else cached).relations(other)
        )
        with env.database.read() as session:
            return mal_id, parts, watch_order(session, relations, user_id)


def _resolved_id(env: Environment, anime: str) -> int:
    from catlog.catalogue.resolve import resolve

    try:
        with env.database.read() as session:
            return resolve(session, anime).mal_id
    except NotFoundError as unknown:
        if unknown.candidates:
            raise
        from catlog.catalogue.search import Catalogue, SearchQuery

        near = Catalogue.from_settings(env.database, env.settings)
        titles = near.titles(near.search(SearchQuery(anime)).ids[:5])
        if not titles:
            raise
        names = tuple(f"{title.mal_id} {title.title}" for title in titles)
        hint = "give the MAL id of one; these come close"
        raise NotFoundError(unknown.message, hint=hint, candidates=names) from None


def _entry(env: Environment, user_id: int | None, mal_id: int) -> Mapping[str, Any] | None:
    if user_id is None:
        return None
    from catlog.library.store import load_entries

    with env.database.read() as session:
        entry = load_entries(session, user_id, [mal_id]).get(mal_id)
    return None if entry is None else _shown_entry(entry)


def _row(details: Details, parts: TitleExtras, works: tuple[FranchiseTitle, ...]) -> dict[str, Any]:
    row = {name: getattr(details, name) for name in details.__slots__}
    row |= {name: getattr(parts, name) for name in ("relations", "openings", "endings", "streaming", "recommendations")}
    return row | {
        "episode_list": parts.episodes,
        "more_episodes": parts.more_episodes,
        "watch_order": works,
        "told": parts.sources,
        "missing": parts.missing,
        "problem": parts.problem or None,
    }


def _filler(details: Details, parts: TitleExtras, entry: Mapping[str, Any] | None) -> FillerCount | None:
    from catlog.statistics.filler import count_filler
    from catlog.statistics.watched import parse_duration

    watched = entry["episodes_watched"] if entry else 0
    length = parse_duration(details.duration)
    return count_filler(parts.episodes, watched=watched, total=details.episodes, length=length)


def _shown_entry(entry: Entry) -> Mapping[str, Any]:
    return {
        "status": entry.status,
        "rating": entry.rating,
        "episodes_watched": entry.episodes_watched,
        "start_date": str(entry.start_date) if entry.start_date else None,
        "finish_date": str(entry.finish_date) if entry.finish_date else None,
        "rewatch_count": entry.rewatch_count,
        "episode_offset": entry.episode_offset,
        "favorite": entry.favorite,
        "tags": entry.tags,
        "notes": entry.notes,
    }
