"""Run stage-two jobs on Spark in a child process, over a frozen snapshot; pyspark is never imported here."""

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
"""Default places of the JDBC driver: Debian's libpostgresql-jdbc-java installs it there."""

_LOCAL_TIMEOUT = 300.0
_REMOTE_TIMEOUT = 120.0
"""Seconds until the first job of a session must have ended: a master without workers never finishes one."""


_UNFINISHED = ".new"
"""The suffix of a class archive that is still being written."""


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """The result of a connection test; times in seconds, `archive`: a class archive makes starts fast."""

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
    """Compute `jobs` over a frozen snapshot on the Spark of the settings; return each job's folder in `out`.

    The complete results of a job replace older ones. When `report` raises, or on Ctrl-C, the child process is ended.
    Spark's log goes to `log_file`, and line by line to `echo`. Raises ConfigError without Java or pyspark,
    UnavailableError when Spark does not answer or a job fails, BadDataError for a snapshot of another format, and
    InvalidArgumentError for unknown jobs or impossible windows.
    """
    names = [find_job(name).name for name in jobs] or list(JOBS)
    days = usable_windows(windows)
    open_snapshot(snapshot)
    make_folder(out)
    arguments = [*names, "--snapshot", str(snapshot.absolute()), "--out", str(out.absolute())]
    arguments += ["--as-of", as_of.isoformat(), "--windows", ",".join(map(str, days)), "--top", str(top)]
    arguments += ["--read", settings.spark_read]
    # Frozen files need no database and no password.
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
    """Start a session on the Spark of the settings and run a first job on it.

    With `archive`, a session on this machine also creates the class archive, once: starts then take half the
    time. Raises as `launch` does.
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
    """Run a Spark Connect server on this machine until Ctrl-C; `listening` receives its URL once it listens.

    Raises ConfigError where the setting names a running server: the target is passed on the command line, which every
    user of the machine can read.
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
    """Yield the events and report progress several times a second; `report` may raise to cancel.

    `afterwards` is the step between the start of the session and the first job. Raises UnavailableError when the
    session finishes no first job in time.
    """
    timeout = _LOCAL_TIMEOUT if settings.spark_target.startswith("local") else _REMOTE_TIMEOUT
    until = time.monotonic() + timeout
    step, done, total = "starting Spark", 0, None
    for event in process.events():
        if event is None:
            if time.monotonic() > until:
                raise UnavailableError(
                    f"{_public_target(settings)} took no work within {timeout:.0f} s",
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
    """Return the target without the parameters of its URL, which may hold a token."""
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
    """Return the secrets of the settings, which the child process redacts in its messages and its log."""
    url = settings.database_url
    return unseen(url, seen_of_database(url)) | unseen(settings.spark_target, _public_target(settings))


def _common_arguments(settings: Settings) -> list[str]:
    memory = ["--memory", settings.spark_memory] if settings.spark_memory else []
    return ["--cache", str(make_private(_cache(settings))), *memory]


def _token(settings: Settings) -> str:
    """Return the token of this user's Connect server, created on first use."""
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
    """Move the class archive that the JVM wrote at its end to its place; return whether there is one."""
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
