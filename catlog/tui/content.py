"""Text on its way to the screen: the one place where words become what a widget draws, never read as markup."""

from __future__ import annotations

from typing import TypeAlias

from textual.content import Content

from catlog.text import NOTE_LIMIT, clean

Part: TypeAlias = Content | str | tuple[str, str]
"""A piece of a line: content, words, or words with their style."""


def plain(text: str, style: str = "") -> Content:
    """Return words of any origin as content in one style: markup in them stays what it is, letters.

    Whatever could drive a terminal is taken out; line breaks stay.
    """
    return Content.styled(_safe(text), style) if style else Content(_safe(text))


def line(*parts: Part) -> Content:
    """Return the parts one after another as content; `("words", "bold $watching")` are words in a style."""
    return Content.assemble(*(part if isinstance(part, Content) else _part(part) for part in parts))


def lines(rows: list[Content]) -> Content:
    """Return contents under each other."""
    return Content("\n").join(rows)


def _part(part: str | tuple[str, str]) -> Content:
    return plain(part) if isinstance(part, str) else plain(*part)


def _safe(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    # `clean` strips both ends, where the app's own words have the spaces that keep them apart.
    body = text.strip(" \n")
    if not body:
        return text
    start = text.index(body)
    return text[:start] + clean(body, multiline=True, limit=NOTE_LIMIT) + text[start + len(body) :]
