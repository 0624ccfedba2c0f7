"""Run a Spark Connect server in the foreground, on this machine alone: sessions on it start in a second or two.

`python -m spark.serve`. A client with the token runs code as the server's user, so a token is required; it is read from
the first line of standard input. The jar of the server is in the pyspark wheel.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from spark.errors import CONFIG, UNAVAILABLE, SparkError, how_to_add
from spark.redaction import set_redacted_words
from spark.run import emit_event
from spark.session import SessionConfig, check_packages, jvm_environment, start_settings

SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105 - the variable's name
HERE = "127.0.0.1"
PORT = 15002

_START_TIMEOUT = 180.0


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal comes, or standard input closes; return the exit code."""
    parser = argparse.ArgumentParser("spark.serve", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--target", default="local[*]", help="what it computes on: local[N] or spark://HOST:PORT")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--cache", type=Path, help="folder of the class archive")
    parser.add_argument("--memory", default="", help="of the server, such as 4g")
    parser.add_argument("--jvm", action="append", default=[], help="an option for its JVM")
    args = parser.parse_args(argv)
    config = SessionConfig(args.target, args.cache, args.memory, jvm_options=tuple(args.jvm))
    try:
        secrets = json.loads(sys.stdin.readline() or "{}")
        token = secrets.get("token", "")
        set_redacted_words(secrets.get("hidden", ()))
        if not token:
            raise SparkError(CONFIG, "the server needs a token on the first line of standard input")
        return _serve(config, args.port, token)
    except SparkError as error:
        emit_event("failed", code=error.code, message=error.message, hint=error.hint)
        return error.code


def command(config: SessionConfig, port: int) -> list[str]:
    """Return the command line of the server."""
    settings = start_settings(config) | {
        "spark.connect.grpc.binding.address": HERE,
        "spark.connect.grpc.binding.port": str(port),
    }
    pairs = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    return [str(spark_home() / "bin" / "spark-submit"), "--class", SERVER, "--master", config.target, *pairs]


def spark_home() -> Path:
    """Return the folder of the installed pyspark, which holds Spark itself."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise SparkError(CONFIG, "pyspark is not installed", hint=how_to_add("spark"))
    return Path(spec.origin).parent


def _serve(config: SessionConfig, port: int, token: str) -> int:
    check_packages()
    if _listens(port):
        raise SparkError(UNAVAILABLE, f"port {port} is taken", hint="give another one: --port")
    environment = {**os.environ, **jvm_environment(config), TOKEN: token}
    with subprocess.Popen(command(config, port), env=environment, stdin=subprocess.DEVNULL) as server:

        def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals call it
            server.terminate()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, end)
        until = time.monotonic() + _START_TIMEOUT
        while not _listens(port):
            if server.poll() is not None:
                raise SparkError(UNAVAILABLE, f"the server ended with {server.returncode} before it listened")
            if time.monotonic() > until:
                server.kill()
                raise SparkError(UNAVAILABLE, f"the server does not listen after {_START_TIMEOUT:.0f} s")
            time.sleep(0.1)
        emit_event("listening", url=f"sc://localhost:{port}", target=config.target)
        server.wait()
    return 0


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HERE, port), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
