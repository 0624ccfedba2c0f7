"""Import of titles from a file: its facts fill gaps in the catalogue, and replace known facts only on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from catlog import clock
from catlog.access import Right, needs
from catlog.catalogue.csv_titles import read_csv
from catlog.catalogue.json_titles import read_json
from catlog.catalogue.known import filled, known_records, replaced
from catlog.catalogue.store import write_titles
from catlog.db.session import Database, Session
from catlog.errors import BadDataError
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.schema import AnimeRecord, parse_anime
from catlog.limited_read import open_capped
from catlog.progress import Report, silent

FILE_LIMIT = 256 * 1024**2
"""The most unpacked bytes of a file; anime-offline-database has 60 MiB."""

REASONS_LIMIT = 20
"""The most rejected entries that are listed."""

_REPORTED_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class RejectedTitle:
    """One rejected entry: its line or number in the file, and the reason."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedTitles:
    """The result of an import: the entries, and the numbers of new, changed and unchanged titles.

    `foreign` entries have no MyAnimeList id; `partial` ones had invalid facts, which were left out. `reasons` lists the
    first of the `rejected` ones.
    """

    entries: int
    added: int
    changed: int
    unchanged: int
    repeated: int
    foreign: int
    partial: int
    rejected: int
    reasons: tuple[RejectedTitle, ...]


@needs(Right.RESTORE)
def import_titles(
    database: Database, file: Path, *, replace_known: bool = False, report: Report = silent
) -> ImportedTitles:
    """Import the titles of `file`, CSV or JSON, packed or not, detected by its content; all or nothing.

    Known facts stay unless `replace_known` is given; facts that the file lacks are never erased. Synonyms are added.
    Raises BadDataError when the file has no usable title.
    """
    try:
        with open_capped(file, limit=FILE_LIMIT) as plain:
            reader = _TitleReader(report)
            reader.read(_reader(plain)(plain, file.name))
    except UnicodeDecodeError as problem:
        raise BadDataError(f"{file.name} is not UTF-8 text (byte {problem.start})") from None
    if not reader.records:
        why = f"; the first, {reader.reasons[0].position}: {reader.reasons[0].reason}" if reader.reasons else ""
        raise BadDataError(f"{file.name} has no title that can be used{why}")
    merge = replaced if replace_known else filled

    def unit(session: Session) -> ImportedTitles:
        known = known_records(session.connection(), reader.records)
        written = {
            mal_id: merge(known[mal_id], record) if mal_id in known else record
            for mal_id, record in reader.records.items()
        }
        new = [record for mal_id, record in written.items() if known.get(mal_id) != record]
        if new:
            write_titles(session.connection(), new, run_id=None, seen_at=clock.now())
        added = sum(record.mal_id not in known for record in new)
        return reader.result(added, changed=len(new) - added)

    return database.run(unit)


class _TitleReader:
    """Reads the entries of a file and counts them."""

    def __init__(self, report: Report) -> None:
        self.records: dict[int, AnimeRecord] = {}
        self.reasons: list[RejectedTitle] = []
        self._report = report
        self._entries = self._repeated = self._foreign = self._partial = self._rejected = 0

    def read(self, entries: Iterable[tuple[int, dict[str, object] | None]]) -> None:
        for position, raw in entries:
            self._entries += 1
            if self._entries % _REPORTED_EVERY == 0:
                self._report("reading", self._entries, None)
            if raw is None:
                self._foreign += 1
                continue
            try:
                record = parse_anime(raw)
            except RejectedRecordError as problem:
                self._rejected += 1
                if len(self.reasons) < REASONS_LIMIT:
                    self.reasons.append(RejectedTitle(position, problem.reason))
                continue
            self._partial += any(": expected " in note for note in record.notes)
            self._repeated += record.mal_id in self.records
            self.records.setdefault(record.mal_id, replace(record, notes=()))

    def result(self, added: int, changed: int) -> ImportedTitles:
        return ImportedTitles(
            entries=self._entries,
            added=added,
            changed=changed,
            unchanged=len(self.records) - added - changed,
            repeated=self._repeated,
            foreign=self._foreign,
            partial=self._partial,
            rejected=self._rejected,
            reasons=tuple(self.reasons),
        )


def _reader(plain: BufferedReader) -> Callable[[BinaryIO, str], Iterator[tuple[int, dict[str, object] | None]]]:
    head = plain.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return read_json if head[:1] in (b"{", b"[") else read_csv
