"""`catlog show`: one title in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from catlog.charts.sparkline import sparkline
from catlog.cli.columns import Column, shown
from catlog.cli.context import Environment, pass_env
from catlog.cli.list_options import ANIME
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit_one
from catlog.errors import NotAllowedError, NotFoundError

if TYPE_CHECKING:
    from catlog.catalogue.details import Details, RankDay
    from catlog.library.entries import Entry

DAYS = 90
"""Days of ranks that are shown."""

_WIDTH = 45


@click.command()
@click.argument("anime", type=ANIME)
@format_option
@pass_env
def show(env: Environment, anime: str, format: Format) -> None:
    """Show what is known of ANIME, with its ranks of the last 90 days.

    ANIME is a MAL id or a title; all or a part of it will do as long as it fits only one. Signed in, also what your
    list says of it.
    """
    from catlog.catalogue.details import read_details

    with env.database.read() as session:
        details = read_details(session, _meant(env, session, anime), days=DAYS)
    row = {name: getattr(details, name) for name in details.__slots__} | {"entry": _entry(env, details.mal_id)}
    emit_one(env, format, "show", row, _columns(env, details, row) if format == "table" else ())


def _meant(env: Environment, session: Any, anime: str) -> int:  # noqa: ANN401 - a session, imported on use
    from catlog.catalogue.resolve import resolve

    try:
        return resolve(session, anime).mal_id
    except NotFoundError as unknown:
        if unknown.candidates:
            raise
        from catlog.catalogue.search import Catalogue, Question

        near = Catalogue(env.database)
        found = near.titles(near.search(Question(anime)).ids[:5])
        if not found:
            raise
        names = tuple(f"{title.mal_id} {title.title}" for title in found)
        hint = "give the MAL id of one; these come close"
        raise NotFoundError(unknown.message, hint=hint, candidates=names) from None


def _entry(env: Environment, mal_id: int) -> Mapping[str, Any] | None:
    try:
        user = env.signed_in()
    except NotAllowedError:
        return None
    from catlog.library.store import load_entries

    with env.database.read() as session:
        entry = load_entries(session, user.user_id, [mal_id]).get(mal_id)
    return None if entry is None else _shown_entry(entry)


def _shown_entry(entry: Entry) -> Mapping[str, Any]:
    return {
        "status": entry.status,
        "rating": entry.rating,
        "episodes_watched": entry.episodes_watched,
        "start_date": str(entry.start_date) if entry.start_date else None,
        "finish_date": str(entry.finish_date) if entry.finish_date else None,
        "rewatch_count": entry.rewatch_count,
        "favorite": entry.favorite,
        "tags": entry.tags,
        "notes": entry.notes,
    }


def _columns(env: Environment, details: Details, row: Mapping[str, Any]) -> list[Column]:
    columns = [
        Column("mal_id", "id"),
        Column("title", "title"),
        Column("title_english", "English"),
        Column("title_japanese", "Japanese"),
        Column("synonyms", "also", format=lambda names: "; ".join(names)),
        Column("type", "type"),
        Column("status", "status"),
        Column("episodes", "episodes"),
        Column("duration", "duration"),
        Column("aired_from", "aired", format=lambda _: _aired(details)),
        Column("season", "season", format=lambda season: f"{season} {details.year or ''}"),
        Column("source", "source"),
        Column("rating", "rated"),
        Column("genres", "genres", format=lambda genres: ", ".join(genres)),
        Column("studios", "studios", format=lambda studios: ", ".join(studios)),
        Column("score", "score", format=lambda score: f"{score:.2f}" + _votes(details.scored_by)),
        Column("rank", "rank"),
        Column("members", "members", format=lambda members: f"{members:,}"),
        Column("rank_history", f"rank, {DAYS} days", format=lambda days: _course(days, ascii=env.ascii)),
        Column("entry", "my list", format=_told),
        Column("synopsis", "synopsis", wrap=True),
        Column("processed_at", "as of"),
    ]
    return [column for column in columns if row[column.key] not in (None, (), "")]


def _aired(details: Details) -> str:
    return shown(details.aired_from) + (f" to {details.aired_to}" if details.aired_to else "")


def _votes(scored_by: int | None) -> str:
    return f" by {scored_by:,}" if scored_by else ""


def _course(days: Sequence[RankDay], *, ascii: bool) -> str:
    known = [day.rank for day in days if day.rank is not None]
    line = sparkline([None if day.rank is None else -day.rank for day in days], ascii=ascii, width=_WIDTH)
    arrow = "->" if ascii else "→"
    return f"{line.strip()}  {known[0]} {arrow} {known[-1]}, best {min(known)}" if known else "no ranks"


def _told(entry: Mapping[str, Any]) -> str:
    parts = [entry["status"].words, f"{entry['episodes_watched']} watched"]
    parts += [f"rated {entry['rating']}"] if entry["rating"] else []
    parts += ["favourite"] if entry["favorite"] else []
    return ", ".join(parts)
