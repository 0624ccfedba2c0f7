"""Reading of untrusted files: plain, gzip or Zstandard, by their first bytes, with size limits while unpacking."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from catlog.errors import BadDataError

BOMB_FROM, BOMB_RATIO = 16 * 1024**2, 200
"""The unpacked bytes and the ratio above which a file is a bomb; the ratio of real data is up to 20."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_HEAD = 1024  # the least that `peek` returns, where the file has as much
_MIB = 1024**2


@contextmanager
def open_capped(file: Path, *, limit: int) -> Iterator[io.BufferedReader]:
    """Open `file` for reading its plain bytes; see `capped`. Raises BadDataError when it cannot be opened."""
    try:
        raw = file.open("rb")
    except OSError as problem:
        raise BadDataError(f"{file.name} cannot be read: {problem.strerror or problem}") from None
    with raw:
        yield capped(raw, file.name, limit=limit)


def capped(raw: BinaryIO, name: str, *, limit: int) -> io.BufferedReader:
    """Return a reader of the plain bytes of `raw`, which need not be seekable and is not closed.

    The first bytes are read at once. Raises BadDataError, naming the file `name`, when the file cannot be read; reading
    raises it too, also above `limit` plain bytes and for a packed stream that is broken, cut off or a bomb.
    """
    try:
        packed = _Counted(raw)
    except OSError as problem:
        raise BadDataError(f"{name} cannot be read: {problem.strerror or problem}") from None
    plain: _Readable = packed
    if packed.head.startswith(_GZIP):
        plain = gzip.GzipFile(fileobj=io.BufferedReader(packed))
    elif packed.head.startswith(_ZSTD):
        plain = _Zstd(io.BufferedReader(packed))
    return io.BufferedReader(_Capped(plain, packed, name, limit), 64 * 1024)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class _NotZstdError(Exception):
    """A broken Zstandard stream."""


class _Zstd:
    """A Zstandard stream, unpacked as it is read."""

    def __init__(self, packed: io.BufferedReader) -> None:
        self._zstd: Any = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
        self._file = self._zstd.ZstdFile(packed)

    def read(self, size: int, /) -> bytes:
        try:
            part: bytes = self._file.read(size)
        except self._zstd.ZstdError as problem:
            raise _NotZstdError(problem) from None
        return part


class _Counted(io.RawIOBase):
    """The stored bytes, with a count of those read."""

    def __init__(self, raw: BinaryIO) -> None:
        self.head = raw.read(_HEAD)
        self.taken = 0
        self._raw = raw
        self._waiting = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, typeshed says
        size = len(buffer)
        part = self._waiting[:size] or self._raw.read(size)
        self._waiting = self._waiting[size:]
        buffer[: len(part)] = part
        self.taken += len(part)
        return len(part)


class _Capped(io.RawIOBase):
    """The plain bytes, up to the limit."""

    def __init__(self, plain: _Readable, packed: _Counted, name: str, limit: int) -> None:
        self._plain = plain
        self._packed = packed
        self._name = name
        self._limit = limit
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, typeshed says
        part = self._read(len(buffer))
        self._size += len(part)
        if self._size > self._limit:
            raise BadDataError(f"{self._name} is larger than {self._limit / _MIB:,.0f} MiB unpacked")
        if self._size > BOMB_FROM and self._size > BOMB_RATIO * self._packed.taken:
            raise BadDataError(f"{self._name} unpacks to more than {BOMB_RATIO} times its size: that is no real data")
        buffer[: len(part)] = part
        return len(part)

    def _read(self, size: int) -> bytes:
        try:
            return self._plain.read(size) or b""
        except (gzip.BadGzipFile, zlib.error) as problem:
            raise BadDataError(f"{self._name} is not a whole gzip file: {problem}") from None
        except _NotZstdError as problem:
            raise BadDataError(f"{self._name} is not a whole Zstandard file: {problem}") from None
        except EOFError:
            raise BadDataError(f"{self._name} is cut off: its packed stream has no end") from None
        except OSError as problem:
            raise BadDataError(f"{self._name} cannot be read: {problem.strerror or problem}") from None
