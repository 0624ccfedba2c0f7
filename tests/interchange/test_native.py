"""CatLog's own forms: everything comes back, and a spreadsheet executes nothing."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.interchange import native
from catlog.interchange.records import ImportedEntry, ListedTitle
from catlog.interchange.spreadsheet import BOM, guarded, restored
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.library.steps import LogRow
from tests.interchange.samples import only, read, rejected
from tests.interchange.strategies import listed

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
PAST = [
    LogRow(1, "add", None, {"status": "PLAN_TO_WATCH", "tags": [], "extra": {}}, NOON, "app"),
    LogRow(1, "watch", {"episodesWatched": 0}, {"episodesWatched": 1, "startDate": "2021-05"}, NOON, "cli"),
    LogRow(5, "remove", {"status": "DROPPED", "notes": "a\nb"}, None, NOON, "undo"),
]
WRITERS = {
    "json": lambda rows: native.write_json(rows, PAST),
    "jsonl": lambda rows: native.write_lines(rows, PAST),
    "csv": native.write_csv,
}


@pytest.mark.parametrize("form", WRITERS)
@given(row=listed())
@settings(max_examples=100)
def test_every_entry_comes_back_the_same(form: str, row: ListedTitle) -> None:
    found = read("".join(WRITERS[form]([row])).encode())
    [back] = found.rows
    assert isinstance(back, ImportedEntry)
    assert back.listed == row
    assert list(found.history) == ([] if form == "csv" else PAST)


def test_json_is_one_object_with_a_row_a_line() -> None:
    rows = [ListedTitle(Entry(1), "Ä"), ListedTitle(Entry(5))]
    text = "".join(native.write_json(rows, []))
    value = json.loads(text)
    assert (value["kind"], value["version"], value["history"]) == ("list", 1, [])
    assert tuple(value["rows"][0]) == native.COLUMNS
    assert text.splitlines()[4].startswith('    {"malId": 1, "title": "Ä"')
    assert json.loads("".join(native.write_json([], []))) == {"kind": "list", "version": 1, "rows": [], "history": []}


def test_the_answer_of_list_ls_can_be_imported() -> None:
    row = {"malId": 1, "title": "T", "status": "COMPLETED", "rating": 8, "favorite": True, "tags": ["a"]}
    back = only(json.dumps({"kind": "list", "version": 1, "asOf": "2026-11-22", "rows": [row]}).encode())
    assert back.entry == Entry(1, Status.COMPLETED, rating=8, favorite=True, tags=("a",))
    assert back.told == {"status", "rating", "favorite", "tags"}


def test_hostile_text_in_rows_and_in_the_past_is_cleaned() -> None:
    evil = "a\x1b]52;c;aGk=\x07\u202eb"
    side = {"notes": evil, "tags": [evil], "extra": {evil: evil}, "unknown": evil, "startDate": "2021-05-00"}
    event = {
        "at": "2026-11-22T12:00:00Z",
        "malId": 1,
        "action": "notes",
        "origin": "cli",
        "before": None,
        "after": side,
    }
    row = {"malId": 1, "status": "WATCHING", "title": evil, "extra": {evil: evil, "n": 1}, "notes": evil}
    found = read(json.dumps({"kind": "list", "rows": [row], "history": [event]}).encode())
    safe = "a]52;c;aGk=b"
    [back], [past] = found.rows, found.history
    assert isinstance(back, ImportedEntry)
    assert (back.listed.title, back.entry.notes, dict(back.entry.extra)) == (safe, safe, {safe: safe})
    assert past.after == {"notes": safe, "tags": [safe], "extra": {safe: safe}, "startDate": "2021-05"}


@pytest.mark.parametrize(
    "change",
    [
        {"at": None},
        {"malId": 0},
        {"action": "rm -rf"},
        {"origin": "elsewhere"},
        {"after": None},
        {"after": {"status": "GONE"}},
        {"after": {"startDate": "2021-99-99"}},
        {"after": {"episodesWatched": [1]}},
    ],
)
def test_an_event_that_makes_no_sense_is_left_out_with_a_warning(change: dict[str, object]) -> None:
    event = {"at": "2026-11-22T12:00:00Z", "malId": 1, "action": "add", "origin": "cli", "before": None}
    whole = {**event, "after": {"status": "WATCHING"}, **change}
    found = read(json.dumps({"kind": "list", "rows": [], "history": [whole]}).encode())
    assert found.history == ()
    assert found.warnings == ("1 event of the history left out, as unreadable",)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("＝1", "'＝1"),
        ("'=x", "''=x"),
        ("''=x", "'''=x"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("", ""),
        ("12", "12"),
    ],
)
def test_cells_that_a_spreadsheet_would_execute_are_guarded_and_restored(cell: str, safe: str) -> None:
    assert guarded(cell) == safe
    assert restored(safe) == cell


@given(st.text(alphabet="'=+-@a＝\t", max_size=6))
def test_guarding_can_always_be_undone(cell: str) -> None:
    assert restored(guarded(cell)) == cell
    assert guarded(cell)[:1] not in {*"=+-@＝\t"}


def test_no_cell_of_an_exported_csv_is_a_formula() -> None:
    entry = Entry(
        1, notes='=HYPERLINK("http://x")\nsecond', tags=("=cmd|' /C calc'!A0",), start_date=PartialDate("2021")
    )
    text = "".join(native.write_csv([ListedTitle(entry, "@SUM(1)")]))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in {*"=+-@"}]
    assert "\r" not in text
    assert only(text.encode()).entry == entry


def test_csv_of_spreadsheets_is_read_with_other_separators_and_names_and_a_mark() -> None:
    text = "MAL ID;Title;My Status;Score;Watched Episodes;Tags\n1;Cowboy Bebop;watching;8;3;a, b\n"
    row = only((BOM + text.replace("My Status", "status")).encode())
    assert row.entry == Entry(1, Status.WATCHING, rating=8, episodes_watched=3, tags=("a", "b"))
    assert row.told == {"status", "rating", "episodes_watched", "tags"}
    assert only(text.replace("My Status", "status").replace(";", "\t").encode()).entry == row.entry


def test_a_csv_row_with_other_than_its_columns_is_rejected() -> None:
    assert "3 cells under 2 columns" in rejected(b"malId,status\n1,watching,x\n").reason
    assert "malId" in rejected(b"malId,status\n,watching\n").reason
