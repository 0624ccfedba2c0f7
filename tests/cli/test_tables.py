"""Tables: aligned, clean and 100 columns wide on a pipe; fitted and coloured on a terminal that allows it."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.cli.columns import shown, signed, tone
from catlog.cli.context import Environment
from catlog.cli.tables import draw
from tests.cli.conftest import Catlog
from tests.cli.processes import SAMPLES, child, in_terminal
from tests.cli.samples import COLUMNS, Mover

ROWS = [*SAMPLES, "sample", "rows"]


def columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_a_table_on_a_pipe_is_plain_and_aligned_with_wide_characters(catlog: Catlog) -> None:
    out = catlog("sample", "rows", "--title", "Climbers [bold]now[/bold]").out
    title, head, rule, first, second, third = out.splitlines()
    assert title == "Climbers [bold]now[/bold]"
    assert head.split() == ["id", "title", "rank", "score", "change"]
    assert set(rule) == {"─"}
    assert first.split() == ["1", "Naruto", "10", "8.50", "+3"]
    assert {columns_of(line) for line in (head, rule, first, second, third)} == {len(rule)}
    assert "\x1b" not in out


def test_markup_is_shown_as_it_stands_and_controls_are_gone(catlog: Catlog) -> None:
    last = catlog("sample", "rows").out.splitlines()[-1]
    assert "Re[/]zero [bold]red[/bold] ]52;c;aGk=31mevil   " in last
    assert last.split()[-3:] == ["-", "-", "0"]


def test_a_pipe_is_a_hundred_columns_wide_and_a_row_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    title = "long " * 100
    out = io.StringIO()
    draw(
        Environment(io.StringIO(), out, io.StringIO()),
        [Mover(1, title, 1, 1.0, 0), Mover(2, "short", 1, 1.0, 0)],
        COLUMNS,
    )
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert columns_of(lines[2]) <= 100
    assert "…" in lines[2]
    assert lines[2].split()[-3:] == ["1", "1.00", "0"]


def test_one_record_is_a_line_for_each_column(catlog: Catlog) -> None:
    assert catlog("sample", "one").out.splitlines() == [
        "id       1",
        "title    Naruto",
        "rank     10",
        "score    8.50",
        "change   +3",
    ]


@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=4))
def test_no_text_reaches_past_its_line_or_brings_a_control_character(titles: list[str]) -> None:
    out = io.StringIO()
    draw(Environment(io.StringIO(), out, io.StringIO()), [Mover(1, title, 1, 1.0, 0) for title in titles], COLUMNS)
    lines = out.getvalue().split("\n")
    assert len(lines) == len(titles) + 3
    assert not any(
        unicodedata.category(char) in ("Cc", "Cs") or char in "\u202e\u2066" for line in lines for char in line
    )


def test_a_terminal_with_colours_gets_them() -> None:
    code, received = in_terminal([*ROWS, "--title", "Now"])
    assert code == 0
    assert "\x1b[1mtitle" in received
    assert "\x1b[32m" in received
    assert "\x1b[31m" in received


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_without_colours_gets_no_escape_sequence(name: str, value: str) -> None:
    code, received = in_terminal(ROWS, columns=80, **{name: value})
    assert code == 0
    assert "\x1b" not in received
    assert "Naruto" in received


def test_forced_colour_does_not_reach_a_pipe() -> None:
    assert "\x1b" not in child(ROWS, FORCE_COLOR="1", TTY_COMPATIBLE="1").stdout


def test_a_hostile_title_brings_no_payload_to_a_terminal() -> None:
    _, received = in_terminal(ROWS)
    assert "\x1b]52" not in received
    assert not set(received) & {"\x9b", "\u202e", "\x00", "\x07"}
    assert "[bold]red[/bold]" in received


def test_a_narrow_terminal_cuts_titles_and_keeps_numbers() -> None:
    _, received = in_terminal(ROWS, columns=48, NO_COLOR="1")
    assert all(columns_of(line) <= 48 for line in received.splitlines())
    joined = "".join(received.split())
    assert "8.50" in joined
    assert "[bold]re…" in received


def test_a_tiny_terminal_crashes_nothing() -> None:
    code, received = in_terminal(ROWS, columns=20, NO_COLOR="1")
    assert code == 0
    assert all(columns_of(line) <= 20 for line in received.splitlines())


@pytest.mark.parametrize("terminal", [False, True])
def test_ascii_draws_the_frame_with_ascii_alone(terminal: bool) -> None:
    command = [*SAMPLES, "sample", "rows", "--limit", "1"]
    received = in_terminal(command, CATLOG_ASCII="1")[1] if terminal else child(command, CATLOG_ASCII="1").stdout
    assert received.isascii()
    assert "-----" in received


def test_an_output_that_cannot_carry_unicode_gets_question_marks_and_no_crash() -> None:
    ended = child(ROWS, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.isascii()
    assert "?????" in ended.stdout


def test_values_are_written_for_people() -> None:
    assert [shown(value) for value in (None, True, 8.456, 3, ("a", None))] == ["-", "yes", "8.46", "3", "a, -"]
    assert [signed(value) for value in (3, -2, 0, 0.25, -1.0)] == ["+3", "-2", "0", "+0.25", "-1.00"]
    assert [tone(value) for value in (3, -2, 0, None)] == ["green", "red", "", ""]
