"""Lines, intervals and the cat look as they did; `python -m tests.charts.looks` writes what they look like now."""

import pytest

from tests.charts.looks import FOLDER, drawn

DRAWN = dict(drawn())


@pytest.mark.parametrize("name", DRAWN)
def test_it_looks_as_it_did(name: str) -> None:
    assert DRAWN[name] == (FOLDER / name).read_text("utf-8")


def test_no_file_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(DRAWN)
