"""Create and upgrade schemas: of SQLite files on first use, of PostgreSQL databases by `catlog db upgrade` only."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import Connection, inspect

from catlog.access import Right, needs
from catlog.db.errors import EmptyFileError, translate_errors
from catlog.db.lock import UPGRADE, wait_for_lock
from catlog.db.missing_grants import usage_of
from catlog.db.schema import (
    HEAD,
    SchemaState,
    is_empty_file,
    newer_schema,
    prepare_sqlite,
    refuse_encoding,
    schema_state,
    sqlite_file,
    state_in,
)
from catlog.db.session import Database
from catlog.errors import ConfigError

_CHECKS, _CHECK_SECONDS = 10, 0.05
"""Number and interval in seconds of checks of an empty file, which another process may be filling."""


def make_ready(database: Database, backups: Path | None = None) -> Database:
    """Return `database` with a current schema; an SQLite file is created or upgraded for it.

    `backups` is as in `upgrade`. Raises ConfigError when a PostgreSQL database needs `catlog db upgrade`, or when the
    schema is newer.
    """
    state = schema_state(database)
    if state.is_current:
        return database
    if state.is_newer:
        raise newer_schema(state)
    if database.is_sqlite:
        upgrade(database, backups)
        return database
    if state.revision is None:
        _refuse_hidden_tables(database)
    what = "has no CatLog tables yet" if state.revision is None else f"has the older schema {state.revision}"
    raise ConfigError(f"the database {what} (this version needs {HEAD})", hint="run: catlog db upgrade")


@needs(Right.MIGRATE)
def upgrade(database: Database, backups: Path | None = None) -> tuple[SchemaState, SchemaState]:
    """Create the schema, or upgrade it to `HEAD`; return the states before and after.

    A database with data is first backed up to the folder `backups`, unless that is None, for databases that can be
    rebuilt.
    """
    before = schema_state(database)
    if before.is_newer:
        raise newer_schema(before)
    if database.is_sqlite:
        if before.revision is None and backups is not None:
            _refuse_empty_file(sqlite_file(database), database, backups)
        prepare_sqlite(database)
    else:
        refuse_encoding(database)
    if before.is_current:
        return before, before
    from catlog.db.backup.folder import backup_before
    from catlog.db.migrations.run import upgrade_to_head  # Alembic: only when there is something to do

    if backups is not None and before.revision is not None:
        backup_before(database, "upgrade", backups)
    with translate_errors(database.url, database.origin), database.connect_to_write() as connection:
        wait_for_lock(connection, UPGRADE)  # a second process then finds nothing to do
        _refuse_foreign_tables(connection)
        upgrade_to_head(connection)
    return before, schema_state(database)


def _refuse_hidden_tables(database: Database) -> None:
    """Raise ConfigError when CatLog's tables are in a schema outside this role's search_path."""
    found = """
        SELECT nspname, has_schema_privilege(pg_namespace.oid, 'USAGE')
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relname IN ('alembic_version', 'DailyRankings') AND NOT pg_table_is_visible(pg_class.oid)
        GROUP BY 1, 2 HAVING count(*) = 2 ORDER BY 1
    """
    with translate_errors(database.url, database.origin), database.engine.connect() as connection, connection.begin():
        hidden = connection.exec_driver_sql(found).first()
    if hidden is not None:
        schema, is_usable = hidden
        raise ConfigError(
            f"the tables are in the schema {schema}, which {'is not on the search_path' if is_usable else 'is closed'}"
            " for your role",
            hint=f"ALTER ROLE … SET search_path = {schema}" if is_usable else usage_of(schema, database.engine.url),
        )


def _refuse_empty_file(file: Path, database: Database, backups: Path) -> None:
    """Raise EmptyFileError for a file of 0 bytes, unless another process is creating it."""
    for _ in range(_CHECKS):
        if not is_empty_file(file):
            return
        time.sleep(_CHECK_SECONDS)
    from catlog.db.backup.folder import recovery_hint

    raise EmptyFileError(f"{file} is empty (0 bytes): its contents are lost", hint=recovery_hint(database, backups))


def _refuse_foreign_tables(connection: Connection) -> None:
    from catlog.db.models import register_all
    from catlog.db.naming import METADATA

    register_all()
    foreign = METADATA.tables.keys() & set(inspect(connection).get_table_names())
    if foreign and state_in(connection).revision is None:
        raise ConfigError(
            f"the database has tables that this CatLog did not make: {', '.join(sorted(foreign))}",
            hint="use a database for CatLog alone (CATLOG_DATABASE_URL); to import a web CatLog: catlog db import-web",
        )
