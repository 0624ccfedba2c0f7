"""MyAnimeList's XML export, one element per anime: read as a stream, written as MyAnimeList imports it.

Reading builds no tree: only the fields of the current element, each of limited size, to a depth of three; below that
only texts are read. So a bomb of nested tags or of text fails early.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors
from xml.sax.saxutils import escape

from catlog.errors import BadDataError
from catlog.interchange.mal_rows import SHIKIMORI_STATUS, STANDARD, header_warnings, read_mal_row, status_counts
from catlog.interchange.records import (
    REWATCH_MARK,
    UNRESOLVED,
    UPDATE_MARK,
    ListedTitle,
    ListExport,
    ListFile,
    Row,
    check_rows,
)
from catlog.interchange.values import is_true
from catlog.interchange.xml_repair import repaired
from catlog.library.entries import Status
from catlog.text import clean

FORMAT = "mal-xml"

SHIKIMORI = "shikimori"
"""The format of an export that has Shikimori's statuses in addition to MyAnimeList's."""

_RETIRED = ("my_dvd", "my_fansub_group", "my_downloaded_eps")
_WORDS = {
    Status.WATCHING: "Watching",
    Status.COMPLETED: "Completed",
    Status.ON_HOLD: "On-Hold",
    Status.DROPPED: "Dropped",
    Status.PLAN_TO_WATCH: "Plan to Watch",
}
_MANGA = "2"

_DEPTH, _FIELDS, _TEXT = 3, 100, 256 * 1024
_DEEPEST = 20  # of elements in a text: HTML markup
_TEXTS = ("my_comments", "my_tags", "series_title")
_ENDS = (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN, errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
_BARE = "a < in a text is written &lt; there, and ]]> as ]]&gt;"
_CUT = "the file ends too early, it may be truncated: download or copy it again"


def read(source: BinaryIO, name: str) -> ListFile:
    """Read an export, Shikimori's too. Raises BadDataError for other XML, a DTD, or a list of manga."""
    collected = _Collected(name)
    _parse(source, name, collected)
    if collected.manga and not collected.anime:
        raise BadDataError(
            f"{name} is a list of manga, and CatLog lists anime only",
            hint="on MyAnimeList choose Export > Anime List, and import that file",
        )
    rows = tuple(
        read_mal_row(position, fields, collected.remarks.get(position, ()))
        for position, fields in enumerate(collected.anime, start=1)
    )
    shikimori = any(SHIKIMORI_STATUS in fields for fields in collected.anime)
    return ListFile(SHIKIMORI if shikimori else FORMAT, rows, tuple(_warnings(collected, rows)))


class _Collected:
    """Parser target that collects the texts of fields: `myanimelist`, a record, a field, no deeper."""

    def __init__(self, name: str) -> None:
        self.info: dict[str, str] = {}
        self.anime: list[dict[str, str]] = []
        self.manga = 0
        self.remarks: dict[int, list[str]] = {}
        self._name = name
        self._open: list[str] = []
        self._record: dict[str, str] = {}
        self._elements = 0
        self._text: list[str] = []
        self._size = 0
        self._marked = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        if not self._open and tag != "myanimelist":
            raise BadDataError(f"{self._name} is no list of MyAnimeList: it begins with <{clean(tag, limit=40)}>")
        self._open.append(tag)
        if len(self._open) > _DEPTH:
            self._mark(tag)
            return
        self._elements += 1
        if len(self._open) == 2:
            self._record, self._elements = {}, 0
        if self._elements > _FIELDS:
            raise self._no_list()
        self._text, self._size, self._marked = [], 0, False

    def _mark(self, tag: str) -> None:
        """Replace an element inside a text by a line break or its text; inside another value it stays, unreadable."""
        if len(self._open) > _DEEPEST:
            raise self._no_list()
        self._marked = True
        self.data("\n" if tag == "br" else "" if self._open[_DEPTH - 1] in _TEXTS else f"<{clean(tag, limit=40)}>")
        self._size += len(tag)

    def _no_list(self) -> BadDataError:
        return BadDataError(f"{self._name} is no list of MyAnimeList: an entry has too many or too deep elements")

    def data(self, text: str) -> None:
        """Handle a part of the text of an element."""
        if len(self._open) >= _DEPTH:
            self._size += len(text)
            if self._size > _TEXT:
                raise BadDataError(f"{self._name} has a text of more than {_TEXT:,} characters: that is no list")
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Handle the end of an element."""
        depth = len(self._open)
        self._open.pop()
        if depth == _DEPTH:
            text = "".join(self._text)
            if self._open[-1] == "anime" and self._record.get(tag, text) != text:
                self._remark(tag, "occurs twice: the last one counts")
            if self._open[-1] == "anime" and self._marked and tag in _TEXTS:
                self._remark(tag, "has elements inside: their texts are taken")
            self._record[tag] = text
        elif depth == 2 and tag == "anime":
            self.anime.append(self._record)
            check_rows(len(self.anime), self._name)
        elif depth == 2 and tag == "manga":
            self.manga += 1
        elif depth == 2 and tag == "myinfo":
            self.info = self._record

    def _remark(self, tag: str, remark: str) -> None:
        self.remarks.setdefault(len(self.anime) + 1, []).append(f"{clean(tag, limit=40)} {remark}")


def _parse(source: BinaryIO, name: str, target: _Collected) -> None:
    from defusedxml import DefusedXmlException, DTDForbidden
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    try:
        for chunk in repaired(source, name):
            parser.feed(chunk)
        parser.close()
    except DTDForbidden:
        raise BadDataError(f"{name} declares a document type, which no list needs: it is not read") from None
    except DefusedXmlException as problem:
        raise BadDataError(f"{name} is not read: {type(problem).__name__}") from None
    except (ParseError, ValueError, LookupError) as problem:
        hint = (_CUT if _is_cut(problem) else _BARE) if isinstance(problem, ParseError) else ""
        raise BadDataError(f"{name} is not whole XML: {clean(str(problem), limit=200)}", hint=hint) from None


def _is_cut(problem: ParseError) -> bool:
    return problem.code in [errors.codes[error] for error in _ENDS]


def _warnings(collected: _Collected, rows: Sequence[Row]) -> Iterator[str]:
    yield from header_warnings(collected.info, rows)
    if collected.info.get("user_export_type", "").strip() == _MANGA:
        yield "the file says that it is a list of manga, and has anime"
    if collected.manga:
        yield f"{collected.manga} manga left out: CatLog lists anime only"


def write(export: ListExport) -> Iterator[str]:
    """Yield the lines of an export, which MyAnimeList imports over its own entries for these titles.

    update_on_import 0, which came with an import, is written again for entries that did not change since.
    """
    rows = _with_updates(export)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<myanimelist>\n\t<myinfo>\n'
    info = {"user_id": 0, "user_name": export.username, "user_export_type": 1, "user_total_anime": len(rows)}
    for name, value in (info | status_counts(row.entry.status for row in rows)).items():
        yield f"\t\t<{name}>{escape(str(value))}</{name}>\n"
    yield "\t</myinfo>\n"
    for row in rows:
        yield "\t<anime>\n"
        for name, text in _elements(row):
            yield f"\t\t<{name}>{text}</{name}>\n"
        yield "\t</anime>\n"
    yield "</myanimelist>\n"


def losses(export: ListExport) -> Iterator[str]:
    """Yield, as sentences with counts, the values of a list that the export lacks."""
    entries = [row.entry for row in _with_updates(export)]
    rounded = sum(entry.score100 is not None and entry.score100 != (entry.rating or 0) * 10 for entry in entries)
    lost = {
        "favourites are not in it": sum(entry.favorite for entry in entries),
        "scores of 100 are rounded to 1-10": rounded,
        "entries have tags with commas, which are written as spaces": sum(
            any("," in tag for tag in entry.tags) for entry in entries
        ),
        "entries have marks of other services, which are not in it": sum(
            any(name not in STANDARD and name != REWATCH_MARK for name in entry.extra) for entry in entries
        ),
        "offsets of episode numbers are not in it": sum(bool(entry.episode_offset) for entry in entries),
        "entries have update_on_import 0, and MyAnimeList skips them": sum(
            entry.extra.get(UPDATE_MARK) == "0" for entry in entries
        ),
    }
    yield from (f"{count:,} {what}" for what, count in lost.items() if count)


def _with_updates(export: ListExport) -> list[ListedTitle]:
    """Return the rows; those of edited entries without the mark by which MyAnimeList's import skips them."""
    return [_without_mark(row) if row.entry.mal_id in export.edited else row for row in export.rows]


def _without_mark(row: ListedTitle) -> ListedTitle:
    extra = {name: text for name, text in row.entry.extra.items() if name != UPDATE_MARK}
    return replace(row, entry=replace(row.entry, extra=extra))


def _elements(row: ListedTitle) -> Iterator[tuple[str, str]]:
    """Yield names and escaped texts in MyAnimeList's order."""
    entry = row.entry
    assert entry.mal_id != UNRESOLVED, "what is on a list has an id"
    extra = {name: escape(entry.extra.get(name, standard)) for name, standard in STANDARD.items()}
    yield "series_animedb_id", str(entry.mal_id)
    yield "series_title", _cdata(row.title)
    yield "series_type", escape(row.type or "Unknown")
    yield "series_episodes", str(row.episodes or 0)
    yield "my_id", extra["my_id"]
    yield "my_watched_episodes", str(entry.episodes_watched)
    yield "my_start_date", entry.start_date.mal() if entry.start_date else "0000-00-00"
    yield "my_finish_date", entry.finish_date.mal() if entry.finish_date else "0000-00-00"
    yield "my_rated", extra["my_rated"]
    yield "my_score", str(entry.rating or 0)
    yield from ((name, extra[name]) for name in _RETIRED if extra[name])
    yield "my_storage", extra["my_storage"]
    yield "my_storage_value", extra["my_storage_value"]
    yield "my_status", _WORDS[entry.status]
    yield "my_comments", _cdata(entry.notes)
    yield "my_times_watched", str(entry.rewatch_count)
    yield "my_rewatch_value", extra["my_rewatch_value"]
    yield "my_priority", extra["my_priority"]
    yield "my_tags", _cdata(", ".join(re.sub(r"\s*,\s*", " ", tag) for tag in entry.tags))
    marked = entry.status is not Status.COMPLETED and is_true(entry.extra.get(REWATCH_MARK))
    yield "my_rewatching", str(int(entry.rewatching or marked))
    yield "my_rewatching_ep", extra["my_rewatching_ep"]
    yield "my_discuss", extra["my_discuss"]
    yield "my_sns", extra["my_sns"]
    yield UPDATE_MARK, extra[UPDATE_MARK]


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
