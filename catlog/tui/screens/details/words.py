"""The texts of one title: heading, list entry, facts, and everything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from catlog.charts.progress_bar import progress
from catlog.tui.backend import short_host
from catlog.tui.content import line, lines, plain
from catlog.tui.glyphs import ASCII, STATUS_NAMES, Glyphs
from catlog.tui.titles.preview import facts
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.catalogue.details import Details
    from catlog.catalogue.extras import TitleExtras
    from catlog.library.listing import ListRow
    from catlog.tui.screens.details.queries import TitleView

_BAR = 20


def heading(details: Details, glyphs: Glyphs, width: int) -> Content:
    """Return the title with rank and score at the right end, and its other names below."""
    ascii = glyphs is ASCII
    figures = [f"rank {details.rank:,}"] if details.rank else []
    figures += [f"{details.score:.2f}"] if details.score else []
    right = f" {glyphs.separator} ".join(figures)
    title = fitted(details.title, max(width - len(right) - 3, 8), ascii=ascii)[0]
    head = line((title, "bold"))
    names = [name for name in (details.title_english, details.title_japanese) if name and name != details.title]
    under = fitted(f" {glyphs.separator} ".join(names), width - 1, ascii=ascii)[0]
    gap = " " * max(width - head.cell_length - len(right) - 1, 1)
    return lines([line(head, gap, (right, "bold $accent")), plain(under, "$dim")])


def entry(row: ListRow | None, glyphs: Glyphs) -> Content:
    """Return the list entry in a few lines, or the keys that put the title on the list."""
    if row is None:
        return lines([plain("Not on your list", "bold"), plain("p plan, w watch,\ns any status", "$dim")])
    rating = line((f"{row.rating}/10", "bold")) if row.rating else plain("not rated", "$dim")
    done, left = progress(row.episodes_watched, row.episodes, _BAR, ascii=glyphs is ASCII)
    shown = [
        line(
            (f"{glyphs.status(row.status)} {row.status.words}", f"bold ${STATUS_NAMES[row.status]}"),
            *_mark(row, glyphs),
        ),
        line((done, f"${STATUS_NAMES[row.status]}"), (left, "$rest")),
        line((row.watched, ""), (" episodes", "$dim")),
        rating,
    ]
    if row.start_date or row.finish_date:
        shown.append(plain(f"{row.start_date or '?'} {glyphs.arrow} {row.finish_date or '?'}", "$dim"))
    if row.rewatching or row.rewatch_count:
        now = "watching again" if row.rewatching else ""
        shown.append(plain(", ".join(filter(None, (now, f"seen again {row.rewatch_count}x"))), "$dim"))
    if row.episode_offset:
        shown.append(plain(f"episode offset {row.episode_offset:+d}", "$dim"))
    if row.tags:
        shown.append(line(("tags ", "$dim"), ", ".join(row.tags)))
    if row.notes:
        shown += [Content(""), plain(row.notes, "italic")]
    return lines(shown)


def entry_line(row: ListRow | None, glyphs: Glyphs) -> Content:
    """Return the list entry in one line."""
    if row is None:
        return line(("Not on your list", "bold"), ("  p plan, w watch, s any status", "$dim"))
    rating = f" {glyphs.separator} {row.rating}/10" if row.rating else ""
    status = f"{glyphs.status(row.status)} {row.status.words}"
    return line(
        (status, f"bold ${STATUS_NAMES[row.status]}"), f" {glyphs.separator} {row.watched}{rating}", *_mark(row, glyphs)
    )


def summary(known: TitleView, glyphs: Glyphs) -> Content:
    """Return the facts and the synopsis."""
    details = known.details
    shown = [plain(facts(details, glyphs.separator)), plain(", ".join(details.genres), "$chart")]
    if details.synopsis:
        shown += [Content(""), plain(details.synopsis)]
    return lines(shown)


def about(known: TitleView, glyphs: Glyphs) -> Content:
    """Return the facts that no other page shows."""
    details, parts = known.details, known.extras
    aired = f"{details.aired_from or '?'} {glyphs.arrow} {details.aired_to or '?'}" if details.aired_from else ""
    broadcast = " at ".join(filter(None, (details.broadcast_day, details.broadcast_time)))
    told = (
        ("other names", ", ".join(details.synonyms)),
        ("status", details.status or ""),
        ("aired", aired),
        ("broadcast", f"{broadcast}, in Japan" if broadcast else ""),
        ("made from", details.source or ""),
        ("for", details.rating or ""),
        ("studios", ", ".join(details.studios)),
        ("members", f"{details.members:,}" if details.members else ""),
        ("rated by", f"{details.scored_by:,}" if details.scored_by else ""),
        ("favourite of", f"{details.favorites:,}" if details.favorites else ""),
        ("streaming", ", ".join(parts.streaming)),
        ("openings", "; ".join(parts.openings)),
        ("endings", "; ".join(parts.endings)),
    )
    shown = [line((f"{name:<13}", "$dim"), words) for name, words in told if words]
    if details.synopsis:
        shown += [Content(""), plain(details.synopsis)]
    return lines(shown)


def ages(parts: TitleExtras, now: datetime) -> str:
    """Return the source and the age of each part, and the parts that no source has delivered."""
    said = []
    if parts.sources:
        oldest = min(parts.sources, key=lambda told: told.as_of)
        said.append(f"from {short_host(oldest.host)}, {_age(now - oldest.as_of)}")
    if parts.missing:
        said.append(f"not known here: {', '.join(parts.missing)}")
    return "; ".join(said)


def _age(age: timedelta) -> str:
    if age < timedelta(hours=1):
        return "just now"
    return f"{age.days} d ago" if age.days else f"{age.seconds // 3600} h ago"


def _mark(row: ListRow, glyphs: Glyphs) -> tuple[tuple[str, str], ...]:
    return ((f" {glyphs.favorite}", "$favorite"),) if row.favorite else ()
