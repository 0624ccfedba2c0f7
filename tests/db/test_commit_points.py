"""Killed or disconnected at any commit point, a write has happened or not, and a retry completes it.

The long form is `python -m bench.crash`: every operation, every statement, and many random moments.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catlog.db.schema import REVISIONS
from tests.support.cli import Nursery
from tests.support.crash.faults import KINDS as FAULTS
from tests.support.crash.harness import MODULES, RANDOM, Harness
from tests.support.crash.operations import operations
from tests.support.databases import KINDS, POSTGRESQL, SQLITE
from tests.support.postgres import PostgresServer

OPERATIONS = {operation.name: operation for operation in operations()}

DRAWN = (
    ("undo of a mass edit", POSTGRESQL),
    ("etl run", POSTGRESQL),
    (f"upgrade from {REVISIONS[0]}", POSTGRESQL),
    ("first start", SQLITE),
)
"""What is crashed at a few points here, drawn by lot; `test_backup_kill.py` kills backups and restores."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("crash"), MODULES)
    yield nursery
    nursery.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_at_every_commit_point_is_made_or_is_not(
    kind: str, postgres: PostgresServer, ready: Nursery, tmp_path: Path
) -> None:
    tally = Harness(kind, tmp_path, postgres, ready).crash(OPERATIONS["edit"], moments=1, statements=1, looks=1)
    assert not tally.faults, "\n".join(tally.faults)
    expected = {"kill", "inside", RANDOM} if kind == SQLITE else {*FAULTS, RANDOM}
    assert set(tally.kinds) == expected
    assert min(tally.outcomes["old"], tally.outcomes["new"]) > 0, "faults come before the commit, and after it"


@pytest.mark.parametrize(("name", "kind"), DRAWN)
def test_points_drawn_by_lot_leave_the_old_state_or_the_new_one(
    name: str, kind: str, postgres: PostgresServer, ready: Nursery, tmp_path: Path
) -> None:
    tally = Harness(kind, tmp_path, postgres, ready).crash(OPERATIONS[name], most=2, looks=1)
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.trials == 2
