"""The formats of lists, one line each.

To add a format, write a module in this package, add its line to `FORMATS`, and test it. Detection, exports, and the
choices and help texts of the command line follow from the line.

A module that reads has `read`, and `matches` wherever several formats share a `Container`; both take what the container
says. A module that writes has `write(export: ListExport) -> Iterator[str]`, and `losses(export: ListExport) ->
Iterator[str]` where some lists have values without a place in the format: it yields sentences with counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from pathlib import PurePath
from typing import Any

from catlog.errors import InvalidArgumentError


class Container(Enum):
    """How a file holds its rows: this decides the arguments of a format's `matches` and `read`."""

    XML = auto()
    """`read(source: BinaryIO, file_name: str)`."""
    JSON_LINES = auto()
    """`matches(values: list)` and `read(values: list)`: a JSON value per line."""
    JSON = auto()
    """`matches(value: object)` and `read(value: object)`: the JSON value of the whole file."""
    CSV = auto()
    """`matches(table: spreadsheet.Table)` and `read(table: spreadsheet.Table)`."""
    PICKLE = auto()
    """`read(content: bytes, file_name: str)`."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format under the `name` that --from and --to take; `summary` describes it in help texts and messages.

    A format is read if it has a `container`, and written if it has an `ending`, the file ending that selects it.
    `history` says whether its files carry the log of the list; `lacks` names what no file of it has a place for.
    """

    name: str
    module: str
    summary: str
    container: Container | None = None
    ending: str = ""
    history: bool = False
    lacks: str = ""

    @property
    def export_summary(self) -> str:
        """The summary with what the format lacks."""
        return f"{self.summary}, without {self.lacks}" if self.lacks else self.summary

    def load(self) -> Any:  # noqa: ANN401 - a module with the functions that the containers name
        """Import the format's module: --help and completion do without, the imports take a second."""
        return import_module(f"catlog.interchange.{self.module}")


FORMATS = (
    Format(
        "mal-xml",
        "mal_xml",
        "MyAnimeList XML",
        Container.XML,
        ending=".xml",
        lacks="favourites, scores of 100 and history",
    ),
    Format("catlog", "native_lines", "CatLog JSON Lines", Container.JSON_LINES),
    Format("catlog", "native_json", "CatLog JSON", Container.JSON),
    Format("json", "native_json", "CatLog JSON", ending=".json", history=True),
    Format("jsonl", "native_lines", "CatLog JSON Lines", ending=".jsonl", history=True),
    Format("anilist", "anilist", "AniList API response", Container.JSON),
    Format("anilist-gdpr", "anilist_gdpr", "AniList data export", Container.JSON),
    Format("kitsu", "kitsu", "Kitsu API response", Container.JSON),
    Format("simkl", "simkl", "Simkl backup", Container.JSON),
    Format("mal-json", "mal_json", "MyAnimeList API response or load.json", Container.JSON),
    Format("shikimori", "shikimori", "Shikimori JSON", Container.JSON),
    Format("shikimori", "mal_xml", "Shikimori XML", Container.XML),
    Format("anime-planet", "anime_planet", "Anime-Planet JSON", Container.JSON),
    Format("mal-csv", "mal_csv", "MyAnimeList CSV", Container.CSV),
    Format("yamtrack", "yamtrack", "Yamtrack CSV", Container.CSV),
    Format("csv", "native_csv", "CatLog CSV", Container.CSV, ending=".csv", lacks="history"),
    Format("trackma", "trackma", "Trackma's anime.list", Container.PICKLE),
)
"""All formats; a file is read as the first of its container that matches, so special forms precede general ones."""

READABLE = tuple(format for format in FORMATS if format.container)
WRITABLE = tuple(format for format in FORMATS if format.ending)

IMPORTS = tuple(dict.fromkeys(format.name for format in READABLE))
"""The names that `--from` takes."""

EXPORTS = tuple(format.name for format in WRITABLE)
"""The names that `--to` takes."""


def export_format(name: str) -> Format:
    """Return the format to write by its name. Raises InvalidArgumentError for an unknown name."""
    for format in WRITABLE:
        if format.name == name:
            return format
    raise InvalidArgumentError(f"{name} is no export format", hint=f"known: {', '.join(EXPORTS)}")


def format_of_file(file: str, default: str = "json") -> str:
    """Return the name of the format that the ending of a file name selects."""
    ending = PurePath(file).suffix.lower()
    return next((format.name for format in WRITABLE if format.ending == ending), default)


def import_summaries() -> dict[str, str]:
    """Return what `--from` reads under each name."""
    return {name: ", ".join(format.summary for format in READABLE if format.name == name) for name in IMPORTS}
