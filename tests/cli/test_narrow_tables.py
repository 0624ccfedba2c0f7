"""On a narrow terminal a table leaves out what matters least, before any column is squeezed to nothing."""

import io

import pytest

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment
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
