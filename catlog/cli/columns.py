"""How a table shows a record: its columns, and the ways values are written for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from catlog.clock import iso
from catlog.text import NOTE_LIMIT, clean

UNKNOWN = "-"
"""What a table shows for an unknown value."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table: the field it shows (snake_case), its heading, and how the value is written.

    `format` turns the value (never None) into text; `style` is a Rich style, or a function from the value to one.
    `wrap` marks the columns whose text goes on in the next line when the terminal is narrow, such as titles. Where
    that is not enough, the columns with the highest `gives_way` are left out first; those with 0 never are. A `whole`
    text is never cut: where there is one, titles go on in the next line as well.
    """

    key: str
    header: str
    align: Literal["left", "right"] = "left"
    format: Callable[[Any], str] | None = None
    style: str | Callable[[Any], str] = ""
    wrap: bool = False
    gives_way: int = 0
    whole: bool = False

    def value(self, row: object) -> object:
        """Return this column's value of a record, whether dataclass or mapping."""
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)

    def text(self, value: object) -> str:
        """Return a value as this column writes it; it may still need cleaning."""
        return UNKNOWN if value is None else (self.format or shown)(value)

    def style_of(self, value: object) -> str:
        """Return the Rich style of a value."""
        return self.style if isinstance(self.style, str) else self.style(value)


def shown(value: object) -> str:
    """Return a value as a table writes it when its column does not say how."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(shown(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value))
    return str(value)


def signed(value: float) -> str:
    """Return a change with its sign: +3, -0.25, 0."""
    if not value:
        return "0"
    return f"{value:+.2f}" if isinstance(value, float) else f"{value:+d}"


def tone(value: float | None) -> str:
    """Return the style of a change: green for more, red for less."""
    return "" if not value else "green" if value > 0 else "red"


def safe(text: str) -> str:
    """Return text of any origin as one line that cannot drive a terminal."""
    return clean(text, limit=NOTE_LIMIT)
