"""`catlog stats`: the statistics of one's list, as a page, as one chart, or as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from catlog.charts.names import CHART_NAMES
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import FilePath, format_option
from catlog.cli.output import Format, emit, emit_one, json_value
from catlog.cli.pictures import NARROWEST, WIDEST, drawing_width, draws_color, print_picture
from catlog.cli.stats_files import StatsFiles, write_files
from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics

OF_A_YEAR = ("activity", "calendar")
"""The charts that --year changes."""

_FILE = FilePath(dir_okay=False, allow_dash=True)

_EMPTY = "your list is empty: add a title with catlog list add ANIME, or bring a list with catlog list import FILE"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the CSV form: the path of the figure in the JSON form, keys joined by dots, and its value."""

    figure: str
    value: object


@click.command()
@click.option("--chart", type=click.Choice(CHART_NAMES), help="Print this chart alone.")
@click.option(
    "--by",
    type=click.Choice(["count", "time", "mean"]),
    help="What genres and studios are measured by: titles, time watched, or mean rating.",
)
@click.option("--year", type=click.IntRange(1900, 9998), help="Review this year.")
@click.option(
    "--width", type=click.IntRange(NARROWEST, WIDEST), help="Columns to draw in; default: the terminal's, else 80."
)
@click.option("--svg", type=_FILE, metavar="FILE", help="Write a picture, as SVG.")
@click.option("--png", type=_FILE, metavar="FILE", help="Write the same picture as PNG, in Latin letters alone.")
@click.option("--html", type=_FILE, metavar="FILE", help="Write one page of HTML that needs nothing else.")
@format_option
@pass_env
def stats(
    env: Environment,
    chart: str | None,
    by: Measure | None,
    year: int | None,
    width: int | None,
    svg: str | None,
    png: str | None,
    html: str | None,
    format: Format,
) -> None:
    """Print the statistics of your list, or review a year.

    Activity is what you did yourself: an import does not count, nor what was undone. JSON has all figures in one row,
    CSV a line for each; with --year, activity and review are of that year, everything else of the whole list.
    FILE - is standard output. Files are written whole or not at all, over those that are there.
    """
    from catlog.statistics.report import load_statistics

    if chart and format != "table":
        raise InvalidArgumentError("a chart is drawn for people", hint=f"leave out --chart, or --format {format}")
    if year and chart not in (None, *OF_A_YEAR):
        raise InvalidArgumentError(f"the chart {chart} is of the whole list, not of a year", hint="leave out --year")
    files = StatsFiles(svg, png, html)
    if files.some and (chart or width or format != "table"):
        raise InvalidArgumentError(
            "a file has all charts, and no width", hint="leave out --chart, --width and --format"
        )
    files.check(terminal=env.stdout_is_terminal)
    if by and (format != "table" or chart not in (None, "genres", "studios")):
        raise InvalidArgumentError("--by is for the charts of genres and studios", hint="leave it out")
    user = env.signed_in()
    today = user.zone.today()
    with env.database.read() as session:
        figures = load_statistics(session, user.user_id, zone=user.zone, today=today, year=year)
    if not figures.overview.titles:
        env.note(_EMPTY)
    if files.some:
        if figures.overview.titles:
            write_files(env, files, figures, user.username, today, by or "count", year=year is not None)
        return
    if format == "json":
        emit_one(env, format, "stats", figures, (), as_of=today, year=year, timezone=user.zone.name)
    elif format == "csv":
        emit(env, format, "stats", _flat(json_value(figures)), (), record=Figure)
    elif figures.overview.titles:
        _draw(env, figures, width, chart, by or "count", year)


def _draw(
    env: Environment, figures: Statistics, width: int | None, chart: str | None, by: Measure, year: int | None
) -> None:
    from catlog.charts import stats_page
    from catlog.charts.gallery import CHARTS
    from catlog.charts.picture import Canvas

    canvas = Canvas(width or drawing_width(env), env.ascii, color=draws_color(env))
    if chart is None:
        print_picture(env, stats_page.year_page(figures, canvas) if year else stats_page.page(figures, canvas, by))
    elif (drawn := CHARTS[chart].draw(figures, canvas, by)).lines:
        print_picture(env, drawn)
    else:
        env.note(CHARTS[chart].hint)


def _flat(value: object, name: str = "") -> Iterator[Figure]:
    """Yield every single figure of nested objects and lists."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _flat(item, f"{name}.{key}" if name else str(key))
    else:
        yield Figure(name, value)
