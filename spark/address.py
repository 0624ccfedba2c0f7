"""Parse a database URL for drivers that need it in another form: JDBC, and libpq on the executors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from spark.errors import CONFIG, SparkError

DRIVER = "org.postgresql.Driver"

_FORM = re.compile(r"postgres(?:ql)?(?:\+\w+)?://([^:/]*(?::[^@]*)?@)?([^@/?]*)(?:/([^?]*))?(?:\?(.*))?", re.DOTALL)
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?")

_TARGETS = {
    "any": "any",
    "read-write": "primary",
    "primary": "primary",
    "standby": "secondary",
    "prefer-standby": "preferSecondary",
}
_LINK_TIMEOUTS = {"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"}
"""Parameters of libpq that JDBC can ignore: they only decide when a dead connection is noticed."""

_ENVIRONMENT = {name: f"PG{name.upper()}" for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")}
"""Parameters that libpq also reads from the environment; JDBC gets them, so that its connection is no less safe."""


@dataclass(frozen=True)
class Address:
    """The address of a PostgreSQL database: hosts with ports ("" is 5432), name, user, password, other parameters."""

    hosts: tuple[tuple[str, str], ...]
    database: str
    user: str
    password: str
    parameters: Mapping[str, str]

    def with_password(self, password: str) -> Address:
        """Return the address with `password`, unless it has its own."""
        return replace(self, password=self.password or password)

    def conninfo(self) -> str:
        """Return the address as a connection string of libpq."""
        words = {**self.parameters, "dbname": self.database, "user": self.user, "password": self.password}
        words["host"] = ",".join(host for host, _ in self.hosts)
        words["port"] = ",".join(port for _, port in self.hosts) if any(port for _, port in self.hosts) else ""
        quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in words.items() if value}
        return " ".join(f"{name}='{value}'" for name, value in quoted.items())

    def jdbc(self, environ: Mapping[str, str]) -> str:
        """Return the URL of JDBC, without user and password.

        Raises SparkError for parameters that JDBC lacks: a connection without a check of libpq's is refused.
        """
        if not self.hosts or any(host.startswith(("/", "@")) for host, _ in self.hosts):
            raise _not_tcp_error()
        found = {name: environ[variable] for name, variable in _ENVIRONMENT.items() if environ.get(variable)}
        given = {**found, **self.parameters}
        if "sslrootcert" in given and given.get("sslmode") == "require":
            given["sslmode"] = "verify-ca"  # what libpq does then
        translated: dict[str, str] = {}
        for name, value in given.items():
            if name in _LINK_TIMEOUTS or value == _JDBC_DEFAULTS.get(name):
                continue
            as_jdbc = _PARAMETERS.get(name)
            pair = as_jdbc(value) if as_jdbc is not None else None
            if pair is None:
                raise SparkError(
                    CONFIG,
                    f"JDBC has nothing like {name}{'=' + value if name in _PUBLIC else ''} of the database URL",
                    hint="use --read parquet or --read python, or leave it out",
                )
            translated[pair[0]] = pair[1]
        hosts = ",".join(f"{f'[{host}]' if ':' in host else host}:{port or 5432}" for host, port in self.hosts)
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in translated.items())
        return f"jdbc:postgresql://{hosts}/{quote(self.database, safe='')}{'?' if query else ''}{query}"


def parse(url: str) -> Address:
    """Return the address of a database URL. Raises SparkError for a URL that is not PostgreSQL's."""
    form = _FORM.fullmatch(url)
    if form is None:
        raise _not_tcp_error()
    user, hosts, database, query = (part or "" for part in form.groups())
    name, _, password = user.removesuffix("@").partition(":")
    parameters: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        parameters[key] = f"{parameters[key]},{value}" if key in parameters and key in ("host", "port") else value
    before = [_host(one) for one in hosts.split(",")] if hosts else []
    named = parameters.pop("host", "")
    found = [_host(one) for one in named.split(",")] if named else before
    ports = parameters.pop("port", "").split(",")
    if not any(port for _, port in found):
        if not any(ports):
            ports = [port for _, port in before]
        each = ports if len(ports) == len(found) else (ports[:1] or [""]) * len(found)
        found = [(host, port) for (host, _), port in zip(found, each, strict=True)]
    return Address(
        tuple(found),
        parameters.pop("dbname", "") or unquote(database),
        parameters.pop("user", "") or unquote(name),
        parameters.pop("password", "") or unquote(password),
        parameters,
    )


def _host(text: str) -> tuple[str, str]:
    whole = unquote(text)
    if whole.startswith(("/", "@")):
        return whole, ""
    match = _HOST.fullmatch(text)
    return (match[1].strip("[]"), match[2] or "") if match else (text, "")


def _not_tcp_error() -> SparkError:
    return SparkError(
        CONFIG, "JDBC reaches PostgreSQL over TCP alone, and the database is another", hint="use --read parquet"
    )


def _same(name: str) -> Callable[[str], tuple[str, str] | None]:
    return lambda value: (name, value)


def _root(value: str) -> tuple[str, str] | None:
    return None if value == "system" else ("sslrootcert", value)


def _key(value: str) -> tuple[str, str] | None:
    """Return the parameter for a key that JDBC can read. Raises SparkError for one that only libpq can."""
    try:
        with Path(value).open("rb") as content:
            is_text = content.read(10) == b"-----BEGIN"
    except OSError:
        is_text = False  # the driver says why
    if is_text:
        raise SparkError(
            CONFIG,
            "JDBC reads no key in PEM, as that of sslkey is",
            hint="openssl pkcs8 -topk8 -nocrypt -in KEY.pem -outform DER -out KEY.pk8, or use --read parquet",
        )
    return ("sslkey", value)


def _target(value: str) -> tuple[str, str] | None:
    return ("targetServerType", _TARGETS[value]) if value in _TARGETS else None


def _balance(value: str) -> tuple[str, str] | None:
    return ("loadBalanceHosts", "true") if value == "random" else None


_PARAMETERS: Mapping[str, Callable[[str], tuple[str, str] | None]] = {
    "sslmode": _same("sslmode"),
    "sslrootcert": _root,
    "sslcert": _same("sslcert"),
    "sslkey": _key,
    "sslpassword": _same("sslpassword"),
    "gssencmode": _same("gssEncMode"),
    "krbsrvname": _same("kerberosServerName"),
    "application_name": _same("ApplicationName"),
    "connect_timeout": _same("connectTimeout"),
    "options": _same("options"),
    "target_session_attrs": _target,
    "load_balance_hosts": _balance,
}
"""Parameters of libpq with their translation for JDBC; a translation is None for values that JDBC lacks."""

_JDBC_DEFAULTS = {
    "channel_binding": "prefer",
    "client_encoding": "utf8",
    "keepalives": "1",
    "load_balance_hosts": "disable",
    "sslcompression": "0",
    "sslnegotiation": "postgres",
    "sslsni": "1",
}
"""Values that are the behaviour of JDBC anyway."""

_PUBLIC = {"sslrootcert", "channel_binding", "load_balance_hosts", "sslnegotiation", "target_session_attrs", "service"}
"""Parameters whose values are no secrets."""
