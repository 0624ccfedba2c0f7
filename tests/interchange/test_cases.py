"""The result of importing each kind of file, in situations from public bug reports.

Every case has a small input written by hand; where CATLOG_TEST_DATA names a folder of recorded ones, the input there
must come to the same.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.interchange.importing import ImportResult
from catlog.library.entries import FIELDS
from tests.interchange import samples
from tests.interchange.cases import CASES, PAIRS, WRITTEN, Case
from tests.support import isolation
from tests.support.databases import SQLITE
from tests.support.roundtrip import ROUND_TRIPS, faults, stored, take_in, there_and_back

NOT_IN_MAL_XML = ("created_at", "updated_at", "score100")


def recorded(file: str) -> bytes | None:
    """Return the recorded input of a case, where CATLOG_TEST_DATA names a folder that has it."""
    data = isolation.named_recordings()
    found = data / "cases" / "lists" / file if data else None
    return found.read_bytes() if found and found.is_file() else None


def inputs() -> Iterator[Any]:
    """Yield every case with its input written by hand, and with the recorded one where there is one."""
    for case in CASES:
        yield pytest.param(case, case.content, id=f"{case.file} by hand")
        if (found := recorded(case.file)) is not None:
            yield pytest.param(case, found, id=f"{case.file} recorded", marks=pytest.mark.recorded)


def remarks_of(done: ImportResult) -> dict[int, str]:
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
    for form in ROUND_TRIPS:
        lost = (*NOT_IN_MAL_XML, *case.not_in_mal_xml) if form == "mal-xml" else ()
        assert faults(there_and_back(database, owner, form), *lost) == [], form


def pairs() -> Iterator[Any]:
    """Yield two files each, of which the second says less, or less readably, than the first."""
    for first, second in PAIRS:
        yield pytest.param(second, WRITTEN[first], WRITTEN[second], id=f"{second} by hand")
        if (one := recorded(first)) is not None and (other := recorded(second)) is not None:
            yield pytest.param(second, one, other, id=f"{second} recorded", marks=pytest.mark.recorded)


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
@pytest.mark.parametrize(("name", "first", "second"), list(pairs()))
def test_what_a_second_file_does_not_say_it_does_not_change(
    database: Database, owner: SignedIn, name: str, first: bytes, second: bytes
) -> None:
    take_in(database, owner, first, samples.OVERWRITE)
    before = stored(database, owner)[5114]
    done = take_in(database, owner, second, samples.OVERWRITE)
    after = stored(database, owner)[5114]
    assert {field: after[field] for field in FIELDS} == {field: before[field] for field in FIELDS}
    assert before["rating"] == 9
    if name.endswith("second.csv"):
        assert [word in done.rows[0].reason for word in ("8.5", "64 eps", "01/31/2024", "15.02.2024")] == [True] * 4
