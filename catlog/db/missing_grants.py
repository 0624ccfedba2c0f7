"""The GRANT that a PostgreSQL role lacks.

The kind of object follows from the server's message if that is in English, else from the statement.
"""

from __future__ import annotations

import re

from sqlalchemy import URL

_OWNER = "run the command as the role that owns the tables, which alone upgrades the schema"

_TABLE = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema}"
_SEQUENCE = "USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema}"

_KINDS = (
    (r"temporary tables|^CREATE TEMPORARY", "TEMPORARY ON DATABASE {database}"),
    (r"for sequence|^SELECT (?:pg_catalog\.)?(?:setval|nextval)", _SEQUENCE),
    (r"for (?:table|relation|view)", _TABLE),
    (r"for database", "CONNECT, TEMPORARY ON DATABASE {database}"),
    (r"for function", "EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema}"),
)
"""Patterns of the message, or after a line break of the statement, and the privileges to grant."""


def missing_grant(sentence: str, statement: str | None, url: URL) -> str:
    """Return a hint for the error message `sentence` (SQLSTATE 42501) to `statement` in the database at `url`."""
    role = _name(url.username) or "YOUR_ROLE"
    names = {"database": _name(url.database) or "YOUR_DATABASE", "schema": "public"}
    sql = statement.strip() if statement else ""
    if "must be owner" in sentence or re.match(r"(?i)(?:CREATE|ALTER|DROP|COMMENT)\b(?! TEMP)", sql):
        return f"{_OWNER}, or may create tables in its schema (GRANT USAGE, CREATE ON SCHEMA {_schema(sentence)} TO …)"
    if found := re.search(r"for schema (\S+)", sentence):
        return _hint(f"USAGE ON SCHEMA {_name(found[1])}", role)
    for pattern, grant in _KINDS:
        if re.search(pattern, f"{sentence}\n{sql}", re.MULTILINE):
            return _hint(grant.format(**names), role)
    both = _TABLE.format(**names), _SEQUENCE.format(**names)
    return _hint(f" TO {role}; GRANT ".join(both), role)


def usage_of(schema: str, url: URL) -> str:
    """Return a hint for tables in a schema that the role at `url` may not use."""
    return _hint(f"USAGE ON SCHEMA {_name(schema)}", _name(url.username) or "YOUR_ROLE")


def _hint(grant: str, role: str) -> str:
    return f"their owner grants it: GRANT {grant} TO {role}"


def _schema(sentence: str) -> str:
    found = re.search(r"for schema (\S+)", sentence)
    return _name(found[1]) if found else "public"


def _name(name: str | None) -> str:
    """Return a name as SQL writes it."""
    if not name or re.fullmatch("[a-z_][a-z0-9_]*", name):
        return name or ""
    return '"{}"'.format(name.replace('"', '""'))
