"""Trackma's own list, `~/.local/share/trackma/USER.SERVICE/anime.list`: a pickle, read as data.

The list does not name the service of its ids and scores: the URLs of its titles show it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from catlog.errors import BadDataError
from catlog.interchange.pickle_reader import read_pickle
from catlog.interchange.records import UNRESOLVED, ForeignId, ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import imported_entry, read_rows
from catlog.interchange.values import UnusableRowError, Values, identifier, mostly_above
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate

FORMAT = "trackma"

_FIELDS = {
    "my_status": ("status", "rewatching"),
    "my_score": ("rating", "score100"),
    "my_progress": ("episodes_watched",),
    "my_start_date": ("start_date",),
    "my_finish_date": ("finish_date",),
}
_HOSTS = {
    "myanimelist.net": "mal",
    "anilist.co": "anilist",
    "kitsu.io": "kitsu",
    "kitsu.app": "kitsu",
    "shikimori.org": "shikimori",
    "shikimori.one": "shikimori",
    "shikimori.me": "shikimori",
    "shikimori.io": "shikimori",
}
_MAL_IDS = ("mal", "shikimori")
_REWATCHES = ("anilist", "shikimori")  # the other services have no status for a rewatch
_NUMBERS = {
    "mal": {1: Status.WATCHING, 2: Status.COMPLETED, 3: Status.ON_HOLD, 4: Status.DROPPED, 6: Status.PLAN_TO_WATCH},
    "shikimori": {
        0: Status.PLAN_TO_WATCH,
        1: Status.WATCHING,
        2: Status.COMPLETED,
        3: Status.ON_HOLD,
        4: Status.DROPPED,
        9: Status.COMPLETED,
    },
}
_SHIKIMORI_REWATCH = "9"
_TENTHS, _FIFTHS, _HUNDREDTHS = 10, 20, 1
_KEYS = ("id", "idMal", "title", "url", "total", *_FIELDS, "my_last_update")


def read(content: bytes, name: str) -> ListFile:
    """Read a list. Raises BadDataError when the pickle holds anything but plain values, or no list of Trackma."""
    value = read_pickle(content, name)
    shows = list(value.values()) if isinstance(value, dict) else []
    if not isinstance(value, dict) or not all(isinstance(show, dict) and "my_status" in show for show in shows):
        raise BadDataError(
            f"{name} is a Python pickle, and no list of Trackma",
            hint="its list is the file anime.list in ~/.local/share/trackma/USER.SERVICE",
        )
    flat = [{key: _flat(show[key]) for key in _KEYS if key in show} for show in shows]
    service = _service(flat)
    factor = _factor(service, flat)
    rows = read_rows(flat, partial(_entry, service, factor))
    warnings = ("the scores of AniList may be on another scale than 0-10",) if service == "anilist" else ()
    return ListFile(FORMAT, rows, warnings if factor == _TENTHS else ())


def _flat(value: object) -> Any:  # noqa: ANN401 - a text, a number, a date or None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if value is None or isinstance(value, str | int | float | date) else ""


def _service(shows: Iterable[Mapping[str, Any]]) -> str:
    """Return the service of a list, "" where no URL shows it."""
    hosts = (str(urlsplit(str(show.get("url") or "")[:200]).hostname or "").removeprefix("www.") for show in shows)
    counts = Counter(_HOSTS[host] for host in hosts if host in _HOSTS)
    return counts.most_common(1)[0][0] if counts else ""


def _factor(service: str, shows: Iterable[Mapping[str, Any]]) -> int:
    """Return the factor of scores to 0-100. Kitsu's highest is 5; the scale of AniList's scores is not in the file."""
    if service == "kitsu":
        return _FIFTHS
    above = mostly_above(_TENTHS, (show.get("my_score") for show in shows))
    return _HUNDREDTHS if service == "anilist" and above else _TENTHS


def _entry(service: str, factor: int, position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    title = values.title(raw.get("title"))
    mal_id = values.mal_id(raw.get("id") if service in _MAL_IDS else raw.get("idMal"))
    theirs = identifier(raw.get("id"))
    if mal_id is None and (theirs is None or not service):
        raise UnusableRowError("the service of its id is unknown")
    status, again = values.status(raw.get("my_status"), _NUMBERS.get(service))
    rating, score100 = values.score("my_score", raw.get("my_score"), factor)
    foreign = (ForeignId(service, theirs),) if theirs and service not in ("", *_MAL_IDS) else ()
    last = raw.get("my_last_update")
    changed = last.isoformat() if isinstance(last, datetime) and last.tzinfo else None
    values.omit_empty(raw, ("my_score",))  # unrated is 0
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating,
        None if service in _MAL_IDS else score100,
        episodes_watched=values.count("my_progress", raw.get("my_progress")),
        start_date=_day(values, "my_start_date", raw),
        finish_date=_day(values, "my_finish_date", raw),
        rewatching=again or (service == "shikimori" and str(raw.get("my_status")) == _SHIKIMORI_REWATCH),
        updated_at=values.instant("my_last_update", changed),
    )
    provided = values.provided(raw, _FIELDS)
    if service in _MAL_IDS:
        provided -= {"score100"}
    if service not in _REWATCHES:
        provided -= {"rewatching"}
    listed = ListedTitle(entry, title, None, values.total(raw.get("total")))
    return imported_entry(position, listed, values, foreign=foreign, provided=provided)


def _day(values: Values, name: str, raw: Mapping[str, Any]) -> PartialDate | None:
    """Return a day. Trackma writes None also for a month or a year, so None is omitted."""
    found = raw.get(name)
    if found is None:
        values.omitted.add(name)
        return None
    if isinstance(found, date):
        return PartialDate.of_day(found.date() if isinstance(found, datetime) else found)
    return values.day(name, found)
