"""The same jobs on a standalone cluster and on a Spark Connect server, both on loopback and from the wheel alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from catlog.analytics.duckdb_engine.request import compute
from catlog.analytics.jobs import JOBS
from catlog.analytics.snapshots.manifest import RankingsSnapshot
from catlog.analytics.validation.compare import compare_folders
from spark.java import find_java
from tests.support.cli import CommandLine
from tests.support.snapshots import Row, frozen
from tests.support.spark import SPARK_HOME, cluster, free_port

LIMITS = ("--windows", "7,30", "--top", "20")
ROOT = Path(__file__).resolve().parents[2]
LAST = date(2024, 3, 20)
ROWS: list[Row] = [
    (i, LAST - timedelta(days=day), 1 + (i * 7 + day * i) % 40, 700 + (day * day + i) % 90, 10 * i, 20 + day, i)
    for i in range(1, 21)
    for day in range(40)
    if (i + day) % 11
]


@pytest.fixture
def snapshot(tmp_path: Path) -> RankingsSnapshot:
    return frozen(tmp_path / "frozen", ROWS, [(i, f"Genre {i % 3}") for i in range(1, 21)], parts=4)


def assert_agrees(job: str, snapshot: RankingsSnapshot, found: Path, tmp_path: Path) -> None:
    ours = compute([JOBS[job]], snapshot, tmp_path / "embedded", windows=(7, 30), top=20)[job]
    checks = compare_folders(JOBS[job], ours, found, "duckdb, spark")
    assert checks
    assert all(check.passed for check in checks), checks
    assert checks[0].rows > 0


def test_spark_submit_runs_a_job_on_a_cluster_that_has_never_heard_of_catlog(
    snapshot: RankingsSnapshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(find_java(tmp_path).home))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    archive = shutil.make_archive(str(tmp_path / "spark"), "zip", ROOT, "spark")
    elsewhere = tmp_path / "job"
    elsewhere.mkdir()
    script = Path(shutil.copy(ROOT / "spark" / "jobs" / "volatility.py", elsewhere))
    with cluster(tmp_path) as master:
        done = subprocess.run(
            [
                SPARK_HOME / "bin" / "spark-submit",
                *("--master", master, "--py-files", archive, "--executor-memory", "600m"),
                *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false"),
                *("--conf", "spark.sql.shuffle.partitions=4"),
                *(script, "--snapshot", snapshot.folder, "--out", tmp_path / "out", "--windows", "7,30"),
            ],
            cwd=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [event["event"] for event in events] == ["ready", "started", "written"]
    assert_agrees("volatility", snapshot, tmp_path / "out" / "volatility", tmp_path)


def test_a_connect_server_serves_its_user_and_nobody_without_the_token(
    snapshot: RankingsSnapshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = free_port()
    environ = {"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_SPARK_TARGET": "local[1]"}
    command = [sys.executable, "-m", "catlog", "spark", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environ}, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            assert f"sc://localhost:{port}" in server.stderr.readline()
            line = CommandLine(environ)
            remote = ("--remote", f"sc://127.0.0.1:{port}")
            out, jobs = tmp_path / "out", ("volatility", "significance")
            done = line("spark", "run", *jobs, *remote, "--snapshot", snapshot.folder, "--out", out, *LIMITS)
            assert done.code == 0, done.err
            for job in jobs:
                assert_agrees(job, snapshot, out / job, tmp_path)
            stranger = CommandLine({"CATLOG_HOME": str(tmp_path / "stranger")})("spark", "check", *remote)
            assert stranger.code == 77
            assert "authentication token" in stranger.err
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    assert server.returncode == 130
