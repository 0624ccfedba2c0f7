"""Lists in every format that `catlog list import` reads, with hostile strings wherever a format has a text."""

import csv
import io
import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.interchange.cases import PLANET, PUBLIC, RATE
from tests.interchange.samples import MAL_ANIME, YAMTRACK_HEADER, anilist, anilist_entry, kitsu, mal_xml, simkl
from tests.interchange.samples import simkl_item as simkl_of
from tests.support.hostile_library import FIRST_ID

Texts = Iterator[str]


def _mal(texts: Texts, number: int) -> dict[str, str]:
    fields = {name: next(texts) for name in ("series_title", "series_type", "my_comments", "my_tags", "my_storage")}
    return {**fields, "series_animedb_id": str(FIRST_ID + number)}


def _native(texts: Texts, number: int) -> dict[str, Any]:
    extra = {next(texts): next(texts)}
    tags = [next(texts), next(texts)]
    row = {"malId": FIRST_ID + number, "title": next(texts), "status": "WATCHING", "notes": next(texts), "tags": tags}
    return {**row, "extra": extra}


def _anilist(texts: Texts, number: int) -> dict[str, Any]:
    names = {name: next(texts) for name in ("romaji", "english", "native")}
    media = {"id": number + 1, "idMal": FIRST_ID + number, "title": names, "format": next(texts), "episodes": 26}
    return anilist_entry(
        id=number + 1, mediaId=number + 1, notes=next(texts), media=media, customLists={next(texts): True}
    )


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


def _table(header: Sequence[str], rows: list[list[str]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines).writerows([header, *rows])
    return lines.getvalue().encode("utf-8", "ignore")


def _mal_csv(texts: Texts, rows: range) -> bytes:
    header = tuple(MAL_ANIME)
    changed = ({**MAL_ANIME, **_mal(texts, number)} for number in rows)
    return _table(header, [[row[name] for name in header] for row in changed])


def _mal_json(texts: Texts, rows: range) -> bytes:
    fields = ({"anime_title": next(texts), "tags": next(texts), "storage_string": next(texts)} for _ in rows)
    return _json([{**PUBLIC, **row, "anime_id": FIRST_ID + number} for number, row in zip(rows, fields, strict=True)])


def _csv(texts: Texts, rows: range) -> bytes:
    header = ("malId", "title", "status", "notes", "tags", "rating")
    return _table(header, [[str(FIRST_ID + n), next(texts), "WATCHING", next(texts), next(texts), ""] for n in rows])


def _gdpr(texts: Texts, rows: range) -> bytes:
    fields = {"series_type": 0, "status": 3, "progress": 2}
    found = [{**fields, "series_id": n + 1, "notes": next(texts), "custom_lists": f'["{n}"]'} for n in rows]
    return _json({"user": {"id": 1, "display_name": next(texts)}, "lists": found})


def _simkl(texts: Texts, rows: range) -> bytes:
    shows = ({"title": next(texts), "ids": {"mal": str(FIRST_ID + n), next(texts): next(texts)}} for n in rows)
    return simkl(anime=[simkl_of(show=show, memo={"text": next(texts)}) for show in shows])


def _shikimori(texts: Texts, rows: range) -> bytes:
    return _json([{**RATE, "target_title": next(texts), "target_id": FIRST_ID + n, "text": next(texts)} for n in rows])


def _planet(texts: Texts, rows: range) -> bytes:
    entries = [{**PLANET, "name": next(texts), "notes": next(texts)} for _ in rows]
    return _json({"export": {"type": "anime", "user": {"name": next(texts)}}, "entries": entries})


def _yamtrack(texts: Texts, rows: range) -> bytes:
    header = YAMTRACK_HEADER.split(",")
    fields = {"source": "mal", "media_type": "anime", "status": "Completed", "progress": "3"}
    found = ({**fields, "media_id": str(FIRST_ID + n), "title": next(texts), "notes": next(texts)} for n in rows)
    return _table(header, [[row.get(name, "") for name in header] for row in found])


def _trackma(texts: Texts, rows: range) -> bytes:
    url, fields = "https://myanimelist.net/anime/", {"my_status": "watching"}
    shows = ({**fields, "id": n + 1, "url": f"{url}{FIRST_ID + n}", "title": next(texts)} for n in rows)
    storable = ({**show, "title": str(show["title"]).encode("utf-8", "ignore").decode()} for show in shows)
    return pickle.dumps(dict(enumerate(storable, start=rows.start + 1)), 2)


LISTS: Mapping[str, Callable[[Texts, range], bytes]] = {
    "mal-xml": lambda texts, rows: mal_xml(*(_storable(_mal(texts, number)) for number in rows)),
    "mal-csv": _mal_csv,
    "mal-json": _mal_json,
    "catlog": lambda texts, rows: _json({"kind": "list", "version": 1, "rows": [_native(texts, n) for n in rows]}),
    "csv": _csv,
    "anilist": lambda texts, rows: anilist(*(_anilist(texts, number) for number in rows)),
    "anilist-gdpr": _gdpr,
    "kitsu": lambda texts, rows: kitsu(*({"notes": next(texts)} for _ in rows)),
    "simkl": _simkl,
    "shikimori": _shikimori,
    "anime-planet": _planet,
    "yamtrack": _yamtrack,
    "trackma": _trackma,
}
"""What writes a list of each format: it takes strings from an iterator, for the entries of a range of numbers."""


def _storable(fields: dict[str, str]) -> dict[str, str]:
    return {name: text.encode("utf-8", "ignore").decode() for name, text in fields.items()}
