"""Saved views and searches of all users of a server, in one file."""

import subprocess
import sys
from pathlib import Path

from catlog.saved_views import SavedViews
from tests.support.cli import ROOT

SAVE = """
import sys
from pathlib import Path
from catlog.saved_views import SavedViews
for number in range(int(sys.argv[3])):
    SavedViews(Path(sys.argv[1]), sys.argv[2]).save("list", f"view {number}", {"query": "score>=8"})
"""

EACH = 40


def test_many_at_once_take_nothing_away_from_each_other(tmp_path: Path) -> None:
    names = [f"person{number}" for number in range(3)]
    commands = [[sys.executable, "-c", SAVE, str(tmp_path), name, str(EACH)] for name in names]
    keeping = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    assert [one.wait() for one in keeping] == [0, 0, 0]
    assert [len(SavedViews(tmp_path, name).all("list")) for name in names] == [EACH] * 3


def test_what_is_dropped_is_gone_and_the_rest_stays(tmp_path: Path) -> None:
    mine, theirs = SavedViews(tmp_path, "mika"), SavedViews(tmp_path, "noor")
    for presets in (mine, theirs):
        presets.save("search", "one", {"words": "frieren"})
    mine.drop("search", "one")
    mine.drop("search", "two")
    assert (mine.all("search"), theirs.all("search")) == ({}, {"one": {"words": "frieren"}})
