"""Every chart and page looks as it did; `python -m tests.statistics.goldens` writes what it looks like now."""

import pytest

from tests.statistics.goldens import FOLDER, drawn

DRAWN = dict(drawn())


@pytest.mark.parametrize("name", DRAWN)
def test_it_looks_as_it_did(name: str) -> None:
    assert DRAWN[name] == (FOLDER / name).read_text("utf-8")


def test_no_golden_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(DRAWN)
