"""JSON and CSV: the contract scripts rely on."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.cli.context import Environment
from catlog.cli.output import Format, camel, emit, json_value
from catlog.interchange.spreadsheet import unescape_formula
from tests.cli.conftest import Catlog
from tests.cli.processes import SAMPLES, child
from tests.cli.samples import COLUMNS, HOSTILE, Mover


class Status(StrEnum):
    WATCHING = "WATCHING"


@dataclass(frozen=True)
class Inner:
    mal_id: int


def printed(format: Format, rows: list[Mover]) -> str:
    binary = io.BytesIO()
    env = Environment(io.StringIO(), io.TextIOWrapper(binary, "latin-1"), io.StringIO())
    emit(env, format, "climbers", rows, COLUMNS, record=Mover)
    return binary.getvalue().decode("utf-8")


def test_json_is_one_object_with_kind_version_day_and_parameters_before_the_rows(catlog: Catlog) -> None:
    answer = json.loads(catlog("sample", "rows", "--format", "json", "--as-of", "2020-01-02").out)
    assert list(answer) == ["kind", "version", "asOf", "days", "rows"]
    assert (answer["kind"], answer["version"], answer["asOf"], answer["days"]) == ("climbers", 1, "2020-01-02", 7)
    assert answer["rows"][0] == {
        "malId": 1,
        "title": "Naruto",
        "rank": 10,
        "score": 8.5,
        "change": 3,
        "tags": ["ninja", "long"],
        "seen": "2026-11-22T01:02:03Z",
        "day": "2026-11-22",
        "current": True,
    }
    assert answer["rows"][2]["title"] == HOSTILE
    assert answer["rows"][2]["rank"] is None


def test_json_writes_one_row_a_line_for_grep(catlog: Catlog) -> None:
    lines = catlog("sample", "rows", "--format", "json").out.splitlines()
    assert [json.loads(line.strip().rstrip(","))["malId"] for line in lines if "malId" in line] == [1, 2, 3]


def test_one_record_is_a_row(catlog: Catlog) -> None:
    answer = json.loads(catlog("sample", "one", "--format", "json").out)
    assert answer["row"]["malId"] == 1
    assert "rows" not in answer
    assert len(catlog("sample", "one", "--format", "csv").out.splitlines()) == 2


def test_no_data_is_an_empty_answer_and_a_word_on_standard_error(catlog: Catlog) -> None:
    note = "no snapshots yet: run catlog etl run\n"
    code, out, err = catlog("sample", "none", "--format", "json")
    assert (code, json.loads(out)["rows"], err) == (0, [], note)
    assert catlog("sample", "none", "--format", "csv") == (
        0,
        "malId,title,rank,score,change,tags,seen,day,current\n",
        note,
    )
    assert catlog("sample", "none") == (0, "", note)


def test_csv_has_the_fields_of_the_json_with_empty_for_unknown(catlog: Catlog) -> None:
    rows = list(csv.DictReader(io.StringIO(catlog("sample", "rows", "--format", "csv").out)))
    assert rows[0]["tags"] == '["ninja", "long"]'
    assert (rows[0]["seen"], rows[0]["current"]) == ("2026-11-22T01:02:03Z", "true")
    assert (rows[2]["rank"], rows[2]["score"], rows[2]["current"]) == ("", "", "false")


def test_output_is_utf_8_whatever_the_locale_says() -> None:
    ended = child([*SAMPLES, "sample", "rows", "--format", "json"], PYTHONIOENCODING="latin-1")
    assert json.loads(ended.stdout)["rows"][1]["title"] == "進撃の巨人"


@given(st.text(st.characters(exclude_categories=())))
def test_json_gives_any_text_back_and_no_byte_that_drives_a_terminal(title: str) -> None:
    out = printed("json", [Mover(1, title, 1, 1.0, 0)])
    assert json.loads(out)["rows"][0]["title"] == title
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u202e\u2066" for char in out.replace("\n", ""))


@given(st.text())
def test_csv_gives_any_text_back(title: str) -> None:
    rows = list(csv.reader(io.StringIO(printed("csv", [Mover(1, title, 1, 1.0, 0)]), newline="")))
    assert unescape_formula(rows[1][1]) == title


@pytest.mark.parametrize("title", ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1"])
def test_csv_holds_no_cell_that_a_spreadsheet_would_run(title: str) -> None:
    [_, row] = csv.reader(io.StringIO(printed("csv", [Mover(-1, title, -2, -1.5, -3, ("=1",))]), newline=""))
    assert (row[1], row[0], row[2], row[3]) == (f"'{title}", "-1", "-2", "-1.5")
    assert row[5] == '["=1"]'
    assert json.loads(printed("json", [Mover(1, title, 1, 1.0, 0)]))["rows"][0]["title"] == title


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (date(2026, 1, 2), "2026-01-02"),
        (Status.WATCHING, "WATCHING"),
        (float("nan"), None),
        (float("-inf"), None),
        (True, True),
        ((Inner(1), None), [{"malId": 1}, None]),
        ({"free_key": Inner(2)}, {"free_key": {"malId": 2}}),
        (frozenset({"b", "a"}), ["a", "b"]),
    ],
)
def test_values_are_written_as_json_can_carry_them(value: object, written: object) -> None:
    assert json_value(value) == written
    assert type(json_value(value)) is type(written)


def test_names_become_camel_case() -> None:
    assert [camel(name) for name in ("mal_id", "scored_by_growth", "score100", "asOf")] == [
        "malId",
        "scoredByGrowth",
        "score100",
        "asOf",
    ]


def test_rows_may_be_mappings() -> None:
    out = io.StringIO()
    emit(Environment(io.StringIO(), out, io.StringIO()), "json", "things", [{"mal_id": 1}], [])
    assert '{"malId": 1}' in out.getvalue()
