"""Coming episodes as a calendar file (RFC 5545) that any calendar program takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from catlog.library.airing import Airing

LENGTH = "PT25M"
"""How long an episode stands in the calendar: a slot of half an hour, less its advertisements."""

_LINE = 75  # octets, as the RFC wants


def calendar(airings: Iterable[Airing], *, made_at: datetime) -> str:
    """Return a calendar with one event an episode; the same episode keeps its identity from export to export."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CatLog//next episodes//EN", "CALSCALE:GREGORIAN"]
    for airing in airings:
        of_all = f" of {airing.episodes}" if airing.episodes else ""
        lines += [
            "BEGIN:VEVENT",
            f"UID:anime-{airing.mal_id}-{airing.episode}@catlog",
            f"DTSTAMP:{_instant(made_at)}",
            f"DTSTART:{_instant(airing.at)}",
            f"DURATION:{LENGTH}",
            f"SUMMARY:{_escaped(airing.title)} {airing.episode}",
            f"DESCRIPTION:{_escaped(f'Episode {airing.episode}{of_all}, told from the weekly slot of the broadcast')}",
            f"URL:https://myanimelist.net/anime/{airing.mal_id}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    part = ""
    for char in line:
        if len((part + char).encode()) > _LINE:
            yield part
            part = " "
        part += char
    yield part
