"""What a PostgreSQL role lacks, as the GRANT that gives it.

The kind of object comes from the server's sentence where that is in English, else from the statement.
"""

from __future__ import annotations

import re

from sqlalchemy import URL

_OWNER = "run it as the role that owns the tables: only that one upgrades the schema"

_TABLE = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema}"
_SEQUENCE = "USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema}"

_KINDS = (
    (r"temporary tables|^CREATE TEMPORARY", "TEMPORARY ON DATABASE {database}"),
    (r"for sequence|^SELECT (?:pg_catalog\.)?(?:setval|nextval)", _SEQUENCE),
    (r"for (?:table|relation|view)", _TABLE),
    (r"for database", "CONNECT, TEMPORARY ON DATABASE {database}"),
    (r"for function", "EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema}"),
)
"""What tells the kind in "sentence" or, behind a line break, in the statement; and what is to be granted."""


def missing_grant(sentence: str, statement: str | None, url: URL) -> str:
    """Return the way out after the error `sentence` (SQLSTATE 42501) to `statement` in the database at `url`."""
    role = _name(url.username) or "YOUR_ROLE"
    names = {"database": _name(url.database) or "YOUR_DATABASE", "schema": "public"}
    told = statement.strip() if statement else ""
    if "must be owner" in sentence or re.match(r"(?i)(?:CREATE|ALTER|DROP|COMMENT)\b(?! TEMP)", told):
        return f"{_OWNER}, or may create tables in its schema (GRANT USAGE, CREATE ON SCHEMA {_schema(sentence)} TO …)"
    if found := re.search(r"for schema (\S+)", sentence):
        return _wording(f"USAGE ON SCHEMA {_name(found[1])}", role)
    for pattern, grant in _KINDS:
        if re.search(pattern, f"{sentence}\n{told}", re.MULTILINE):
            return _wording(grant.format(**names), role)
    both = _TABLE.format(**names), _SEQUENCE.format(**names)
    return _wording(f" TO {role}; GRANT ".join(both), role)


def usage_of(schema: str, url: URL) -> str:
    """Return the way out where the tables are in a schema that the role at `url` may not use."""
    return _wording(f"USAGE ON SCHEMA {_name(schema)}", _name(url.username) or "YOUR_ROLE")


def _wording(grant: str, role: str) -> str:
    return f"their owner grants it: GRANT {grant} TO {role}"


def _schema(sentence: str) -> str:
    found = re.search(r"for schema (\S+)", sentence)
    return _name(found[1]) if found else "public"


def _name(name: str | None) -> str:
    """Return a name as SQL writes it."""
    if not name or re.fullmatch("[a-z_][a-z0-9_]*", name):
        return name or ""
    return '"{}"'.format(name.replace('"', '""'))
