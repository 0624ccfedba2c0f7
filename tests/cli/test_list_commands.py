"""`catlog list`: words in, what changed out, and the way back named."""

import csv
import io
import json
import os
from pathlib import Path

import click
import pytest
from sqlalchemy import update

from catlog import clock
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.cli.context import Environment
from catlog.cli.list import ListGroup
from catlog.cli.main import run
from catlog.config import load_settings
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.saved_views import SavedViews
from tests.cli.conftest import Catlog, Ending
from tests.library.people import fill_catalogue
from tests.support.terminal import CATLOG, Terminal

NOW = "2026-11-22T12:00:00Z"


@pytest.fixture(autouse=True)
def signed_in(database: Database, light_hashes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign a user in, on a stopped clock, in a database that knows five titles."""
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)
    monkeypatch.setenv("CATLOG_NOW", NOW)
    fill_catalogue(database)
    settings = load_settings()
    Environment(io.StringIO(), io.StringIO(), io.StringIO()).now()
    account = register(database, settings, username="mika", email="mika@example.org", password="quiet otters knit")
    remember(database, settings, begin_session(database, settings, account.id))


def fed(text: str, *argv: str) -> Ending:
    out, err = io.StringIO(), io.StringIO()
    code = run(argv, Environment(io.StringIO(text), out, err))
    return Ending(code, out.getvalue(), err.getvalue())


def rows(ending: Ending) -> list[dict[str, object]]:
    assert ending.code == 0, ending.err
    found: list[dict[str, object]] = json.loads(ending.out)["rows"]
    return found


def test_each_edit_prints_what_changed_and_names_undo(catlog: Catlog) -> None:
    output = [
        ("add", "Cowboy Bebop", "--status", "plan to watch", "--score", "9"),
        ("watch", "bebop"),
        ("watch", "bebop", "+24"),
        ("watch", "1", "=26"),
        ("watch", "1"),
        ("set", "1", "--note", "again!", "--start", "2019-07", "--tag", "space", "--favorite"),
        ("rm", "bebop"),
    ]
    endings = [catlog("list", *words) for words in output]
    assert [ending.code for ending in endings] == [0] * len(output)
    assert [ending.out for ending in endings] == [
        "Cowboy Bebop: added as Plan to Watch (rating 9)\n",
        "Cowboy Bebop: status Plan to Watch → Watching, episodes 0/26 → 1/26, started none → 2026-11-22\n",
        "Cowboy Bebop: episodes 1/26 → 25/26\n",
        "Cowboy Bebop: status Watching → Completed, episodes 25/26 → 26/26, finished none → 2026-11-22\n",
        "Cowboy Bebop: episodes 26/26 → 1/26, rewatching no → yes\n",
        "Cowboy Bebop: notes none → 'again!', tags none → #space, favourite no → yes, started 2026-11-22 → 2019-07\n",
        "Cowboy Bebop: removed, was Completed (episodes 1/26, rating 9, favourite yes, tags #space, notes 'again!', "
        "started 2019-07, finished 2026-11-22)\n",
    ]
    assert {ending.err for ending in endings} == {"(undo: catlog list undo)\n"}


def test_an_edit_that_changes_nothing_says_so(catlog: Catlog) -> None:
    catlog("list", "add", "frieren")
    ending = catlog("list", "set", "frieren", "--status", "planned")
    assert (ending.code, ending.out, ending.err) == (0, "", "nothing changed: the list has these values already\n")


def test_edits_in_json_have_the_fields_before_and_after(catlog: Catlog) -> None:
    (added,) = rows(catlog("list", "add", "1", "--format", "json"))
    assert (added["before"], added["step"], added["malId"]) == (None, 1, 1)
    (changed,) = rows(catlog("list", "set", "1", "--score", "7", "--watched", "3", "--format", "json"))
    assert changed["before"] == {"status": "PLAN_TO_WATCH", "rating": None, "episodesWatched": 0, "startDate": None}
    assert changed["after"] == {
        "status": "WATCHING",
        "rating": 7,
        "episodesWatched": 3,
        "startDate": "2026-11-22",
    }


def test_ls_has_the_documented_keys_and_filters(catlog: Catlog) -> None:
    catlog("list", "add", "frieren", "--status", "watching", "--score", "10", "--tag", "cosy")
    catlog("list", "add", "perfect blue", "--status", "completed", "--finish", "2020-05")
    catlog("list", "add", "One Piece", "--status", "dropped")
    found = rows(catlog("list", "ls", "--format", "json"))
    assert [row["malId"] for row in found] == [21, 437, 52991]
    assert {key: found[1][key] for key in ("status", "episodesWatched", "finishDate", "rating", "notes", "tags")} == {
        "status": "COMPLETED",
        "episodesWatched": 1,
        "finishDate": "2020-05",
        "rating": None,
        "notes": "",
        "tags": [],
    }
    documented = (
        "malId title type status rating score100 episodesWatched episodes startDate finishDate rewatching rewatchCount"
        " notes tags favorite updatedAt"
    )
    assert set(documented.split()) <= set(found[0])
    assert [row["malId"] for row in rows(catlog("list", "ls", "-q", "genre:drama", "--format", "json"))] == [437, 52991]
    narrow = catlog("list", "ls", "--status", "watching", "--status", "Dropped", "--sort", "score", "--format", "json")
    assert [row["malId"] for row in rows(narrow)] == [52991, 21]
    assert [row["malId"] for row in rows(catlog("list", "ls", "--limit", "1", "--format", "json"))] == [21]
    table = catlog("list", "ls").out
    assert "Sousou no Frieren" in table
    assert "0/?" in table
    read = list(csv.DictReader(io.StringIO(catlog("list", "ls", "--format", "csv").out)))
    assert [row["malId"] for row in read] == ["21", "437", "52991"]


def test_an_empty_list_says_what_to_do_next(catlog: Catlog) -> None:
    assert "catlog list add" in catlog("list", "ls").err
    empty = catlog("list", "ls", "--format", "csv")
    assert empty.out.startswith("malId,title,type,status,rating,score100,")
    assert empty.code == 0


def test_a_wrong_filter_points_at_the_column(catlog: Catlog) -> None:
    ending = catlog("list", "ls", "--query", "genre:drama scor>8")
    assert ending.code == 2
    assert ending.err.splitlines()[:3] == [
        "  genre:drama scor>8",
        "              ^",
        "catlog: the filter cannot be read at column 13: unknown field 'scor'",
    ]
    assert "did you mean score?" in ending.err


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("watch", "bebop"), 3, "not on your list"),
        (("rm", "99"), 3, "no anime matches '99'"),
        (("add", "e"), 3, "matches several anime"),
        (("add", "123456"), 3, "catlog search"),
        (("set", "1"), 2, "nothing to change was given"),
        (("add", "1", "--score", "0"), 2, "1 to 10, or none"),
        (("add", "1", "--score", "11"), 2, "1 to 10, or none"),
        (("add", "1", "--status", "wachting"), 2, "did you mean watching?"),
        (("add", "1", "--start", "2021-02-31"), 2, "2021-02 has 28 days"),
        (("add", "1", "--watched", "27"), 2, "it has 26 episodes"),
        (("watch", "1", "5"), 2, "not a number of episodes"),
        (("ls", "--sort", "scroe"), 2, "did you mean score?"),
        (("undo",), 3, "nothing to undo"),
        (("redo",), 3, "nothing to redo"),
    ],
)
def test_a_mistake_exits_with_its_code_and_the_way_out(
    catlog: Catlog, argv: tuple[str, ...], code: int, said: str
) -> None:
    ending = catlog("list", *argv)
    assert (ending.code, ending.out) == (code, "")
    assert said in ending.err


def test_a_mistyped_title_is_taken_as_the_only_one_near_and_named(catlog: Catlog) -> None:
    catlog("list", "add", "cowboy beboop", "--status", "watching")
    ending = catlog("list", "watch", "bebpo")
    assert (ending.code, "episodes 0/26 → 1/26" in ending.out) == (0, True)
    assert ending.err.splitlines()[0] == "took 'bebpo' as Cowboy Bebop"
    assert "took 'bebpo' as Cowboy Bebop" in catlog("list", "history", "bebpo").err


def test_a_mistyped_title_is_never_removed(catlog: Catlog) -> None:
    catlog("list", "add", "1")
    ending = catlog("list", "rm", "bebpo")
    assert (ending.code, ending.out) == (3, "")
    assert ending.err.splitlines()[0] == "catlog: no anime matches 'bebpo'"
    assert "- 1 Cowboy Bebop" in ending.err
    refused = fed("watch bebpo", "list", "edit", "-")  # a file has nobody who reads what was taken
    assert (refused.code, "1 Cowboy Bebop" in refused.err) == (65, True)
    assert [row["malId"] for row in rows(catlog("list", "ls", "--format", "json"))] == [1]


def test_a_filter_without_a_match_says_where_there_are_some(catlog: Catlog) -> None:
    catlog("list", "add", "1", "--status", "on-hold")
    catlog("list", "add", "52991", "--status", "completed")
    catlog("list", "add", "21", "--status", "watching")
    ending = catlog("list", "ls", "--status", "watching", "--query", "title:o -piece")
    assert (ending.code, ending.out) == (0, "")
    assert ending.err == "0 of 1; 1 matches in Completed, 1 in On Hold\n"
    assert catlog("list", "ls", "--status", "watching", "-q", "title:zzz").err == "no entry matches\n"
    assert catlog("list", "ls", "--status", "dropped").err == "no entry matches\n"


def at_a_terminal(*argv: str) -> Terminal:
    return Terminal((*CATLOG, *argv), environ={k: v for k, v in os.environ.items() if k.startswith("CATLOG_")})


def test_a_terminal_is_asked_which_of_several_titles_is_meant(catlog: Catlog) -> None:
    catlog("list", "add", "1", "--status", "watching")
    catlog("list", "add", "52991", "--status", "watching")
    with at_a_terminal("list", "watch", "o") as terminal:
        terminal.wait_for("Which one?")
        terminal.press("2\r")
        terminal.wait_for("Sousou no Frieren: episodes 0/28 → 1/28")
        assert terminal.end() == 0
    with at_a_terminal("show", "o", "--offline") as terminal:
        terminal.wait_for("Which one?")
        terminal.press("\r")
        terminal.wait_for("matches several anime")
        assert terminal.end() == 3


def test_a_whole_title_is_meant_also_where_the_list_has_only_a_part_of_it(catlog: Catlog, database: Database) -> None:
    fields = ("mal_id", "title", "synonyms", "studios", "processed_at")
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, [(30000, "One Piece: Gyojin Tou-hen", [], [], clock.now())])
    catlog("list", "add", "30000", "--status", "watching")
    ending = catlog("list", "watch", "One Piece")
    assert (ending.code, ending.out) == (3, "")
    assert "One Piece: it is not on your list" in ending.err
    catlog("list", "add", "ＯＮＥ　ＰＩＥＣＥ")
    assert catlog("list", "watch", "one piece").out.startswith("One Piece: status Plan to Watch → Watching")
    assert catlog("list", "watch", "gyojin").out.startswith("One Piece: Gyojin Tou-hen: episodes 0 → 1")


def test_adding_twice_is_refused_and_changes_nothing(catlog: Catlog) -> None:
    catlog("list", "add", "1", "--score", "9")
    ending = catlog("list", "add", "1", "--score", "2")
    assert ending.code == 2
    assert "already" in ending.err
    assert "catlog list set" in ending.err
    assert rows(catlog("list", "ls", "--format", "json"))[0]["rating"] == 9


def test_a_title_that_is_ambiguous_elsewhere_is_clear_on_my_list(catlog: Catlog) -> None:
    catlog("list", "add", "21")
    assert catlog("list", "watch", "e").out.startswith("One Piece:")
    assert catlog("list", "watch", "ワンピ").out.startswith("One Piece:")
    catlog("list", "add", "1")
    ending = catlog("list", "watch", "e")
    assert ending.code == 3
    assert "- 1 Cowboy Bebop" in ending.err


def test_undo_and_redo_tell_each_step(catlog: Catlog) -> None:
    catlog("list", "add", "1")
    catlog("list", "watch", "1", "+3")
    undone = catlog("list", "undo", "--steps", "5")
    assert undone.out.splitlines() == [
        "Cowboy Bebop: status Watching → Plan to Watch, episodes 3/26 → 0/26, started 2026-11-22 → none",
        "Cowboy Bebop: removed, was Plan to Watch",
    ]
    assert "catlog list redo" in undone.err
    (redone,) = rows(catlog("list", "redo", "--format", "json"))
    assert (redone["step"], redone["target"], redone["before"]) == (5, 1, None)


def test_history_tells_what_happened_newest_first(catlog: Catlog) -> None:
    catlog("list", "add", "1")
    catlog("list", "watch", "1", "-1")
    catlog("list", "watch", "1", "all")
    catlog("list", "add", "21")
    found = rows(catlog("list", "history", "bebop", "--format", "json"))
    assert [(row["action"], row["origin"], row["at"]) for row in found] == [("watch", "cli", NOW), ("add", "cli", NOW)]
    assert "episodes 0 → 26" in str(found[0]["change"])
    assert len(rows(catlog("list", "history", "--limit", "1", "--format", "json"))) == 1
    assert "One Piece" in catlog("list", "history").out


def test_a_batch_is_one_step(catlog: Catlog) -> None:
    lines = """
        # a comment
        add "Cowboy Bebop" --status watching
        watch "Cowboy Bebop" +2
        watch bebop -1
        add 21 --note "three words here" --tag '#1'
        set 21 --score none --no-favorite
    """
    ending = fed(lines, "list", "edit", "-")
    assert ending.code == 0, ending.err
    assert ending.out.splitlines() == [
        "Cowboy Bebop: added as Watching (episodes 1/26, started 2026-11-22)",
        "One Piece: added as Plan to Watch (tags ##1, notes 'three words here')",
    ]
    assert len(catlog("list", "undo").out.splitlines()) == 2
    assert rows(catlog("list", "ls", "--format", "json")) == []


def test_a_batch_with_a_wrong_line_changes_nothing_and_names_the_lines(catlog: Catlog, tmp_path: Path) -> None:
    file = tmp_path / "edits"
    file.write_text('add 1\nset 1 --score 11\nfly 1\nwatch nobody\nset "1\nrm 1 2\n')
    ending = catlog("list", "edit", str(file))
    assert (ending.code, ending.out) == (65, "")
    output = ending.err.splitlines()
    assert [line.partition(":")[0] for line in output[:5]] == [f"line {number}" for number in (2, 3, 4, 5, 6)]
    assert "a line begins with add, set, watch, rm" in output[1]
    assert output[5:] == ["catlog: 5 lines are wrong", "hint: nothing was changed"]
    late = fed("add 1\nwatch 21\nset 1 --watched 99\n", "list", "edit", "-")
    assert late.code == 65
    assert late.err.splitlines()[:2] == [
        "line 2: One Piece: it is not on your list (put it there first: catlog list add)",
        "line 3: Cowboy Bebop: 99 is no episode of this title: it has 26 episodes (give 0 to 26)",
    ]
    assert rows(catlog("list", "ls", "--format", "json")) == []
    assert catlog("list", "edit", str(tmp_path / "absent")).code == 65


def test_a_batch_asks_for_no_help_and_has_an_end(catlog: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    helped = fed("add 1\nset 1 --help\n", "list", "edit", "-")
    assert (helped.code, helped.out) == (65, "")
    assert "line 2: No such option" in helped.err
    monkeypatch.setattr("catlog.cli.list_batch._SIZE_LIMIT", 100)
    for endless in ("#" * 200, "#\n" * 200):
        ending = fed(endless, "list", "edit", "-")
        assert (ending.code, ending.out) == (65, "")
        assert "more than 100 characters" in ending.err
    assert rows(catlog("list", "ls", "--format", "json")) == []


def test_without_an_account_nothing_is_shown_or_changed(catlog: Catlog) -> None:
    catlog("account", "logout")
    for argv in (("ls",), ("add", "1"), ("history",), ("undo",), ("edit", "-")):
        assert catlog("list", *argv).code == 77


def test_notes_and_tags_from_the_command_line_cannot_drive_a_terminal(catlog: Catlog) -> None:
    ending = catlog("list", "add", "1", "--note", "a\x1b]52;c;AAAA\x07\u202eb", "--tag", "\x1b[2Jx")
    assert ending.code == 0
    shown = catlog("list", "ls").out + catlog("list", "history").out + ending.out
    assert not set("\x1b\x07\u202e") & set(shown)


def test_the_group_s_help_lines_are_the_commands_own() -> None:
    group = ListGroup("list")
    ctx = click.Context(group)
    for name, entry in ListGroup.entries.items():
        command = group.get_command(ctx, name)
        assert command is not None
        assert entry.help == str(command.help).strip().splitlines()[0]


@pytest.mark.parametrize("argv", [("list", "ls", "--format", "csv"), ("list", "export", "--to", "csv", "-o", "-")])
def test_csv_drives_no_terminal_and_keeps_its_data_in_a_pipe(
    catlog: Catlog, database: Database, argv: tuple[str, ...]
) -> None:
    catlog("list", "add", "1")
    hostile = "one\x1b]52;c;QQ==\x07two\x9b31m\u202ethree\ttab"
    with database.write() as session:
        session.connection().execute(update(UserAnime).values(notes=hostile))
    assert hostile in catlog(*argv).out
    with at_a_terminal(*argv) as terminal:
        assert terminal.end() == 0
        output = bytes(terminal.received).decode()
    assert "one]52;c;QQ==two31mthree" in output
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(output)


def test_a_view_that_the_app_kept_is_shown_and_narrowed(catlog: Catlog) -> None:
    catlog("list", "add", "1", "--status", "completed", "--score", "9")
    catlog("list", "add", "52991", "--status", "completed", "--score", "10")
    catlog("list", "add", "437", "--score", "10")
    fields = {"status": "COMPLETED", "sort": "-score", "filter": "score>=9 or tag:x"}
    SavedViews(load_settings().paths.state, "mika").save("list", "best of all", fields)

    def ids(*argv: str) -> list[object]:
        return [row["malId"] for row in rows(catlog("list", "ls", "--view", "best of all", *argv, "--format", "json"))]

    assert sorted(ids(), key=str) == [1, 52991]
    assert ids("--sort", "id") == [1, 52991]
    assert ids("--query", "drama or genre:drama") == [52991]
    assert ids("--status", "planned") == []
    assert sorted(ids("--status", "planned", "--status", "completed"), key=str) == [1, 52991]
    unknown = catlog("list", "ls", "--view", "best")
    assert (unknown.code, unknown.out) == (3, "")
    assert "- best of all" in unknown.err


def test_in_ascii_titles_are_ascii_too_and_columns_stay_straight(
    catlog: Catlog, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = ("mal_id", "title", "synonyms", "studios", "processed_at")
    titles = [(30000, "Pokémon × 進撃 ★"), (30001, "Plain")]
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, [(*title, [], [], clock.now()) for title in titles])
    monkeypatch.setenv("CATLOG_ASCII", "1")
    output = catlog("list", "add", "30000").out
    assert output == "Pokemon x ???? *: added as Plan to Watch\n"
    catlog("list", "add", "30001")
    table = catlog("list", "ls").out
    assert table.isascii()
    assert len({line.index("Plan to Watch") for line in table.splitlines() if "Plan to Watch" in line}) == 1
    assert json.loads(catlog("list", "ls", "--format", "json").out)["rows"][1]["title"] == "Pokémon × 進撃 ★"


def test_when_episodes_were_watched_is_given_shown_and_corrected(catlog: Catlog) -> None:
    catlog("list", "add", "Perfect Blue")
    done = catlog("list", "watch", "Perfect Blue", "--on", "2026-05-03")
    assert (done.code, "watched on 2026-05-03" in done.out) == (0, True)
    assert rows(catlog("list", "history", "Perfect Blue", "--format", "json"))[0]["watchedOn"] == "2026-05-03"
    assert rows(catlog("list", "ls", "--format", "json"))[0]["finishDate"] == "2026-05-03"
    corrected = catlog("list", "redate", "Perfect Blue", "2026-05")
    assert "watched on 2026-05-03 -> 2026-05" in corrected.out.replace("→", "->")
    newest, first = rows(catlog("list", "history", "Perfect Blue", "--format", "json"))[:2]
    assert (newest["action"], newest["watchedOn"], first["watchedOn"]) == ("redate", None, "2026-05")
    assert catlog("list", "undo").code == 0
    assert rows(catlog("list", "history", "Perfect Blue", "--format", "json"))[2]["watchedOn"] == "2026-05-03"
    future = catlog("list", "watch", "Perfect Blue", "--on", "2999")
    assert (future.code != 0, "2999 is in the future" in future.err) == (True, True)
    assert catlog("list", "watch", "Perfect Blue", "--on", "none").code == 2
    assert "step 999 logged no episode" in catlog("list", "redate", "Perfect Blue", "2026", "--step", "999").err


def test_titles_are_in_the_language_of_the_account_for_people_and_the_main_ones_for_programs(catlog: Catlog) -> None:
    catlog("list", "add", "52991")
    assert "default" in catlog("account", "titles").out
    assert "english" in catlog("account", "titles", "english").out
    english = "Frieren: Beyond Journey's End"
    assert english in catlog("list", "ls").out
    assert english in catlog("list", "watch", "sousou no frieren").out
    assert english in catlog("show", "52991").out
    assert english in catlog("search", "frieren").out
    assert [row["title"] for row in rows(catlog("list", "ls", "--format", "json"))] == ["Sousou no Frieren"]
    assert "Sousou no Frieren" in catlog("list", "ls", "--format", "csv").out
    assert "romaji" in catlog("account", "titles", "--clear").out
    assert "Sousou no Frieren" in catlog("list", "ls").out
    assert catlog("account", "titles", "english", "--clear").code == 2
