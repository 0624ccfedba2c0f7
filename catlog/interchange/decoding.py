"""Decode the bytes of a list: detect the encoding, and mark undecodable bytes instead of failing."""

from __future__ import annotations

import codecs
import io
import json
import re
from io import BufferedReader

from catlog.errors import BadDataError

BROKEN = "\ufdd0"
"""Mark for undecodable bytes in decoded text: a noncharacter, which no text has and `text.clean` removes."""

_HEAD = 4
_AHEAD = 16 * 1024**2  # more than any list of a service
_WINDOWS = "the file is no UTF-8: it is read as Windows-1252"
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_SEVERAL = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_JSON = (b"{", b"[")
_WHITE = b" \t\r\n"
_GROUP = re.compile(rb"[\x80-\xff]+")
_CUT = re.compile(
    # The first of three or four bytes with some of the others, except what follows a small letter in prose:
    # an ellipsis, a closing quote, a dash, a no-break space and the like.
    rb"[\xe0-\xf4][\x80-\x84\x86-\x91\x93\x95\x98\x9a\x9c\x9e\x9f\xa1-\xa8\xaa-\xac\xaf-\xb1\xb4-\xb8\xbc-\xbf]"
    # The first of two alone: in Windows-1252 a capital at the end of a word in small letters.
    rb"|(?<=[a-z])[\xc2-\xd6\xd8-\xde](?![A-Za-z\x80-\xff])"
    # The first of several alone: a letter that is no word in any language.
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
    """Return the encoding of a text that begins with `head`: by its byte order mark, else as declared, else UTF-8.

    A text in single bytes is not UTF-16, even if it declares so. Raises LookupError for an unknown encoding.
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
    """Return a decoder for parts of a text that replaces undecodable bytes by `BROKEN`."""
    return codecs.getincrementaldecoder(encoding)(errors=_ERRORS)


def to_utf8(source: BufferedReader) -> tuple[BufferedReader, tuple[str, ...]]:
    """Return a reader of the same text, converted from undeclared Windows-1252 to UTF-8 if need be, and warnings.

    A text is taken as Windows-1252 if it declares no encoding, is no JSON (always UTF-8), has no multibyte characters
    of UTF-8 and fewer beginnings of such characters than other letters, and has only bytes of Windows-1252. In all
    other texts bytes that are no UTF-8 are undecodable.
    """
    head = source.read(_AHEAD)
    if len(head) < _AHEAD and _is_windows(head):
        return BufferedReader(io.BytesIO(head.decode("cp1252").encode())), (_WINDOWS,)
    return BufferedReader(_Rest(head, source)), ()


def declared_encoding(head: bytes) -> str | None:
    """Return the declared encoding of XML that begins with `head`, None without a declaration."""
    found = _DECLARED.search(head[:1024])
    return found[1].decode("latin-1") if found else None


class _Rest(io.RawIOBase):
    """Bytes that were read ahead, followed by the rest of a source."""

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
    """Return a text reader that replaces undecodable bytes by `BROKEN`; line ends stay."""
    return io.TextIOWrapper(source, detect_encoding(source.peek(_HEAD)), _ERRORS, newline="")


def json_text(content: bytes, name: str) -> str:
    """Return the text of JSON in any of its encodings. Raises BadDataError when a tenth of it is undecodable."""
    encoding = json.detect_encoding(content)
    text = content.decode(encoding, _ERRORS)
    if text.count(BROKEN) > len(text) // 10 + 1:
        raise BadDataError(f"{name} is no text in {encoding}", hint="save it as UTF-8")
    return text
