"""XML as exporters write it: decoded with broken bytes marked, without what XML forbids, bare ampersands escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from catlog.errors import BadDataError
from catlog.interchange.decoding import declared_encoding, decoder, detect_encoding

ESCAPED = "\ufdd1"
"""Stands in the text behind an ampersand that was escaped here: a noncharacter, as in `decoding.BROKEN`."""

REMOVED = "\ufdd2"
"""Stands in the text where characters that XML forbids, or references to them, were dropped; likewise."""

_CHUNK = 1024 * 1024  # expat looks at an unfinished token again with every chunk
_LONGEST_TAG = 64 * 1024
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_BEFORE = re.compile("[\ufeff \t\r\n\x00-\x08\x0b\x0c\x0e-\x1f]*")
_LITERAL = re.compile(r"<!\[CDATA\[|<!--")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_BARE = re.compile("&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_REFERENCE = re.compile("&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_TAG_OR_FORBIDDEN = re.compile(f"<[^<>]*|{_FORBIDDEN.pattern}")
_ROOT = re.compile("<(/?)myanimelist")
_LONGEST = 12  # of what a part may end inside: an entity, the beginning of a literal section
_SURROGATES = range(0xD800, 0xE000)
_HIGHEST = 0x10FFFF


def repaired(source: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the XML in `source`, a file of that name, as UTF-8, whatever it declares, in parts.

    White space before it is dropped. Raises LookupError for an encoding that no list has, BadDataError for a tag
    without an end, whose attributes would take all memory.
    """
    first = source.read(_CHUNK)
    decoding = decoder(detect_encoding(_start(first), declared_encoding(first)))
    mend = _Repairer()
    begun = False
    chunk = first
    while chunk:
        text = decoding.decode(chunk)
        if not begun:
            text = _BEFORE.sub("", text, count=1)
            begun = bool(text)
        yield mend.feed(text).encode()
        if mend.in_tag and len(text) >= _LONGEST_TAG and ">" not in text:
            raise BadDataError(f"{name} has a tag of more than {_LONGEST_TAG:,} characters: that is no list")
        chunk = source.read(_CHUNK)
    yield mend.feed(decoding.decode(b"", final=True), last=True).encode()


def _start(first: bytes) -> bytes:
    """Return the first bytes from the first `<` on, with the NUL that UTF-16 has before it when its bytes are so."""
    at = max(0, first.find(b"<"))
    return first[at - at % 2 :] if first[at + 1 : at + 2] == b"\x00" else first.lstrip(b" \t\r\n\x00")


class _Repairer:
    """Mends a text in parts.

    Bare ampersands are escaped, but for those in CDATA and comments, and what XML forbids is dropped, with a mark
    where that was text of an element.
    """

    def __init__(self) -> None:
        self._waiting = ""
        self._until = ""
        self.in_tag = False
        self._in_list = False

    def feed(self, text: str, *, last: bool = False) -> str:
        """Return the next part, up to where the text after it decides."""
        text = self._waiting + text
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
        self._waiting = text[at:]
        return "".join(out)

    def _markup(self, part: str) -> str:
        part = _BARE.sub(f"&amp;{ESCAPED}", part)
        if "&#" in part:
            part = _REFERENCE.sub(_allowed, part)
        if _FORBIDDEN.search(part):
            before = "<" if self.in_tag else ""
            return self._noted(_TAG_OR_FORBIDDEN.sub(self._without_forbidden, before + part)[len(before) :])
        return self._noted(part)

    def _noted(self, part: str) -> str:
        """Return a part of markup, having noted where its end is."""
        if "<" in part or ">" in part:
            self.in_tag = part.rfind("<") > part.rfind(">")
            for tag in _ROOT.finditer(part):
                self._in_list = not tag[1]
        return part

    def _without_forbidden(self, found: re.Match[str]) -> str:
        """Return a tag without what XML forbids, or what stands for that outside tags: a mark inside the list."""
        if found[0].startswith("<"):
            tag = _FORBIDDEN.sub("", found[0])
            self._noted(tag)
            return tag
        return REMOVED if self._in_list else ""

    def _safe(self, text: str, at: int, last: bool) -> int:
        """Return how far a text can be given out: nothing that the next part may end is cut in two."""
        if last:
            return len(text)
        stop = max(at, len(text) - _LONGEST)
        inside = max(text.rfind(sign, max(at, stop - _LONGEST), stop) for sign in "&<")
        return inside if inside >= 0 else stop


def _allowed(reference: re.Match[str]) -> str:
    """Return a reference to a character as it is when XML allows the character."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    forbidden = code > _HIGHEST or code in _SURROGATES or _FORBIDDEN.match(chr(code))
    return REMOVED if forbidden else reference[0]
