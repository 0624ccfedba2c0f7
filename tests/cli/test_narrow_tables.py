"""On a narrow terminal a table leaves out what matters least, before any column is squeezed to nothing."""

import io

import pytest
from rich.cells import cell_len

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment
from catlog.cli.list import LIST_COLUMNS
from catlog.cli.tables import draw

COLUMNS = (
    TableColumn("title", "title", wrap=True),
    TableColumn("score", "score", "right"),
    TableColumn("studio", "studio", gives_way=1),
    TableColumn("tags", "tags", wrap=True, gives_way=2),
)
ROWS = [{"title": "Mushishi " * 6, "score": 8.7, "studio": "Artland Pictures Tokyo", "tags": "calm, " * 10}]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (160, ["title", "score", "studio", "tags"]),
        (70, ["title", "score", "studio"]),
        (40, ["title", "score"]),
        (20, ["title", "score"]),
    ],
)
def test_columns_give_way_in_their_order(monkeypatch: pytest.MonkeyPatch, width: int, heads: list[str]) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    draw(Environment(io.StringIO(), out, io.StringIO()), ROWS, COLUMNS)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == heads
    assert all(len(line) <= width for line in lines)
    if width >= 40:
        assert lines[2].startswith("Mushishi Mushishi")


TITLES = [
    "Fruits Basket and a Very Long Name That Goes On Without an End 2nd Season",
    "Fruits Basket and a Very Long Name That Goes On Without an End 3rd Season",
    "鬼滅の刃 柱稽古編 という とても ながい なまえ の だいめい だから きられる",
    "Family 👨\u200d👩\u200d👧 " * 8 + "Part 2",
]


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("columns", [LIST_COLUMNS[:2] + COLUMNS[1:], COLUMNS])
def test_a_title_is_one_line_at_every_width(
    monkeypatch: pytest.MonkeyPatch, columns: tuple[TableColumn, ...], width: int, terminal: bool, ascii: bool
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal() if terminal else io.StringIO()
    rows = [ROWS[0] | {"mal_id": at, "title": title} for at, title in enumerate(TITLES)]
    env = Environment(io.StringIO(), out, io.StringIO(), environ={"CATLOG_ASCII": "1"} if ascii else {})
    draw(env, rows, columns)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(TITLES) + 2
    assert all(cell_len(line) <= width for line in lines)
    assert "2nd Season" in lines[2]
    assert "3rd Season" in lines[3]
