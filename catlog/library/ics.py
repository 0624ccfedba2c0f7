"""Upcoming episodes as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from catlog.library.airing import Airing
from catlog.library.numbering import number_text

LENGTH = "PT25M"
"""The length of an event: a slot of half an hour, less its advertisements."""

_LINE = 75  # octets, a limit of the RFC


def calendar(airings: Iterable[Airing], *, made_at: datetime) -> str:
    """Return a calendar with one event an episode; an episode has the same UID in every export.

    An event whose number is an estimate is tentative. The UID has the source's number, whatever the user's offset, or
    the day where the number is unknown.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CatLog//next episodes//EN", "CALSCALE:GREGORIAN"]
    for airing in airings:
        number = number_text(airing.episode, estimate=airing.estimate)
        lines += [
            "BEGIN:VEVENT",
            f"UID:anime-{airing.mal_id}-{airing.source_episode or f'{airing.at:%Y%m%d}'}@catlog",
            f"DTSTAMP:{_instant(made_at)}",
            f"DTSTART:{_instant(airing.at)}",
            f"DURATION:{LENGTH}",
            f"SUMMARY:{_escaped(' '.join(filter(None, (airing.title, number))))}",
            f"DESCRIPTION:{_escaped(_described(airing))}",
            *(["STATUS:TENTATIVE"] if airing.estimate else []),
            f"URL:https://myanimelist.net/anime/{airing.mal_id}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _described(airing: Airing) -> str:
    if airing.source_episode is None:
        return "The weekly slot of the broadcast; which episode airs is not known"
    if airing.episode is None:
        number = "An episode before the first of your numbers"
    else:
        number = f"Episode {airing.episode}" + (f" of {airing.episodes}" if airing.episodes else "")
    return f"{number}, an estimate: counted by the weekly slot" if airing.estimate else f"{number}, from the source"


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
