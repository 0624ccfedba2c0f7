"""One anime of MyAnimeList's export, in XML or in CSV: from texts by element name to a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from catlog.interchange.records import UPDATE_MARK, ImportedEntry, ListedTitle, Row
from catlog.interchange.rows import imported_entry, read_row
from catlog.interchange.values import UnusableRowError, Values, identifier, media_type
from catlog.interchange.xml_repair import ESCAPED, REMOVED
from catlog.library.entries import Entry, Status
from catlog.text import clean

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
    UPDATE_MARK: "1",
}
"""Elements that CatLog stores uninterpreted, in `extra` under their names, and the text of each unset one."""

NUMBERS = {
    1: Status.WATCHING,
    2: Status.COMPLETED,
    3: Status.ON_HOLD,
    4: Status.DROPPED,
    6: Status.PLAN_TO_WATCH,
}
"""MyAnimeList's codes of the statuses."""

TOTALS = {
    Status.WATCHING: "user_total_watching",
    Status.COMPLETED: "user_total_completed",
    Status.ON_HOLD: "user_total_onhold",
    Status.DROPPED: "user_total_dropped",
    Status.PLAN_TO_WATCH: "user_total_plantowatch",
}
"""The elements of the header that count entries."""

SHIKIMORI_STATUS = "shiki_status"
"""Shikimori's own status, which has rewatches, in addition to MyAnimeList's."""

FIELDS = {
    "my_score": ("rating",),
    "my_comments": ("notes",),
    "my_tags": ("tags",),
    "my_watched_episodes": ("episodes_watched",),
    "my_start_date": ("start_date",),
    "my_finish_date": ("finish_date",),
    "my_times_watched": ("rewatch_count",),
    "my_rewatching": ("rewatching",),
    SHIKIMORI_STATUS: ("rewatching",),
}
"""Entry fields by element; the status is never absent."""

_TEXTS = ("my_comments", "my_tags")
"""Elements where empty means none; in all others none is 0 or a word, and empty means not provided."""

_OVERFLOW = 255  # of MyAnimeList, in entries without rewatches
_ZEROS = ("0", "0.0", "0.00")


def read_mal_row(position: int, fields: Mapping[str, str], remarks: Sequence[str] = ()) -> Row:
    """Return the row of one anime from its texts by element name, with `remarks` before its own."""
    found = list(remarks)
    if any(ESCAPED in text for text in fields.values()):
        found.append("a bare & was read as one")
    for name, text in fields.items():
        if REMOVED in text:
            found.append(f"{clean(name, limit=40)} has characters that XML forbids: left out")
    texts = {name: text.replace(ESCAPED, "").replace(REMOVED, "") for name, text in fields.items()}
    return read_row(position, texts, partial(_entry, found))


def _entry(remarks: Sequence[str], position: int, fields: Mapping[str, str], values: Values) -> ImportedEntry:
    values.remarks += remarks
    mal_id = values.mal_id(fields.get("series_animedb_id"))
    title = values.title(fields.get("series_title"))
    if mal_id is None:
        raise UnusableRowError(f"series_animedb_id {fields.get('series_animedb_id', '').strip()[:40]!r} is no id")
    status, again = values.status(fields.get(SHIKIMORI_STATUS) or fields.get("my_status"), NUMBERS)
    values.omit_empty(fields, (name for name in (*FIELDS, *STANDARD) if name not in _TEXTS))
    extras = {
        name: fields[name]
        for name in STANDARD
        if name not in values.omitted and not values.omit_broken(name, fields[name])
    }
    entry = Entry(
        mal_id,
        status,
        rating=values.rating("my_score", fields.get("my_score")),
        notes=values.notes("my_comments", fields.get("my_comments")),
        tags=values.tags("my_tags", fields.get("my_tags")),
        episodes_watched=values.count("my_watched_episodes", fields.get("my_watched_episodes")),
        start_date=values.day("my_start_date", fields.get("my_start_date")),
        finish_date=values.day("my_finish_date", fields.get("my_finish_date")),
        rewatching=values.flag("my_rewatching", fields.get("my_rewatching")) or again,
        rewatch_count=_rewatches(values, fields.get("my_times_watched")),
        extra=dict(_extra(extras)),
    )
    listed = ListedTitle(
        entry, title, media_type(fields.get("series_type")), values.total(fields.get("series_episodes"))
    )
    provided = values.provided(fields, FIELDS) | {"status"} | ({"rewatching"} if again else set())
    return imported_entry(position, listed, values, provided=provided, provided_extra=extras)


def header_warnings(info: Mapping[str, str], rows: Sequence[Row]) -> Iterator[str]:
    """Yield a warning for each total in the header of a file that differs from its rows."""
    totals = {name: identifier(text) or 0 for name, text in info.items() if text.strip()}
    count = status_counts(row.entry.status for row in rows if isinstance(row, ImportedEntry))
    for name, found in {"user_total_anime": len(rows), **count}.items():
        if totals.get(name, found) != found:
            yield f"the file says {name} {totals[name]}, and has {found}"


def status_counts(statuses: Iterable[Status]) -> dict[str, int]:
    """Return the totals of the header by element name."""
    count = Counter(statuses)
    return {name: count[status] for status, name in TOTALS.items()}


def _rewatches(values: Values, raw: object) -> int:
    times = values.count("my_times_watched", raw)
    if times == _OVERFLOW:
        values.omit("my_times_watched", f"{_OVERFLOW} is an overflow of MyAnimeList: left out")
        return 0
    return times


def _extra(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in fields.items():
        value, standard = clean(text), STANDARD[name]
        if value and value != standard and not (standard in _ZEROS and value in _ZEROS):
            yield name, value
