"""Files of unknown origin: what they are is told by their bytes, and no cap is passed while inflating."""

import gzip
import io
import os
import zlib
from pathlib import Path

import pytest

from catlog.errors import BadDataError
from catlog.limited_read import BOMB_FROM, BOMB_RATIO, capped, open_capped

MIB = 1024**2


@pytest.mark.parametrize("content", [b"", b"a", b"\x1f", b"some text", b"x" * 200_000])
def test_plain_and_packed_bytes_are_the_same_whatever_the_name(content: bytes, tmp_path: Path) -> None:
    for name, stored in (("a.gz", content), ("b.xml", gzip.compress(content))):
        file = tmp_path / name
        file.write_bytes(stored)
        with open_capped(file, limit=MIB) as plain:
            assert plain.read() == content


def test_a_pipe_is_read_as_a_file_is() -> None:
    end, start = os.pipe()
    with os.fdopen(start, "wb") as out:
        out.write(gzip.compress(b"some text"))
    with os.fdopen(end, "rb") as raw:
        assert capped(raw, "pipe", limit=MIB).read() == b"some text"
        assert not raw.closed


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_more_bytes_than_the_limit_are_never_given(pack: "type[bytes]") -> None:
    exact = capped(io.BytesIO(pack(b"x" * MIB)), "file", limit=MIB)
    assert len(exact.read()) == MIB
    with pytest.raises(BadDataError, match="larger than 1 MiB"):
        capped(io.BytesIO(pack(b"x" * (MIB + 1))), "file", limit=MIB).read()


def test_a_bomb_ends_long_before_it_is_inflated() -> None:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MIB)
    stored = b"".join(packer.compress(zeros) for _ in range(60)) + packer.flush()
    assert BOMB_RATIO * len(stored) < 60 * MIB
    reader = capped(io.BytesIO(stored), "bomb", limit=1024 * MIB)
    parts = []
    with pytest.raises(BadDataError, match="no real data"):
        parts.extend(len(part) for part in iter(lambda: reader.read(MIB), b""))
    assert sum(parts) <= BOMB_FROM + 2 * MIB


def test_broken_and_cut_gzip_is_told_apart() -> None:
    stored = gzip.compress(os.urandom(100_000))
    with pytest.raises(BadDataError, match="cut off"):
        capped(io.BytesIO(stored[:-100]), "file", limit=MIB).read()
    for broken in (stored[:1000] + b"\x00" * 50 + stored[1050:], stored[:-8] + bytes(8), b"\x1f\x8b\x07nothing"):
        with pytest.raises(BadDataError, match="not a whole gzip"):
            capped(io.BytesIO(broken), "file", limit=MIB).read()


def test_a_file_that_cannot_be_opened_is_bad_data(tmp_path: Path) -> None:
    for file in (tmp_path / "nothing", tmp_path):
        with pytest.raises(BadDataError, match="cannot be read"), open_capped(file, limit=MIB) as plain:
            plain.read()
