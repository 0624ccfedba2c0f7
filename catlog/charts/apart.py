"""The titles whose rating is most apart from MyAnimeList's score, each as a track with both on it."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from catlog.charts.cells import fitted_title, padded
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, footed
from catlog.library.status import RATINGS
from catlog.statistics.ratings import Comparison, Difference

MOST = 4
"""Titles on either side of the score where a layout says nothing else."""

_TRACK, _WIDEST_TRACK, _NUMBERS, _LEAST_TITLE = 14, 40, 8, 12
_GAP = "  "

Differences = Sequence[Difference]


def shown_differences(
    figures: Comparison | None, rows: int | None
) -> tuple[Sequence[Difference], Sequence[Difference]]:
    """Return the titles rated higher and those rated lower, most apart at both ends, that fit into these lines."""
    if figures is None:
        return (), ()
    room = 2 * MOST if rows is None else max(rows - 3, 2)
    lower = min(len(figures.lower), max(room // 2, room - len(figures.higher)))
    higher = min(len(figures.higher), room - lower)
    return figures.higher[:higher], figures.lower[:lower][::-1]


def apart(figures: Comparison | None, canvas: Canvas) -> Picture:
    """Draw the most different titles: mine ● and MyAnimeList's ┊ on one scale, and the difference."""
    higher, lower = shown_differences(figures, canvas.rows)
    if not higher and not lower:
        return Picture()
    both = [*higher, *lower]
    low = float(min(floor(min(one.rating, one.score)) for one in both)) - 1
    lines: list[Line] = [_line(one, low, canvas) for one in higher]
    if higher and lower:
        lines.append(())
    lines += [_line(one, low, canvas) for one in lower]
    keys = [*(one.mal_id for one in higher), *([None] if higher and lower else []), *(one.mal_id for one in lower)]
    mine, mal = ("o", ":") if canvas.ascii else ("●", "┊")
    key = (TonedText(mine, Tone.STRONG), TonedText(f" mine   {mal} MAL", Tone.DIM))
    return footed(lines, [key], canvas).keyed(keys)


def _line(one: Difference, low: float, canvas: Canvas) -> Line:
    track = (
        max(_TRACK, min(canvas.width // 3, _WIDEST_TRACK))
        if canvas.width >= _LEAST_TITLE + _TRACK + _NUMBERS + 4
        else 0
    )
    room = canvas.width - _NUMBERS - len(_GAP) - (track + len(_GAP) if track else 0)
    title = padded(fitted_title(one.title, room, ascii=canvas.ascii), room)
    return (
        TonedText(title + _GAP),
        *(_track(one, low, track, ascii=canvas.ascii) if track else ()),
        TonedText((_GAP if track else "") + f"{one.rating:>2}", Tone.STRONG),
        TonedText(f" {one.difference:+.2f}", Tone.DIM),
    )


def _track(one: Difference, low: float, width: int, *, ascii: bool) -> list[TonedText]:
    """Return the scale with mine, MyAnimeList's, and the way between them."""
    mine, mal = (round((value - low) / (RATINGS[-1] - low) * (width - 2)) for value in (one.rating, one.score))
    if mine == mal:
        mal += 1 if one.difference < 0 else -1
    line, way, me, score = ("-", "=", "o", ":") if ascii else ("─", "━", "●", "┊")
    start, end = sorted((mine, mal))
    first, last = (me, score) if mine < mal else (score, me)
    tones = {me: Tone.STRONG, score: Tone.DIM}
    return [
        TonedText(line * start, Tone.LINE),
        TonedText(first, tones[first]),
        TonedText(way * (end - start - 1), Tone.CHART),
        TonedText(last, tones[last]),
        TonedText(line * (width - end - 1), Tone.LINE),
    ]
