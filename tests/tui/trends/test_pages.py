"""A query of the registry without a page of its own has one all the same, made from the columns of its command."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from catlog.analytics.records import TitleRow
from catlog.analytics.registry import QUERIES, Query
from catlog.tui.glyphs import UNICODE
from catlog.tui.screens.trends.pages import PAGES, TrendsRow, query_page

VALUES: dict[str, Any] = {"int": 1200, "float": 8.5, "date": date(2026, 11, 30), "bool": True, "str": "Mushishi"}


def sample(query: Query[TitleRow], *, known: bool) -> TitleRow:
    """Return a row of a query, whose fields that may be unknown are so unless `known`."""
    kinds = {field.name: str(field.type) for field in fields(query.record)}
    return query.record(
        **{n: VALUES[kind.split()[0]] if known or "None" not in kind else None for n, kind in kinds.items()}
    )


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_every_query_has_a_page_and_one_made_from_its_entry_shows_every_row(query: Query[TitleRow]) -> None:
    assert query.name in {page.query for page in PAGES.values()}
    page = query_page(query)
    assert page.windowed is any(parameter.name == "days" for parameter in query.parameters)
    columns = page.columns(UNICODE)
    assert [column.key for column in columns] == [it.field for it in query.columns if it.field != "mal_id"]
    for known in (True, False):
        row = TrendsRow(sample(query, known=known), (3, None, 1))
        assert all(column.cell(row, 20) is not None for column in columns)
