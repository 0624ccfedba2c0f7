"""The pages of the help: rows of keys and signs, laid out in three columns or in one, and where each row stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from textual.content import Content

from catlog.tui.content import line
from catlog.tui.glyphs import ASCII, Glyphs
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

    def add(self, row: HelpRow, width: int, under: HelpRow | None, glyphs: Glyphs, *, key_cells: int = 14) -> None:
        """Add a line of one row with the sentence of what it does."""
        if row.name:
            self.rows.append((row, Place(len(self.lines), MARGIN, width)))
        words = row.help.removesuffix(".") or row.label
        cell = _cell(row, words, width - 2 * MARGIN, key_cells, under, glyphs)
        self.lines.append(line(" " * (MARGIN - 1), cell))


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


def three_columns(columns: Sequence[tuple[str, Sequence[HelpRow]]], under: HelpRow | None, glyphs: Glyphs) -> Page:
    """Return a page of three columns with their headings, which all begin at the top."""
    page = Page()
    starts = [MARGIN + sum(WIDTHS[:number]) for number in range(3)]
    titles = enumerate(zip(columns, WIDTHS, strict=True))
    heads = [(f"{title:<{width}}", "bold $accent" if number == 0 else "bold") for number, ((title, _), width) in titles]
    page.lines += [line(" " * MARGIN, *heads), Content("")]
    for number, (_, rows) in enumerate(columns):
        for at, row in enumerate(rows):
            if row.name:
                page.rows.append((row, Place(len(page.lines) + at, starts[number], WIDTHS[number])))
    for across in zip_longest(*(rows for _, rows in columns)):
        cells = [
            _cell(row, row.label if row else "", WIDTHS[number], KEY_CELLS[number], under, glyphs)
            for number, row in enumerate(across)
        ]
        page.lines.append(line(" " * (MARGIN - 1), *cells))
    return page


def _cell(
    row: HelpRow | None, words: str, width: int, key_cells: int, under: HelpRow | None, glyphs: Glyphs
) -> Content:
    """Return a row in `width` cells, of which the first is the cursor's."""
    if row is None:
        return Content(" " * width)
    here, ascii = bool(row.name) and row == under, glyphs is ASCII
    keys, taken = fitted(row.keys, width - 3, ascii=ascii)
    gap = max(1, key_cells - taken)
    shown, cells = fitted(words, width - taken - gap - 2, ascii=ascii)
    rest = " " * max(0, width - 1 - taken - gap - cells)
    sign = (glyphs.cursor if here else " ", "$accent")
    text = line(sign, (keys, row.style), " " * gap, (shown, "$bright" if here else "$dim"), rest)
    return text.stylize("on $raised") if here else text
