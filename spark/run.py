"""Run jobs: `python -m spark.run`, what spark-submit and Databricks call, and the child process of `catlog spark`.

Standard output carries one JSON object a line, `{"event": "ready" | "started" | "written" | "failed", …}`; the exit
code is 0, or that of the error: 65 an unusable snapshot, 69 Spark does not answer, 70 a job failed, 77 refused, 78 a
wrong set-up.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spark import jobs
from spark.errors import CONFIG, NOT_ALLOWED, SparkError
from spark.java import archive, find_java
from spark.jobs import Inputs, Parameters
from spark.redaction import redact, set_redacted_words
from spark.session import SUBMITTED, SessionConfig, is_here, open_session, public_target, starts_here

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FAILED = 70


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    args = parser().parse_args(argv)
    secrets: dict[str, Any] = {}
    if args.tethered:
        secrets = json.loads(sys.stdin.readline() or "{}")
        set_redacted_words(secrets.get("hidden", ()))
        args.target = secrets.get("target", args.target)
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        _run(args, secrets)
    except SparkError as error:
        emit_event("failed", code=error.code, message=error.message, hint=error.hint)
        return error.code
    except Exception as problem:
        print(problem, file=sys.stderr)
        refused = "UNAUTHENTICATED" in str(problem)
        code = NOT_ALLOWED if refused else FAILED
        hint = "the server of another user? its token goes into the address: sc://HOST:PORT/;token=…" if refused else ""
        emit_event("failed", code=code, message=f"{type(problem).__name__}: {_reason(problem)}", hint=hint)
        return code
    return 0


def task() -> None:
    """Run the command line of this process as a Databricks wheel task; raise SystemExit on failure."""
    if code := main():
        raise SystemExit(code)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    found = argparse.ArgumentParser("spark.run", description=(__doc__ or "").partition("\n")[0])
    add = found.add_argument
    add("jobs", nargs="*", metavar="JOB", help=f"default: all of {', '.join(jobs.NAMES)}")
    add("--snapshot", help="folder or URL of the frozen snapshot")
    add("--out", type=Path, help="where to: one folder of Parquet a job")
    add("--target", default=SUBMITTED, help="local[N], spark://…, sc://…, databricks; default: as submitted")
    add("--as-of", type=date.fromisoformat, help="default: that of the snapshot")
    add("--since", type=date.fromisoformat, help="leave out earlier days, where there is a row for every day")
    add("--windows", type=_windows, default=jobs.WINDOWS, help="lengths in days, separated by commas")
    add("--top", type=int, default=100, help="how far down the chart titles are correlated")
    add("--read", choices=["parquet", "jdbc", "python"], default="parquet")
    add("--write", choices=["auto", "executors", "driver"], default="auto")
    add("--jar", action="append", default=[], help="a jar to load, such as that of a JDBC driver")
    add("--cache", type=Path, help="folder for the class archive")
    add("--memory", default="", help="of the driver, such as 2g")
    add("--jvm", action="append", default=[], help="an option for the JVM of the driver")
    add("--archiving", action="store_true", help="make the class archive while the session ends")
    add("--check", action="store_true", help="only start a session, and count")
    add("--tethered", action="store_true", help="end when standard input closes; its first line is JSON: secrets")
    return found


def emit_event(event: str, **facts: object) -> None:
    """Write one event to standard output."""
    if event == "failed":  # its texts may quote secrets; other events have figures and folders
        facts = {name: redact(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    print(json.dumps({"event": event, **facts}), flush=True)


def _run(args: argparse.Namespace, secrets: Mapping[str, Any]) -> None:
    from spark import rankings, results  # with pyspark, which takes a second

    found = rankings.manifest(args.snapshot) if args.snapshot and "://" not in args.snapshot else {}
    names = args.jobs or jobs.NAMES
    if unknown := [name for name in names if name not in jobs.NAMES]:
        raise SparkError(CONFIG, f"there is no job {unknown[0]!r}", hint=f"there are: {', '.join(jobs.NAMES)}")
    began = time.monotonic()
    config = SessionConfig(
        args.target,
        args.cache,
        args.memory,
        tuple(args.jar),
        args.archiving,
        secrets.get("token", ""),
        tuple(args.jvm),
    )
    session = open_session(config)
    try:
        started = time.monotonic()
        counted = session.range(1_000_000).selectExpr("count(*)").collect()[0][0]  # needs an executor
        classes = archive(find_java(args.cache), args.cache) if args.cache and starts_here(args.target) else None
        emit_event(
            "ready",
            spark=session.version,
            python=".".join(map(str, sys.version_info[:3])),
            java=_java(session),
            target=public_target(args.target),
            archive=str(classes) if classes and classes.is_file() else "",
            archiving=str(classes) if classes and args.archiving and not classes.is_file() else "",
            counted=counted,
            session=round(started - began, 3),
            count=round(time.monotonic() - started, 3),
        )
        if args.check:
            return
        if args.out is None or not (found or args.as_of):
            raise SparkError(CONFIG, "--out is needed, and --snapshot with a manifest or --as-of")
        as_of = args.as_of or date.fromisoformat(found["asOf"])
        parameters = Parameters(as_of, args.windows, args.top, args.since)
        inputs = _inputs(session, args, secrets.get("database", ""), secrets.get("password", ""))
        by_executors = args.write == "executors" or (args.write == "auto" and is_here(args.target))
        for number, name in enumerate(names, start=1):
            emit_event("started", job=name, number=number, of=len(names))
            began = time.monotonic()
            job = jobs.find(name)
            rows = results.write(job, job.transform(inputs, parameters), args.out, by_executors=by_executors)
            seconds = round(time.monotonic() - began, 3)
            emit_event("written", job=name, rows=rows, seconds=seconds, folder=str(args.out / name))
    finally:
        if args.target != SUBMITTED:
            session.stop()


def _inputs(session: SparkSession, args: argparse.Namespace, database: str, password: str) -> Inputs:
    from spark import rankings

    if args.read == "parquet":
        if not args.snapshot:
            raise SparkError(CONFIG, "--read parquet needs --snapshot")
        return rankings.from_parquet(session, args.snapshot)
    database = database or os.environ.get("CATLOG_DATABASE_URL", "")
    if not database:
        raise SparkError(CONFIG, f"--read {args.read} needs the URL of the database in CATLOG_DATABASE_URL")
    if args.read == "python":
        return rankings.from_source(session, database, password=password)
    url, driver, user, password = rankings.jdbc_url(database, password)
    return rankings.from_jdbc(session, url, driver=driver, user=user, password=password)


def _java(session: SparkSession) -> str:
    """Return the version of Java on the driver, as Spark SQL reports it on every kind of session."""
    try:
        found: str = session.sql("SELECT java_method('java.lang.System', 'getProperty', 'java.version')").collect()[0][
            0
        ]
    except Exception:  # a shared cluster may forbid it, and nothing depends on it
        return ""
    return found


def _windows(text: str) -> tuple[int, ...]:
    days = tuple(int(part) for part in text.split(","))
    if not days or min(days) < 1:
        raise argparse.ArgumentTypeError("windows are whole numbers of days from 1 up")
    return tuple(sorted(set(days)))


def _end_with_input() -> None:
    """End this process and, by its closed pipe, its JVM when the parent process has ended."""
    while os.read(0, 1024):  # not through sys.stdin, whose lock would be held while the interpreter ends
        pass
    os._exit(143)


def _reason(problem: Exception) -> str:
    """Return the message of an error as one line; gRPC errors have it under `details`."""
    text = str(problem).strip()
    details = re.search(r'details = "([^"]+)', text)
    return (details[1] if details else text.partition("\n")[0])[:300]


if __name__ == "__main__":
    sys.exit(main())
