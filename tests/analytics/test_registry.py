"""The registry: each entry says what its function takes and returns, and reading it imports nothing heavy."""

import subprocess
import sys
from dataclasses import fields
from inspect import signature
from typing import Any

import pytest

from catlog.analytics.registry import CHART_DAYS, HISTORY, QUERIES, Query, load

ALL: list[Query[Any]] = [*QUERIES.values(), HISTORY, CHART_DAYS]


@pytest.mark.parametrize("query", ALL, ids=lambda query: query.name)
def test_an_entry_agrees_with_its_function(query: Query[Any]) -> None:
    parameters = dict(list(signature(load(query.function)).parameters.items())[1:])
    assert parameters.pop("as_of").default is None
    assert ("mal_id" in parameters) is query.of_title
    parameters.pop("mal_id", None)
    assert {name: it.default for name, it in parameters.items()} == {it.name: it.default for it in query.parameters}


@pytest.mark.parametrize("query", ALL, ids=lambda query: query.name)
def test_columns_and_keys_are_fields_and_the_templates_can_be_filled(query: Query[Any]) -> None:
    names = {field.name for field in fields(query.record)}
    assert {column.field for column in query.columns if column.look != "course"} <= names
    assert set(query.key) <= names
    values = {parameter.name: parameter.default for parameter in query.parameters}
    assert "{" not in query.words(query.heading, values) + query.words(query.nothing, values)
    assert "$" in load(query.duckdb) or query is CHART_DAYS


def test_the_registry_loads_no_database() -> None:
    code = "import sys, catlog.analytics.registry; sys.exit('sqlalchemy' in sys.modules or 'duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
