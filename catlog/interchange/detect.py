"""Which format a file has, from its content; and its reading by that format."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BufferedReader
from typing import Any

from catlog.errors import BadDataError
from catlog.interchange import (
    anilist,
    anime_planet,
    kitsu,
    mal_csv,
    mal_json,
    mal_xml,
    native,
    shikimori,
    simkl,
    spreadsheet,
    trackma,
    yamtrack,
)
from catlog.interchange.decoding import json_text, to_utf8
from catlog.interchange.pickle_reader import begins_old_pickle, begins_pickle
from catlog.interchange.records import ListFile, check_rows
from catlog.interchange.values import days_in, object_at
from catlog.text import clean
from catlog.zones import Zone

_JSON: dict[str, tuple[Callable[[object], bool], Callable[[object], ListFile]]] = {
    native.FORMAT: (native.matches, native.read),
    anilist.FORMAT: (anilist.matches, anilist.read),
    anilist.EXPORT_FORMAT: (anilist.matches_export, anilist.read_export),
    kitsu.FORMAT: (kitsu.matches, kitsu.read),
    simkl.FORMAT: (simkl.matches, simkl.read),
    mal_json.FORMAT: (mal_json.matches, mal_json.read),
    shikimori.FORMAT: (shikimori.matches, shikimori.read),
    anime_planet.FORMAT: (anime_planet.matches, anime_planet.read),
}
_CSV: dict[str, tuple[Callable[[Sequence[str]], bool], Callable[[Sequence[str], list[list[str]], str], ListFile]]] = {
    mal_csv.FORMAT: (mal_csv.matches, mal_csv.read),
    yamtrack.FORMAT: (yamtrack.matches, yamtrack.read),
    native.CSV_FORMAT: (native.matches_csv, native.read_csv),
}

FORMATS = (mal_xml.FORMAT, *_JSON, *_CSV, trackma.FORMAT)
"""The formats that can be read, by the names that `--from` takes."""

_EXPECTED = (
    "known: MyAnimeList's XML, CSV and JSON, AniList, Kitsu, Simkl, Shikimori, Anime-Planet and CatLog JSON, Yamtrack "
    "and CatLog CSV, Trackma's anime.list"
)
_FOREIGN = {
    b"PK\x03\x04": ("is a zip archive", "unpack it, and import the file inside"),
    b"SQLite format 3\x00": ("is an SQLite database", "catlog db restore reads backups of CatLog"),
}
_EMPTY = "the list is empty"
_SAID = ("message", "detail", "title", "error")
_WITHOUT = "without --from the format is found out"
_MOST_PARTS = 5_000_000
"""Objects and lists in a file of JSON: each takes many times the memory of its two brackets."""

_HEAD = 1024
_WHITE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def read_list(source: BufferedReader, name: str, format: str | None = None, *, zone: Zone) -> ListFile:
    """Read a list of any format, or of the one that is named; instants become days in `zone`.

    Raises BadDataError when it cannot be used.
    """
    with days_in(zone):
        return _read(source, name, format)


def _read(source: BufferedReader, name: str, format: str | None) -> ListFile:
    head = source.peek(_HEAD)
    if begins_pickle(head):
        if format not in (None, trackma.FORMAT):
            raise BadDataError(f"{name} is a Python pickle, and not of the format {format}", hint=_WITHOUT)
        return trackma.read(source.read(), name)
    if begins_old_pickle(head):
        raise BadDataError(
            f"{name} is a Python pickle of protocol 0 or 1, which Trackma does not write", hint="nothing of it was run"
        )
    for magic, (what, hint) in _FOREIGN.items():
        if head.startswith(magic):
            raise BadDataError(f"{name} {what}", hint=hint)
    source, warnings = to_utf8(source)
    found = _read_text(source, name, format)
    empty = () if found.rows or found.warnings else (_EMPTY,)
    return replace(found, warnings=(*warnings, *found.warnings, *empty))


def _read_text(source: BufferedReader, name: str, format: str | None) -> ListFile:
    head = source.peek(_HEAD)
    start = head.lstrip(_WHITE)[:1]
    if format == mal_xml.FORMAT or (format in (None, mal_xml.SHIKIMORI) and start == b"<"):
        found = mal_xml.read(source, name)
        if format == mal_xml.SHIKIMORI != found.format:
            raise _refusal(name, format)
        return found
    if format in _JSON or (format is None and start in (b"{", b"[")):
        return _read_json(source.read(), name, format)
    if not head:
        raise BadDataError(f"{name} is empty")
    return _read_csv(source, name, format)


def _read_csv(source: BufferedReader, name: str, format: str | None) -> ListFile:
    header, rows = spreadsheet.read(source, name)
    if header == ["null"] and not rows:  # the answer of Simkl for an empty list
        raise _nothing(name)
    for known, (matches, read) in _CSV.items():
        if format in (None, known) and matches(header):
            return read(header, rows, name)
    raise _refusal(name, format)


def _read_json(content: bytes, name: str, format: str | None) -> ListFile:
    text = json_text(content, name)
    if text.count("{") + text.count("[") > _MOST_PARTS:
        raise BadDataError(f"{name} has more than {_MOST_PARTS:,} objects and lists: that is no list of anime")
    lines = _lines(text) or []
    if format in (None, native.FORMAT) and native.matches_lines(lines):
        return _checked(native.read_lines(lines), name)
    value = lines[0] if len(lines) == 1 else _parsed(text, name)
    check_rows(len(value) if isinstance(value, list) else 0, name)  # before each is read
    for known, (matches, read) in _JSON.items():
        if format in (None, known) and matches(value):
            return _checked(read(value), name)
    _refuse_answer(value, name)
    raise _refusal(name, format)


def _refuse_answer(value: object, name: str) -> None:
    """Raise BadDataError when JSON is the answer of a service with an error, or nothing."""
    if errors := object_at(value).get("errors") or object_at(value).get("error"):
        told = [object_at(one) or {"message": one} for one in (errors if isinstance(errors, list) else [errors])]
        words = [str(one[key]) for one in (*told, object_at(value)) for key in _SAID if one.get(key)]
        raise BadDataError(
            f"{name} is the answer of a service with an error, and no list: {clean(words[0], limit=200)}"
            if words
            else f"{name} is the answer of a service with an error, and no list",
            hint="fetch the list again: is the name of the user right, and is the list public?",
        )
    if _says_nothing(value):
        raise _nothing(name)


def _says_nothing(value: object, depth: int = 3) -> bool:
    """Say whether JSON has no value in it, down to a depth: `{"data": []}` has none."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not value or (depth > 0 and bool(inner) and all(_says_nothing(one, depth - 1) for one in inner))


def _nothing(name: str) -> BadDataError:
    return BadDataError(f"{name} is no list of a known format: it is empty", hint="nothing is in it to import")


def _checked(found: ListFile, name: str) -> ListFile:
    check_rows(len(found.rows), name)
    return found


def _lines(content: str) -> list[Any] | None:
    """Return the values of JSON Lines, None when it is not that but, if anything, JSON."""
    try:
        return [json.loads(line) for line in content.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None


def _parsed(content: str, name: str) -> object:
    try:
        return json.loads(content)
    except RecursionError:
        raise BadDataError(f"{name} is no list: it is nested too deep") from None
    except ValueError as problem:
        raise BadDataError(f"{name} is not whole JSON: {problem}") from None


def _refusal(name: str, format: str | None) -> BadDataError:
    if format:
        return BadDataError(f"{name} is not of the format {format}", hint=_WITHOUT)
    return BadDataError(f"{name} is no list of a known format", hint=_EXPECTED)
