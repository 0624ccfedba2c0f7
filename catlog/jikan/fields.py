"""Readers of the fields of a JSON object: an unusable value becomes None and a note, never an exception."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from catlog.errors import BadDataError
from catlog.text import clean, cleaned

INT_MAX = 2**31 - 1
"""The largest whole number of a record: the database columns are 32-bit."""

LABEL_LIMIT = 64
"""The most characters of a short label such as a type, a genre or a day."""

LIST_LIMIT = 100
"""The most entries of a list inside a record."""

NOTE_COUNT_LIMIT = 20
"""The most notes on one record."""

_YEARS = range(1900, 2101)
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")


class RejectedRecordError(BadDataError):
    """A record that cannot be used, on a page that can. `mal_id` is None when it is the unusable field."""

    def __init__(self, reason: str, mal_id: int | None = None) -> None:
        super().__init__(f"record {mal_id if mal_id is not None else 'without an id'} rejected: {reason}")
        self.reason = reason
        self.mal_id = mal_id


class Fields:
    """The fields of one JSON object. `notes` collects, as "field: reason", why a value was left out or changed."""

    def __init__(self, raw: object, *, path: str = "", notes: list[str] | None = None) -> None:
        self._raw: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        self._path = path
        self.notes: list[str] = [] if notes is None else notes

    def note(self, name: str, reason: str) -> None:
        """Note a reason for the field, once."""
        line = f"{self._path}{name}: {reason}"
        if line not in self.notes and len(self.notes) < NOTE_COUNT_LIMIT:
            self.notes.append(line)

    def whole(self, name: str, *, low: int = 0, high: int = INT_MAX, zero_unknown: bool = False) -> int | None:
        """Read a whole number from `low` to `high`; a 0 that means "unknown" is None without a note."""
        value = self._present(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(name, "a whole number", value)
            return None
        if value == 0 and zero_unknown:
            return None
        if not low <= value <= high:
            self._wrong(name, f"{low} to {high}", value)
            return None
        return value

    def number(self, name: str, *, high: float) -> float | None:
        """Read a number above 0 and up to `high`, to 2 decimals; 0 means "unknown"."""
        value = self._present(name)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._wrong(name, "a number", value)
            return None
        if value == 0:
            return None
        if not 0 < value <= high:
            self._wrong(name, f"above 0 and at most {high:g}", value)
            return None
        return round(float(value), 2) or None

    def flag(self, name: str) -> bool | None:
        """Read true or false."""
        value = self._present(name)
        if value is None or isinstance(value, bool):
            return value
        self._wrong(name, "true or false", value)
        return None

    def text(self, name: str, *, multiline: bool = False, limit: int | None = None) -> str | None:
        """Read a text and clean it; an empty text is None."""
        value = self._present(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(name, "a text", value)
            return None
        return self._clean(name, value, multiline=multiline, limit=limit)

    def label(self, name: str) -> str | None:
        """Read a short text of an open vocabulary; "Unknown" is None."""
        value = self.text(name, limit=LABEL_LIMIT)
        return None if value is None or value.casefold() == "unknown" else value

    def day(self, name: str) -> date | None:
        """Read the date of an ISO 8601 instant, as written (Jikan writes midnight at +00:00)."""
        value = self._present(name)
        if value is None:
            return None
        try:
            day = datetime.fromisoformat(value).date() if isinstance(value, str) else None
        except ValueError:
            day = None
        if day is None or day.year not in _YEARS:
            self._wrong(name, "a date", value)
            return None
        return day

    def year(self, name: str) -> int | None:
        """Read the year of an anime."""
        return self.whole(name, low=_YEARS.start, high=_YEARS.stop - 1, zero_unknown=True)

    def address(self, name: str) -> str | None:
        """Read an http(s) URL."""
        value = self._present(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > 512 or clean(value) != value or not _ADDRESS.fullmatch(value):
            self._wrong(name, "a URL", value)
            return None
        return value

    def part(self, name: str) -> Fields:
        """Read a nested object; a missing one reads as empty, without notes on its fields."""
        value = self._present(name)
        if value is not None and not isinstance(value, dict):
            self._wrong(name, "an object", value)
        notes = self.notes if isinstance(value, dict) else []
        return Fields(value, path=f"{self._path}{name}.", notes=notes)

    def parts(self, name: str) -> Iterator[Fields]:
        """Read a list of objects; an entry of another type is left out with a note."""
        for value in self._list(name):
            if isinstance(value, dict):
                yield Fields(value, path=f"{self._path}{name}.", notes=self.notes)
            else:
                self._wrong(name, "objects", value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts, clean, without duplicates and empty ones."""
        found: dict[str, None] = {}
        for value in self._list(name):
            if not isinstance(value, str):
                self._wrong(name, "texts", value)
            elif text := self._clean(name, value):
                found[text] = None
        return tuple(found)

    def has(self, name: str) -> bool:
        """Say whether the object has the field, null included."""
        return name in self._raw

    def _present(self, name: str) -> object:
        if name not in self._raw:
            self.note(name, "missing")
        return self._raw.get(name)

    def _list(self, name: str) -> list[object]:
        value = self._present(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong(name, "a list", value)
            return []
        if len(value) > LIST_LIMIT:
            self.note(name, f"cut to {LIST_LIMIT} of {len(value)} entries")
        return value[:LIST_LIMIT]

    def _clean(self, name: str, value: str, *, multiline: bool = False, limit: int | None = None) -> str | None:
        text, changed = cleaned(value, multiline=multiline, limit=limit)
        if changed:
            self.note(name, "cleaned of unsafe or surplus characters")
        return text or None

    def _wrong(self, name: str, expected: str, value: object) -> None:
        self.note(name, f"expected {expected}, got {shown(value)}")


def shown(value: object) -> str:
    """Return a JSON value for an error message: short, clean, containers by their kind alone."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        text = clean(value[:120], limit=40)
        return f"'{text}…'" if len(value) > 40 else f"'{text}'"
    return str(value)[:40]
