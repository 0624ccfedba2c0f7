"""CSV as spreadsheets write and read it: any separator, and cells escaped that would run as formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from typing import NamedTuple

from catlog.errors import BadDataError
from catlog.interchange.decoding import open_text
from catlog.interchange.records import check_rows

BOM = "\ufeff"
"""The byte order mark by which some spreadsheets recognize UTF-8."""

_SEPARATORS = ",;\t"
_NAMED = re.compile(r"\s*\"?sep=([^\w\"\r\n])\"?[,;\t]*\s*", re.IGNORECASE)
_LINE_LIMIT = 256 * 1024
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_GUARDED = re.compile("'+[=+\\-@\t\r＝＋－＠]")


def escape_formula(cell: str) -> str:
    """Return a cell with an apostrophe before it if a spreadsheet would run it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return a cell as it was before `escape_formula`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a file, each with a line feed at its end, formulas escaped."""
    for row in (names, *rows):
        line = io.StringIO()
        csv.writer(line).writerow(map(escape_formula, row))
        yield line.getvalue().removesuffix("\r\n") + "\n"


class Table(NamedTuple):
    """A CSV file: its name, its column names, and its rows, which may be shorter or longer than the header."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def read(source: BufferedReader, name: str) -> Table:
    """Read a file, formulas unescaped.

    The separator is detected, unless a line before the header names it (`sep=;`, as some spreadsheets need). The
    encoding is UTF-8, or UTF-16 by its mark or first bytes; undecodable bytes become `decoding.BROKEN`. Raises
    BadDataError when the file is no CSV, or too long for a list.
    """
    text = open_text(source)
    try:
        first = text.readline(_LINE_LIMIT)
        if named := _NAMED.fullmatch(first):
            first = text.readline(_LINE_LIMIT)
        separator = named[1] if named else max(_SEPARATORS, key=first.count)
        reader = csv.reader(_lines(first, text, name), delimiter=separator, strict=True)
        header = [cell.strip() for cell in next(reader, [])]
        rows = []
        for cells in reader:
            if cells:
                rows.append([unescape_formula(cell) for cell in cells])
                check_rows(len(rows), name)
    except csv.Error as problem:
        raise BadDataError(f"{name} is not CSV: {problem}") from None
    text.detach()
    return Table(name, header, rows)


def _lines(first: str, text: io.TextIOWrapper, name: str) -> Iterator[str]:
    line = first
    while line:
        if len(line) >= _LINE_LIMIT:
            raise BadDataError(f"{name} has a line of more than {_LINE_LIMIT:,} characters: that is no list")
        yield line
        line = text.readline(_LINE_LIMIT)
