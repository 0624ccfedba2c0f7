"""What the week on Home says of an episode's number."""

from dataclasses import replace

import pytest

from catlog.library.schedule import ScheduledEpisode
from catlog.tui.glyphs import UNICODE
from catlog.tui.screens.home.columns import HomeColumns
from catlog.tui.widgets.rows import Piece
from tests.tui.harness import NOW

AIRED = ScheduledEpisode(
    mal_id=1, title="Kaze", at=NOW, day=NOW.date(), weekday="sunday", episode=8, episodes=12, score=None,
    list_status="WATCHING", as_of=NOW, estimate=True, source_episode=8,
)  # fmt: skip


@pytest.mark.parametrize(
    ("episode", "source", "estimate", "shown"),
    [(8, 8, True, "~8"), (20, 8, False, "20"), (None, None, True, "?"), (None, 8, False, ""), (None, 8, True, "")],
)
def test_only_a_number_that_nobody_knows_is_a_question(
    episode: int | None, source: int | None, estimate: bool, shown: str
) -> None:
    (column,) = (column for column in HomeColumns(UNICODE).week() if column.key == "episode")
    row = replace(AIRED, episode=episode, source_episode=source, estimate=estimate)
    assert column.cell(row, 5) == Piece(shown, "dim")
