"""Hostile strings on every way into the commands, in a real terminal: none drives it, crashes or bends a table."""

from pathlib import Path

import pytest

from bench.hostile import attack_commands, demo_library
from tests.support.console import crooked_rows
from tests.support.outpour import driving

STRINGS = 1_500


def test_no_hostile_string_gets_out_of_a_command_as_more_than_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    with demo_library(tmp_path) as settings:
        damage = attack_commands(settings, tmp_path, STRINGS, rounds=0, seed=1)
    assert damage.wrong == []
    assert damage.strings.total() >= STRINGS * 0.7
    assert len(damage.strings) >= 17, "ways in"
    assert len(damage.seen) >= STRINGS // 8, "so many came out as words"


@pytest.mark.parametrize(
    "output",
    [
        "\x1b]52;c;QUJD\x07",
        "\x1b[7700m",
        "\x1b[2K" "a12",
        "\x1b[?25h" "a12",
        "over\rwritten",
        "\x9b31m",
        "a\u202eb",
        "\x07",
        "\x1bc",
        "\x1b[5;7701H",
    ],
)  # fmt: skip
def test_what_drives_a_terminal_is_seen(output: str) -> None:
    assert list(driving(f"words {output} words"))


def test_a_row_out_of_its_columns_is_seen() -> None:
    table = ["id   title", "───────────", "1    進撃  ", "2    a     "]
    assert list(crooked_rows("\r\n".join(table))) == []
    assert list(crooked_rows("\r\n".join([*table, "3    進撃   "]))) == ["3    進撃   "]
