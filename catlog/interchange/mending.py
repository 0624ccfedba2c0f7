"""XML as exporters write it: decoded with broken bytes marked, without what XML forbids, bare ampersands escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from catlog.interchange.decoding import decoder, encoding_of

MENDED = "\ufdd1"
"""Stands in the text behind an ampersand that was escaped here: a noncharacter, as in `decoding.BROKEN`."""

_CHUNK = 1024 * 1024  # expat looks at an unfinished token again with every chunk
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LITERAL = re.compile(r"<!\[CDATA\[|<!--")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_BARE = re.compile("&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_LONGEST = 12  # of what a part may end inside: an entity, the beginning of a literal section


def mended(source: BinaryIO) -> Iterator[bytes]:
    """Yield the XML in `source` as UTF-8, whatever it declares, in parts.

    White space before it is dropped. Raises LookupError for an encoding that no list has.
    """
    first = source.read(_CHUNK)
    declared = _DECLARED.search(first[:1024])
    decoding = decoder(encoding_of(first.lstrip(b" \t\r\n\x00"), declared[1].decode("latin-1") if declared else None))
    mend = _Ampersands()
    begun = False
    chunk = first
    while chunk:
        text = _FORBIDDEN.sub("", decoding.decode(chunk))
        if not begun:
            text = text.lstrip("\ufeff \t\r\n")
            begun = bool(text)
        yield mend.feed(text).encode()
        chunk = source.read(_CHUNK)
    yield mend.feed(_FORBIDDEN.sub("", decoding.decode(b"", final=True)), last=True).encode()


class _Ampersands:
    """Escapes every ampersand that begins no entity, but for those in CDATA and comments, in a text in parts."""

    def __init__(self) -> None:
        self._waiting = ""
        self._until = ""

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
                out.append(text[at:stop])
                if end >= 0:
                    self._until = ""
            else:
                stop = begin.end() if begin else self._safe(text, at, last)
                out.append(_BARE.sub(f"&amp;{MENDED}", text[at:stop]))
                if begin:
                    self._until = _ENDS[begin[0]]
            if stop == at:
                break
            at = stop
        self._waiting = text[at:]
        return "".join(out)

    def _safe(self, text: str, at: int, last: bool) -> int:
        """Return how far a text can be given out: nothing that the next part may end is cut in two."""
        if last:
            return len(text)
        stop = max(at, len(text) - _LONGEST)
        inside = max(text.rfind(sign, max(at, stop - _LONGEST), stop) for sign in "&<")
        return inside if inside >= 0 else stop
