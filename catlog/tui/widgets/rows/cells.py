"""Text of any origin as cells: safe, on one line, and exactly as wide as it says. All widths are measured here.

Widths are Rich's, by which Textual cuts lines. What terminals disagree about is left out instead of measured: joiners,
variation selectors and skin tones are two cells here and four there, and would put every later column out of line.
Flags become their letters, and characters that Unicode does not define yet a replacement character.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from catlog.text import clean

_DISPUTED: dict[int, int | None] = {
    **dict.fromkeys((0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400))),
    **{0x1F1E6 + letter: ord("A") + letter for letter in range(26)},
}
_UNKNOWN = "\ufffd"


def safe(text: str, room: int) -> str:
    """Return the start of a text, enough to fill `room` cells, as one line that cannot drive a terminal."""
    # Long texts are cut before they are cleaned; marks and dropped characters may outnumber letters.
    begun = text[: 8 * room + 64]
    if begun.isascii() and begun.isprintable():
        return begun
    # `clean` strips both ends, where the app's own signs have the spaces that keep them apart.
    body = begun.strip(" ")
    start = begun.index(body)
    cleaned = clean(body.translate(_DISPUTED), limit=len(begun))
    if not cleaned.isprintable():
        cleaned = "".join(char if char.isprintable() or char.isspace() else _UNKNOWN for char in cleaned)
    return begun[:start] + cleaned + begun[start + len(body) :]


def fitted(text: str, width: int, *, ascii: bool = False) -> tuple[str, int]:
    """Return a text cut to `width` cells, with an ellipsis where its end is missing, and how many cells it has."""
    if width <= 0:
        return "", 0
    line = safe(text, width)
    cells = cell_len(line)
    if cells <= width:
        return line, cells
    mark = ".." if ascii and width > 2 else "." if ascii else "…"
    cut = set_cell_size(line, width - len(mark)).rstrip() + mark
    return cut, cell_len(cut)


def padded(text: str, width: int, *, right: bool = False, ascii: bool = False) -> str:
    """Return a text as exactly `width` cells: cut, or padded at its end or, with `right`, at its beginning."""
    cut, cells = fitted(text, width, ascii=ascii)
    space = " " * (width - cells)
    return space + cut if right else cut + space
