"""What every chart and both pages look like, as files to be read: `python -m tests.statistics.goldens` writes them.

Look at them after a change and say whether they are better: that is what they are for.
"""

from collections.abc import Iterator
from pathlib import Path

from catlog.charts.gallery import CHARTS
from catlog.charts.picture import Canvas
from catlog.charts.stats_page import page, year_page
from catlog.statistics.report import Statistics, statistics
from tests.statistics.generated import TODAY, generated

FOLDER = Path(__file__).parent / "goldens"
WIDTHS = (60, 80, 160)
FORMS = {"unicode": (False, False), "ascii": (True, False), "color": (False, True)}
"""Whether each form is ASCII, and whether it is coloured."""

MEASURED = {"genres": ("count", "time", "mean"), "studios": ("count", "mean")}


def drawn() -> Iterator[tuple[str, str]]:
    """Yield the name of each golden with its text: all charts of one width and form, or a page."""
    figures, of_year = figures_of(None), figures_of(2026)
    for width in WIDTHS:
        for form, (ascii, color) in FORMS.items():
            canvas = Canvas(width, ascii)
            yield f"charts-{width}-{form}.txt", "\n".join(_charts(figures, of_year, canvas, color=color))
    yield "page-80.txt", page(figures, Canvas(80), "count").text()
    yield "page-60-ascii.txt", page(figures, Canvas(60, ascii=True), "mean").text()
    yield "year-80.txt", year_page(of_year, Canvas(80)).text()


def figures_of(year: int | None) -> Statistics:
    """Return the statistics of the generated list."""
    made = generated()
    return statistics(made.rows, made.lengths, made.done, today=TODAY, year=year)


def _charts(figures: Statistics, of_year: Statistics, canvas: Canvas, *, color: bool) -> Iterator[str]:
    for name, chart in CHARTS.items():
        for by in MEASURED.get(name, ("count",)):
            heading = f"--- {name} by {by}" if name in MEASURED else f"--- {name}"
            yield f"{heading}\n{chart.draw(figures, canvas, by).text(color=color)}"
    yield f"--- calendar of 2026\n{CHARTS['calendar'].draw(of_year, canvas, 'count').text(color=color)}"


def main() -> None:
    """Write all goldens."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in drawn():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
