"""A standalone Spark cluster on loopback, from the pip wheel alone, as docs/spark.md sets it up."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

SPARK_HOME = Path(pyspark.__file__).parent
_PATIENCE = 300.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """Run a master and workers of one core each until the block ends; give the master's address."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    environ = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    logs = [folder / f"{name}.log" for name in ("master", *(f"worker-{number}" for number in range(workers)))]
    commands = [["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]]
    for number in range(workers):
        place = ["--host", "127.0.0.1", "--webui-port", "0", "--work-dir", str(folder / f"work-{number}")]
        commands.append(["worker.Worker", "--cores", "1", "--memory", "1g", *place, address])
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command, log in zip(commands, logs, strict=True):
            program = [str(SPARK_HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{command[0]}", *command[1:]]
            with log.open("wb") as out:
                started.append(subprocess.Popen(program, env=environ, stdout=out, stderr=out, stdin=subprocess.DEVNULL))
        until = time.monotonic() + _PATIENCE
        while logs[0].read_text("utf-8", "replace").count("Registering worker") < workers:
            ended = [each.args for each in started if each.poll() is not None]
            if ended or time.monotonic() > until:
                raise RuntimeError(f"the cluster did not start: {ended or 'too slow'}; {logs[0].read_text()[-2000:]}")
            time.sleep(0.1)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait()
