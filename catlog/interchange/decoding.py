"""Bytes of a list as text: the encoding found out, and a broken byte no reason to refuse everything else."""

from __future__ import annotations

import codecs
import io
import json
import re
from io import BufferedReader

from catlog.errors import BadDataError

BROKEN = "\ufdd0"
"""Stands in decoded text for bytes that are none: a noncharacter, which no text has and `text.clean` drops."""

_HEAD = 4
_AHEAD = 16 * 1024**2  # more than any list of a service
_WINDOWS = "it is no UTF-8: read as Windows-1252"
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_SEVERAL = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_JSON = (b"{", b"[")
_WHITE = b" \t\r\n"
_GROUP = re.compile(rb"[\x80-\xff]+")
_CUT = re.compile(
    # The first of three or four bytes with some of the others. What prose has behind a small letter is none of them:
    # an ellipsis, a closing quote, a dash, a no-break space and the like.
    rb"[\xe0-\xf4][\x80-\x84\x86-\x91\x93\x95\x98\x9a\x9c\x9e\x9f\xa1-\xa8\xaa-\xac\xaf-\xb1\xb4-\xb8\xbc-\xbf]"
    # The first of two alone: in Windows-1252 a capital at the end of a word in small letters.
    rb"|(?<=[a-z])[\xc2-\xd6\xd8-\xde](?![A-Za-z\x80-\xff])"
    # The first of several alone: a letter that is no word of any language.
    rb"|(?<![A-Za-z\x80-\xff])[\xc2\xc3\xe2\xe3](?![A-Za-z\x80-\xff])"
)
_ERRORS = "catlog.broken"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_KNOWN = re.compile(
    "utf-?8|utf-?16(-?[lb]e)?|(us-?)?ascii|iso-?8859-[0-9]{1,2}|latin-?1|(windows-|cp)[0-9]{3,4}|koi8-[ru]"
    "|shift[-_]?jis|euc-(jp|kr)|gb2312|gbk|gb18030|big5"
)


def _mark(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return BROKEN, problem.end


codecs.register_error(_ERRORS, _mark)


def detect_encoding(head: bytes, declared: str | None = None) -> str:
    """Return the encoding of a text that begins with `head`: what its mark says, else what it declares, else UTF-8.

    A text that is written in single bytes is none of UTF-16, whatever it declares. Raises LookupError for an encoding
    that no list has.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head[1:2] == b"\x00" or head[:1] == b"\x00":
        return "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    name = (declared or "utf-8").strip().casefold()
    if not _KNOWN.fullmatch(name):
        raise LookupError(f"unknown encoding {name[:40]!r}")
    return "utf-8" if name.startswith(("utf-16", "utf16")) else codecs.lookup(name).name


def decoder(encoding: str) -> codecs.IncrementalDecoder:
    """Return a decoder for parts of a text, that puts `BROKEN` for bytes that are none."""
    return codecs.getincrementaldecoder(encoding)(errors=_ERRORS)


def to_utf8(source: BufferedReader) -> tuple[BufferedReader, tuple[str, ...]]:
    """Return a reader of the same text, and warnings: UTF-8 in place of Windows-1252 that does not say so.

    That is a text that declares nothing and is no JSON, which is UTF-8 by definition, is no UTF-8 and has no character
    of several bytes of it, nor more beginnings of such characters than other letters, and of which Windows-1252 knows
    every byte. In any other the bytes that are no UTF-8 are broken.
    """
    head = source.read(_AHEAD)
    if len(head) < _AHEAD and _is_windows(head):
        return BufferedReader(io.BytesIO(head.decode("cp1252").encode())), (_WINDOWS,)
    return BufferedReader(_Rest(head, source)), ()


def declared_encoding(head: bytes) -> str | None:
    """Return the encoding that the XML which begins with `head` declares."""
    found = _DECLARED.search(head[:1024])
    return found[1].decode("latin-1") if found else None


class _Rest(io.RawIOBase):
    """Bytes that were read ahead, and those that follow."""

    def __init__(self, head: bytes, source: BufferedReader) -> None:
        self._head = io.BytesIO(head)
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, typeshed says
        part = self._head.read(len(buffer)) or self._source.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


def _is_windows(text: bytes) -> bool:
    if text.isascii() or b"\x00" in text[:2] or text.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    if (
        declared_encoding(text)
        or text.lstrip(_WHITE).startswith(_JSON)
        or _SEVERAL.search(text)
        or _UNDEFINED.search(text)
    ):
        return False
    groups = sum(1 for _ in _GROUP.finditer(text))
    return 2 * sum(1 for _ in _CUT.finditer(text)) < groups


def open_text(source: BufferedReader) -> io.TextIOWrapper:
    """Return a reader of the text in `source` that puts `BROKEN` for bytes that are none; line ends stay."""
    return io.TextIOWrapper(source, detect_encoding(source.peek(_HEAD)), _ERRORS, newline="")


def json_text(content: bytes, name: str) -> str:
    """Return the text of JSON in any of its encodings. Raises BadDataError when so much is broken that it is none."""
    encoding = json.detect_encoding(content)
    text = content.decode(encoding, _ERRORS)
    if text.count(BROKEN) > len(text) // 10 + 1:
        raise BadDataError(f"{name} is no text in {encoding}", hint="save it as UTF-8")
    return text
