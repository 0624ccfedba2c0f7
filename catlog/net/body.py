"""The bytes of an answer: read under caps that hold while inflating, and parsed as strict JSON."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from catlog.jikan.errors import BadResponseError
from catlog.text import clean

RAW_LIMIT = 2_000_000
"""Bytes read from the network for one answer."""

INFLATED_LIMIT = 8_000_000
"""Bytes one answer may have once inflated."""

DEPTH_LIMIT = 64
"""Nesting of one document; Jikan's own stays below 10."""

MARK_LIMIT = 200_000
"""Commas, brackets and quotes of one document; a page has some 20,000. 8 MB of `[],` would become 400 MB of lists."""

_PIECE = 65_536
_NUMBER_LENGTH = 40
_ONE_LINE_STRING = re.compile(rb'"[^"]*"')
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_BRACES_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")


class _Inflater(Protocol):
    """What `zlib.decompressobj()` returns."""

    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


def read_body(chunks: Iterable[bytes], encoding: str, where: str) -> bytes:
    """Return the inflated body of an answer sent with that Content-Encoding ("" for none).

    Reading stops at the first byte above `RAW_LIMIT` or `INFLATED_LIMIT`, so that a bomb costs no more memory than
    the limits. Raises `BadResponseError` for either, for an unknown encoding, and for a body cut short.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        pieces: Iterable[bytes] = _capped(chunks, where)
    elif coding in ("gzip", "x-gzip", "deflate"):
        pieces = _inflated(_capped(chunks, where), coding, where)
    else:
        raise BadResponseError(where, f"the answer has an encoding nobody asked for: {clean(coding, limit=40)}")
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > INFLATED_LIMIT:
            raise BadResponseError(where, f"the answer is larger than {INFLATED_LIMIT // 10**6} MB once inflated")
    return bytes(body)


def parse_json(data: bytes, where: str) -> object:
    """Return the document in `data`, which must be UTF-8 and JSON by the letter.

    Refused with a `BadResponseError`: HTML, NaN and Infinity, nesting deeper than `DEPTH_LIMIT`, more parts than
    `MARK_LIMIT` allows, anything cut short. A number too long or too large to hold is left as text, and a key that
    comes twice with two values is left out: the one record around it is then found wanting, not the page.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadResponseError(where, "the answer is not UTF-8") from None
    if not text.strip():
        raise BadResponseError(where, "the answer is empty")
    if text.lstrip().startswith("<"):
        raise BadResponseError(where, "the answer is HTML, not JSON")
    if sum(map(data.count, (b",", b"[", b"{", b'"'))) > MARK_LIMIT:
        raise BadResponseError(where, f"the answer has more than {MARK_LIMIT:,} commas, brackets and quotes")
    if _deeper_than(DEPTH_LIMIT, data):
        raise BadResponseError(where, f"the answer is nested deeper than {DEPTH_LIMIT} levels")
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_unambiguous
        )
    except json.JSONDecodeError as problem:
        cut = problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated")
        reason = f"{problem.msg} at character {problem.pos}"
        raise BadResponseError(where, f"the answer {'is cut short' if cut else 'is not JSON'}: {reason}") from None
    except ValueError as problem:
        raise BadResponseError(where, f"the answer is not JSON: {problem}") from None


def _capped(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > RAW_LIMIT:
            raise BadResponseError(where, f"the answer is larger than {RAW_LIMIT // 10**6} MB")
        yield chunk


def _inflated(chunks: Iterable[bytes], coding: str, where: str) -> Iterator[bytes]:
    inflater: _Inflater | None = None
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if inflater is None or inflater.eof:  # gzip may have more than one member
                    inflater = _new_inflater(coding, rest)
                yield inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail or inflater.unused_data
        while inflater is not None and not inflater.eof and (piece := inflater.decompress(b"", _PIECE)):
            yield piece
    except zlib.error as problem:
        raise BadResponseError(where, f"the answer cannot be inflated: {problem}") from None
    if inflater is not None and not inflater.eof:
        raise BadResponseError(where, "the answer is cut short: its compressed body has no end")


def _new_inflater(coding: str, start: bytes) -> _Inflater:
    if coding != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    # "deflate" means zlib's frame by the letter, and the bare stream in the practice of some servers.
    framed = start[0] & 0x0F == 8 and (len(start) < 2 or int.from_bytes(start[:2], "big") % 31 == 0)
    return zlib.decompressobj(zlib.MAX_WBITS if framed else -zlib.MAX_WBITS)


def _deeper_than(limit: int, data: bytes) -> bool:
    """Say whether the brackets outside of strings nest deeper, without recursion and at the speed of `bytes`."""
    unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = _ONE_LINE_STRING.sub(b"", unescaped.translate(_BRACES_TO_BRACKETS, _NOT_STRUCTURE))
    for _ in range(limit):  # each round takes away the innermost level
        shorter = brackets.replace(b"[]", b"")
        if len(shorter) == len(brackets):
            break
        brackets = shorter
    return b"[]" in brackets or brackets.count(b"[") > limit


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _NUMBER_LENGTH else text


def _number(text: str) -> float | str:
    value = float(text)
    return text if value in (float("inf"), float("-inf")) else value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            if name in found and found[name] != value:
                del found[name]
    return found
