"""Export and import keep every field of every entry, also for recorded lists."""

import gzip
import json
from pathlib import Path

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.interchange.crossids import import_crossids
from catlog.interchange.exporting import export_list, export_losses
from catlog.interchange.merge import RowOutcome, Strategy
from catlog.library.edits import SetNotes
from catlog.library.entries import Origin
from catlog.library.writer import edit
from tests.interchange import samples
from tests.library.people import new_owner
from tests.support.roundtrip import ROUND_TRIPS, against_the_source, faults, give_out, stored, take_in, there_and_back

# Instants are those of the import where the format tells none; MyAnimeList knows no favourites and no 0-100 scores.
LOST = {"mal-xml": ("created_at", "updated_at", "score100", "favorite"), "json": (), "jsonl": (), "csv": ()}
MIXED = samples.mal_xml(
    {"my_comments": "a ]]> b\n\ttwo & <three>", "my_tags": "x, y", "my_priority": "HIGH"},
    {"series_animedb_id": "2", "series_title": "=1+1", "my_start_date": "2021-00-00", "my_finish_date": "2022-02-30"},
    {"series_animedb_id": "3", "my_status": "Completed", "my_rewatching": "1", "my_times_watched": "3"},
    {"series_animedb_id": "4", "my_status": "Plan to Watch", "my_score": "0", "series_episodes": "0"},
    {"series_animedb_id": "5", "my_status": "Dropped", "my_watched_episodes": "99", "my_storage": "2"},
    {"series_animedb_id": "2147483647", "my_status": "On-Hold", "series_type": "Unknown", "my_comments": "日本語 🐈"},
)


@pytest.mark.parametrize("form", ROUND_TRIPS)
def test_every_field_of_an_odd_list_comes_back_from_every_form(database: Database, owner: SignedIn, form: str) -> None:
    take_in(database, owner, MIXED)
    assert faults(there_and_back(database, owner, form), *LOST[form]) == []


@pytest.mark.parametrize("form", ROUND_TRIPS)
def test_scores_out_of_100_favourites_and_instants_come_back_from_catlogs_own_forms(
    database: Database, owner: SignedIn, form: str
) -> None:
    take_in(database, owner, samples.anilist(samples.anilist_entry(private=True, customLists={"A": True})))
    lost = () if form != "mal-xml" else (*LOST[form], "extra")
    assert faults(there_and_back(database, owner, form), *lost) == []


@pytest.mark.parametrize("form", ROUND_TRIPS)
def test_an_export_is_the_same_again_and_into_the_same_list_changes_nothing(
    database: Database, owner: SignedIn, form: str
) -> None:
    take_in(database, owner, MIXED)
    first = give_out(database, owner, form)
    assert give_out(database, owner, form) == first
    for strategy in Strategy:
        done = take_in(database, owner, first, strategy)
        assert (done.count(RowOutcome.UNCHANGED), done.step) == (6, None)
    assert give_out(database, owner, form) == first


def test_myanimelists_word_not_to_update_comes_back_until_the_entry_changes(
    database: Database, owner: SignedIn
) -> None:
    take_in(database, owner, samples.mal_xml({"update_on_import": "0"}, {"series_animedb_id": "5"}))
    assert give_out(database, owner, "mal-xml").count(b"<update_on_import>0<") == 1
    with database.read() as session:
        assert "skips them" in export_losses(session, owner.user_id, "mal-xml")[0]
        assert export_losses(session, owner.user_id, "json") == ()
    edit(database, owner, 1, SetNotes("mine"), origin=Origin.CLI)
    assert give_out(database, owner, "mal-xml").count(b"<update_on_import>1<") == 2
    with database.read() as session:
        assert export_losses(session, owner.user_id, "mal-xml") == ()


def test_an_empty_list_has_an_export_in_every_form(database: Database, owner: SignedIn) -> None:
    for form in ROUND_TRIPS:
        written = give_out(database, owner, form)
        if form != "jsonl":
            assert take_in(database, owner, written).rows == ()
        else:
            assert written == b""


def test_the_history_can_be_left_out_and_csv_can_begin_with_a_mark(database: Database, owner: SignedIn) -> None:
    take_in(database, owner, MIXED)
    with database.read() as session:
        bare = "".join(export_list(session, owner.user_id, "someone", "json", history=False))
        lines = "".join(export_list(session, owner.user_id, "someone", "jsonl", history=False))
        marked = "".join(export_list(session, owner.user_id, "someone", "csv", bom=True))
    assert json.loads(bare)["history"] == []
    assert [json.loads(line)["malId"] for line in lines.splitlines()] == [1, 2, 3, 4, 5, 2147483647]
    assert marked.startswith("\ufeffmalId,title,")


def test_real_exports_of_myanimelist_come_back_the_same(
    database: Database, owner: SignedIn, real_lists: list[Path]
) -> None:
    for file in real_lists:
        mine = new_owner(database)
        content = file.read_bytes()
        done = take_in(database, mine, content)
        assert done.count(RowOutcome.ADDED) == len(done.rows)
        written = give_out(database, mine, "mal-xml")
        source = gzip.decompress(content) if file.suffix == ".gz" else content
        # The catalogue's title, type and episodes are written, which may be those of another list.
        assert faults(against_the_source(source, written), "series_title", "series_type", "series_episodes") == []
        for form in ("mal-xml", "json"):
            assert faults(there_and_back(database, mine, form), *LOST[form]) == []
        assert take_in(database, mine, content, Strategy.OVERWRITE).step is None


# What was added, what was not; the database knows five titles, by which six entries of Anime-Planet are resolved.
MORE = {
    "anitransfer_anime-planet_1.json": (0, 742),
    "anitransfer_anime-planet_2.json": (3, 1822),
    "anitransfer_anime-planet_3.json": (0, 694),
    "gomal_userAnimeList.json": (5, 0),
    "kitsu_spec_toy-anime.json": (300, 0),
    "maldoro_anime.xml": (172, 50),
    "maldoro_test_list.csv": (90, 0),
    "shikimori_list.json": (1, 0),
    "shikimori_list.xml": (1, 0),
    "voyager_animelist.xml": (204, 0),
    "yamtrack_spec_anilist.json": (4, 0),
    "yamtrack_spec_import.csv": (1, 0),
    "yamtrack_spec_kitsu_anime.json": (5, 0),
    "yamtrack_spec_mal_anime.json": (4, 0),
}


def test_lists_of_other_programs_come_back_the_same(database: Database, owner: SignedIn, recordings: Path) -> None:
    counts = {}
    for file in sorted((recordings / "lists" / "more").glob("*.*")):
        mine = new_owner(database)
        content = file.read_bytes()
        done = take_in(database, mine, content)
        added = done.count(RowOutcome.ADDED)
        counts[file.name] = (added, len(done.rows) - added)
        for form in ROUND_TRIPS if added else ():
            assert faults(there_and_back(database, mine, form), *LOST[form]) == [], (file.name, form)
        if file.suffix == ".xml":
            written = against_the_source(content, give_out(database, mine, "mal-xml"))
            assert faults(written, "series_title", "series_type", "series_episodes", "shiki_status") == []
        assert take_in(database, mine, content, Strategy.OVERWRITE).step is None
    assert counts == MORE


def test_the_dates_of_a_real_public_list_are_those_it_shows(
    database: Database, owner: SignedIn, recordings: Path
) -> None:
    content = (recordings / "lists" / "more" / "kitsu_spec_toy-anime.json").read_bytes()
    take_in(database, owner, content)
    found = stored(database, owner)
    for raw in json.loads(content):
        for name, field in (("start_date_string", "start_date"), ("finish_date_string", "finish_date")):
            told = raw[name] and f"20{raw[name][6:]}-{raw[name][:5]}"
            assert found[raw["anime_id"]][field] == told
    assert sum(entry["start_date"] is not None for entry in found.values()) == 57
    assert sum(entry["finish_date"] is not None for entry in found.values()) == 59


def test_a_real_data_export_of_anilist_is_resolved_by_a_real_map_of_ids_and_comes_back(
    database: Database, owner: SignedIn, shared_data: Path | None
) -> None:
    if shared_data is None:
        return
    content = (shared_data / "lists" / "anilist" / "gdpr_export_2023.json").read_bytes()
    assert take_in(database, owner, content).count(RowOutcome.UNRESOLVED) == 491
    [ids] = (shared_data / "catalogue").glob("crossids*")
    import_crossids(database, ids)
    done = take_in(database, owner, content)
    assert (done.count(RowOutcome.ADDED), done.count(RowOutcome.UNRESOLVED)) == (465, 26)
    assert faults(there_and_back(database, owner, "json")) == []
    assert take_in(database, owner, content, Strategy.OVERWRITE).step is None
