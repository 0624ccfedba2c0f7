"""Freezing: the same rows on both databases, in whole titles, used again only while nothing changed."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import insert, text

from catlog import clock
from catlog.analytics.snapshots import freeze as freezing
from catlog.analytics.snapshots import source
from catlog.analytics.snapshots.freeze import MAX_SNAPSHOTS, freeze
from catlog.analytics.snapshots.manifest import NAME, open_snapshot
from catlog.analytics.snapshots.publish import publish
from catlog.analytics.snapshots.source import rankings_schema
from catlog.db.models import AnimeGenre
from catlog.db.session import Database
from catlog.errors import BadDataError, ConfigError, InvalidArgumentError
from tests.analytics import plain
from tests.analytics.series import FIRST_DAY, Snap, fill, generated
from tests.support.snapshots import Row

SNAPS = generated()
GENRES = [(1, 'Žánr, "quoted"'), (1, "Action"), (2, "action"), (2, "Zebra"), (700, "Drama")]


def as_row(snap: Snap) -> Row:
    score = None if snap.score is None else round(100 * snap.score)
    return (snap.mal_id, snap.day, snap.rank, score, snap.scored_by, snap.members, snap.popularity)


def rows_of(files: list[Path]) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in pa.concat_tables(map(pq.read_table, files)).to_pylist()]


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, SNAPS)
    with database.connect_to_write() as connection:
        rows = [{"mal_id": mal_id, "genre": genre, "kind": "genre"} for mal_id, genre in GENRES]
        connection.execute(insert(AnimeGenre), rows)
    return database


def test_the_snapshot_holds_what_the_database_does_in_order(filled: Database, tmp_path: Path) -> None:
    snapshot = freeze(filled, tmp_path / "cache")
    assert snapshot
    assert rows_of(snapshot.rankings) == sorted((as_row(snap) for snap in SNAPS), key=lambda row: row[:2])
    assert rows_of(snapshot.genres) == sorted(GENRES)
    assert pq.read_schema(snapshot.rankings[0]).equals(rankings_schema())
    of = snapshot.manifest
    assert (of.rows, of.titles, of.days) == (len(SNAPS), 41, len({snap.day for snap in SNAPS}))
    assert of.as_of == max(snap.day for snap in SNAPS)
    assert open_snapshot(snapshot.folder, whole=True) == snapshot


def test_the_manifest_has_the_promised_keys_and_no_password(filled: Database, tmp_path: Path) -> None:
    snapshot = freeze(filled, tmp_path / "cache")
    assert snapshot
    found = json.loads((snapshot.folder / NAME).read_bytes())
    assert set(found) >= {"format", "asOf", "createdAt", "rankings", "genres", "hash", "origin", "schema"}
    assert set(found["rankings"]) == {"rows", "titles", "days", "files"}
    password = filled.engine.url.password
    assert password is None or str(password) not in (snapshot.folder / NAME).read_text()


def test_titles_are_not_split_over_files(filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "PART_ROWS", 150)
    monkeypatch.setattr(source, "_CHUNK_BYTES", 2000)
    snapshot = freeze(filled, tmp_path / "cache")
    assert snapshot
    assert len(snapshot.rankings) > 10
    parts = [set(pq.read_table(file)["malId"].to_pylist()) for file in snapshot.rankings]
    assert sum(map(len, parts)) == len(set().union(*parts)) == 41
    assert rows_of(snapshot.rankings) == sorted((as_row(snap) for snap in SNAPS), key=lambda row: row[:2])


def test_days_after_the_one_asked_for_are_left_out(filled: Database, tmp_path: Path) -> None:
    last = FIRST_DAY + timedelta(days=40)
    snapshot = freeze(filled, tmp_path / "cache", as_of=last)
    assert snapshot
    assert snapshot.manifest.as_of == last
    assert snapshot.manifest.rows == sum(snap.day <= last for snap in SNAPS)
    assert freeze(filled, tmp_path / "cache", as_of=FIRST_DAY - timedelta(days=1)) is None


def test_an_unchanged_state_is_used_again_and_a_changed_one_is_not(filled: Database, tmp_path: Path) -> None:
    first = freeze(filled, tmp_path / "cache")
    assert freeze(filled, tmp_path / "cache") == first
    with filled.connect_to_write() as connection:
        connection.execute(
            text('UPDATE "DailyRankings" SET score = 5.55 WHERE "malId" = 7 AND "snapshotDate" = :day'),
            {"day": str(FIRST_DAY)},
        )
    second = freeze(filled, tmp_path / "cache")
    assert first
    assert second
    assert second.folder != first.folder
    assert 555 in {row[3] for row in rows_of(second.rankings) if row[0] == 7}
    with filled.connect_to_write() as connection:
        connection.execute(insert(AnimeGenre), [{"mal_id": 9, "genre": "New", "kind": "genre"}])
    third = freeze(filled, tmp_path / "cache")
    assert third
    assert third.folder != second.folder


def test_the_days_come_along_with_their_depth(filled: Database, tmp_path: Path) -> None:
    snapshot = freeze(filled, tmp_path / "cache")
    assert snapshot
    days = rows_of(snapshot.days)
    assert [row[:2] for row in days] == list(plain.depths_of(SNAPS).items())
    assert sum(row[2] for row in days) == len(SNAPS)


def test_a_state_frozen_before_there_were_days_is_frozen_anew(filled: Database, tmp_path: Path) -> None:
    old = freeze(filled, tmp_path / "cache")
    assert old
    manifest = old.folder / NAME
    content = json.loads(manifest.read_bytes()) | {"format": 1}
    del content["days"]
    manifest.write_text(json.dumps(content))
    shutil.rmtree(old.folder / "days")
    with clock.stopped_at(old.manifest.created_at):
        again = freeze(filled, tmp_path / "cache")
    assert again == old
    assert open_snapshot(again.folder, whole=True) == again


def test_the_oldest_states_go(filled: Database, tmp_path: Path) -> None:
    folders = []
    for days in range(MAX_SNAPSHOTS + 3):
        snapshot = freeze(filled, tmp_path / "cache", as_of=FIRST_DAY + timedelta(days=days))
        assert snapshot
        folders.append(snapshot.folder)
    assert len(list((tmp_path / "cache").iterdir())) == MAX_SNAPSHOTS
    assert folders[-1].exists()


def test_without_snapshots_there_is_nothing_to_freeze(database: Database, tmp_path: Path) -> None:
    assert freeze(database, tmp_path / "cache") is None
    assert list(tmp_path.glob("cache/*")) == []


def test_a_freeze_that_fails_leaves_nothing(filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "stored_genres", lambda connection: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        freeze(filled, tmp_path / "cache")
    assert list(tmp_path.glob("cache/*")) == []


@pytest.fixture
def folder(filled: Database, tmp_path: Path) -> Path:
    snapshot = freeze(filled, tmp_path / "cache")
    assert snapshot
    return snapshot.folder


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 0}, "has the format 0, this CatLog reads 2"),
        ({"format": 1, "days": None}, "has the format 1, this CatLog reads 2"),
        ({"schema": "0003"}, "is of the database schema 0003, this CatLog works with"),
        ({"rankings": None}, "is no manifest of a snapshot"),
        ({"asOf": "yesterday"}, "is no manifest of a snapshot"),
        ({"genres": {"rows": 1, "files": ["../../etc/passwd"]}}, "is no manifest of a snapshot"),
    ],
)
def test_a_snapshot_of_another_kind_is_refused(folder: Path, change: dict[str, object], words: str) -> None:
    manifest = folder / NAME
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | change))
    with pytest.raises(BadDataError) as refused:
        open_snapshot(folder)
    assert words in refused.value.message
    assert "freeze it anew" in refused.value.hint
    assert refused.value.exit_code == 65


def test_a_snapshot_that_is_not_whole_is_refused(folder: Path) -> None:
    with (folder / "genres/part-00000.parquet").open("ab") as file:
        file.write(b"!")
    assert open_snapshot(folder).manifest.rows
    with pytest.raises(BadDataError, match="was changed after it was frozen"):
        open_snapshot(folder, whole=True)
    (folder / "rankings/part-00000.parquet").unlink()
    with pytest.raises(BadDataError, match="is missing"):
        open_snapshot(folder)
    shutil.rmtree(folder)
    with pytest.raises(BadDataError, match="there is no snapshot"):
        open_snapshot(folder)


def test_a_published_snapshot_is_a_whole_one(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "for others" / "today"
    for _ in range(2):
        assert publish(open_snapshot(folder), str(target)) == str(target)
        assert open_snapshot(target, whole=True).manifest == open_snapshot(folder).manifest


def test_a_snapshot_is_not_published_over_something_else(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "diary.txt").write_text("mine")
    with pytest.raises(InvalidArgumentError, match="holds no snapshot"):
        publish(open_snapshot(folder), str(tmp_path / "home"))
    with pytest.raises(ConfigError):
        publish(open_snapshot(folder), "nosuchstore://bucket/place")
