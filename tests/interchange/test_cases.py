"""What each kind of file makes of a list, in situations from public bug reports.

Every case has a small input written by hand; where CATLOG_TEST_DATA names a folder of recorded ones, the input there
must come to the same.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.interchange.exporting import EXPORTS
from catlog.interchange.importing import Imported
from tests.interchange import samples
from tests.interchange.cases import CASES, PAIRS, WRITTEN, Case
from tests.support.databases import SQLITE
from tests.support.roundtrip import faults, stored, take_in, there_and_back

NOT_IN_MAL_XML = ("created_at", "updated_at", "score100")


def recorded(file: str) -> bytes | None:
    """Return the recorded input of a case, where CATLOG_TEST_DATA names a folder that has it."""
    data = os.environ.get("CATLOG_TEST_DATA")
    found = Path(data) / "cases" / "lists" / file if data else None
    return found.read_bytes() if found and found.is_file() else None


def inputs() -> Iterator[Any]:
    """Yield every case with its input written by hand, and with the recorded one where there is one."""
    for case in CASES:
        yield pytest.param(case, case.content, id=f"{case.file} by hand")
        if (found := recorded(case.file)) is not None:
            yield pytest.param(case, found, id=f"{case.file} recorded")


def remarks_of(done: Imported) -> dict[int, str]:
    """Return what an import remarks, by MAL id."""
    said: dict[int, str] = {}
    for row in done.rows:
        said[row.mal_id or 0] = f"{said.get(row.mal_id or 0, '')}{row.reason};"
    return said


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
@pytest.mark.parametrize(("case", "content"), list(inputs()))
def test_what_comes_of_a_case(database: Database, owner: SignedIn, case: Case, content: bytes) -> None:
    done = take_in(database, owner, content)
    found = stored(database, owner)
    assert found.keys() == case.entries.keys()
    for mal_id, expected in case.entries.items():
        assert {name: found[mal_id][name] for name in expected} == dict(expected), mal_id
    remarks = remarks_of(done)
    for mal_id, words in case.remarks.items():
        assert words in remarks[mal_id]
    assert case.warning in "; ".join(done.warnings)
    assert sum(row.outcome == "rejected" for row in done.rows) == case.rejected
    for form in EXPORTS:
        lost = (*NOT_IN_MAL_XML, *case.not_in_mal_xml) if form == "mal-xml" else ()
        assert faults(there_and_back(database, owner, form), *lost) == [], form


def both(files: tuple[str, str]) -> Iterator[tuple[bytes, bytes]]:
    yield WRITTEN[files[0]], WRITTEN[files[1]]
    first, second = recorded(files[0]), recorded(files[1])
    if first is not None and second is not None:
        yield first, second


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
@pytest.mark.parametrize("files", PAIRS, ids=lambda files: files[1])
def test_what_a_second_file_does_not_say_it_does_not_change(
    database: Database, owner: SignedIn, files: tuple[str, str]
) -> None:
    told_or_not = (
        "status",
        "rating",
        "episodes_watched",
        "start_date",
        "finish_date",
        "notes",
        "tags",
        "rewatch_count",
    )
    for first, second in both(files):
        take_in(database, owner, first, samples.OVERWRITE)
        before = stored(database, owner)[5114]
        done = take_in(database, owner, second, samples.OVERWRITE)
        after = stored(database, owner)[5114]
        assert {name: after[name] for name in told_or_not} == {name: before[name] for name in told_or_not}
        assert before["rating"] == 9
        if files[1].endswith("second.csv"):
            assert [word in done.rows[0].reason for word in ("8.5", "64 eps", "01/31/2024", "15.02.2024")] == [True] * 4
