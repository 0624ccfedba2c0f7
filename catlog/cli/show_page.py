"""The page of `catlog show` for people: the details as lines, then the franchise as a table with ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from catlog.charts.sparkline import sparkline
from catlog.cli.columns import TableColumn, shown
from catlog.cli.context import Environment
from catlog.cli.pictures import drawing_width
from catlog.cli.tables import draw, draw_one

if TYPE_CHECKING:
    from catlog.catalogue.details import Details
    from catlog.catalogue.extras import TitleExtras
    from catlog.catalogue.franchise import FranchiseTitle
    from catlog.library.spoilers import SpoilerGuard
    from catlog.statistics.filler import FillerCount

_WIDTH = 45
"""Cells of a course where there is room for it."""

_BESIDE = 44
"""Cells of the name of its line and of the figures after it, at most."""

_RECOMMENDED = 5


def draw_page(
    env: Environment,
    details: Details,
    parts: TitleExtras,
    works: Sequence[FranchiseTitle],
    row: Mapping[str, Any],
    guard: SpoilerGuard,
    *,
    days: int,
) -> None:
    """Print the page of a title with its ranks of the last `days` days; unknown values have no line."""
    values = {
        **row,
        "synopsis": guard.synopsis(details.synopsis, "--spoilers shows it."),
        "scores": details.rank_history,
        "episodes_known": parts.episodes,
        "also": _other_relations(parts, works),
    }
    cells = _WIDTH if not env.stdout_is_terminal else max(min(_WIDTH, drawing_width(env) - _BESIDE), 8)
    lines = _lines(details, parts, guard, days, cells, ascii=env.ascii)
    draw_one(env, values, [column for column in lines if values[column.key] not in (None, (), "")])
    if len(works) > 1:
        env.write_text("\n")
        rows = [{**asdict(work), "mark": _mark(work, details.mal_id, ascii=env.ascii)} for work in works]
        draw(env, rows, ORDER_COLUMNS, "watch order")


def _lines(
    details: Details, parts: TitleExtras, guard: SpoilerGuard, days: int, cells: int, *, ascii: bool
) -> list[TableColumn]:
    return [
        TableColumn("mal_id", "id"),
        TableColumn("title", "title"),
        TableColumn("title_english", "English"),
        TableColumn("title_japanese", "Japanese"),
        TableColumn("synonyms", "also", format=lambda names: "; ".join(names)),
        TableColumn("type", "type", gives_way=2),
        TableColumn("status", "status"),
        TableColumn("episodes", "episodes"),
        TableColumn("duration", "duration"),
        TableColumn("aired_from", "aired", format=lambda _: _aired(details)),
        TableColumn("season", "season", format=lambda season: f"{season} {details.year or ''}"),
        TableColumn("source", "source"),
        TableColumn("rating", "rated"),
        TableColumn("genres", "genres", format=lambda genres: ", ".join(genres)),
        TableColumn("studios", "studios", format=lambda studios: ", ".join(studios)),
        TableColumn("score", "score", format=lambda score: f"{score:.2f}" + _votes(details.scored_by)),
        TableColumn("rank", "rank"),
        TableColumn("members", "members", format=lambda members: f"{members:,}"),
        TableColumn("rank_history", f"rank, {days} days", format=lambda _: _ranks(details, cells, ascii=ascii)),
        TableColumn("scores", f"score, {days} days", format=lambda _: _scores(details, cells, ascii=ascii)),
        TableColumn("entry", "my list", format=_entry),
        TableColumn("synopsis", "synopsis", wrap=True),
        TableColumn("episodes_known", "episode titles", format=lambda _: _episodes(parts, guard), wrap=True),
        TableColumn("filler", "filler", format=_filler, wrap=True),
        TableColumn("openings", "openings", format=lambda songs: "; ".join(songs), wrap=True),
        TableColumn("endings", "endings", format=lambda songs: "; ".join(songs), wrap=True),
        TableColumn("streaming", "streams at", format=lambda names: ", ".join(names)),
        TableColumn("also", "related", wrap=True),
        TableColumn("recommendations", "recommended", format=lambda _: _recommended(parts), wrap=True),
        TableColumn("processed_at", "as of"),
        TableColumn("told", "from the source", format=lambda _: _ages(parts)),
    ]


ORDER_COLUMNS = (
    TableColumn("mark", ""),
    TableColumn("mal_id", "id", "right", gives_way=4),
    TableColumn("title", "title", wrap=True),
    TableColumn("relation", "what it is", format=lambda relation: relation.lower(), gives_way=1),
    TableColumn("type", "type", gives_way=3),
    TableColumn("aired_from", "aired", gives_way=5),
    TableColumn("episodes_watched", "seen", "right"),
    TableColumn("episodes", "of", "right"),
    TableColumn("list_status", "my list", format=lambda status: status.replace("_", " ").lower(), gives_way=2),
)


def _mark(work: FranchiseTitle, here: int, *, ascii: bool) -> str:
    tick, pointer = ("x", ">") if ascii else ("✓", "▶")
    return (tick if work.seen else "") + (pointer if work.mal_id == here else "")


def _aired(details: Details) -> str:
    return shown(details.aired_from) + (f" to {details.aired_to}" if details.aired_to else "")


def _votes(scored_by: int | None) -> str:
    return f" by {scored_by:,}" if scored_by else ""


def _ranks(details: Details, cells: int, *, ascii: bool) -> str:
    known = [day.rank for day in details.rank_history if day.rank is not None]
    if not known:
        return "no ranks"
    line = sparkline([None if d.rank is None else -d.rank for d in details.rank_history], ascii=ascii, width=cells)
    return f"{line.strip()}  {known[0]} {_arrow(ascii)} {known[-1]}, best {min(known)}"


def _scores(details: Details, cells: int, *, ascii: bool) -> str:
    known = [day.score for day in details.rank_history if day.score is not None]
    if not known:
        return "no scores"
    line = sparkline([day.score for day in details.rank_history], ascii=ascii, width=cells)
    return f"{line.strip()}  {known[0]:.2f} {_arrow(ascii)} {known[-1]:.2f}, best {max(known):.2f}"


def _arrow(ascii: bool) -> str:
    return "->" if ascii else "→"


def _entry(entry: Mapping[str, Any]) -> str:
    from catlog.library.describe import signed_offset

    parts = [entry["status"].words, f"{entry['episodes_watched']} watched"]
    parts += [f"rated {entry['rating']}"] if entry["rating"] else []
    parts += [f"episode offset {signed_offset(entry['episode_offset'])}"] if entry["episode_offset"] else []
    parts += ["favourite"] if entry["favorite"] else []
    return ", ".join(parts)


def _episodes(parts: TitleExtras, guard: SpoilerGuard) -> str:
    known = [f"{one.number} {one.title}" for one in parts.episodes if not guard.covers_episode(one.number)]
    names = " … ".join(dict.fromkeys((known[0], known[-1]))) if known else ""
    covered = len(parts.episodes) - len(known)
    more = " and more" if parts.more_episodes else ""
    listed = ": ".join(filter(None, (f"{len(parts.episodes)}{more}", names)))
    return listed + (f"; {covered} beyond your progress are covered, --spoilers shows them" if covered else "")


def _filler(count: FillerCount) -> str:
    return "; ".join(filter(None, (count.marked, count.next, count.time)))


def _other_relations(parts: TitleExtras, works: Sequence[FranchiseTitle]) -> str:
    """Return the related titles that are not in the watch order."""
    ordered = {work.mal_id for work in works}
    others = [
        relation
        for relation in parts.relations
        if not (relation.kind.casefold() == "anime" and relation.mal_id in ordered)
    ]
    return "; ".join(f"{relation.relation.lower()}: {relation.name} ({relation.kind})" for relation in others)


def _recommended(parts: TitleExtras) -> str:
    return "; ".join(f"{other.title} ({other.votes})" for other in parts.recommendations[:_RECOMMENDED])


def _ages(parts: TitleExtras) -> str:
    ages = sorted({(part.host, part.as_of.date(), part.stale) for part in parts.sources})
    return "; ".join(f"{host} as of {day}{' (stale)' * stale}" for host, day, stale in ages)
