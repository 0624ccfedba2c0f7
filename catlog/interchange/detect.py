"""Detect the format of a file by its content, and read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from io import BufferedReader
from typing import Any

from catlog.errors import BadDataError
from catlog.interchange import spreadsheet
from catlog.interchange.decoding import json_text, to_utf8
from catlog.interchange.formats import READABLE, Container, Format
from catlog.interchange.pickle_reader import begins_old_pickle, begins_pickle
from catlog.interchange.records import ListFile, check_rows
from catlog.interchange.values import days_in, object_at
from catlog.text import clean
from catlog.zones import Zone

_FOREIGN = {
    b"PK\x03\x04": ("is a zip archive", "unpack it, and import the file inside"),
    b"SQLite format 3\x00": ("is an SQLite database", "catlog db restore reads backups of CatLog"),
}
_EMPTY = "the list is empty"
_MESSAGES = ("message", "detail", "title", "error")
_UNNAMED = "without --from the format is detected"
_OBJECT_LIMIT = 5_000_000
"""Objects and lists in a JSON file: each takes many times the memory of its two brackets."""

_HEAD = 1024
_WHITE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def read_list(source: BufferedReader, name: str, format: str | None = None, *, zone: Zone) -> ListFile:
    """Read a list in the named format, or in any; instants become days in `zone`.

    Raises BadDataError when it cannot be used.
    """
    formats = [one for one in READABLE if format in (None, one.name)]
    with days_in(zone):
        return _read(source, name, format, formats)


def _read(source: BufferedReader, name: str, format: str | None, formats: list[Format]) -> ListFile:
    head = source.peek(_HEAD)
    if begins_pickle(head):
        for one in _within(formats, Container.PICKLE):
            found: ListFile = one.load().read(source.read(), name)
            return found
        raise BadDataError(f"{name} is a Python pickle, and not of the format {format}", hint=_UNNAMED)
    if begins_old_pickle(head):
        raise BadDataError(
            f"{name} is a Python pickle of protocol 0 or 1, which Trackma does not write", hint="nothing of it was run"
        )
    for magic, (what, hint) in _FOREIGN.items():
        if head.startswith(magic):
            raise BadDataError(f"{name} {what}", hint=hint)
    source, warnings = to_utf8(source)
    found = _read_text(source, name, format, formats)
    empty = () if found.rows or found.warnings else (_EMPTY,)
    return replace(found, warnings=(*warnings, *found.warnings, *empty))


def _read_text(source: BufferedReader, name: str, format: str | None, formats: list[Format]) -> ListFile:
    head = source.peek(_HEAD)
    match _container(head.lstrip(_WHITE)[:1], formats):
        case Container.XML:
            found = _read_xml(source, name, format, formats)
        case Container.JSON:
            found = _read_json(source.read(), name, formats)
        case Container.CSV if head:
            found = _read_csv(source, name, formats)
        case _ if not head:
            raise BadDataError(f"{name} is empty")
        case _:
            found = None
    if found is None:
        raise _refusal(name, format)
    check_rows(len(found.rows), name)
    return found


def _container(start: bytes, formats: list[Format]) -> Container | None:
    """Return the container that the first byte shows, or else the only one that the formats have."""
    shown = {b"<": Container.XML, b"{": Container.JSON, b"[": Container.JSON}.get(start, Container.CSV)
    containers = [one.container for one in formats if one.container is not Container.JSON_LINES]
    return shown if shown in containers else containers[0]


def _within(formats: Iterable[Format], container: Container) -> list[Format]:
    return [one for one in formats if one.container is container]


def _first_match(formats: Iterable[Format], container: Container, content: object) -> ListFile | None:
    for one in _within(formats, container):
        module = one.load()
        if module.matches(content):
            found: ListFile = module.read(content)
            return found
    return None


def _read_xml(source: BufferedReader, name: str, format: str | None, formats: list[Format]) -> ListFile | None:
    # One module reads all XML and names the format it has found; the first of them is the general one.
    found: ListFile = _within(formats, Container.XML)[0].load().read(source, name)
    return found if format in (None, _within(READABLE, Container.XML)[0].name, found.format) else None


def _read_csv(source: BufferedReader, name: str, formats: list[Format]) -> ListFile | None:
    table = spreadsheet.read(source, name)
    if table.header == ["null"] and not table.rows:  # Simkl's response for an empty list
        raise _nothing(name)
    return _first_match(formats, Container.CSV, table)


def _read_json(content: bytes, name: str, formats: list[Format]) -> ListFile | None:
    text = json_text(content, name)
    if text.count("{") + text.count("[") > _OBJECT_LIMIT:
        raise BadDataError(f"{name} has more than {_OBJECT_LIMIT:,} objects and lists: that is no list of anime")
    lines = _lines(text) or []
    if found := _first_match(formats, Container.JSON_LINES, lines):
        return found
    value = lines[0] if len(lines) == 1 else _parsed(text, name)
    check_rows(len(value) if isinstance(value, list) else 0, name)  # before each is read
    if found := _first_match(formats, Container.JSON, value):
        return found
    _refuse_response(value, name)
    return None


def _refuse_response(value: object, name: str) -> None:
    """Raise BadDataError when JSON is an error response of a service, or has no values."""
    if errors := object_at(value).get("errors") or object_at(value).get("error"):
        found = [object_at(one) or {"message": one} for one in (errors if isinstance(errors, list) else [errors])]
        messages = [str(one[key]) for one in (*found, object_at(value)) for key in _MESSAGES if one.get(key)]
        message = f": {clean(messages[0], limit=200)}" if messages else ""
        raise BadDataError(
            f"{name} is an error response of a service, and no list{message}",
            hint="download the list again: check the user name, and that the list is public",
        )
    if _is_hollow(value):
        raise _nothing(name)


def _is_hollow(value: object, depth: int = 3) -> bool:
    """Check whether JSON has no value in it, down to a depth: `{"data": []}` has none."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not value or (depth > 0 and bool(inner) and all(_is_hollow(one, depth - 1) for one in inner))


def _nothing(name: str) -> BadDataError:
    return BadDataError(f"{name} is no list of a known format: it is empty", hint="the file has nothing to import")


def _lines(content: str) -> list[Any] | None:
    """Return the values of JSON Lines, None for a text with other lines."""
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
        return BadDataError(f"{name} is not of the format {format}", hint=_UNNAMED)
    known = ", ".join(dict.fromkeys(one.summary for one in READABLE))
    return BadDataError(f"{name} is no list of a known format", hint=f"known: {known}")
