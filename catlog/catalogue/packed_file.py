"""Computed data in a file of the cache: a line of JSON with version and sizes, then each part as plain bytes.

A file that is not exactly what was stored, or of another version, is as if it were not there: it can always be
computed anew.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from catlog import __version__
from catlog.atomic_files import MALFORMED, write_private
from catlog.errors import UnavailableError
from catlog.ownership import open_own

FORMAT = [2, __version__, sys.byteorder, array("I").itemsize]
"""Must be equal for a file to be read: another release may compute differently."""


def save(file: Path, version: str, pieces: Sequence[bytes]) -> None:
    """Store the parts of what was computed from `version`; failing to is no error."""
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    head = {"form": FORMAT, "version": version, "sizes": list(map(len, pieces)), "crc": crc}
    with suppress(UnavailableError):
        write_private(file, b"".join((json.dumps(head).encode("ascii"), b"\n", *pieces)))


def load(file: Path, version: str) -> Iterator[memoryview] | None:
    """Return the stored parts of exactly this version, or None. They are views of one block of memory."""
    try:
        with os.fdopen(open_own(file, os.O_RDONLY), "rb") as stored:
            head = json.loads(stored.readline(10_000))
            if head["form"] != FORMAT or head["version"] != version:
                return None
            content = stored.read()
        sizes = head["sizes"]
        if zlib.crc32(content) != head["crc"] or sum(sizes) != len(content) or min(sizes, default=0) < 0:
            return None
        return _cut(memoryview(content), sizes)
    except (OSError, *MALFORMED):
        return None


def _cut(content: memoryview, sizes: Sequence[int]) -> Iterator[memoryview]:
    ends = [0]
    for size in sizes:
        ends.append(ends[-1] + size)
    return (content[start:end] for start, end in pairwise(ends))


def numbers(typecode: str, piece: memoryview) -> array[Any]:
    """Return a stored array. Raises ValueError for a part of a number."""
    found: array[Any] = array(typecode)
    found.frombytes(piece)
    return found
