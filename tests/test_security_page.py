"""SECURITY.md cannot rot: its rights are those that are asked, and each test that it names exists."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("SECURITY.md")
TEXT = (ROOT / PAGE).read_text("utf-8")


# How many requirements each section of the chapters has that were gone through, in version 5.0.0.
SECTIONS = {
    "1.1": 2, "1.2": 10, "1.3": 12, "1.4": 3, "1.5": 3,
    "2.1": 3, "2.2": 3, "2.3": 5, "2.4": 2,
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2,
    "9.1": 3, "9.2": 4,
    "11.1": 4, "11.2": 5, "11.3": 5, "11.4": 4, "11.5": 2, "11.6": 2, "11.7": 2,
    "13.1": 4, "13.2": 6, "13.3": 4, "13.4": 7,
    "14.1": 2, "14.2": 8, "14.3": 3,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 4,
}  # fmt: skip


def unknown_tests(text: str) -> list[str]:
    """Return what `make check` says of the tests that a page names."""
    spec = importlib.util.spec_from_file_location("catlog_docs_check", ROOT / "docs" / "check.py")
    assert spec is not None
    assert spec.loader is not None
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    return list(check.unknown_tests([(PAGE, text)]))


def test_the_rights_on_the_page_are_those_that_are_asked() -> None:
    command = [sys.executable, str(ROOT / "docs" / "access_reference.py"), "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_every_test_on_the_page_exists() -> None:
    assert TEXT.count("tests/") > 150  # or nothing was looked at
    assert unknown_tests(TEXT) == []


@pytest.mark.parametrize(
    "name",
    ["tests/test_text.py::test_that_nobody_wrote", "tests/test_nowhere.py::test_known_attacks_become_plain_words"],
)
def test_a_test_that_is_gone_is_found(name: str) -> None:
    assert unknown_tests(f"one\n\n`{name}`\n") == [f"SECURITY.md:3: there is no test {name}"]


def test_every_requirement_is_there_once_and_met_ones_say_how() -> None:
    """A row that is met names a test, or says in words why there is nothing to run."""
    rows = re.findall(r"^\| ([0-9][^|]*) \| ([^|]+) \| ([^|]+) \|([^|]*)\|([^|]*)\|$", TEXT, re.MULTILINE)
    numbers = [number for row in rows for number in _spread(row[0])]
    assert len(numbers) == len(set(numbers))
    wanted = {f"{part}.{number}" for part, last in SECTIONS.items() for number in range(1, last + 1)}
    assert set(numbers) == wanted
    for number, _, state, how, tests in rows:
        assert state in ("met", "partly", "not met", "n/a"), number
        assert state not in ("met", "partly") or how.strip() or "tests/" in tests, number


def _spread(numbers: str) -> list[str]:
    """Return single numbers: 1.2.3, 1.3.5–1.3.7 is four of them."""
    found = []
    for part in numbers.split(", "):
        first, _, last = part.partition("–")
        chapter, _, begin = first.rpartition(".")
        found += [f"{chapter}.{number}" for number in range(int(begin), int(last.rpartition(".")[2] or begin) + 1)]
    return found
