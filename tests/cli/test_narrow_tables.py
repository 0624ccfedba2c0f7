"""On a narrow terminal a table leaves out what matters least, before any column is squeezed to nothing."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len

from catlog.analytics.registry import QUERIES
from catlog.cli.analytics import table_column
from catlog.cli.analytics_show import JOB_COLUMNS
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment
from catlog.cli.fitting import fit, has_title
from catlog.cli.list import LIST_COLUMNS
from catlog.cli.show_page import ORDER_COLUMNS
from catlog.cli.tables import draw

COLUMNS = (
    TableColumn("title", "title", wrap=True),
    TableColumn("score", "score", "right"),
    TableColumn("studio", "studio", gives_way=1),
    TableColumn("tags", "tags", wrap=True, gives_way=2),
)
ROWS = [{"title": "Mushishi " * 6, "score": 8.7, "studio": "Artland Pictures Tokyo", "tags": "calm, " * 10}]


_LONG: Mapping[str, object] = {
    **dict.fromkeys(("title", "one", "other"), "An Exceedingly Long Title " * 5),
    **dict.fromkeys(("since", "first day", "from", "to", "day", "aired", "started", "finished"), "2026-11-22"),
    "status": "Plan to Watch",
    "watched": "1000/1000",
    "course": "▁" * 8,
    "change": "▲ 1000",
    "": "✓▶",
    "tags": "some tag, another",
    "fav": "yes",
    "my list": "plan to watch",
    "what it is": "alternative version",
    "type": "TV Special",
    "of": "members",
    "direction": "falling",
    "window": "365 d",
    "id": 63_794,
    "lasts": "yes",
}


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


def _every_table_of_titles() -> Iterator[tuple[str, Sequence[TableColumn]]]:
    env = Environment(io.StringIO(), io.StringIO(), io.StringIO())
    yield "list ls", LIST_COLUMNS
    yield "show", ORDER_COLUMNS
    for name, query in QUERIES.items():
        yield f"analytics {name}", [table_column(env, column) for column in query.columns]
    for job, (_, _, columns) in JOB_COLUMNS.items():
        if has_title(columns):
            yield f"analytics show {job}", columns


@pytest.mark.parametrize(("name", "columns"), list(_every_table_of_titles()))
@pytest.mark.parametrize("width", [60, 80])
def test_a_title_is_readable_in_every_table(name: str, columns: Sequence[TableColumn], width: int) -> None:
    row = {column.key: _LONG.get(column.header, 1000) for column in columns}
    fitted = fit([replace(column, format=str) for column in columns], [row], width)
    titles = [
        wide for column, wide in zip(fitted.columns, fitted.widths, strict=True) if column.key.startswith("title")
    ]
    assert titles, name
    assert min(titles) >= 24, name
    if width == 60:
        assert "id" not in [column.header for column in fitted.columns]
