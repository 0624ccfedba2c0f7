"""Repair XML as exporters write it: mark undecodable bytes, remove forbidden characters, escape bare ampersands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from catlog.errors import BadDataError
from catlog.interchange.decoding import declared_encoding, decoder, detect_encoding

ESCAPED = "\ufdd1"
"""Mark after an ampersand that was escaped: a noncharacter, as `decoding.BROKEN`."""

REMOVED = "\ufdd2"
"""Mark where characters that XML forbids, or references to them, were removed: a noncharacter too."""

_CHUNK = 1024 * 1024  # expat parses an unfinished token again with every chunk
_LONGEST_TAG = 64 * 1024
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_BEFORE = re.compile("[\ufeff \t\r\n\x00-\x08\x0b\x0c\x0e-\x1f]*")
_LITERAL = re.compile(r"<!\[CDATA\[|<!--")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_BARE = re.compile("&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_REFERENCE = re.compile("&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_TAG_OR_FORBIDDEN = re.compile(f"<[^<>]*|{_FORBIDDEN.pattern}")
_ROOT = re.compile("<(/?)myanimelist")
_LONGEST = 12  # of the tokens that the end of a part may split: an entity, the beginning of a literal section
_SURROGATES = range(0xD800, 0xE000)
_HIGHEST = 0x10FFFF


def repaired(source: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the XML of the file `name` in parts, as UTF-8 whatever it declares, without leading white space.

    Raises LookupError for an unknown encoding, BadDataError for an endless tag, whose attributes would take all memory.
    """
    first = source.read(_CHUNK)
    decoding = decoder(detect_encoding(_start(first), declared_encoding(first)))
    repairer = _Repairer()
    begun = False
    chunk = first
    while chunk:
        text = decoding.decode(chunk)
        if not begun:
            text = _BEFORE.sub("", text, count=1)
            begun = bool(text)
        yield repairer.feed(text).encode()
        if repairer.in_tag and len(text) >= _LONGEST_TAG and ">" not in text:
            raise BadDataError(f"{name} has a tag of more than {_LONGEST_TAG:,} characters: that is no list")
        chunk = source.read(_CHUNK)
    yield repairer.feed(decoding.decode(b"", final=True), last=True).encode()


def _start(first: bytes) -> bytes:
    """Return the first bytes from the first `<` on, including the NUL before it in UTF-16."""
    at = max(0, first.find(b"<"))
    return first[at - at % 2 :] if first[at + 1 : at + 2] == b"\x00" else first.lstrip(b" \t\r\n\x00")


class _Repairer:
    """Repairs a text in parts.

    Bare ampersands are escaped, except in CDATA and comments. Forbidden characters are removed, with a mark where they
    were part of an element's text.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._until = ""
        self.in_tag = False
        self._in_list = False

    def feed(self, text: str, *, last: bool = False) -> str:
        """Return the next part, without an end whose meaning depends on the text after it."""
        text = self._rest + text
        out: list[str] = []
        at = 0
        while at < len(text):
            begin = None if self._until else _LITERAL.search(text, at)
            if self._until:
                end = text.find(self._until, at)
                stop = end + len(self._until) if end >= 0 else self._safe(text, at, last)
                out.append(_FORBIDDEN.sub(REMOVED, text[at:stop]))
                if end >= 0:
                    self._until = ""
            else:
                stop = begin.end() if begin else self._safe(text, at, last)
                out.append(self._markup(text[at:stop]))
                if begin:
                    self._until, self.in_tag = _ENDS[begin[0]], False
            if stop == at:
                break
            at = stop
        self._rest = text[at:]
        return "".join(out)

    def _markup(self, part: str) -> str:
        part = _BARE.sub(f"&amp;{ESCAPED}", part)
        if "&#" in part:
            part = _REFERENCE.sub(_allowed, part)
        if _FORBIDDEN.search(part):
            before = "<" if self.in_tag else ""
            return self._tracked(_TAG_OR_FORBIDDEN.sub(self._without_forbidden, before + part)[len(before) :])
        return self._tracked(part)

    def _tracked(self, part: str) -> str:
        """Return a part of markup, after updating the position in tags and in the list."""
        if "<" in part or ">" in part:
            self.in_tag = part.rfind("<") > part.rfind(">")
            for tag in _ROOT.finditer(part):
                self._in_list = not tag[1]
        return part

    def _without_forbidden(self, found: re.Match[str]) -> str:
        """Return a tag without forbidden characters, or the replacement for them outside tags: a mark in the list."""
        if found[0].startswith("<"):
            tag = _FORBIDDEN.sub("", found[0])
            self._tracked(tag)
            return tag
        return REMOVED if self._in_list else ""

    def _safe(self, text: str, at: int, last: bool) -> int:
        """Return the length that can be returned without splitting a token that the next part ends."""
        if last:
            return len(text)
        stop = max(at, len(text) - _LONGEST)
        inside = max(text.rfind(sign, max(at, stop - _LONGEST), stop) for sign in "&<")
        return inside if inside >= 0 else stop


def _allowed(reference: re.Match[str]) -> str:
    """Return a character reference, or the mark when XML forbids the character."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    forbidden = code > _HIGHEST or code in _SURROGATES or _FORBIDDEN.match(chr(code))
    return REMOVED if forbidden else reference[0]
