"""A list out and in again: imported into one account, exported, imported into an empty one, and compared."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any
from xml.etree import ElementTree

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.interchange.detect import read_list
from catlog.interchange.exporting import export_list, listed_titles
from catlog.interchange.formats import READABLE, WRITABLE
from catlog.interchange.importing import ImportResult, import_list
from catlog.interchange.merge import Strategy
from catlog.interchange.records import FILE_LIMIT
from catlog.library.entries import Entry
from catlog.limited_read import capped
from tests.library.people import new_owner

ROUND_TRIPS = tuple(one.name for one in WRITABLE if one.module in {other.module for other in READABLE})
"""The names of the export formats that can be imported again."""

_FACTS = ("title", "type", "episodes")
_WRITTEN_DIFFERENTLY = {"my_tags"}


@dataclass(frozen=True)
class Comparison:
    """How many of `total` values of a field were the same after the way there and back."""

    field: str
    equal: int
    total: int


def take_in(
    database: Database, owner: SignedIn, content: bytes, strategy: Strategy = Strategy.KEEP, name: str = "list"
) -> ImportResult:
    """Import a file as `catlog list import` does, without the backup."""
    found = read_list(capped(io.BytesIO(content), name, limit=FILE_LIMIT), name, zone=owner.zone)
    return import_list(database, owner, found, name, strategy=strategy)


def give_out(database: Database, owner: SignedIn, form: str) -> bytes:
    """Export a list as `catlog list export` does."""
    with database.read() as session:
        return "".join(export_list(session, owner.user_id, owner.username, form)).encode()


def stored(database: Database, owner: SignedIn) -> dict[int, dict[str, Any]]:
    """Return a list by MAL id: every field of every entry but its version, and the facts of its anime."""
    names = [field.name for field in fields(Entry) if field.name != "version"]
    with database.read() as session:
        rows = listed_titles(session, owner.user_id)
    return {
        row.entry.mal_id: {name: getattr(row.entry, name) for name in names}
        | {name: getattr(row, name) for name in _FACTS}
        for row in rows
    }


def there_and_back(database: Database, owner: SignedIn, form: str) -> list[Comparison]:
    """Export the list of `owner`, import it into an empty account, and compare the two, field by field."""
    other = new_owner(database)
    take_in(database, other, give_out(database, owner, form))
    return list(_compared(stored(database, owner), stored(database, other)))


def against_the_source(source: bytes, written: bytes) -> list[Comparison]:
    """Compare two exports of MyAnimeList element by element, read by nothing of CatLog's."""
    mine, theirs = _elements(written), _elements(source)
    # A newer version of the format has elements that an old one lacks: they are not compared.
    common = {key: {name: mine.get(key, {}).get(name) for name in fields} for key, fields in theirs.items()}
    return list(_compared(theirs, common))


def _compared(one: dict[Any, dict[str, Any]], other: dict[Any, dict[str, Any]]) -> Iterator[Comparison]:
    yield Comparison("entries", len(one.keys() & other.keys()), max(len(one), len(other)))
    equal: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for key, values in one.items():
        for name, value in values.items():
            total[name] += 1
            equal[name] += key in other and other[key][name] == value
    for name in total:
        yield Comparison(name, equal[name], total[name])


def _elements(content: bytes) -> dict[str, dict[str, Any]]:
    root = ElementTree.fromstring(content.lstrip())
    found: dict[str, dict[str, Any]] = {}
    for anime in root.iter("anime"):
        fields: dict[str, Any] = {child.tag: (child.text or "").strip() for child in anime}
        tags = [tag.strip() for tag in fields.get("my_tags", "").split(",")]
        comparable = {
            name: text for name, text in fields.items() if name not in _WRITTEN_DIFFERENTLY and _counts(name, text)
        }
        found[fields["series_animedb_id"]] = comparable | {"my_tags": [tag for tag in tags if tag]}
    return found


def _counts(name: str, text: str) -> bool:
    """Leave out the elements of old exports that are always empty and that today's importer does not know."""
    return bool(text) or name not in ("my_dvd", "my_fansub_group", "my_downloaded_eps")


def faults(comparisons: Iterable[Comparison], *besides: str) -> list[Comparison]:
    """Return the fields of which a value was not the same, `besides` those named."""
    return [one for one in comparisons if one.equal != one.total and one.field not in besides]
