"""Which format a file has, from its content; and its reading by that format."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BufferedReader
from typing import Any

from catlog.errors import BadDataError
from catlog.interchange import anilist, kitsu, mal_json, mal_xml, native, simkl, spreadsheet, yamtrack
from catlog.interchange.records import ListFile, check_rows
from catlog.interchange.values import days_in
from catlog.zones import Zone

_JSON: dict[str, tuple[Callable[[object], bool], Callable[[object], ListFile]]] = {
    native.FORMAT: (native.matches, native.read),
    anilist.FORMAT: (anilist.matches, anilist.read),
    anilist.EXPORT_FORMAT: (anilist.matches_export, anilist.read_export),
    kitsu.FORMAT: (kitsu.matches, kitsu.read),
    simkl.FORMAT: (simkl.matches, simkl.read),
    mal_json.FORMAT: (mal_json.matches, mal_json.read),
}
_CSV = (yamtrack.FORMAT, native.CSV_FORMAT)

FORMATS = (mal_xml.FORMAT, *_JSON, *_CSV)
"""The formats that can be read, by the names that `--from` takes."""

_EXPECTED = "known: MyAnimeList XML, AniList, Kitsu, Simkl and CatLog JSON, Yamtrack and CatLog CSV"
_FOREIGN = {
    b"PK\x03\x04": ("is a zip archive", "unpack it, and import the file inside"),
    b"SQLite format 3\x00": ("is an SQLite database", "catlog db restore reads backups of CatLog"),
}
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
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise BadDataError(
            f"{name} is a Python pickle, as Trackma keeps its lists: reading it would run whatever code it holds",
            hint="let Trackma write MyAnimeList XML (see its issue 340), and import that",
        )
    for magic, (what, hint) in _FOREIGN.items():
        if head.startswith(magic):
            raise BadDataError(f"{name} {what}", hint=hint)
    start = head.lstrip(_WHITE)[:1]
    if format == mal_xml.FORMAT or (format is None and start == b"<"):
        return mal_xml.read(source, name)
    if format in _JSON or (format is None and start in (b"{", b"[")):
        return _read_json(source.read(), name, format)
    if not head:
        raise BadDataError(f"{name} is empty")
    return _read_csv(source, name, format)


def _read_csv(source: BufferedReader, name: str, format: str | None) -> ListFile:
    if b"\x00" in source.peek(_HEAD):
        raise _refusal(name, format)
    header, rows = spreadsheet.read(source, name)
    if format in (None, yamtrack.FORMAT) and yamtrack.matches(header):
        return yamtrack.read(header, rows)
    if format in (None, native.CSV_FORMAT) and native.matches_csv(header):
        return native.read_csv(header, rows)
    raise _refusal(name, format)


def _read_json(content: bytes, name: str, format: str | None) -> ListFile:
    lines = _lines(content) or []
    if format in (None, native.FORMAT) and native.matches_lines(lines):
        return _checked(native.read_lines(lines), name)
    value = lines[0] if len(lines) == 1 else _parsed(content, name)
    for known, (matches, read) in _JSON.items():
        if format in (None, known) and matches(value):
            return _checked(read(value), name)
    raise _refusal(name, format)


def _checked(found: ListFile, name: str) -> ListFile:
    check_rows(len(found.rows), name)
    return found


def _lines(content: bytes) -> list[Any] | None:
    """Return the values of JSON Lines, None when it is not that but, if anything, JSON."""
    try:
        return [_loads(line) for line in content.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _parsed(content: bytes, name: str) -> object:
    try:
        return _loads(content)
    except RecursionError:
        raise BadDataError(f"{name} is no list: it is nested too deep") from None
    except ValueError as problem:
        raise BadDataError(f"{name} is not whole JSON: {problem}") from None


def _loads(content: bytes) -> Any:  # noqa: ANN401 - JSON
    return json.loads(content.decode("utf-8-sig"))


def _refusal(name: str, format: str | None) -> BadDataError:
    if format:
        return BadDataError(f"{name} is not of the format {format}", hint="without --from the format is found out")
    return BadDataError(f"{name} is no list of a known format", hint=_EXPECTED)
