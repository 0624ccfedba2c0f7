"""Conversion of text to the content of widgets; text is never read as markup."""

from __future__ import annotations

from typing import TypeAlias

from textual.content import Content

from catlog.text import NOTE_LIMIT, clean

Part: TypeAlias = Content | str | tuple[str, str]
"""A piece of a line: content, text, or text and its style."""


def plain(text: str, style: str = "") -> Content:
    """Return text of any origin as content in one style; markup in it stays as letters.

    Control characters are removed; line breaks stay.
    """
    return Content.styled(_safe(text), style) if style else Content(_safe(text))


def line(*parts: Part) -> Content:
    """Return the parts joined into one line; `("text", "bold $watching")` is a text in a style."""
    return Content.assemble(*(part if isinstance(part, Content) else _part(part) for part in parts))


def lines(rows: list[Content]) -> Content:
    """Return contents joined by line breaks."""
    return Content("\n").join(rows)


def _part(part: str | tuple[str, str]) -> Content:
    return plain(part) if isinstance(part, str) else plain(*part)


def _safe(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    # `clean` strips both ends, where the app's own texts have the spaces that keep them apart.
    body = text.strip(" \n")
    if not body:
        return text
    start = text.index(body)
    return text[:start] + clean(body, multiline=True, limit=NOTE_LIMIT) + text[start + len(body) :]
