"""The texts of one title that no other part has: the page About, notes below pages, and ages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from catlog.tui.backend import short_host
from catlog.tui.content import line, lines, plain
from catlog.tui.glyphs import Glyphs

if TYPE_CHECKING:
    from catlog.catalogue.extras import TitleExtras
    from catlog.tui.screens.details.queries import TitleView


def about(known: TitleView, glyphs: Glyphs, synopsis: str) -> Content:
    """Return the facts that no other page shows."""
    details, parts = known.details, known.extras
    aired = f"{details.aired_from or '?'} {glyphs.arrow} {details.aired_to or '?'}" if details.aired_from else ""
    broadcast = " at ".join(filter(None, (details.broadcast_day, details.broadcast_time)))
    told = (
        ("for you", known.facts.reason),
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
    if synopsis:
        shown += [Content(""), plain(synopsis)]
    return lines(shown)


def note(known: TitleView, page: str, *, is_uncovered: bool) -> str:
    """Return the sentence below a page; "" for none."""
    if page == "episodes" and known.extras.episodes:
        filler = known.filler
        said = [filler.marked, filler.next, filler.time] if filler is not None else []
        told = "; ".join(part for part in said if part)
        ahead = any(known.guard.covers_episode(one.number) for one in known.extras.episodes)
        covered = "Names ahead of you are covered, z uncovers them." if ahead and not is_uncovered else ""
        return "  ".join(part for part in (covered, f"{told[0].upper()}{told[1:]}." if told else "") if part)
    if page == "history" and known.logs:
        return "enter corrects when it was watched, d logs an episode on another day."
    if page == "alike" and known.similar and not known.similar[-1].votes:
        return "Those without votes share its genres."
    return ""


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
