"""The facts of a title as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.catalogue.details import Details


def facts(details: Details, separator: str) -> str:
    """Return the facts of a title as one line."""
    year = details.year or (details.aired_from.year if details.aired_from else None)
    season = f"{details.season.capitalize()} {year}" if details.season and year else str(year or "")
    parts = (
        details.type,
        f"{details.episodes} ep" if details.episodes else "",
        details.duration,
        season,
        ", ".join(details.studios),
    )
    return f" {separator} ".join(part for part in parts if part)
