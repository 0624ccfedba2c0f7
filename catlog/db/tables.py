"""Tables for statements: the names of `catlog.db.models` without SQLModel, which reading need not import.

`select(col(Name.column))` and the like are the same as with SQLModel's classes, on the same tables, and both may stand
in one statement. `select(Name)` gives the columns instead of an object.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from catlog.db.naming import table_of

Model = TypeVar("Model")

if TYPE_CHECKING:
    from sqlmodel import col as col

    from catlog.db.models import *  # noqa: F403
else:
    from catlog.db.models import declared

    def __getattr__(name: str) -> object:
        return declared(name)

    def col(column: object) -> object:
        """Return a column; a type checker sees a column of the type that its field has."""
        return column


def aliased(model: type[Model]) -> type[Model]:
    """Return a table under a name of its own, for a statement that takes it twice."""
    return _alias(model)  # type: ignore[no-any-return]  # has the columns as attributes, as the class has


def _alias(model: Any) -> Any:  # noqa: ANN401 - see `aliased`
    alias = table_of(model).alias()
    return SimpleNamespace(**dict(alias.c.items()), __table__=alias, __clause_element__=lambda: alias)
