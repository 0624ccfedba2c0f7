"""MyAnimeList's own export, one XML element per anime: read as it streams in, written as MyAnimeList imports it.

Reading keeps no tree: fields of the current element alone, each capped, to a depth of three. So a bomb of nested tags
or of text ends at its first pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from catlog.errors import BadDataError
from catlog.interchange.records import (
    EVERYTHING,
    UNRESOLVED,
    ImportedEntry,
    ListedTitle,
    ListFile,
    RejectedRow,
    Row,
    check_rows,
)
from catlog.interchange.values import UnusableRowError, Values, excerpt, flag, identifier, imported, media_type, tags_of
from catlog.library.entries import Entry, Status
from catlog.text import clean

FORMAT = "mal-xml"

EXTRA = "my_"
"""How the names begin of what this format keeps in an entry's `extra`: the element's own name."""

STANDARD = {
    "my_id": "0",
    "my_rated": "",
    "my_storage": "",
    "my_storage_value": "0.00",
    "my_rewatch_value": "",
    "my_priority": "LOW",
    "my_rewatching_ep": "0",
    "my_discuss": "1",
    "my_sns": "default",
    "my_dvd": "",
    "my_fansub_group": "",
    "my_downloaded_eps": "",
}
"""Elements that CatLog only hands on, with what MyAnimeList writes where nothing was set."""

_RETIRED = ("my_dvd", "my_fansub_group", "my_downloaded_eps")
_TOLD = EVERYTHING - {"score100", "favorite"}
_WORDS = {
    Status.WATCHING: "Watching",
    Status.COMPLETED: "Completed",
    Status.ON_HOLD: "On-Hold",
    Status.DROPPED: "Dropped",
    Status.PLAN_TO_WATCH: "Plan to Watch",
}
_NUMBERS = {
    1: Status.WATCHING,
    2: Status.COMPLETED,
    3: Status.ON_HOLD,
    4: Status.DROPPED,
    6: Status.PLAN_TO_WATCH,
}
_TOTALS = {
    Status.WATCHING: "user_total_watching",
    Status.COMPLETED: "user_total_completed",
    Status.ON_HOLD: "user_total_onhold",
    Status.DROPPED: "user_total_dropped",
    Status.PLAN_TO_WATCH: "user_total_plantowatch",
}
_LOST_COUNT = 255  # MyAnimeList's own overflow, where nobody rewatched anything
_MANGA = "2"

_DEPTH, _FIELDS, _TEXT = 3, 100, 256 * 1024
_CHUNK = 1024 * 1024  # expat looks at an unfinished token again with every chunk
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read(source: BinaryIO, name: str) -> ListFile:
    """Read an export. Raises BadDataError when it is no XML, declares a DTD, or is a list of manga."""
    collected = _Collected(name)
    _parse(source, name, collected)
    if collected.manga and not collected.anime:
        raise BadDataError(
            f"{name} is a list of manga, and CatLog keeps anime",
            hint="on MyAnimeList choose Export > Anime List, and import that file",
        )
    rows = tuple(_row(position, fields) for position, fields in enumerate(collected.anime, start=1))
    return ListFile(FORMAT, rows, tuple(_warnings(collected, rows)))


class _Collected:
    """Receives the parser's events and keeps the text of the fields: `myanimelist`, a record, a field, no deeper."""

    def __init__(self, name: str) -> None:
        self.info: dict[str, str] = {}
        self.anime: list[dict[str, str]] = []
        self.manga = 0
        self._name = name
        self._open: list[str] = []
        self._record: dict[str, str] = {}
        self._elements = 0
        self._text: list[str] = []
        self._size = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        if not self._open and tag != "myanimelist":
            raise BadDataError(f"{self._name} is no list of MyAnimeList: it begins with <{clean(tag, limit=40)}>")
        self._open.append(tag)
        self._elements += 1
        if len(self._open) == 2:
            self._record, self._elements = {}, 0
        if len(self._open) > _DEPTH or self._elements > _FIELDS:
            raise BadDataError(f"{self._name} is no list of MyAnimeList: an entry has too many or too deep elements")
        self._text, self._size = [], 0

    def data(self, text: str) -> None:
        """Take a part of the text of an element."""
        if len(self._open) == _DEPTH:
            self._size += len(text)
            if self._size > _TEXT:
                raise BadDataError(f"{self._name} has a text of more than {_TEXT:,} characters: that is no list")
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Leave an element."""
        depth = len(self._open)
        self._open.pop()
        if depth == _DEPTH:
            self._record[tag] = "".join(self._text)
        elif depth == 2 and tag == "anime":
            self.anime.append(self._record)
            check_rows(len(self.anime), self._name)
        elif depth == 2 and tag == "manga":
            self.manga += 1
        elif depth == 2 and tag == "myinfo":
            self.info = self._record


def _parse(source: BinaryIO, name: str, target: _Collected) -> None:
    from defusedxml import DefusedXmlException, DTDForbidden
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        for chunk in _chunks(source):
            parser.feed(chunk)
        parser.close()
    except DTDForbidden:
        raise BadDataError(f"{name} declares a document type, which no list needs: it is not read") from None
    except DefusedXmlException as problem:
        raise BadDataError(f"{name} is not read: {type(problem).__name__}") from None
    except (ParseError, ValueError, LookupError) as problem:
        raise BadDataError(f"{name} is not whole XML: {clean(str(problem), limit=200)}") from None


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    """Yield the file without white space at its beginning, or controls anywhere: exporters leave both, XML has none."""
    first = source.read(_CHUNK)
    if first.startswith(_UTF_16):
        yield first
        while chunk := source.read(_CHUNK):
            yield chunk
        return
    chunk = first.removeprefix(b"\xef\xbb\xbf")
    begun = False
    while chunk:
        wanted = chunk.translate(None, _CONTROLS)
        if not begun:
            wanted = wanted.lstrip()
            begun = bool(wanted)
        yield wanted
        chunk = source.read(_CHUNK)


def _row(position: int, fields: Mapping[str, str]) -> Row:
    values = Values()
    mal_id = identifier(fields.get("series_animedb_id"))
    title = values.title(fields.get("series_title"))
    try:
        if mal_id is None:
            raise UnusableRowError(f"series_animedb_id {fields.get('series_animedb_id', '').strip()[:40]!r} is no id")
        status, again = values.status(fields.get("my_status"), _NUMBERS)
    except UnusableRowError as problem:
        return RejectedRow(position, clean(str(problem)), title, mal_id, excerpt(fields))
    times = values.count("my_times_watched", fields.get("my_times_watched"))
    if times == _LOST_COUNT:
        values.remarks.append(f"my_times_watched {_LOST_COUNT} is a fault of MyAnimeList: 0 taken")
        times = 0
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("my_score", fields.get("my_score")),
        notes=values.notes(fields.get("my_comments")),
        tags=tags_of(fields.get("my_tags", "")),
        episodes_watched=values.count("my_watched_episodes", fields.get("my_watched_episodes")),
        start_date=values.day("my_start_date", fields.get("my_start_date")),
        finish_date=values.day("my_finish_date", fields.get("my_finish_date")),
        rewatching=again or flag(fields.get("my_rewatching")),
        rewatch_count=times,
        extra=dict(_handed_on(fields)),
    )
    listed = ListedTitle(
        entry, title, media_type(fields.get("series_type")), values.total(fields.get("series_episodes"))
    )
    return imported(position, listed, values, told=_TOLD, told_extra=(EXTRA,))


def _handed_on(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, standard in STANDARD.items():
        value = clean(fields.get(name, standard))
        if value not in (standard, ""):
            yield name, value


def _warnings(collected: _Collected, rows: Iterable[Row]) -> Iterator[str]:
    told = {name: identifier(text) or 0 for name, text in collected.info.items() if text.strip()}
    entries = [row.entry for row in rows if isinstance(row, ImportedEntry)]
    count = Counter(entry.status for entry in entries)
    totals = {"user_total_anime": len(collected.anime)} | {name: count[status] for status, name in _TOTALS.items()}
    for name, found in totals.items():
        if told.get(name, found) != found:
            yield f"the file says {name} {told[name]}, and has {found}"
    if collected.info.get("user_export_type", "").strip() == _MANGA:
        yield "the file says that it is a list of manga, and has anime"
    if collected.manga:
        yield f"{collected.manga} manga left out: CatLog keeps anime"


def write(rows: Iterable[ListedTitle], username: str) -> Iterator[str]:
    """Yield the lines of an export that MyAnimeList imports, which overwrites what it has of these titles there.

    It has no place for favourites, for scores finer than 1-10, or for a comma inside a tag.
    """
    listed = list(rows)
    count = Counter(row.entry.status for row in listed)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<myanimelist>\n\t<myinfo>\n'
    info = {"user_id": 0, "user_name": username, "user_export_type": 1, "user_total_anime": len(listed)}
    for name, value in (info | {name: count[status] for status, name in _TOTALS.items()}).items():
        yield f"\t\t<{name}>{escape(str(value))}</{name}>\n"
    yield "\t</myinfo>\n"
    for row in listed:
        yield "\t<anime>\n"
        for name, text in _elements(row):
            yield f"\t\t<{name}>{text}</{name}>\n"
        yield "\t</anime>\n"
    yield "</myanimelist>\n"


def _elements(row: ListedTitle) -> Iterator[tuple[str, str]]:
    """Yield names and escaped texts in MyAnimeList's order."""
    entry = row.entry
    assert entry.mal_id != UNRESOLVED, "what is on a list has an id"
    kept = {name: escape(entry.extra.get(name, standard)) for name, standard in STANDARD.items()}
    yield "series_animedb_id", str(entry.mal_id)
    yield "series_title", _cdata(row.title)
    yield "series_type", escape(row.type or "Unknown")
    yield "series_episodes", str(row.episodes or 0)
    yield "my_id", kept["my_id"]
    yield "my_watched_episodes", str(entry.episodes_watched)
    yield "my_start_date", entry.start_date.mal() if entry.start_date else "0000-00-00"
    yield "my_finish_date", entry.finish_date.mal() if entry.finish_date else "0000-00-00"
    yield "my_rated", kept["my_rated"]
    yield "my_score", str(entry.rating or 0)
    yield from ((name, kept[name]) for name in _RETIRED if kept[name])
    yield "my_storage", kept["my_storage"]
    yield "my_storage_value", kept["my_storage_value"]
    yield "my_status", _WORDS[entry.status]
    yield "my_comments", _cdata(entry.notes)
    yield "my_times_watched", str(entry.rewatch_count)
    yield "my_rewatch_value", kept["my_rewatch_value"]
    yield "my_priority", kept["my_priority"]
    yield "my_tags", _cdata(", ".join(re.sub(r"\s*,\s*", " ", tag) for tag in entry.tags))
    yield "my_rewatching", str(int(entry.rewatching))
    yield "my_rewatching_ep", kept["my_rewatching_ep"]
    yield "my_discuss", kept["my_discuss"]
    yield "my_sns", kept["my_sns"]
    yield "update_on_import", "1"


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
