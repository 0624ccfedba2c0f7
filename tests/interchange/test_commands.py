"""`catlog list import`, `export` and `leftovers`, and `catlog etl import-crossids`, from the command line."""

import json
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from catlog.accounts import identity, users
from catlog.accounts.sign_in import begin_session
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from tests.interchange import samples
from tests.support.cli import ROOT, CommandLine, Ending


@pytest.fixture
def catlog(tmp_path: Path) -> CommandLine:
    """Sign somebody in, in a home of its own."""
    return register(CommandLine().having(home=tmp_path / "home"), "someone")


def register(commands: CommandLine, name: str) -> CommandLine:
    """Make an account and sign it in, and return the same command line."""
    settings = load_settings(commands.environ)
    database = make_ready(Database(settings.database_url))
    made = users.register(database, settings, username=name, email=f"{name}@example.org", password="correct horse 9")
    identity.remember(database, settings, begin_session(database, settings, made.id))
    database.close()
    return commands


def child(commands: CommandLine, *argv: object, stdin: bytes = b"") -> Ending:
    """Run a command in a process of its own, with bytes on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "catlog", *map(str, argv)],
        cwd=ROOT,
        env={"HOME": os.environ.get("HOME", "/"), **commands.surroundings},
        input=stdin,
        capture_output=True,
        check=False,
    )
    return Ending(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """Write a list of each kind."""
    folder = tmp_path / "lists"
    folder.mkdir()
    odd = {"series_animedb_id": "5", "series_title": "Film", "my_watched_episodes": "30", "my_score": "11"}
    (folder / "mal.xml").write_bytes(samples.mal_xml({}, odd, {"series_animedb_id": ""}))
    (folder / "mal.xml.gz").write_bytes(samples.packed(samples.mal_xml({"my_score": "9"})))
    unmapped = samples.anilist_entry(id=2, media={"id": 777, "idMal": None, "title": {"romaji": "Unmapped"}})
    (folder / "anilist.json").write_bytes(samples.anilist(samples.anilist_entry(), unmapped))
    return folder


def test_an_import_tells_counts_and_reasons_and_how_to_take_it_back(catlog: CommandLine, lists: Path) -> None:
    done = catlog("list", "import", lists / "mal.xml")
    assert done.code == 0
    first, *_, film, bad = done.out.splitlines()
    assert first == "mal.xml, mal-xml: 2 added, 0 changed, 0 unchanged, 0 unresolved, 1 rejected"
    assert "30 episodes of 26, as in the file" in film
    assert "series_animedb_id '' is no id" in bad
    assert "Cowboy Bebop" in bad
    assert "catlog list undo" in done.err
    assert [row["malId"] for row in catlog("list", "ls", "--format", "json").rows] == [1, 5]
    assert catlog("list", "undo").code == 0
    assert catlog("list", "ls", "--format", "json").rows == []


def test_json_of_an_import_has_the_counts_beside_the_rows(catlog: CommandLine, lists: Path) -> None:
    value = json.loads(catlog("list", "import", lists / "mal.xml", "--format", "json").out)
    named = (
        "kind",
        "version",
        "file",
        "source",
        "merge",
        "dryRun",
        "added",
        "changed",
        "unchanged",
        "unresolved",
        "rejected",
    )
    assert [value[name] for name in named] == ["list-import", 1, "mal.xml", "mal-xml", "keep", False, 2, 0, 0, 0, 1]
    assert [row["outcome"] for row in value["rows"]] == ["added", "added", "rejected"]
    assert value["rows"][1]["after"]["episodesWatched"] == 30
    again = json.loads(catlog("list", "import", lists / "mal.xml", "--format", "json").out)
    assert (again["added"], again["unchanged"], again["step"]) == (0, 2, None)


def test_a_dry_run_shows_the_difference_and_changes_nothing(catlog: CommandLine, lists: Path) -> None:
    catlog("list", "import", lists / "mal.xml")
    before = catlog("list", "export").out
    dry = catlog("list", "import", lists / "mal.xml.gz", "--dry-run", "--merge", "overwrite")
    assert "0 added, 1 changed" in dry.out
    assert "rating 8 → 9" in dry.out
    assert "nothing was changed" in dry.err
    assert catlog("list", "export").out == before
    kept = catlog("list", "import", lists / "mal.xml.gz")
    assert "1 unchanged" in kept.out
    assert "--merge overwrite" in kept.out
    assert "1 changed" in catlog("list", "import", lists / "mal.xml.gz", "--merge", "overwrite").out


@pytest.mark.parametrize("form", ["mal-xml", "jsonl"])
def test_an_export_of_one_account_is_imported_by_another_through_pipes(
    catlog: CommandLine, lists: Path, tmp_path: Path, form: str
) -> None:
    catlog("list", "import", lists / "mal.xml")
    written = child(catlog, "list", "export", "--to", form)
    assert written.code == 0
    other = register(catlog.having(home=tmp_path / "other"), "other")
    taken = child(other, "list", "import", "-", stdin=written.out.encode())
    assert "2 added" in taken.out
    names = ("malId", "title", "status", "episodesWatched", "startDate", "rating")
    mine, theirs = (
        [[row[name] for name in names] for row in commands("list", "ls", "--format", "json").rows]
        for commands in (catlog, other)
    )
    assert mine == theirs


def test_an_export_to_a_file_is_told_by_its_ending_and_is_ones_own(
    catlog: CommandLine, lists: Path, tmp_path: Path
) -> None:
    catlog("list", "import", lists / "mal.xml")
    for name, start in {
        "a.xml": "<?xml",
        "a.json": "{",
        "a.jsonl": '{"malId": 1',
        "a.csv": "malId,title",
        "a": "{",
    }.items():
        file = tmp_path / name
        done = catlog("list", "export", "-o", file)
        assert (done.code, done.out) == (0, "")
        assert file.read_text("utf-8").startswith(start)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    missing = catlog("list", "export", "-o", tmp_path / "no" / "such" / "folder" / "a.json")
    assert missing.code in (0, 69)


NO_LISTS = {
    "nothing.xml": samples.mal_xml({"my_status": "?"}),
    "manga.xml": b"<myanimelist><myinfo><user_export_type>2</user_export_type></myinfo><manga/></myanimelist>",
    "dtd.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><myanimelist/>',
    "cut.xml.gz": samples.packed(samples.mal_xml({}))[:-9],
    "empty": b"",
    "text.txt": b"hello\n",
    "anime.list": b"\x80\x04\x95rest",
}


def test_nothing_usable_exits_65_and_changes_nothing(catlog: CommandLine, tmp_path: Path) -> None:
    before = catlog("list", "export").out
    for name, content in NO_LISTS.items():
        file = tmp_path / name
        file.write_bytes(content)
        done = catlog("list", "import", file)
        assert (done.code, done.out) == (65, ""), name
        assert done.err.startswith("catlog: ")
    assert catlog("list", "export").out == before


def test_usage_errors_and_nobody_signed_in_have_their_own_codes(
    catlog: CommandLine, lists: Path, tmp_path: Path
) -> None:
    assert catlog("list", "import", tmp_path / "missing.xml").code == 2
    assert catlog("list", "import", lists / "mal.xml", "--from", "netflix").code == 2
    assert catlog("list", "import", lists / "mal.xml", "--from", "anilist").code == 65
    assert catlog("list", "leftovers", "--retry", "--clear").code == 2
    catlog("account", "logout")
    for words in (("import", lists / "mal.xml"), ("export",), ("leftovers",)):
        assert catlog("list", *words).code == 77


def test_leftovers_are_listed_retried_and_cleared(catlog: CommandLine, lists: Path, tmp_path: Path) -> None:
    done = catlog("list", "import", lists / "anilist.json")
    assert "1 added, 0 changed, 0 unchanged, 1 unresolved" in done.out
    assert "catlog list leftovers" in done.err
    [row] = catlog("list", "leftovers", "--format", "json").rows
    assert (row["kind"], row["title"], row["file"]) == ("unresolved", "Unmapped", "anilist.json")
    ids = tmp_path / "ids.json"
    ids.write_text('[{"anilist_id": 777, "mal_id": 4242}]')
    assert catlog("etl", "import-crossids", ids, "--format", "json").row["anilist"] == 1
    retried = catlog("list", "leftovers", "--retry")
    assert "1 added" in retried.err
    assert "no rows are left" in retried.err
    catlog("list", "import", lists / "mal.xml")
    assert len(catlog("list", "leftovers", "--format", "json").rows) == 1
    assert catlog("list", "leftovers", "--clear", "--format", "json").rows == []


def test_a_row_that_waited_comes_with_its_remarks(catlog: CommandLine, tmp_path: Path) -> None:
    row = {"series_type": 0, "series_id": 21, "status": 3, "progress": 200, "finished_on": 20200230, "notes": "gd"}
    file = tmp_path / "gdpr_data.json"
    file.write_text(json.dumps({"user": {"id": 1}, "lists": [row]}))
    assert "1 unresolved" in catlog("list", "import", file).out
    (tmp_path / "ids.json").write_text('[{"anilist_id": 21, "mal_id": 21}]')
    catlog("etl", "import-crossids", tmp_path / "ids.json")
    retried = catlog("list", "leftovers", "--retry")
    assert "row 1, #21: finished_on 2020-02-30 is no date: 2020-02 taken for a title new on the list" in retried.err
    [listed] = catlog("list", "ls", "--format", "json").rows
    assert (listed["finishDate"], listed["notes"]) == ("2020-02", "gd")


def test_an_export_says_what_it_has_no_place_for(catlog: CommandLine, lists: Path, tmp_path: Path) -> None:
    catlog("list", "import", lists / "anilist.json")
    catlog("list", "set", "1", "--favorite")
    done = catlog("list", "export", "-o", tmp_path / "a.xml")
    assert done.code == 0
    assert "warning: 1 favourites are not in it" in done.err
    assert "warning: 1 scores of 100 are rounded" in done.err
    assert "warning" not in catlog("list", "export", "-o", tmp_path / "a.json").err


OTHERS = {
    "mal-csv": b"series_animedb_id,my_status\n1,Watching\n",
    "shikimori": b'[{"target_id": 1, "target_type": "Anime", "status": "watching"}]',
    "anime-planet": b'{"export": {"type": "anime"}, "entries": [{"name": "T", "status": "watching"}, {"name": ""}]}',
    "trackma": pickle.dumps({1: {"id": 1, "url": "https://myanimelist.net/anime/1", "my_status": "watching"}}, 2),
}


@pytest.mark.parametrize("source", OTHERS)
def test_formats_of_other_programs_are_named_or_found_out(catlog: CommandLine, tmp_path: Path, source: str) -> None:
    file = tmp_path / "list"
    file.write_bytes(OTHERS[source])
    for named in ((), ("--from", source)):
        done = catlog("list", "import", file, "--dry-run", "--format", "json", *named)
        assert (done.code, json.loads(done.out)["source"]) == (0, source)
    assert catlog("list", "import", file, "--from", "kitsu").code == 65


def test_a_backup_is_made_before_unless_it_is_not_wanted(catlog: CommandLine, lists: Path, tmp_path: Path) -> None:
    catlog("list", "import", lists / "mal.xml", "--no-backup")
    backups = tmp_path / "home"
    assert not list(backups.rglob("*-before-import-*.backup"))
    catlog("list", "undo")
    catlog("list", "import", lists / "mal.xml")
    assert len(list(backups.rglob("*-before-import-*.backup"))) == 1


def test_hostile_names_reach_no_terminal(catlog: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "a\x1b]52;c;aGk=\x07\u202eb.xml"
    file.write_bytes(samples.mal_xml({"series_title": "\u202eevil\u009b31m", "my_status": "x\u202ey"}, {}))
    for format in ("table", "json", "csv"):
        done = catlog("list", "import", file, "--dry-run", "--format", format)
        assert done.code == 0
        assert not {*"\x1b\x07\u202e\u009b"} & {*done.out, *done.err}
