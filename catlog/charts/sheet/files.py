"""The kinds of files that the statistics are written as, and their content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics

KINDS = ("svg", "png", "html")
"""The kinds, which are also the endings of their files."""


@dataclass(frozen=True, slots=True)
class StatsFile:
    """The bytes of a file, and the characters that its font lacks."""

    content: bytes
    missing: frozenset[str] = frozenset()


def stats_file(
    kind: str, figures: Statistics, username: str, today: date, *, by: Measure = "count", year: bool = False
) -> StatsFile:
    """Return the file of a list, or with `year` that of the year of the figures.

    Raises InvalidArgumentError for an unknown kind.
    """
    if kind == "html":
        from catlog.charts.sheet import html

        page = html.year_page(figures, username) if year else html.list_page(figures, username, today, by=by)
        return StatsFile(page.encode())
    from catlog.charts.sheet.stats_sheet import stats_sheet, year_sheet

    sheet = year_sheet(figures, username) if year else stats_sheet(figures, username, today, by=by)
    if kind == "svg":
        from catlog.charts.sheet.svg import svg

        return StatsFile(svg(sheet).encode())
    if kind != "png":
        raise InvalidArgumentError(f"{kind[:20]!r} is no kind of picture", hint=f"there are: {', '.join(KINDS)}")
    from catlog.charts.sheet.png import png

    drawn = png(sheet)
    return StatsFile(drawn.content, drawn.missing)


def missing_words(missing: frozenset[str]) -> str:
    """Return what the font of a PNG lacks, in words; "" where it lacks nothing."""
    if not missing:
        return ""
    count = f"{len(missing)} character" + ("" if len(missing) == 1 else "s")
    return f"the font of the PNG lacks {count} ({''.join(sorted(missing)[:10])}); an SVG has all"
