"""The pages of the help: rows of keys and signs, laid out in three columns or in one, and where each row stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from textual.content import Content

from catlog.tui.content import line
from catlog.tui.glyphs import Glyphs
from catlog.tui.widgets.rows.columns import fitted

WIDTHS = (30, 30, 28)
"""Cells of the three columns."""

KEY_CELLS = (10, 10, 7)
"""Cells of the keys and signs in them."""

MARGIN = 2
"""Cells left of each line."""


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One row: the keys, what they do in a word or two, and in a sentence.

    `name` is the action's full name, "" where there is nothing to do. `style` is that of the keys.
    """

    keys: str
    label: str
    help: str = ""
    name: str = ""
    style: str = "bold $bright"


class Place(NamedTuple):
    """Where a row stands on a page: its line, its first cell and its width."""

    line: int
    start: int
    width: int


@dataclass(slots=True)
class Page:
    """Lines, and the places of the rows that have an action, column by column."""

    lines: list[Content] = field(default_factory=list)
    rows: list[tuple[HelpRow, Place]] = field(default_factory=list)

    def add(self, row: HelpRow, width: int, *, here: bool, key_cells: int = 14, ascii: bool = False) -> None:
        """Add a line of one row with the sentence of what it does."""
        if row.name:
            self.rows.append((row, Place(len(self.lines), MARGIN, width)))
        words = row.help.removesuffix(".") or row.label
        cell = _cell(row, words, width - 2 * MARGIN, key_cells, here=here, ascii=ascii)
        self.lines.append(line(" " * MARGIN, cell))


def signs(glyphs: Glyphs) -> tuple[HelpRow, ...]:
    """Return the signs of the app and their meanings."""
    done = glyphs.heavy + glyphs.half
    return (
        HelpRow(glyphs.watching, "watching", style="$watching"),
        HelpRow(glyphs.completed, "completed", style="$completed"),
        HelpRow(glyphs.planned, "planned", style="$planned"),
        HelpRow(glyphs.on_hold, "on hold", style="$on-hold"),
        HelpRow(glyphs.dropped, "dropped", style="$dropped"),
        HelpRow(glyphs.favorite, "favourite", style="$favorite"),
        HelpRow(glyphs.score, "score, only that"),
        HelpRow(f"{glyphs.up} {glyphs.down}", "rank rose, fell"),
        HelpRow(f"{glyphs.ok} {glyphs.stale} {glyphs.offline}", "source well or not", style="$bright"),
        HelpRow(f"{done}{glyphs.rule}", "seen, left", style="$watching"),
        HelpRow(" ".join(glyphs.dot * 3), "end not known", style="$bright"),
        HelpRow(glyphs.note, "a note of yours"),
    )


def three_columns(columns: Sequence[tuple[str, Sequence[HelpRow]]], under: HelpRow | None, *, ascii: bool) -> Page:
    """Return a page of three columns with their headings, which all begin at the top."""
    page = Page()
    starts = [MARGIN + sum(WIDTHS[:number]) for number in range(3)]
    titles = enumerate(zip(columns, WIDTHS, strict=True))
    heads = [(f"{title:<{width}}", _head(number)) for number, ((title, _), width) in titles]
    page.lines += [line(" " * MARGIN, *heads), Content("")]
    for number, (_, rows) in enumerate(columns):
        for at, row in enumerate(rows):
            if row.name:
                page.rows.append((row, Place(len(page.lines) + at, starts[number], WIDTHS[number])))
    for rows in zip_longest(*(rows for _, rows in columns)):
        cells = [
            _cell(
                row,
                row.label if row else "",
                WIDTHS[number],
                KEY_CELLS[number],
                here=row is not None and row == under,
                ascii=ascii,
            )
            for number, row in enumerate(rows)
        ]
        page.lines.append(line(" " * MARGIN, *cells))
    return page


def _head(number: int) -> str:
    return "bold $accent" if number == 0 else "bold"


def _cell(row: HelpRow | None, words: str, width: int, key_cells: int, *, here: bool, ascii: bool) -> Content:
    if row is None:
        return Content(" " * width)
    here = here and bool(row.name)
    keys, taken = fitted(row.keys, width - 2, ascii=ascii)
    gap = max(1, key_cells - taken)
    shown, cells = fitted(words, width - taken - gap - 1, ascii=ascii)
    rest = " " * max(0, width - taken - gap - cells)
    text = line((keys, row.style), " " * gap, (shown, "$bright" if here else "$dim"), rest)
    return text.stylize("on $raised") if here else text
