"""The doctor finds faults, reports their figures, and names a remedy."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlmodel import col, select

from catlog import clock
from catlog.db.backup.folder import back_up
from catlog.db.doctor.examine import examine
from catlog.db.doctor.files import judge_disk_space
from catlog.db.doctor.finding import Finding
from catlog.db.lock import ETL, exclusive
from catlog.db.models import RankingDays
from catlog.db.ranking_days import recount
from catlog.db.schema import sqlite_file
from catlog.db.session import Database
from catlog.paths import Paths, make_private, paths_under
from tests.support.backups import fill
from tests.support.cli import CommandLine
from tests.support.databases import KINDS, SQLITE, Databases


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Give the folders of a user."""
    return paths_under(tmp_path / "home")


@pytest.fixture(params=KINDS)
def patient(databases: Databases, request: pytest.FixtureRequest, paths: Paths) -> Iterator[Database]:
    """Give a filled database of its own, so that its schema may be spoiled; it has a backup."""
    name = f"{request.node.nodeid}"
    make_private(paths.data)
    database = databases.make(request.param, "catlog" if request.param == SQLITE else name, paths.data)
    if database.is_sqlite:
        sqlite_file(database).chmod(0o600)
    fill(database)
    back_up(database, paths.backups)
    yield database
    databases.drop(database, name)


@pytest.fixture
def file(databases: Databases, paths: Paths) -> Iterator[Database]:
    """Give a filled SQLite database with a backup."""
    make_private(paths.data)
    database = databases.make(SQLITE, "catlog", paths.data)
    sqlite_file(database).chmod(0o600)
    fill(database)
    back_up(database, paths.backups)
    yield database
    database.close()


def failed(database: Database, paths: Paths) -> dict[str, Finding]:
    """Return the findings that did not pass, by rule; each names a way out."""
    found = {finding.rule: finding for finding in examine(database, paths) if not finding.passed}
    assert all(finding.remedy for finding in found.values())
    return found


def change(database: Database, *statements: str) -> None:
    """Change a database behind CatLog's back: without the checks that would refuse it."""
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    for statement in statements:
        cursor.execute(statement)
    raw.commit()
    raw.close()


def unchecked(database: Database) -> list[str]:
    """Return the statements that put checks and foreign keys out of force."""
    if database.is_sqlite:
        return ["PRAGMA ignore_check_constraints = ON", "PRAGMA foreign_keys = OFF"]
    found = (
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint "
        "WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace"
    )
    with database.read() as session:
        return list(session.connection().exec_driver_sql(found.replace("%", "%%")).scalars())


def test_nothing_is_wrong_with_a_healthy_database(patient: Database, paths: Paths) -> None:
    findings = examine(patient, paths)

    assert [finding.rule for finding in findings if not finding.passed] == []
    both = {
        "folders",
        "file-owners",
        "file-modes",
        "disk-free",
        "schema",
        "schema-drift",
        "snapshots",
        "future-days",
        "day-table",
        "ratings",
        "titles",
        "dead-runs",
        "backup-age",
    }
    embedded = {"database-file", "database-names", "integrity", "foreign-keys", "write-ahead-log"}
    server = {"server-version", "utf8"}
    alone = embedded if patient.is_sqlite else server
    assert {finding.rule for finding in findings} == both | alone


def test_it_finds_values_that_nothing_of_catlog_would_have_written(patient: Database, paths: Paths) -> None:
    change(
        patient,
        *unchecked(patient),
        'UPDATE "DailyRankings" SET rank = 0 WHERE rank = 5',
        'UPDATE "DailyRankings" SET score = 10.5 WHERE rank = 6',
        'UPDATE "UserAnime" SET "personalRating" = 11',
    )

    found = failed(patient, paths)

    assert (found["snapshots"].value, found["ratings"].value) == (2, 1)
    assert found["snapshots"].severity == found["ratings"].severity == "blocking"


def test_it_finds_days_that_are_not_what_their_snapshots_say_and_an_upgrade_mends_them(
    patient: Database, paths: Paths
) -> None:
    with patient.read() as session:
        days = sorted(session.exec(select(col(RankingDays.snapshot_date))))
        before = recount(session.connection())
    assert (before.both, before.wrong) == (len(days), ())
    change(
        patient,
        f'UPDATE "RankingDays" SET depth = 77 WHERE "snapshotDate" = \'{days[0]}\'',
        f'UPDATE "RankingDays" SET snapshots = 9 WHERE "snapshotDate" = \'{days[2]}\'',
        f'DELETE FROM "RankingDays" WHERE "snapshotDate" = \'{days[-1]}\'',
        "INSERT INTO \"RankingDays\" VALUES ('2031-01-01', 0, 1)",
    )

    found = failed(patient, paths)["day-table"]

    assert (found.value, found.severity, found.remedy) == (4, "blocking", "catlog db upgrade")
    wrong = (days[0], days[2], days[-1], date(2031, 1, 1))
    assert all(str(day) in found.detail for day in wrong)
    catlog = CommandLine().having(home=paths.data.parent, database_url=patient.url)
    with exclusive(patient, ETL):
        assert catlog("db", "upgrade").code == 75
    done = catlog("db", "upgrade")
    assert (done.code, [str(day) in done.out for day in wrong]) == (0, [True] * 4), done.err
    assert "day-table" not in failed(patient, paths)
    assert "corrected days" not in catlog("db", "upgrade").out


def test_it_finds_list_entries_without_an_anime(patient: Database, paths: Paths) -> None:
    change(
        patient,
        *unchecked(patient),
        'DELETE FROM "ProcessedAnime" WHERE "malId" = 52991',
    )

    found = failed(patient, paths)

    assert found["titles"].value == 1
    assert "import-catalogue" in found["titles"].remedy
    if patient.is_sqlite:
        assert found["foreign-keys"].value == 1


def test_it_finds_a_schema_that_drifted_from_the_models(patient: Database, paths: Paths) -> None:
    change(
        patient,
        'DROP INDEX "ix_AnimeGenre_genre"',
        'ALTER TABLE "User" ADD COLUMN nickname TEXT',
        'CREATE TABLE "Others" (a INTEGER)',
    )

    drift = failed(patient, paths)["schema-drift"]

    assert drift.value == 2
    assert "ix_AnimeGenre_genre" in drift.detail
    assert "User" in drift.detail
    assert "Others" not in drift.detail


@pytest.mark.parametrize(
    ("revision", "remedy"), [("0001", "catlog db upgrade"), ("9999", "upgrade CatLog")], ids=["older", "newer"]
)
def test_it_finds_another_schema_and_looks_no_further(
    revision: str, remedy: str, patient: Database, paths: Paths
) -> None:
    change(patient, f"UPDATE alembic_version SET version_num = '{revision}'")

    found = failed(patient, paths)

    assert found.keys() == {"schema"}
    assert found["schema"].remedy == remedy
    assert found["schema"].severity == "blocking"


def test_it_tells_a_dead_run_from_a_living_one(patient: Database, paths: Paths) -> None:
    change(patient, "UPDATE \"EtlLogs\" SET status = 'RUNNING'")

    with exclusive(patient, ETL):
        assert "dead-runs" not in failed(patient, paths)

    dead = failed(patient, paths)["dead-runs"]
    assert (dead.value, dead.severity, dead.remedy) == (1, "soft", "catlog etl run closes them")


def test_a_backup_is_old_after_thirty_days(file: Database, paths: Paths) -> None:
    now = datetime.now(UTC)
    with clock.stopped_at(now + timedelta(days=30)):
        assert "backup-age" not in failed(file, paths)
    with clock.stopped_at(now + timedelta(days=32)):
        old = failed(file, paths)["backup-age"]
        assert (old.severity, old.value, old.remedy) == ("soft", 31, "catlog db backup") or old.value == 32
    for backup in paths.backups.glob("*.backup"):
        backup.unlink()
    assert "no backup" in failed(file, paths)["backup-age"].detail


def test_it_finds_files_that_others_may_read(file: Database, paths: Paths) -> None:
    make_private(paths.config)
    paths.config_file.write_text("")
    for exposed in (paths.config_file, sqlite_file(file), next(paths.backups.glob("*.backup"))):
        exposed.chmod(0o640)

    modes = failed(file, paths)["file-modes"]

    assert (modes.value, modes.severity) == (3, "blocking")
    assert str(paths.config_file) in modes.remedy
    os.system(modes.remedy)
    assert "file-modes" not in failed(file, paths)


@pytest.mark.parametrize("damage", ["a page", "all"])
def test_it_finds_a_damaged_file(damage: str, file: Database, paths: Paths) -> None:
    file.close()
    live = sqlite_file(file)
    content = bytearray(live.read_bytes())
    content[4096 * 4 : 4096 * 6] = b"\xff" * 8192
    live.write_bytes(content if damage == "a page" else b"not a database" * 1000)

    found = failed(file, paths)

    assert found["integrity"].value >= 1
    assert found["integrity"].severity == "blocking"
    assert "catlog db restore" in found["integrity"].remedy


def test_it_finds_a_missing_write_ahead_log_which_an_upgrade_brings_back(file: Database, paths: Paths) -> None:
    change(file, "PRAGMA journal_mode = DELETE")
    file.close()
    catlog = CommandLine().having(home=paths.data.parent, database_url=file.url)

    found = failed(file, paths)["write-ahead-log"]

    assert (found.severity, found.remedy) == ("soft", "catlog db upgrade")
    assert catlog("db", "upgrade").code == 0
    assert "write-ahead-log" not in failed(file, paths)


def test_it_finds_a_postgresql_database_that_cannot_store_every_title(
    databases: Databases, postgres_url: str, paths: Paths
) -> None:
    plain = Database(postgres_url)
    raw = plain.engine.raw_connection()
    raw.driver_connection.autocommit = True  # type: ignore[union-attr]  # it is open
    raw.cursor().execute(
        "CREATE DATABASE catlog_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    ascii_only = Database(make_url(postgres_url).set(database="catlog_ascii").render_as_string(hide_password=False))
    try:
        found = failed(ascii_only, paths)
    finally:
        ascii_only.close()
        raw.cursor().execute("DROP DATABASE catlog_ascii")
        raw.close()
        plain.close()

    assert found.keys() == {"utf8", "schema"}
    assert "SQL_ASCII" in found["utf8"].detail


def test_little_room_is_soft_and_none_is_blocking() -> None:
    mib = 1024 * 1024
    folder = Path("/")

    assert judge_disk_space(1_000 * mib, 100 * mib, folder).passed
    little, none = judge_disk_space(200 * mib, 100 * mib, folder), judge_disk_space(10 * mib, 0, folder)

    assert (little.passed, little.severity, little.value, little.threshold) == (False, "soft", 200, 264)
    assert (none.passed, none.severity) == (False, "blocking")


def test_a_new_user_without_a_database_is_told_so_softly(paths: Paths) -> None:
    absent = Database(f"sqlite:///{paths.default_database}")

    found = failed(absent, paths)

    assert found.keys() == {"schema"}
    assert found["schema"].severity == "soft"
    assert not paths.default_database.exists()


def test_the_command_exits_1_for_what_blocks_alone(file: Database, paths: Paths) -> None:
    catlog = CommandLine().having(home=paths.data.parent, database_url=file.url)

    healthy = catlog("db", "doctor", "--format", "json")
    change(file, "UPDATE \"EtlLogs\" SET status = 'RUNNING'")
    soft = catlog("db", "doctor", "--format", "json")
    change(file, *unchecked(file), 'UPDATE "DailyRankings" SET rank = -1')
    blocking = catlog("db", "doctor")

    assert (healthy.code, soft.code, blocking.code) == (0, 0, 1)
    assert [row["passed"] for row in healthy.rows] == [True] * len(healthy.rows)
    assert set(healthy.rows[0]) == {"rule", "severity", "passed", "value", "threshold", "detail", "remedy"}
    assert [row["rule"] for row in soft.rows if not row["passed"]] == ["dead-runs"]
    assert "catlog etl validate" in blocking.out


def test_an_empty_file_is_called_that_and_the_way_back_is_named(file: Database, paths: Paths) -> None:
    backup = next(paths.backups.glob("*.backup"))
    file.close()
    for ending in ("-wal", "-shm"):
        Path(f"{sqlite_file(file)}{ending}").unlink(missing_ok=True)
    sqlite_file(file).write_bytes(b"")
    catlog = CommandLine({"CATLOG_HOME": str(paths.data.parent)})
    refused = catlog("search", "anything")
    assert (refused.code, refused.out) == (69, "")
    assert f"{sqlite_file(file)} is empty (0 bytes)" in refused.err
    assert f"catlog db restore {backup}" in refused.err
    assert sqlite_file(file).stat().st_size == 0, "no new library takes its place"
    found = {finding["rule"]: finding for finding in catlog("db", "doctor", "--format", "json").rows}
    assert (found["database-file"]["passed"], found["database-file"]["severity"]) == (False, "blocking")
    assert str(backup) in found["database-file"]["remedy"]
    assert catlog("db", "doctor").code == 1
    assert "an empty file (0 bytes)" in catlog("db", "info", "--format", "json").row["state"]
    assert catlog("db", "restore", str(backup), "--yes").code == 0
    assert catlog("db", "doctor").code == 0


def test_an_empty_file_without_a_backup_is_no_new_library_either(tmp_path: Path) -> None:
    catlog = CommandLine({"CATLOG_HOME": str(tmp_path)})
    empty = tmp_path / "data" / "catlog.sqlite"
    make_private(empty.parent)
    empty.write_bytes(b"")
    refused = catlog("search", "anything")
    assert (refused.code, "no backup is in" in refused.err) == (69, True)
    empty.unlink()
    assert catlog("search", "anything", "--offline").code == 0
