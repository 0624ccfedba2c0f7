"""Map names in Python (`mal_id`) to names in the database (`malId`), here and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, Table, event

if TYPE_CHECKING:
    from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The metadata of all CatLog tables."""


def camel_case(name: str) -> str:
    """Return `snapshot_date` as `snapshotDate`; names without an underscore stay as they are."""
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name)


def table_of(model: type[SQLModel]) -> Table:
    """Return the table of a model, for statements that need no entities."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # made by the metaclass, missing in SQLModel's stubs
    return table


@event.listens_for(Column, "before_parent_attach")
def _name_physically(column: Column[object], parent: object) -> None:
    if isinstance(parent, Table) and parent.metadata is METADATA and column.name:
        column.key = column.key or column.name
        column.name = camel_case(column.name)
