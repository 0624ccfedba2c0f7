"""CatLog's own formats: all values return, and a spreadsheet runs no formulas."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog import clock
from catlog.errors import BadDataError
from catlog.interchange import native_csv, native_json, native_lines, native_rows
from catlog.interchange.records import ImportedEntry, ListedTitle, ListExport
from catlog.interchange.spreadsheet import BOM, escape_formula, unescape_formula
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.library.steps import LogRow
from tests.interchange.samples import only, read, rejected
from tests.interchange.strategies import listed

NOON = datetime(2024, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
PAST = [
    LogRow(1, "add", None, {"status": "PLAN_TO_WATCH", "tags": [], "extra": {}}, NOON, "app"),
    LogRow(1, "watch", {"episodesWatched": 0}, {"episodesWatched": 1, "startDate": "2021-05"}, NOON, "cli"),
    LogRow(5, "remove", {"status": "DROPPED", "notes": "a\nb"}, None, NOON, "undo"),
]
WRITERS = {
    "json": lambda rows: native_json.write(ListExport(rows, history=PAST)),
    "jsonl": lambda rows: native_lines.write(ListExport(rows, history=PAST)),
    "csv": lambda rows: native_csv.write(ListExport(rows)),
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
    text = "".join(native_json.write(ListExport(rows)))
    value = json.loads(text)
    assert (value["kind"], value["version"], value["history"]) == ("list", 1, [])
    assert tuple(value["rows"][0]) == native_rows.COLUMNS
    assert text.splitlines()[4].startswith('    {"malId": 1, "title": "Ä"')
    assert json.loads("".join(native_json.write(ListExport([])))) == {
        "kind": "list",
        "version": 1,
        "rows": [],
        "history": [],
    }


def test_the_answer_of_list_ls_can_be_imported() -> None:
    row = {"malId": 1, "title": "T", "status": "COMPLETED", "rating": 8, "favorite": True, "tags": ["a"]}
    back = only(json.dumps({"kind": "list", "version": 1, "asOf": "2024-11-22", "rows": [row]}).encode())
    assert back.entry == Entry(1, Status.COMPLETED, rating=8, favorite=True, tags=("a",))
    assert back.provided == {"status", "rating", "favorite", "tags"}


def test_hostile_text_in_rows_and_in_the_past_is_cleaned() -> None:
    evil = "a\x1b]52;c;aGk=\x07\u202eb"
    side = {"notes": evil, "tags": [evil], "extra": {evil: evil}, "unknown": evil, "startDate": "2021-05-00"}
    event = {
        "at": "2024-11-22T12:00:00Z",
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
        {"after": {"rating": True}},
    ],
)
def test_an_event_that_makes_no_sense_is_left_out_with_a_warning(change: dict[str, object]) -> None:
    event = {"at": "2024-11-22T12:00:00Z", "malId": 1, "action": "add", "origin": "cli", "before": None}
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
    assert escape_formula(cell) == safe
    assert unescape_formula(safe) == cell


@given(st.text(alphabet="'=+-@a＝\t", max_size=6))
def test_guarding_can_always_be_undone(cell: str) -> None:
    assert unescape_formula(escape_formula(cell)) == cell
    assert escape_formula(cell)[:1] not in {*"=+-@＝\t"}


def test_no_cell_of_an_exported_csv_is_a_formula() -> None:
    entry = Entry(
        1, notes='=HYPERLINK("http://x")\nsecond', tags=("=cmd|' /C calc'!A0",), start_date=PartialDate("2021")
    )
    text = "".join(native_csv.write(ListExport([ListedTitle(entry, "@SUM(1)")])))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in {*"=+-@"}]
    assert "\r" not in text
    assert only(text.encode()).entry == entry


def test_csv_of_spreadsheets_is_read_with_other_separators_and_names_and_a_mark() -> None:
    text = "MAL ID;Title;My Status;Score;Watched Episodes;Tags\n1;Cowboy Bebop;watching;8;3;a, b\n"
    row = only((BOM + text.replace("My Status", "status")).encode())
    assert row.entry == Entry(1, Status.WATCHING, rating=8, episodes_watched=3, tags=("a", "b"))
    assert row.provided == {"status", "rating", "episodes_watched", "tags"}
    assert only(text.replace("My Status", "status").replace(";", "\t").encode()).entry == row.entry


@pytest.mark.parametrize(
    ("header", "cells", "rating"),
    [
        ("malId,status,rating,score", "1,watching,6,9", 6),
        ("malId,status,score,Rating", "1,watching,9,6", 6),
        ("malId,status,score,my_score", "1,watching,9,6", 6),
        ("malId,status,my_score,rating,score", "1,watching,8,6,9", 6),
        ("malId,status,score", "1,watching,6", 6),
    ],
)
def test_of_two_columns_for_one_field_the_exact_one_counts_and_then_ones_own(
    header: str, cells: str, rating: int
) -> None:
    found = read(f"{header}\n{cells}\n".encode())
    assert found.rows[0].entry.rating == rating  # type: ignore[union-attr]  # no row is rejected here
    assert len([warning for warning in found.warnings if "left out" in warning]) == header.count(",") - 2


@pytest.mark.parametrize(
    ("header", "both"),
    [
        ("malId,status,progress,watched_episodes", ("progress", "watched_episodes")),
        ("malId,status,score,score", ("score", "score")),
        ("malId,mal_id,status", ("malId", "mal_id")),
        ("malId,status,my_score,personalRating", ("my_score", "personalRating")),
    ],
)
def test_two_columns_of_which_neither_is_nearer_are_refused_with_both_their_names(
    header: str, both: tuple[str, str]
) -> None:
    with pytest.raises(BadDataError, match="two columns") as refused:
        read(f"{header}\n{','.join('1' for _ in header.split(','))}\n".encode())
    assert f"{both[0]} and {both[1]}" in refused.value.message


def test_a_column_that_other_formats_read_twice_is_refused_and_one_that_nobody_reads_is_told() -> None:
    for header in ("series_animedb_id,my_status,my_score,my_score", "media_id,source,media_type,status,score,score"):
        with pytest.raises(BadDataError, match="2 times"):
            read(f"{header}\n".encode())
    assert read(b"malId,status,colour,\n1,watching,red,\n").warnings == ("columns that are not read: colour",)


def test_a_broken_byte_of_a_csv_or_of_json_is_told_on_its_row() -> None:
    for content in (
        b"malId,status,notes\n1,watching,caf\x81\n",
        b'{"malId": 1, "status": "WATCHING", "notes": "caf\x81"}',
    ):
        row = only(content)
        assert row.entry.notes == "caf\ufffd"
        assert "bytes that are no text" in row.remarks[0]
    assert "status" in rejected(b"malId,status\n1,\xff\n").reason
    with pytest.raises(BadDataError, match="no text"):
        read(b'{"' + b"\x81" * 500)


def test_a_csv_row_with_other_than_its_columns_is_rejected() -> None:
    assert "3 cells under 2 columns" in rejected(b"malId,status\n1,watching,x\n").reason
    assert "malId" in rejected(b"malId,status\n,watching\n").reason


def test_a_column_beside_another_formats_own_one_is_left_out_with_a_warning() -> None:
    header = b"series_animedb_id,malId,my_score,rating,my_status,My_Tags,my_tags\n"
    [row] = (found := read(header + b"1,5,8,3,Watching,no,yes\n")).rows
    assert isinstance(row, ImportedEntry)
    assert (row.entry.mal_id, row.entry.rating, row.entry.tags) == (1, 8, ("yes",))
    assert found.warnings == (
        "the column malId is left out: series_animedb_id counts",
        "the column rating is left out: my_score counts",
        "the column My_Tags is left out: my_tags counts",
    )
    header = b"media_id,mal_id,source,media_type,status,score,my_score,repetitions,repeats\n"
    [row] = (found := read(header + b"1,5,mal,anime,Completed,8,3,7,2\n")).rows
    assert isinstance(row, ImportedEntry)
    assert (row.entry.mal_id, row.entry.rating, row.entry.rewatch_count) == (1, 8, 2)
    assert found.warnings == (
        "the column mal_id is left out: media_id counts",
        "the column my_score is left out: score counts",
        "the column repetitions is left out: repeats counts",
    )


@pytest.mark.parametrize("own", ["my_rating", "personal_score", "My Score", "myRating"])
def test_ones_own_rating_counts_beside_a_score(own: str) -> None:
    found = read(f"malId,status,score,{own}\n1,watching,3,8\n".encode())
    [row] = found.rows
    assert isinstance(row, ImportedEntry)
    assert row.entry.rating == 8
    assert found.warnings == (f"the column score is left out: {own} counts",)


def test_events_later_than_now_are_of_now_with_a_warning() -> None:
    event = {"malId": 1, "action": "add", "origin": "cli", "after": {"status": "WATCHING"}}
    hours = (NOON - timedelta(hours=1), NOON, NOON + timedelta(seconds=1), datetime(5138, 1, 1, tzinfo=UTC))
    events = [{**event, "at": at.isoformat()} for at in hours]
    with clock.stopped_at(NOON):
        found = read(json.dumps({"kind": "list", "rows": [], "history": events}).encode())
    assert [row.at for row in found.history] == [hours[0], NOON, NOON, NOON]
    assert found.warnings == ("2 events of the history later than now, which is taken",)
