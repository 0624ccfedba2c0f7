from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catlog.tui.widgets.rows.columns import GAP, RowColumn, place_columns


def column(key: str, width: int, **given: Any) -> RowColumn[object]:  # noqa: ANN401 - whatever a column has
    return RowColumn(key, key, lambda record, _: str(record), width, **given)


LIST = (
    column("title", 20, weight=3),
    column("progress", 20),
    column("my", 3),
    column("mal", 5, gives_way=1),
    column("next", 16, gives_way=2, min_list_width=70),
    column("tags", 12, weight=1, max_width=30, gives_way=3),
)


def keys(width: int) -> list[str]:
    return [each.column.key for each in place_columns(LIST, width, start=3)]


def test_columns_fold_away_in_their_order_as_the_list_gets_narrower() -> None:
    assert keys(160) == ["title", "progress", "my", "mal", "next", "tags"]
    assert keys(80) == ["title", "progress", "my", "mal", "next"]
    assert keys(60) == ["title", "progress", "my", "mal"]
    assert keys(50) == ["title", "progress", "my"]


def test_spare_room_is_shared_by_weight_up_to_the_most_a_column_wants() -> None:
    widths = {each.column.key: each.width for each in place_columns(LIST, 300)}
    assert widths["tags"] == 30
    assert widths["progress"] == 20
    assert sum(widths.values()) + GAP * (len(widths) - 1) == 300


def test_columns_that_give_way_for_nobody_are_cut_at_the_edge() -> None:
    assert [(each.start, each.width) for each in place_columns(LIST[:3], 30, start=3)] == [(3, 20), (25, 5)]


@given(st.integers(0, 250), st.integers(0, 5))
def test_columns_never_overlap_nor_leave_the_width(width: int, start: int) -> None:
    at = start
    for each in place_columns(LIST, width, start=start):
        assert each.start >= at
        assert each.width > 0
        at = each.start + each.width
    assert at <= max(width, start)
