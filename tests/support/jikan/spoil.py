"""What the faults do: the refusals they answer with, and the ways they spoil a good answer."""

import gzip
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from tests.support.jikan.answer import Answer, Delivery, Request, html_answer, json_answer
from tests.support.jikan.catalogue import Anime
from tests.support.jikan.faults import Fault
from tests.support.jikan.refusals import refusal

MEGABYTE = 1_000_000
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
_GONE = object()
_BREAK_THE_JSON = {"truncated", "badutf8"}

_BAD_IDS: tuple[Any, ...] = (_GONE, None, "12x", -5, 0, True, 1.5, [1], 10**30)
_BAD_TITLES: tuple[Any, ...] = (_GONE, None, 86, "", ["Tabi"], {"title": "Tabi"})
_BAD_FIELDS: tuple[tuple[str, Any], ...] = (
    ("score", "N/A"), ("score", []), ("score", 11.5), ("score", True), ("score", "8.5"), ("episodes", "12"),
    ("episodes", -1), ("genres", None), ("genres", {"1": "Action"}), ("genres", ["Action"]), ("genres", _GONE),
    ("aired", "2001"), ("aired", None), ("titles", "Tabi"), ("titles", [None]), ("images", None), ("members", -1),
    ("members", 10**20), ("scored_by", 1.5), ("rank", "1"), ("rank", _GONE), ("year", "2006"), ("year", 10**6),
    ("favorites", None), ("popularity", {}), ("type", 3), ("type", "Hologram"), ("status", None), ("season", 4),
    ("studios", [{"mal_id": None, "name": None}]), ("broadcast", []), ("airing", "yes"), ("synopsis", 0),
    ("title_synonyms", "Tabi"),
)  # fmt: skip


def refuse(fault: Fault, request: Request) -> Answer:
    """Return the answer of a fault that refuses a request."""
    match fault.name:
        case "html":
            return html_answer(200, "Just a moment...")
        case "deep":
            depth = int(fault.number)
            body = b'{"data":' + b"[" * depth + b"]" * depth + b"}"
            return Answer(200, body, {"Content-Type": "application/json"})
        case "bomb":
            return Answer(200, bomb(int(fault.number)), {"Content-Type": "application/json"}, coding="gzip")
        case "dead":
            return Answer(200, delivery=Delivery.DEAD)
        case "reset":
            return Answer(200, delivery=Delivery.RESET)
        case "redirect":
            query = f"?{urlencode(request.query)}" if request.query else ""
            return Answer(302, headers={"Location": fault.value + request.path + query})
        case "403-no-agent":
            return refusal(403)
        case "status-string":
            shape = {"status": fault.value, "type": "HttpException", "message": "Try again later", "error": None}
            return json_answer(int(fault.number), shape)
        case "retry-after":
            return refusal(429).with_headers(Retry_After=fault.value)
        case "retry-after-date":
            # Rounded up: a date has no fractions, and a client that comes back at it must not be early.
            later = datetime.now(UTC) + timedelta(seconds=fault.number + 0.999)
            return refusal(429).with_headers(Retry_After=format_datetime(later.replace(microsecond=0), usegmt=True))
        case "429-storm" | "rate":
            return refusal(429)
        case _:
            return refusal(int(fault.number))


def spoil(faults: Iterable[Fault], answer: Answer) -> Answer:
    """Return a good answer (status 200) as the faults leave it; others are left alone.

    What breaks the JSON itself comes last, whatever the order of the script.
    """
    if answer.status == 200:
        for fault in sorted(faults, key=lambda fault: fault.name in _BREAK_THE_JSON):
            answer = _SPOILS[fault.name](answer, fault.number)
    return answer


@lru_cache(maxsize=2)
def bomb(megabytes: int) -> bytes:
    """Return gzip of a JSON object that inflates to that many million bytes, about 1 KB for each."""
    begin, end, block = b'{"data":[],"padding":"', b'"}', b" " * MEGABYTE
    # A full flush makes the block independent of what came before, so it is compressed once and repeated.
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    tail = packer.compress(end) + packer.flush(zlib.Z_FINISH)
    check = zlib.crc32(begin)
    for _ in range(megabytes):
        check = zlib.crc32(block, check)
    check = zlib.crc32(end, check)
    size = len(begin) + megabytes * MEGABYTE + len(end)
    trailer = check.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")
    header = gzip.compress(b"", mtime=0)[:10]
    return header + head + middle * megabytes + tail + trailer


def _each(answer: Answer, share: float, changes: tuple[tuple[str, Any], ...]) -> Answer:
    """Return the answer with one change in `share` of its entries, spread evenly; changes take turns."""
    document = answer.document()
    turns = cycle(changes)
    for place, entry in enumerate(_entries(document)):
        if int((place + 1) * share) > int(place * share):
            name, value = next(turns)
            entry.pop(name, None)
            if value is not _GONE:
                entry[name] = value
    return answer.with_document(document)


def _entries(document: dict[str, Any]) -> list[Anime]:
    data = document.get("data")
    return [entry for entry in (data if isinstance(data, list) else [data]) if isinstance(entry, dict)]


def _not_a_number(answer: Answer, _: float) -> Answer:
    document = answer.document()
    for entry, value in zip(_entries(document), (float("nan"), float("inf"), float("-inf")), strict=False):
        entry["score"] = value
    return answer.with_document(document)


def _unknown(answer: Answer, share: float) -> Answer:
    spoilt = _each(answer, share, (("hologram", {"depth": 3}), ("x_rank", [1])))
    return spoilt.with_document({**spoilt.document(), "sponsor": "nobody"})


def _repeat(answer: Answer, _: float) -> Answer:
    document, entries = answer.document(), _entries(answer.document())
    return answer.with_document({**document, "data": entries[:1] + entries})


def _short(answer: Answer, count: float) -> Answer:
    document = answer.document()
    return answer.with_document({**document, "data": _entries(document)[: int(count)]})


def _hours_away(hours: float) -> str:
    return format_datetime((datetime.now(UTC) + timedelta(hours=hours)).replace(microsecond=0), usegmt=True)


def _empty(answer: Answer, _: float) -> Answer:
    document = answer.document()
    document["data"] = []
    if "pagination" in document:
        document["pagination"]["has_next_page"] = True
    return answer.with_document(document)


def _without_pagination(answer: Answer, _: float) -> Answer:
    document = answer.document()
    document.pop("pagination", None)
    return answer.with_document(document)


def _bad_utf8(answer: Answer, _: float) -> Answer:
    return replace(answer, body=answer.body.replace(b'"title":"', b'"title":"\xff\xfe\xed\xa0\x80', 1))


def _big(answer: Answer, megabytes: float) -> Answer:
    padding = b'"padding":"' + b"x" * max(0, int(megabytes * MEGABYTE) - len(answer.body)) + b'",'
    return replace(answer, body=b"{" + padding + answer.body[1:], coding="identity")


_SPOILS: dict[str, Callable[[Answer, float], Answer]] = {
    "cut": lambda answer, _: replace(answer, delivery=Delivery.CUT),
    "drip": lambda answer, seconds: replace(answer, delivery=Delivery.DRIP, pause=seconds),
    "chunked": lambda answer, _: replace(answer, delivery=Delivery.CHUNKED),
    "truncated": lambda answer, _: replace(answer, body=answer.body[: len(answer.body) // 2]),
    "nan": _not_a_number,
    "nomalid": lambda answer, share: _each(answer, share, tuple(("mal_id", value) for value in _BAD_IDS)),
    "notitle": lambda answer, share: _each(answer, share, tuple(("title", value) for value in _BAD_TITLES)),
    "retyped": lambda answer, share: _each(answer, share, _BAD_FIELDS),
    "unknown": _unknown,
    "repeat": _repeat,
    "empty": _empty,
    "nopagination": _without_pagination,
    "date": lambda answer, hours: answer.with_headers(Date=_hours_away(hours)),
    "age": lambda answer, hours: answer.with_headers(Date=_hours_away(-hours), Age=str(int(hours * 3600))),
    "modified": lambda answer, hours: answer.with_headers(last_modified=_hours_away(hours)),
    "short": _short,
    "stale": lambda answer, _: answer.with_headers(X_Cache_Status="STALE", expires=LONG_AGO),
    "badgzip": lambda answer, _: replace(answer, coding="gzip"),
    "badutf8": _bad_utf8,
    "big": _big,
}
