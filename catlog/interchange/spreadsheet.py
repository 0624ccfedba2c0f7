"""CSV as spreadsheets write and read it: the separator found out, the cells that would be formulas guarded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from io import BufferedReader

from catlog.errors import BadDataError
from catlog.interchange.decoding import open_text
from catlog.interchange.records import check_rows

BOM = "\ufeff"
"""What tells some spreadsheets that a file is UTF-8."""

_SEPARATORS = ",;\t"
_NAMED = re.compile(r"\s*\"?sep=([^\w\"\r\n])\"?[,;\t]*\s*", re.IGNORECASE)
_LINE_LIMIT = 256 * 1024
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_GUARDED = re.compile("'+[=+\\-@\t\r＝＋－＠]")


def escape_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before it where it looks like one."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return a cell as it was before `guarded`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a file, each ended by a line feed, every cell guarded."""
    for row in (names, *rows):
        line = io.StringIO()
        csv.writer(line).writerow(map(escape_formula, row))
        yield line.getvalue().removesuffix("\r\n") + "\n"


def read(source: BufferedReader, name: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows, which may be shorter or longer than it; cells are as they were before guarding.

    What separates cells is found out, unless a line before the header names it (`sep=;`, which some spreadsheets
    need). It is UTF-8, or UTF-16 as its mark or first bytes say; bytes that are none come as `decoding.BROKEN`. Raises
    BadDataError when it is not CSV, or too long for a list.
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
    return header, rows


def row_under(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, str] | None:
    """Return the cells by the names above them, None when there are not as many as columns."""
    return dict(zip(header, cells, strict=True)) if len(cells) == len(header) else None


def refuse_duplicate_columns(header: Sequence[str], read: Collection[str], name: str) -> None:
    """Raise BadDataError when a column that is read stands in a header more than once: nothing says which counts."""
    for column in dict.fromkeys(header):
        if column in read and header.count(column) > 1:
            raise BadDataError(
                f"{name} has the column {column} {header.count(column)} times",
                hint="delete all but one of them",
            )


def _lines(first: str, text: io.TextIOWrapper, name: str) -> Iterator[str]:
    line = first
    while line:
        if len(line) >= _LINE_LIMIT:
            raise BadDataError(f"{name} has a line of more than {_LINE_LIMIT:,} characters: that is no list")
        yield line
        line = text.readline(_LINE_LIMIT)
