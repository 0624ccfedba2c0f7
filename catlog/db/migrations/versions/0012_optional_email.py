"""The e-mail address of an account: optional from now on; given ones stay, and stay unique.

SQLite cannot drop a NOT NULL. Rebuilding the table would delete everything that refers to it, as foreign keys are
enforced in this transaction. The stored text of the table is edited instead, the way SQLite documents for changes that
leave the rows as they are; the new number makes other connections read it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = ("email", "emailFolded")


def upgrade() -> None:
    """Drop NOT NULL from both columns."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for column in _COLUMNS:
            op.alter_column("User", column, existing_type=sa.String(), nullable=True)
        return
    of_table = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'User'")
    written = connection.execute(of_table).scalar_one()
    for column in _COLUMNS:
        for name in (column, f'"{column}"'):
            written = written.replace(f"\t{name} VARCHAR NOT NULL", f"\t{name} VARCHAR")
    number = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        change = sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'User'")
        connection.execute(change, {"sql": written})
        connection.exec_driver_sql(f"PRAGMA schema_version = {number + 1}")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = OFF")
    required = {row[1] for row in connection.exec_driver_sql('PRAGMA table_info("User")') if row[3]}
    if left := required.intersection(_COLUMNS):
        raise RuntimeError(f"still required: {', '.join(sorted(left))}")
