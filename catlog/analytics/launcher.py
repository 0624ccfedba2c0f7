"""Stage two on Spark, from outside: jobs in a child process, over a frozen snapshot; pyspark is never imported here."""

from __future__ import annotations

import math
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catlog.analytics.jobs import JOBS, TOP_CORRELATED, find_job, usable_windows
from catlog.analytics.snapshots.manifest import open_snapshot
from catlog.analytics.spark_process import Echo, Event, SparkProcess, live_log
from catlog.atomic_files import read_private, write_private
from catlog.config import Settings, is_connect_here
from catlog.db.password_command import password_command
from catlog.errors import ConfigError, UnavailableError
from catlog.paths import make_folder, make_private
from catlog.progress import Report, silent
from catlog.redaction import hidden, hide, seen_of_database, seen_of_spark, unseen

DATABRICKS = "databricks"

JDBC_JARS = (Path("/usr/share/java/postgresql.jar"),)
"""Where a driver is looked for when the setting names none: where Debian's libpostgresql-jdbc-java puts it."""

_LOCAL_TIMEOUT = 300.0
_REMOTE_TIMEOUT = 120.0
"""Seconds until the session must have counted: a master that takes a job but has no workers never answers."""


_UNFINISHED = ".new"
"""The ending of a class archive's name while it is written."""


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """What a test of the connection found; times in seconds, `archive` says whether starts are fast ones."""

    target: str
    spark: str
    java: str
    python: str
    session: float
    count: float
    archive: bool


def launch(
    jobs: Sequence[str],
    snapshot: Path,
    out: Path,
    settings: Settings,
    as_of: date,
    windows: Sequence[int],
    report: Report = silent,
    *,
    top: int = TOP_CORRELATED,
    echo: Echo | None = None,
) -> dict[str, Path]:
    """Compute `jobs` over a frozen snapshot on the Spark that the settings name; return each job's folder in `out`.

    Results of a job are swapped in when they are whole. When `report` raises, or Ctrl-C is pressed, the child is ended.
    `log_file` keeps what Spark logs, and `echo` gets it line by line. Raises ConfigError without Java or pyspark,
    UnavailableError when nobody answers or a job fails, BadDataError for a snapshot of another format, and
    InvalidArgumentError for unknown jobs or impossible windows.
    """
    names = [find_job(name).name for name in jobs] or list(JOBS)
    days = usable_windows(windows)
    open_snapshot(snapshot)
    make_folder(out)
    arguments = [*names, "--snapshot", str(snapshot.absolute()), "--out", str(out.absolute())]
    arguments += ["--as-of", as_of.isoformat(), "--windows", ",".join(map(str, days)), "--top", str(top)]
    arguments += ["--read", settings.spark_read]
    # The frozen files need no database, and so no password either.
    command = password_command(settings) if settings.spark_read != "parquet" else None
    password = command.password() if command is not None else ""
    if settings.spark_read == "jdbc":
        arguments += ["--jar", str(_jdbc_jar(settings))]
    folders: dict[str, Path] = {}
    log = live_log(log_file(settings), echo) if echo else nullcontext()
    with log, _spark_run(settings, arguments, password) as process:
        for event in _reported_events(process, settings, report, "ending Spark"):
            if event["event"] == "written":
                folders[event["job"]] = out / event["job"]
    return {name: folders[name] for name in names}


def check_connection(settings: Settings, report: Report = silent, *, archive: bool = True) -> ConnectionCheck:
    """Start a session on the Spark that the settings name, and count on it.

    On this machine the class archive is made, once, if `archive`: starts take a third of the time with it. Raises as
    `launch` does.
    """
    arguments = ["--check", *(["--archiving"] if archive and settings.spark_target.startswith("local") else [])]
    ending = "making the class archive, if there is none" if archive else "ending Spark"
    with _spark_run(settings, arguments) as process:
        (found,) = [event for event in _reported_events(process, settings, report, ending) if event["event"] == "ready"]
    archived = bool(found["archive"] or _install_archive(found["archiving"]))
    return ConnectionCheck(
        _public_target(settings),
        found["spark"],
        found["java"],
        found["python"],
        found["session"],
        found["count"],
        archived,
    )


def serve(settings: Settings, port: int, listening: Echo) -> None:
    """Run a Spark Connect server on this machine until Ctrl-C; `listening` gets its URL when it takes connections.

    Raises ConfigError where the setting names a server that runs already: the target of this one stands in a command
    line, which everybody on the machine can read.
    """
    if not settings.spark_target.startswith(("local", "spark://")):
        raise ConfigError(
            f"a server computes on local[N] or spark://HOST:PORT, and spark_target is {_public_target(settings)}",
            hint="say where: --master local[*]",
        )
    arguments = ["--target", settings.spark_target, "--port", str(port), *_common_arguments(settings)]
    secret = {"token": _token(settings), "hidden": [*hidden(), *_secrets_of(settings)]}
    with SparkProcess("spark.serve", arguments, secret, log_file(settings, "serve")) as process:
        for event in process.events():
            if event is not None and event["event"] == "listening":
                listening(str(event["url"]))


def _reported_events(process: SparkProcess, settings: Settings, report: Report, afterwards: str) -> Iterator[Event]:
    """Yield the events, and report how far it is several times a second: whoever wants to stop raises in `report`.

    Once there is a session it is at `afterwards`, until a job starts. Raises UnavailableError when the session takes
    no work for too long.
    """
    patience = _LOCAL_TIMEOUT if settings.spark_target.startswith("local") else _REMOTE_TIMEOUT
    until = time.monotonic() + patience
    step, done, total = "starting Spark", 0, None
    for event in process.events():
        if event is None:
            if time.monotonic() > until:
                raise UnavailableError(
                    f"{_public_target(settings)} took no work within {patience:.0f} s",
                    hint="are there workers, with free cores and memory?",
                )
        elif event["event"] == "ready":
            until = math.inf
            step = afterwards
        elif event["event"] == "started":
            step, done, total = f"{event['job']} on Spark", event["number"] - 1, event["of"]
        report(step, done, total)
        if event is not None:
            yield event


def _public_target(settings: Settings) -> str:
    """Return where Spark runs, without the parameters of a URL: there may be a token among them."""
    return seen_of_spark(settings.spark_target)


@contextmanager
def _spark_run(settings: Settings, arguments: Sequence[str], password: str = "") -> Iterator[SparkProcess]:
    secret: dict[str, Any] = {"target": settings.spark_target, "database": settings.database_url, "password": password}
    if is_connect_here(settings.spark_target):
        secret["token"] = _token(settings)
    secret["hidden"] = [*hidden(), *_secrets_of(settings), password]
    with SparkProcess(
        "spark.run", [*arguments, "--tethered", *_common_arguments(settings)], secret, log_file(settings)
    ) as one:
        yield one


def _secrets_of(settings: Settings) -> set[str]:
    """Return the words of the settings that what runs Spark is not to say: it may quote what it was given."""
    url = settings.database_url
    return unseen(url, seen_of_database(url)) | unseen(settings.spark_target, _public_target(settings))


def _common_arguments(settings: Settings) -> list[str]:
    memory = ["--memory", settings.spark_memory] if settings.spark_memory else []
    return ["--cache", str(make_private(_cache(settings))), *memory]


def _token(settings: Settings) -> str:
    """Return what opens this user's Connect server, made on first use."""
    file = settings.paths.state / "spark-connect-token"
    stored = read_private(file)
    if stored is None:
        stored = secrets.token_urlsafe(32).encode()
        write_private(file, stored)
    token = stored.decode("ascii", "replace").strip()
    if not re.fullmatch(r"[\w-]{20,}", token, re.ASCII):
        raise ConfigError(f"{file} is damaged", hint="remove it, and start the servers anew: catlog spark serve")
    hide(token)
    return token


def _jdbc_jar(settings: Settings) -> Path:
    named = (Path(settings.spark_jdbc_jar),) if settings.spark_jdbc_jar else JDBC_JARS
    for jar in named:
        if jar.is_file():
            return jar.absolute()
    raise ConfigError(
        f"no JDBC driver for PostgreSQL: {', '.join(map(str, named))} is not there",
        hint="apt install libpostgresql-jdbc-java, or name the jar: CATLOG_SPARK_JDBC_JAR",
    )


def _install_archive(archive: str) -> bool:
    """Put the class archive in its place that the JVM wrote at its end, and return whether there is one."""
    if not archive or not Path(archive + _UNFINISHED).is_file():
        return False
    for old in Path(archive).parent.glob("classes-*.jsa"):  # of another Java or Spark
        old.unlink(missing_ok=True)
    Path(archive + _UNFINISHED).replace(archive)
    return True


def _cache(settings: Settings) -> Path:
    return settings.paths.cache / "spark"


def log_file(settings: Settings, of: str = "run") -> Path:
    """Return the file with Spark's log of the latest run, or `of` the latest server; `live_log` follows it."""
    return settings.paths.state / f"spark-{of}.log"
