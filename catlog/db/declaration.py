"""How tables are declared: classes as SQLModel reads them, which cost nothing but their SQLAlchemy table at first.

Importing SQLModel takes a fifth of a second and 12 MB, and only rows as objects need it. So a class of
`catlog.db.models` makes its `Table` here, which is all that a statement needs (`catlog.db.tables`); `entity_of` has
SQLModel map the same declaration to the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Integer, String, Table

from catlog.db.naming import METADATA


class TextOrEnum(String):
    """A text, which may be a member of a string enum.

    For a value of such a class SQLAlchemy would search for its meaning, in its ORM too, which another thread may just
    be importing: half of it is there then, and the search fails.
    """

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        """Return the type of a value that is compared with this one: this one for a text, whatever its class."""
        return self if isinstance(value, str) else super().coerce_compared_value(op, value)


if TYPE_CHECKING:
    from sqlmodel import Field as Field
    from sqlmodel import SQLModel

    TableModel = SQLModel
else:

    class Field:
        """What a declaration says of a column, with the arguments of SQLModel's `Field` that CatLog uses."""

        def __init__(
            self,
            default: object = ...,
            *,
            default_factory: Callable[[], object] | None = None,
            sa_column: Column[Any] | None = None,
            **about: Any,  # noqa: ANN401 - of any type, as in SQLModel
        ) -> None:
            self.default = default
            self.default_factory = default_factory
            self.sa_column = sa_column
            self.about = about

        def of_entity(self, column: Column[Any]) -> object:
            """Return SQLModel's field over a column of the table."""
            from sqlmodel import Field as EntityField

            if self.default_factory is not None:
                return EntityField(default_factory=self.default_factory, sa_column=column)
            return EntityField(self.default, sa_column=column)

    class TableModel:
        """The base class of declarations. Its attributes are the columns; statements take it for its table."""

        __table__: Table

        def __init_subclass__(cls, *, table: bool) -> None:
            assert table, "every declaration is a table"
            given = cls.__dict__.get("__table_args__", ())
            args, options = _arguments(given)
            cls.__fields__ = {name: _field(cls.__dict__.get(name, ...)) for name in cls.__annotations__}
            columns = [_column(name, cls.__annotations__[name], field) for name, field in cls.__fields__.items()]
            cls.__table__ = Table(cls.__tablename__, METADATA, *columns, *args, **options)
            for name, column in cls.__table__.c.items():
                setattr(cls, name, column)

        @classmethod
        def __clause_element__(cls) -> Table:
            """Return the table, where SQLAlchemy expects one."""
            return cls.__table__


def entity_of(declared: Any) -> Any:  # noqa: ANN401 - classes that only a type checker tells apart
    """Return SQLModel's class of a declaration, for rows as objects."""
    return _entity(declared)


@cache
def _entity(declared: Any) -> Any:  # noqa: ANN401 - classes that only a type checker tells apart
    from sqlmodel import SQLModel

    table: Table = declared.__table__
    body = {
        "__module__": declared.__module__,
        "__qualname__": declared.__qualname__,
        "__doc__": declared.__doc__,
        "__annotations__": dict(declared.__annotations__),
        "__table__": table,
        **{name: field.of_entity(table.c[name]) for name, field in declared.__fields__.items()},
    }
    metaclass: Any = type(SQLModel)
    return metaclass(declared.__name__, (SQLModel,), body, table=True)


def _field(given: Any) -> Any:  # noqa: ANN401 - a `Field` above, or a default of any type
    kind: Any = Field  # a class here, a function to type checkers
    return given if isinstance(given, kind) else kind(given)


def _arguments(given: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:  # noqa: ANN401 - SQLAlchemy's `__table_args__`
    if isinstance(given, Mapping):
        return (), given
    if given and isinstance(given[-1], Mapping):
        return given[:-1], given[-1]
    return given, {}


def _column(name: str, kind: str, field: Any) -> Column[Any]:  # noqa: ANN401 - the `Field` above, not SQLModel's
    if field.sa_column is not None:
        field.sa_column.name = field.sa_column.key = name
        return field.sa_column  # type: ignore[no-any-return]  # a Column
    about = dict(field.about)
    reference = about.pop("foreign_key", None)
    links = [ForeignKey(reference, ondelete=about.pop("ondelete", None))] if reference else []
    options = about.pop("sa_column_kwargs", {})
    sort = about.pop("sa_type", None) or _TYPES[kind.removesuffix(" | None")]
    if field.default is not ...:
        options = {"default": field.default, **options}
    nullable = kind.endswith(" | None") and not about.get("primary_key", False)
    return Column(name, sort, *links, nullable=nullable, **about, **options)


_TYPES: Mapping[str, Any] = {"int": Integer, "str": TextOrEnum, "float": Float, "bool": Boolean, "date": Date}
"""The types of columns by the annotations of their fields; other fields name their type."""
