"""The recorded exchanges of the shared data folder, replayed word for word.

The folder is looked at when it is given, and never needed: without it the synthetic catalogue answers everything.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.jikan.answer import Answer, Request, json_answer
from tests.support.jikan.catalogue import Anime

Key = tuple[str, tuple[tuple[str, str], ...]]

DEFAULT_TOP = "2025-03-11"
SYNTHETIC_TOP = "synthetic"

# Those that describe the connection of that day are not the replay's: length, coding and date are its own.
_KEPT_HEADERS = {
    "content-type", "cache-control", "x-request-fingerprint", "expires", "last-modified", "pragma",
    "access-control-allow-origin", "x-cache-status", "x-powered-by",
}  # fmt: skip


@dataclass(frozen=True)
class Recordings:
    """What was recorded: answers by path and query, the anime objects in them, and the ranking list.

    `top` is in the recorded order, repeats included, and empty where there is none; `pagination` is the one recorded
    with it, where the whole answer was.
    """

    exchanges: Mapping[Key, Answer]
    anime: tuple[Anime, ...]
    top: tuple[Anime, ...]
    pagination: dict[str, Any] | None

    def answer(self, request: Request) -> Answer | None:
        """Return the recorded answer to exactly this path and query, in any order of the parameters."""
        return self.exchanges.get((request.path, tuple(sorted(request.query.items()))))


@lru_cache(maxsize=4)
def load(folder: Path, top: str | None = None) -> Recordings:
    """Read the recordings under `folder` (the data folder or its `jikan`).

    `top` is the beginning of a file name in `top_pages` ("2025-03-11", the default), or "synthetic" for none.
    Raises FileNotFoundError when the folder has no `responses`, or no list of that name.
    """
    root = folder / "jikan" if (folder / "jikan").is_dir() else folder
    if not (root / "responses").is_dir():
        raise FileNotFoundError(f"{folder} has no recordings: it needs a folder 'responses', or 'jikan/responses'")
    exchanges: dict[Key, Answer] = {}
    anime: dict[int, Anime] = {}
    entries, pagination = _top_list(root / "top_pages", top)
    for entry in entries:
        anime[entry["mal_id"]] = entry
    for exchange in sorted(_exchanges(root), key=lambda exchange: str(exchange["captured_at"])):
        response = exchange["response"]
        headers = {name: text for name, text in response["headers"].items() if name.lower() in _KEPT_HEADERS}
        exchanges[_key(exchange["request"]["url"])] = json_answer(response["status"], response["body"], headers)
        for entry in _anime_in(response["body"].get("data")):
            anime[entry["mal_id"]] = entry
    return Recordings(MappingProxyType(exchanges), tuple(anime.values()), tuple(entries), pagination)


def _exchanges(root: Path) -> Iterator[dict[str, Any]]:
    for path in sorted([*root.glob("responses/*/*.json"), *root.glob("errors/*.json")]):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and "request" in found:
            yield found


def _key(url: str) -> Key:
    parts = urlsplit(url)
    path = parts.path.removeprefix("/v4").removeprefix("/v1")
    return path, tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def _anime_in(data: object) -> list[Anime]:
    """Return the whole anime objects in the `data` of an answer; one title is enough to tell them from others."""
    found = data if isinstance(data, list) else [data]
    return [entry for entry in found if isinstance(entry, dict) and {"mal_id", "titles", "aired"} <= entry.keys()]


def _top_list(folder: Path, top: str | None) -> tuple[list[Anime], dict[str, Any] | None]:
    if top == SYNTHETIC_TOP:
        return [], None
    found = sorted(folder.glob(f"{top or DEFAULT_TOP}*.json*"))
    if not found:
        if top is None:
            return [], None
        names = ", ".join(sorted(path.name for path in folder.glob("*.json*"))) or "nothing"
        raise FileNotFoundError(f"no ranking list '{top}' in {folder}: there is {names}")
    path = found[0]
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    document = json.loads(raw)
    return (document, None) if isinstance(document, list) else (document["data"], document["pagination"])
