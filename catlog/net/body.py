"""The body of a response: read under limits that hold while inflating, and parsed as strict JSON."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from catlog.net.errors import BadBodyError
from catlog.net.service import BodyLimits
from catlog.text import clean

_PIECE = 65_536
_NUMBER_LENGTH = 40
_ONE_LINE_STRING = re.compile(rb'"[^"]*"')
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_BRACES_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")


class _Inflater(Protocol):
    """The type of `zlib.decompressobj()`."""

    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


def read_body(chunks: Iterable[bytes], encoding: str, limits: BodyLimits) -> bytes:
    """Return the inflated body of a response with that Content-Encoding ("" for none).

    Reading stops at the first byte above a limit, so that a bomb costs no more memory than the limits. Raises
    `BadBodyError` above a limit, for an unknown encoding, and for a body cut short.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        pieces: Iterable[bytes] = _capped(chunks, limits.raw)
    elif coding in ("gzip", "x-gzip", "deflate"):
        pieces = _inflated(_capped(chunks, limits.raw), coding)
    else:
        raise BadBodyError(f"the answer has an unknown encoding: {clean(coding, limit=40)}")
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limits.inflated:
            raise BadBodyError(f"the answer is larger than {limits.inflated // 10**6} MB once inflated")
    return bytes(body)


def parse_json(data: bytes, limits: BodyLimits) -> object:
    """Return the document in `data`, which must be UTF-8 and strict JSON.

    Raises `BadBodyError` for HTML, NaN and Infinity, a document above `limits` or cut short. A number too long or too
    large to hold stays text, and a key that comes twice with two values is left out: then the one record around it is
    rejected, not the page.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadBodyError("the answer is not UTF-8") from None
    if not text.strip():
        raise BadBodyError("the answer is empty")
    if text.lstrip().startswith("<"):
        raise BadBodyError("the answer is HTML, not JSON")
    if sum(map(data.count, (b",", b"[", b"{", b'"'))) > limits.marks:
        raise BadBodyError(f"the answer has more than {limits.marks:,} commas, brackets and quotes")
    if _deeper_than(limits.depth, data):
        raise BadBodyError(f"the answer is nested deeper than {limits.depth} levels")
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_unambiguous
        )
    except json.JSONDecodeError as problem:
        cut = problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated")
        reason = f"{problem.msg} at character {problem.pos}"
        raise BadBodyError(f"the answer {'is cut short' if cut else 'is not JSON'}: {reason}") from None
    except ValueError as problem:
        raise BadBodyError(f"the answer is not JSON: {problem}") from None


def _capped(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > most:
            raise BadBodyError(f"the answer is larger than {most // 10**6} MB")
        yield chunk


def _inflated(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
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
        raise BadBodyError(f"the answer cannot be inflated: {problem}") from None
    if inflater is not None and not inflater.eof:
        raise BadBodyError("the answer is cut short: its compressed body has no end")


def _new_inflater(coding: str, start: bytes) -> _Inflater:
    if coding != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    # "deflate" means zlib's frame by RFC 9110; some servers send the bare stream.
    framed = start[0] & 0x0F == 8 and (len(start) < 2 or int.from_bytes(start[:2], "big") % 31 == 0)
    return zlib.decompressobj(zlib.MAX_WBITS if framed else -zlib.MAX_WBITS)


def _deeper_than(limit: int, data: bytes) -> bool:
    """Say whether the brackets outside of strings nest deeper, without recursion, by fast operations on `bytes`."""
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
    fields = dict(pairs)
    if len(fields) != len(pairs):
        for name, value in pairs:
            if name in fields and fields[name] != value:
                del fields[name]
    return fields
