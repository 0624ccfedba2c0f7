"""The index of a catalogue in a file of the cache, so that a command need not work it out again.

A line of JSON says which catalogue and which form it is and how long each part is; then come the parts, plain numbers
and text. A file that is not exactly that is as if it were not there: it can always be made anew.
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

from catlog import __version__
from catlog.atomic_files import MALFORMED, write_private
from catlog.catalogue.index import Index, IndexParts
from catlog.catalogue.inverted_index import Postings, Texts
from catlog.errors import UnavailableError
from catlog.ownership import open_own

FORMAT = [1, __version__, sys.byteorder, array("I").itemsize]
"""Must be equal for a file to be read: another release may fold or rank differently."""

MIN_TITLES = 2_000
"""The number of titles from which reading a file is faster than building the index."""


def save(index: Index, file: Path) -> None:
    """Store an index; failing to is no error."""
    parts = index.parts
    pieces = [
        array("I", parts.ids).tobytes(),
        array("d", parts.weights).tobytes(),
        array("I", parts.long).tobytes(),
        *(texts.joined() for texts in (parts.names, parts.plain, parts.short, parts.unspaced)),
        *(piece for postings in (parts.words, parts.first_words, parts.begun) for piece in _pieces(postings)),
    ]
    content = b"".join(pieces)
    head = {"form": FORMAT, "version": index.version, "sizes": list(map(len, pieces)), "crc": zlib.crc32(content)}
    with suppress(UnavailableError):
        write_private(file, json.dumps(head).encode("ascii") + b"\n" + content)


def load(file: Path, version: str) -> Index | None:
    """Return the stored index of exactly this version of the catalogue, or None."""
    try:
        with os.fdopen(open_own(file, os.O_RDONLY), "rb") as stored:
            head = json.loads(stored.readline(10_000))
            if head["form"] != FORMAT or head["version"] != version:
                return None
            content = stored.read()
        if zlib.crc32(content) != head["crc"] or sum(head["sizes"]) != len(content):
            return None
        return Index(version, _parts(_cut(content, head["sizes"])))
    except (OSError, StopIteration, *MALFORMED):
        return None


def _parts(pieces: Iterator[bytes]) -> IndexParts:
    return IndexParts(
        ids=_numbers(next(pieces)).tolist(),
        weights=array("d", next(pieces)).tolist(),
        long=_numbers(next(pieces)),
        names=Texts(stored=next(pieces)),
        plain=Texts(stored=next(pieces)),
        short=Texts(stored=next(pieces)),
        unspaced=Texts(stored=next(pieces)),
        words=_postings(pieces),
        first_words=_postings(pieces),
        begun=_postings(pieces),
    )


def _cut(content: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    ends = [0]
    for size in sizes:
        ends.append(ends[-1] + size)
    return (content[start:end] for start, end in pairwise(ends))


def _pieces(postings: Postings) -> tuple[bytes, bytes, bytes]:
    return "\n".join(postings.words).encode(), postings.starts.tobytes(), postings.places.tobytes()


def _postings(pieces: Iterator[bytes]) -> Postings:
    words = next(pieces).decode()
    return Postings(words.split("\n") if words else [], _numbers(next(pieces)), _numbers(next(pieces)))


def _numbers(piece: bytes) -> array[int]:
    return array("I", piece)
