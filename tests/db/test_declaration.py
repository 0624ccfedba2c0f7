"""A table is declared once: its light form and SQLModel's class have the same columns, and go into one statement."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Dialect, MetaData, Table, func, select
from sqlalchemy.schema import CreateTable
from sqlmodel import Session as EntitySession
from sqlmodel import SQLModel

from catlog.db import models, tables
from catlog.db.declaration import entity_of
from catlog.db.models import declared, register_all
from catlog.db.naming import METADATA, table_of
from catlog.db.session import Database
from catlog.db.tables import ActivityLog, UserAnime, col
from catlog.library.entries import Origin, Status
from catlog.library.partial_date import PartialDate
from tests.catalogue.samples import anime, write

NAMES = sorted(name for names in models._TABLES.values() for name in names)


def _as_sqlmodel_reads_it(name: str) -> Table:
    """Return the table that SQLModel makes of the declaration alone, in a metadata of its own."""
    from sqlmodel import Field
    from sqlmodel.main import get_column_from_field

    light: Any = declared(name)
    fields = {}
    for field, given in light.__fields__.items():
        if given.sa_column is not None:
            continue
        default = {"default_factory": given.default_factory} if given.default_factory else {}
        if given.default is not ...:
            default["default"] = given.default
        fields[field] = Field(**default, **given.about)
    body = {
        "__module__": light.__module__,
        "__annotations__": {field: light.__annotations__[field] for field in fields},
        **fields,
    }
    plain: Any = type(SQLModel)(f"{name}Plain", (SQLModel,), body)
    made = MetaData()
    columns = []
    for field, info in plain.model_fields.items():
        column = get_column_from_field(info)
        column.name = table_of(light).c[field].name
        column.key = field
        columns.append(column)
    return Table(name, made, *columns)


@pytest.mark.parametrize("name", NAMES)
def test_the_light_table_has_the_columns_that_sqlmodel_makes_of_the_declaration(name: str) -> None:
    expected, found = _as_sqlmodel_reads_it(name), table_of(declared(name))
    for column in expected.c:
        ours = found.c[column.key]
        compiled = [str(kind.dialect_impl(_dialect()).compile(_dialect())) for kind in (ours.type, column.type)]
        assert compiled[0] == compiled[1], column.key
        defaults = [getattr(each.default, "arg", None) for each in (ours, column)]
        server = [getattr(each.server_default, "arg", None) for each in (ours, column)]
        assert (ours.nullable, ours.primary_key, ours.autoincrement, bool(ours.unique), bool(ours.index)) == (
            column.nullable, column.primary_key, column.autoincrement, bool(column.unique), bool(column.index)
        ), column.key  # fmt: skip
        assert defaults[0] == defaults[1]
        assert str(server[0]) == str(server[1])
        links = [sorted((key._get_colspec(), key.ondelete) for key in each.foreign_keys) for each in (ours, column)]
        assert links[0] == links[1], column.key


def _dialect() -> Dialect:
    from sqlalchemy.dialects.postgresql import dialect

    made: Dialect = dialect()
    return made


@pytest.mark.parametrize("name", NAMES)
def test_rows_as_objects_are_of_the_same_table(name: str) -> None:
    entity: Any = getattr(models, name)
    assert issubclass(entity, SQLModel)
    assert entity is entity_of(declared(name))
    assert entity.__table__ is table_of(getattr(tables, name))
    assert set(entity.model_fields) == {column.key for column in entity.__table__.c}


def test_every_table_is_in_the_metadata() -> None:
    register_all()
    assert {declared(name).__tablename__ for name in NAMES} == set(METADATA.tables)
    assert all(str(CreateTable(table)) for table in METADATA.sorted_tables)


def test_names_of_no_table_are_refused() -> None:
    for module in (models, tables):
        with pytest.raises(AttributeError):
            module.NoSuchTable  # type: ignore[attr-defined]  # noqa: B018 - the name is what is tested


def test_one_statement_may_have_both_and_a_session_turns_rows_into_objects(database: Database) -> None:
    write(database, anime(7, "Seven"))
    light, entity = tables.ProcessedAnime, models.ProcessedAnime
    both = select(entity.title).where(tables.col(light.mal_id) == 7)
    with database.read() as session:
        assert str(both).count("FROM") == 1
        assert session.connection().execute(both).all() == [("Seven",)]
        found = session.get(entity, 7)
        assert found is not None
        assert found.title == "Seven"
    with database.write() as session:
        changed = session.get(entity, 7)
        assert changed is not None
        changed.title = "Eight"
    with database.read() as session:
        assert session.connection().execute(both).scalar_one() == "Eight"


def test_a_session_is_sqlmodels_own_where_objects_are_used(database: Database) -> None:
    with database.write() as session:
        session.add(models.CrossId(service="anilist", service_id=1, mal_id=2))
    with database.read() as session:
        assert isinstance(session.exec.__self__, EntitySession)
        assert session.connection().execute(select(tables.CrossId.mal_id)).scalars().all() == [2]


READERS = (
    "catlog.tui.queries", "catlog.tui.screens.home.queries", "catlog.tui.screens.list.queries",
    "catlog.tui.screens.details.queries", "catlog.tui.editing.edit_queries", "catlog.library.journal.replay",
    "catlog.library.writer", "catlog.library.history", "catlog.accounts.identity", "catlog.companion.service",
    "catlog.catalogue.search", "catlog.catalogue.details", "catlog.db.upgrade", "catlog.interchange.importing",
)  # fmt: skip
"""The modules of a start, of Home and List, and of edits."""


def test_what_the_app_and_edits_import_needs_no_sqlmodel_and_no_pydantic() -> None:
    code = f"import sys, importlib; [importlib.import_module(name) for name in {READERS!r}]; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sqlmodel", "pydantic", "sqlalchemy.orm", "numpy", "alembic"} & set(ran.stdout.split())


def test_members_of_enums_are_compared_without_the_orm_which_a_thread_may_be_importing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def search(*_: object, **__: object) -> None:
        raise AssertionError("half of the ORM may be there")

    monkeypatch.setattr("sqlalchemy.sql.sqltypes.inspection.inspect", search)
    status, date = col(UserAnime.status), col(UserAnime.start_date)
    for compared in (
        status == Status.WATCHING,
        status != Status.DROPPED,
        status.in_([Status.WATCHING, Status.ON_HOLD]),
        col(ActivityLog.origin) == Origin.CLI,
        func.coalesce(status, "") == Status.DROPPED,
        date >= PartialDate("2026-11"),
    ):
        assert isinstance(compared, ColumnElement)
