"""kill -9 at random moments of a load: never a part of a day, never a row lost, and a rerun makes it good."""

from pathlib import Path

from catlog.db.session import Database
from tests.support.cli import Nursery
from tests.support.kills import Kills


def test_whatever_is_killed_leaves_whole_days_behind(database: Database, nursery: Nursery, tmp_path: Path) -> None:
    with Kills(database, nursery, tmp_path, seed=1) as kills:
        kills.kill_runs(4)
        kills.kill_imports(2)
    assert kills.tally.clean, str(kills.tally)
    assert kills.tally.kills == 6
