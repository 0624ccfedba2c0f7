"""The doctor finds what is not one's own, also what stops everything else, and each remedy mends it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from catlog.config import Settings
from catlog.db.doctor.files import check_folders, check_modes, check_owners
from catlog.db.doctor.finding import Finding
from catlog.db.session import Database
from tests.ownership.plan import IS_ROOT, SPOILT_FILES, assert_refused, ready, someone_elses
from tests.ownership.spoilt import SOMEBODY, SPOILT
from tests.support.cli import CommandLine


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    yield database
    database.close()


def failed(database: Database, settings: Settings) -> dict[str, Finding]:
    checks = (check_folders, check_owners, check_modes)
    found = [check(database, settings.paths) for check in checks]
    return {finding.rule: finding for finding in found if not finding.passed}


def rule_of(file: Path, kind: str) -> str:
    if not kind.startswith("for"):
        return "file-owners"
    return "folders" if file.is_dir() else "file-modes"


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kind in SPOILT_FILES if "config" not in name])
def test_it_finds_each_and_its_remedy_mends_it(
    database: Database, settings: Settings, home: Path, name: str, kind: str
) -> None:
    file = ready(home, name)
    if name.startswith("cache") and kind.startswith("for"):
        file = file.parent  # what is in the cache counts by its folder
    SPOILT[kind][0](file)
    rule = rule_of(file, kind)
    finding = failed(database, settings)[rule]
    assert (finding.severity, finding.value) == ("blocking", 1)
    assert str(file) in finding.detail
    assert str(file) in finding.remedy
    assert os.system(finding.remedy) == 0
    assert rule not in failed(database, settings)


def doctor(catlog: CommandLine) -> dict[str, dict[str, object]]:
    """Return what the command finds wrong."""
    ending = catlog("db", "doctor", "--format", "json")
    found = {row["rule"]: row for row in ending.rows if not row["passed"]}
    assert ending.code == (1 if any(row["severity"] == "blocking" for row in found.values()) else 0)
    return found


@pytest.mark.parametrize("kind", ["a FIFO", "for all"])
def test_the_command_ends_with_what_it_found_where_the_database_may_not_be_opened(
    catlog: CommandLine, home: Path, kind: str
) -> None:
    file = home / "data" / "catlog.sqlite"
    SPOILT[kind][0](file)
    found = doctor(catlog)
    assert str(file) in str(found[rule_of(file, kind)]["remedy"])
    assert "schema" not in found


def test_the_doctor_finds_what_is_somebody_elses(
    catlog: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [someone_elses(home / name, monkeypatch) for name in ("state", "state/keys.json", "data/catlog.sqlite")]
    if not IS_ROOT:  # then nothing is one's own, and not even the settings are read
        assert_refused(catlog("db", "doctor"), refused[0], "belongs to ")
        return
    found = doctor(catlog)
    assert found["folders"]["value"] == 1
    assert f"{home / 'state'} belongs to uid {SOMEBODY}" in str(found["folders"]["detail"])
    for file in ("state/keys.json", "data/catlog.sqlite"):
        assert f"{home / file} belongs to" in str(found["file-owners"]["detail"])
    assert "schema" not in found, "nothing is opened that is somebody else's"
    os.system(str(found["folders"]["remedy"]).rpartition(": ")[2])
    assert "folders" not in doctor(catlog)


def test_the_doctor_warns_of_a_second_name_of_the_database(catlog: CommandLine, home: Path) -> None:
    file = home / "data" / "catlog.sqlite"
    os.link(file, home / "second")
    finding = doctor(catlog)["database-names"]
    assert finding["value"] == 1
    assert str(file) in str(finding["remedy"])
    assert catlog("list", "ls").code == 0


def test_the_doctor_is_content_with_what_catlog_itself_makes(catlog: CommandLine, home: Path) -> None:
    for command in (("db", "backup"), ("next", "--short"), ("search", "x"), ("cat",), ("etl", "run")):
        catlog(*command)
    found = doctor(catlog)
    assert not {"folders", "file-owners", "file-modes", "database-names"} & found.keys(), found
