"""What lines, intervals and the cat look like, as files to be read: `python -m tests.charts.looks` writes them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from catlog.charts.bump import bump
from catlog.charts.intervals import Interval, intervals
from catlog.charts.line_chart import TimeSeries, ranks, scores
from catlog.charts.picture import Canvas
from catlog.charts.portrait import CatAppearance, portrait
from catlog.companion.art import film, moving_pictures

FOLDER = Path(__file__).parent / "looks"

SITTER = CatAppearance(
    "Mochi",
    "happy",
    0.72,
    0.4,
    214,
    "2 episodes of Nana are waiting.",
    "Press + to log one.",
    "+",
    episodes=(0, 1, 0, 2, 5, 3, 1),
    weekdays="TWTFSSM",
    streak=5,
)
SLOPES = [
    Interval("Orb", ("+0.31", "q .01"), 0.12, 0.31, 0.5),
    Interval("Vinland Saga Season 2", ("-0.20", "q .04"), -0.4, -0.2, -0.03),
    Interval("Monster", ("+0.05", "q .60"), -0.2, 0.05, 0.3),
    Interval("銀魂", ("", ""), None, None, None),
    Interval("Mushishi", ("+0.10", "q .90"), -3, 0.1, 3.2),
]


def drawn() -> Iterator[tuple[str, str]]:
    """Yield the name of each file and its text."""
    for width in (60, 100):
        for form in ("unicode", "ascii"):
            yield f"lines-{width}-{form}.txt", "\n".join(_lines(Canvas(width, form == "ascii")))
    for form in ("unicode", "ascii"):
        yield f"cat-{form}.txt", "\n".join(_cats(ascii=form == "ascii"))


def _lines(canvas: Canvas) -> Iterator[str]:
    titles = [
        _course("Orb: On the Movements of the Earth", 61, -0.4),
        _course("Vinland Saga Season 2", 40, 0.1),
        _course("銀魂 The Final", 32, 0.15),
        _course("Mushishi", 35, -0.1),
    ]
    rated = TimeSeries("One", tuple((day, 8.5 - (rank or 0) / 300) for day, rank in titles[0].points))
    yield f"--- ranks of one\n{ranks(canvas, titles[:1]).text()}"
    yield f"--- ranks of several\n{ranks(canvas, titles).text()}"
    yield f"--- scores\n{scores(canvas, [rated], height=7).text()}"
    yield f"--- their order\n{bump(canvas, titles).text()}"
    yield f"--- slopes\n{intervals(canvas, SLOPES, unit='places a day').text()}"


def _cats(*, ascii: bool) -> Iterator[str]:
    for name in sorted(moving_pictures()):
        for width in (42, 30):
            cat = portrait(SITTER, film(name)[0].frame, width=width, ascii=ascii)
            yield f"--- {name} in {width}\n{cat.picture.text()}"


def _course(name: str, start: float, drift: float) -> TimeSeries:
    dice, rank, points = random.Random(name), start, []
    for day in range(90):
        points.append((date(2026, 4, 1) + timedelta(days=day), max(1, round(rank))))
        rank += drift + dice.uniform(-2, 2)
    return TimeSeries(name, tuple(points))


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in drawn():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
