"""Redaction of secrets: the visible parts of settings that may hold one, and texts without the rest.

`catlog.config.SETTINGS` declares these settings. Of a valid value the functions here show the parts without secrets, by
allow-lists; nothing of an invalid value is shown, as its secret can be anywhere. Hidden parts are removed from the text
of every error, also where it quotes a driver or another program.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

# Patterns are compiled on first use: every command imports this module, and few need it.
DATABASE = (
    r"(?s)(?P<scheme>postgresql(?:\+\w+)?)://(?:(?P<user>[^:/@]*)(?P<password>:[^@]*)?@)?(?P<hosts>[^@/?]*)"
    r"(?:/(?P<name>[^?@:]*))?(?:\?(?P<query>.*))?"
)
"""A URL of PostgreSQL, split as SQLAlchemy does."""

SPARK = (
    r"(?a)(?:local\[(?:\d+|\*)\]|databricks"
    r"|spark://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:,(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?)*/?"
    r"|sc://(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:/?|/(?P<parameters>(?:;[^;=\s]+=[^;\s]*)*);?))"
)
"""The address of a Spark; the parameters of `sc://` hold its token."""

_REST = "…"
_LEAST = 3
"""Shorter words are not redacted: they occur in every text."""

_USER = r"[\w.+ -]*"
_HOST = r"(?:\[[0-9a-fA-F:.]+\]|[\w.-]*|[/@][\w./-]*)(?::\d{0,5})?"
_NAME = r"[\w.$ -]*"
_VALUE = r"[\w.,/-]*"

_SEEN = {
    *("application_name", "channel_binding", "client_encoding", "connect_timeout", "dbname", "gssencmode", "host"),
    *("hostaddr", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname"),
    *("load_balance_hosts", "port", "require_auth", "service", "sslcert", "sslcompression", "sslcrl", "sslkey"),
    *("sslmode", "sslnegotiation", "sslrootcert", "sslsni", "target_session_attrs", "tcp_user_timeout", "user"),
}
"""Parameters of libpq whose values may be shown, if their form is valid."""

_NAMED = {
    *_SEEN,
    *("options", "passfile", "password", "sslpassword", "sslcertmode", "replication", "requirepeer", "sslcrldir"),
    *("connection_limit", "currentSchema", "pgbouncer", "pool_size", "pool_timeout", "schema", "ssl"),
}
"""Parameters whose names may be shown; those of the last line belong to other programs, whose errors name them."""

_COMMON = {
    *_NAMED,
    "token",
    *("postgresql", "postgres", "psycopg", "sqlite", "spark", "http", "https"),
}
"""Words that reveal nothing about a value."""

_of_settings: frozenset[str] = frozenset()
_of_others: frozenset[str] = frozenset()
_told: frozenset[str] = frozenset()
"""Secrets that are no settings, also those that look like a word: removed from other programs' messages."""


def seen_of_database(url: str) -> str:
    """Return the visible part of a database URL: without the password (PostgreSQL) or the options (SQLite)."""
    if url.startswith("sqlite:///"):
        file, mark, _ = url.partition("?")
        return f"{file}{mark and '?' + _REST}"
    parts = re.fullmatch(DATABASE, url)
    if parts is None or not _are_hosts(parts["hosts"]):
        known = re.match(r"(postgresql(?:\+psycopg)?://)(?:(\w[\w.-]*):[^@/]*@)?", url, re.ASCII)
        return "".join((known[1], f"{known[2]}:***@" if known[2] else "", _REST)) if known else _REST
    shown = f"{parts['scheme']}://"
    if parts["user"] is not None:
        shown += f"{_seen(parts['user'], _USER)}{':***' if parts['password'] else ''}@"
    shown += parts["hosts"]
    if parts["name"] is not None:
        shown += f"/{_seen(parts['name'], _NAME)}"
    if parts["query"]:
        shown += f"?{'&'.join(map(_parameter, parts['query'].split('&')))}"
    return shown


def seen_of_spark(target: str) -> str:
    """Return the visible part of a Spark's address: without parameters."""
    return target.partition("/;")[0] if re.fullmatch(SPARK, target) else _REST


def seen_of_command(words: Sequence[str]) -> str:
    """Return the visible part of a command: the program, if it is one, and an ellipsis."""
    import shutil  # only where there is a command

    program = words[0] if words and shutil.which(words[0]) else ""
    return f"{program} {_REST}".strip()


def set_hidden(values: Collection[tuple[str, str]]) -> None:
    """Redact the hidden parts of the settings, as pairs (given, seen), from now on; earlier settings are replaced."""
    global _of_settings
    _of_settings = frozenset(word for given, seen in values for word in unseen(given, seen) if _is_telling(word))


def hide_unseen(given: str, seen: str) -> None:
    """Redact, from now on, the hidden parts of a value that is no setting."""
    global _of_others
    _of_others |= {word for word in unseen(given, seen) if _is_telling(word)}


def hide(secret: str) -> None:
    """Redact, from now on, a secret that is no setting: the output of a command, a token."""
    global _of_others, _told
    _told |= {secret} if len(secret) >= _LEAST else set()
    _of_others |= {secret} if _is_telling(secret) else set()


def hidden() -> tuple[str, ...]:
    """Return the hidden words, longest first."""
    return tuple(sorted(_of_settings | _of_others, key=lambda word: (-len(word), word)))


def redact(text: str) -> str:
    """Return a text with the hidden words replaced by `***`.

    A secret that looks like a word of a language, or is shorter than five characters, is not replaced: gaps in CatLog's
    own sentences would reveal it. No such secret is put into them either.
    """
    for word in hidden():
        text = text.replace(word, "***")
    return text


def unseen(given: str, seen: str) -> set[str]:
    """Return the hidden words of a value, as written and URL-decoded."""
    words = set(_words(given)) - set(_words(seen)) - _COMMON
    return {word for word in words if len(word) >= _LEAST}


def without(text: str, value: str, seen: str) -> str:
    """Return another program's message without the words of `value` that are not in its `seen` part."""
    for word in sorted(unseen(value, seen) | _told, key=len, reverse=True):
        text = text.replace(word, "***")
    return text


def is_harmless(text: str) -> bool:
    """Say whether a text looks like no secret: no URL, no `name=value`, no `user@`."""
    return not re.search(r"[@=;]|:/", text)


def _words(text: str) -> list[str]:
    ends = (r"[:/@?&=;,\s'\"#\[\]]+", r"[?&;\s]+")
    return [word for form in {text, *_meant(text)} for marks in ends for word in re.split(marks, form)]


def _is_telling(word: str) -> bool:
    return len(word) >= 12 or (len(word) >= 5 and not word.isalpha())


def _seen(text: str, form: str) -> str:
    return text if all(re.fullmatch(form, meant) for meant in _meant(text)) else _REST


def _are_hosts(text: str) -> bool:
    return all(re.fullmatch(_HOST, meant) for host in text.split(",") for meant in _meant(host))


def _parameter(text: str) -> str:
    name, _, value = text.partition("=")
    if name in ("host", "hostaddr") and all(map(_are_hosts, _meant(value))):
        return text
    if name in _SEEN and all(re.fullmatch(_VALUE, meant) for meant in _meant(value)):
        return text
    return f"{name if name in _NAMED else _REST}=***"


def _meant(text: str) -> tuple[str, ...]:
    """Return the URL-decoded forms of a part of a URL, with + as itself and as a space."""
    if not re.search("[%+]", text):
        return (text,)
    from urllib.parse import unquote, unquote_plus

    return unquote(text), unquote_plus(text)
