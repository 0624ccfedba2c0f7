"""Parse database URLs into the form that SQLAlchemy passes to libpq unchanged.

libpq's own forms are supported too: several hosts (`u@h1:5432,h2:5433/db`), the folder of a socket as the host
(`%2Fvar%2Frun%2Fpostgresql`), IPv6 addresses in brackets, and `?service=NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from catlog import redaction
from catlog.errors import ConfigError

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:]*)(?::(\d*))?")


def parse_address(url: str, origin: str) -> URL:
    """Return the URL of a database; several hosts or a socket are in its query.

    Raises ConfigError naming `origin`; its message never shows the whole URL, any part of which may be the password.
    """
    try:
        return _several_hosts(url) if url.startswith("postgresql") else make_url(url)
    except (ArgumentError, ValueError) as problem:
        reason = f": {problem}" if isinstance(problem, _UnusableHostsError) else ""
        raise ConfigError(
            f"database_url {redaction.seen_of_database(url)!r} from {origin} cannot be parsed{reason}",
            hint="expected postgresql+psycopg://USER@HOST:PORT/NAME, with special characters of the password "
            "percent-encoded: %40 is @, %2F is /, %3A is :",
        ) from None


class _UnusableHostsError(ValueError):
    """The hosts of a URL contradict each other; the message quotes nothing of the URL."""


def _several_hosts(url: str) -> URL:
    form = re.fullmatch(redaction.DATABASE, url)
    if form is None:
        raise ValueError
    # SQLAlchemy and libpq disagree on several hosts only.
    hosts = form["hosts"]
    parsed = make_url(url[: form.start("hosts")] + url[form.end("hosts") :])
    before = [_host_and_port(one) for one in hosts.split(",")] if hosts else []
    found = [_host_and_port(one) for one in _values(parsed, "host")] or before  # ?host= wins, as for libpq
    ports = [port for _, port in found]
    given: Sequence[str | None] = _values(parsed, "port")
    if not any(ports) and (given := given or [port for _, port in before]):
        if len(given) not in (1, len(found) or 1):
            raise _UnusableHostsError("the numbers of hosts and ports differ")
        ports = [port or None for port in given] * (len(found) if len(given) == 1 and found else 1)
    for port in ports:
        if port and not 0 < int(port) < 65_536:
            raise _UnusableHostsError("a port is a number from 1 to 65535")
    for host, _ in found:
        if not host.startswith(("/", "@")):
            host.encode("idna")  # psycopg does so before the DNS lookup, without handling a failure
    rest = {name: value for name, value in parsed.query.items() if name not in ("host", "port")}
    if len(found) == 1 and not found[0][0].startswith(("/", "@")):
        return parsed.set(host=found[0][0], port=int(ports[0]) if ports[0] else None, query=rest)
    if found:
        rest["host"] = ",".join(host for host, _ in found)
    if any(ports):
        rest["port"] = ",".join(port or "" for port in ports)
    return parsed.set(query=rest)


def _values(parsed: URL, name: str) -> list[str]:
    """Return the values of `name` in the query, where it may be repeated or contain commas."""
    value = parsed.query.get(name, ())
    return [part for one in ((value,) if isinstance(value, str) else value) for part in one.split(",")]


def _host_and_port(text: str) -> tuple[str, str | None]:
    host = unquote(text)
    if host.startswith(("/", "@")):
        folder, _, port = host.partition(":")
        return folder, port or None
    if text.count(":") > 1 and "[" not in text:
        raise _UnusableHostsError("an IPv6 address needs brackets")
    match = _HOST.fullmatch(text)
    if match is None:
        raise ValueError
    return match[1].strip("[]"), match[2] or None
