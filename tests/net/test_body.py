"""Bodies: caps that hold while inflating, and JSON by the letter."""

import gzip
import json
import random
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.net.body import parse_json, read_body
from catlog.net.errors import BadBodyError
from catlog.net.service import BodyLimits

LIMITS = BodyLimits(raw=2_000_000, inflated=8_000_000, depth=64, marks=200_000)
PLAIN = json.dumps({"data": [{"mal_id": n, "title": "Tabi " * 20} for n in range(300)]}).encode()


def in_pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("", PLAIN),
        ("identity", PLAIN),
        ("gzip", gzip.compress(PLAIN)),
        ("X-GZIP ", gzip.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN[:5000]) + gzip.compress(PLAIN[5000:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", bare_deflate(PLAIN)),
    ],
)
@pytest.mark.parametrize("size", [1, 777, 10**6])
def test_a_body_is_the_same_in_every_encoding_and_in_pieces_of_any_size(encoding: str, sent: bytes, size: int) -> None:
    assert read_body(in_pieces(sent, size), encoding, LIMITS) == PLAIN


def test_an_unknown_encoding_is_refused_by_name() -> None:
    with pytest.raises(BadBodyError, match="the answer has an unknown encoding: br"):
        read_body([b"..."], "br", LIMITS)


def test_reading_stops_as_soon_as_the_raw_cap_is_passed() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 50_000
            yield b"x" * 50_000

    with pytest.raises(BadBodyError, match="larger than 2 MB"):
        read_body(endless(), "", LIMITS)
    assert read <= LIMITS.raw + 50_000


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_defused_at_the_inflated_cap(coding: str) -> None:
    bomb = (gzip.compress if coding == "gzip" else zlib.compress)(b" " * 50_000_000)
    assert len(bomb) < 60_000
    with pytest.raises(BadBodyError, match="larger than 8 MB once inflated"):
        read_body(in_pieces(bomb), coding, LIMITS)


def test_the_inflated_cap_is_exact() -> None:
    assert len(read_body([gzip.compress(b" " * LIMITS.inflated)], "gzip", LIMITS)) == LIMITS.inflated
    with pytest.raises(BadBodyError):
        read_body([gzip.compress(b" " * (LIMITS.inflated + 1))], "gzip", LIMITS)


def test_a_bomb_of_many_members_is_defused_too() -> None:
    with pytest.raises(BadBodyError, match="larger than 8 MB once inflated"):
        read_body([gzip.compress(b" " * 1_000_000) * 20], "gzip", LIMITS)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (gzip.compress(PLAIN)[:-20], "cut short"),
        (gzip.compress(PLAIN)[:200], "cut short"),
        (PLAIN, "cannot be inflated"),
        (gzip.compress(PLAIN) + b"tail", "cannot be inflated"),
    ],
)
def test_a_compressed_body_that_is_cut_or_wrong_is_refused(sent: bytes, reason: str) -> None:
    with pytest.raises(BadBodyError, match=reason):
        read_body(in_pieces(sent), "gzip", LIMITS)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is empty"),
        (b" \n", "the answer is empty"),
        (b"<!DOCTYPE html>\n<html>", "the answer is HTML, not JSON"),
        (b'{"score": NaN}', "NaN is no JSON number"),
        (b'{"score": -Infinity}', "-Infinity is no JSON number"),
        (b'{"data": [1, 2', "the answer is cut short"),
        (b'{"data": "Tab', "the answer is cut short"),
        (b'{"data": [1 2]}', "the answer is not JSON"),
        (b"{'data': 1}", "the answer is not JSON"),
        (b'{"title": "\xff"}', "the answer is not UTF-8"),
        (b'{"title": "\xed\xa0\x80"}', "the answer is not UTF-8"),
        (json.dumps({"a": 1}).encode("utf-16"), "the answer is not UTF-8"),
        (b"[" * 10_000 + b"]" * 10_000, f"nested deeper than {LIMITS.depth} levels"),
        (b'{"a":' * 50_000, f"nested deeper than {LIMITS.depth} levels"),
        (b"[" + b"[]," * 100_000 + b"1]", "more than 200,000 commas"),
        (b'"' * 300_000, "more than 200,000 commas"),
        (b"[" + b"0," * 300_000 + b"1]", "more than 200,000 commas"),
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(BadBodyError, match=reason):
        parse_json(body, LIMITS)


def test_nesting_up_to_the_limit_is_read_and_one_more_is_not() -> None:
    deepest = b"[" * LIMITS.depth + b"]" * LIMITS.depth
    assert parse_json(deepest, LIMITS) is not None
    with pytest.raises(BadBodyError, match="nested deeper"):
        parse_json(b"[" + deepest + b"]", LIMITS)


@pytest.mark.parametrize("text", ["[" * 500, '"' + "[" * 500, "\\" + "{" * 500, '\\"[[' * 200, "[{" * 300 + "\\"])
def test_brackets_inside_of_strings_do_not_nest(text: str) -> None:
    assert parse_json(json.dumps({"title": text, "data": [text]}).encode(), LIMITS) == {"title": text, "data": [text]}


def test_numbers_that_nothing_can_hold_are_left_as_text() -> None:
    huge = "9" * 5000
    read = parse_json(f'{{"a": {huge}, "b": 1e999, "c": 12, "d": 8.5}}'.encode(), LIMITS)
    assert read == {"a": huge, "b": "1e999", "c": 12, "d": 8.5}


def test_a_key_with_two_values_is_left_out_and_a_repeated_one_is_kept() -> None:
    assert parse_json(b'{"id": 1, "id": 2, "title": "a", "title": "a", "x": 0}', LIMITS) == {"title": "a", "x": 0}


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert parse_json(b'\xef\xbb\xbf{"data": 1}', LIMITS) == {"data": 1}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_every_document_is_read_as_the_standard_library_reads_it(document: object) -> None:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        body = json.dumps(document).encode()
    assert parse_json(body, LIMITS) == document


@given(st.integers(0, 2**32))
def test_a_damaged_page_is_read_or_refused_but_never_anything_else(seed: int) -> None:
    rng, body = random.Random(seed), bytearray(PLAIN[:3000])
    for _ in range(20):
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(body))
            body[place : place + rng.randrange(3)] = rng.choice(
                (b"", b'"', b"[", b"}", b"\\", b"\x00", b"\xff", b"NaN")
            )
        with suppress(BadBodyError):
            parse_json(bytes(body), LIMITS)
