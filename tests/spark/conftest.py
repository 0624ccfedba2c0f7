"""One Spark session for all tests of this folder: starting one takes longer than the tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from spark.session import SessionConfig, open_session

QUICK = "-XX:TieredStopAtLevel=1"
"""For JVMs that live for seconds: half the start, by compiling less well."""


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Start Spark in this process, with the settings of every local run."""
    before = dict(os.environ)
    cache = tmp_path_factory.mktemp("spark")
    settings = {"spark.sql.shuffle.partitions": "2", "spark.local.dir": str(cache / "local")}
    found = open_session(SessionConfig("local[2]", cache, "1g", jvm_options=(QUICK,), settings=settings))
    yield found
    found.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _quick_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the JVMs of child processes start as quickly."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", QUICK)


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make PATH a folder with what Spark's scripts call, and without a Java; return the folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("bash", "sh", "dirname", "env", "chmod", "ls"):
        found = next(path for each in os.environ["PATH"].split(os.pathsep) if (path := Path(each) / tool).is_file())
        (folder / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder
