"""Completion: the scripts, and what a real bash gets from them."""

import sys
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.config import load_settings
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from catlog.saved_views import SavedViews
from tests.cli.conftest import Catlog
from tests.cli.processes import ROOT, shell
from tests.library.people import BEBOP, FRIEREN, fill_catalogue, new_owner


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the lines by which bash finds `catlog` and loads its script."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "catlog"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m catlog "$@"\n')
    program.chmod(0o755)
    (folder / "script").write_text(shell('"$@" -m catlog completion bash').stdout)
    return f'PATH="{folder}:$PATH"; source "{folder}/script"; complete -p catlog > /dev/null || exit'


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["conf"], ["config"]),
        (["config", ""], ["path", "show"]),
        (["config", "show", "--f"], ["--format"]),
        (["config", "show", "--format", "j"], ["json"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["--ver"], ["--version"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_bash_completes_through_lazy_groups(prepared: str, words: list[str], offered: list[str]) -> None:
    line = " ".join(f"'{word}'" for word in words)
    ended = shell(
        f"{prepared}; COMP_WORDS=(catlog {line}); COMP_CWORD={len(words)}; _catlog_completion catlog;"
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == offered


def test_completing_a_command_name_imports_no_command_module() -> None:
    code = (
        "import sys; from catlog.cli.main import run; run([]);"
        "print(*[m for m in sys.modules if m.startswith(('catlog.cli.config', 'catlog.config', 'rich', 'sqlmodel'))])"
    )
    ended = shell(f'"$@" -c "{code}"', _CATLOG_COMPLETE="zsh_complete", COMP_WORDS="catlog co", COMP_CWORD="1")
    assert ended.stdout == (
        "plain\nconfig\nShow settings, with the origin of each value.\n"
        "plain\ncompletion\nPrint the completion script of a shell.\n\n"
    )


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(catlog: Catlog, name: str) -> None:
    code, out, err = catlog("completion", name)
    assert (code, err) == (0, "")
    assert f"_CATLOG_COMPLETE={name}_complete" in out


def test_an_unknown_shell_is_a_usage_error(catlog: Catlog) -> None:
    assert catlog("completion", "ksh").code == 2


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a home with five titles, a sixth that is hostile, a list of two, and a view of it."""
    home = tmp_path / "home"
    environ = {"CATLOG_HOME": str(home)}
    settings = load_settings(environ)
    settings.paths.data.mkdir(parents=True)
    database = Database(settings.database_url)
    upgrade(database, settings.paths.backups)
    fill_catalogue(database)
    fields = ("mal_id", "title", "synonyms", "studios", "processed_at")
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, fields, [(7, "Cow\x1b]52;c;QQ==\x07\nboy", [], [], clock.now())])
    owner = new_owner(database)
    remember(database, settings, begin_session(database, settings, owner.user_id))
    for mal_id in (BEBOP, FRIEREN):
        edit(database, owner, mal_id, Add(Status.WATCHING), origin=Origin.CLI)
    SavedViews(settings.paths.state, owner.username).save("list", "best of all", {"filter": "title:bebop or score:10"})
    database.close()
    return home


def completed(home: Path, *words: str, shell_name: str = "bash") -> list[str]:
    ended = shell(
        '"$@" -m catlog',
        _CATLOG_COMPLETE=f"{shell_name}_complete",
        COMP_WORDS=" ".join(["catlog", *words]),
        COMP_CWORD=words[-1] if shell_name == "fish" else str(len(words)),
        CATLOG_HOME=str(home),
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["show", "Cowb"], ["plain,Cowboy Bebop"]),
        (["show", "cow"], ["plain,Cowboy Bebop", "plain,Cow]52;c;QQ== boy"]),
        (["show", "ｆｒｉｅ"], ["plain,Frieren: Beyond Journey's End"]),
        (["show", "''"], []),
        (["list", "watch", "Pe"], []),
        (["list", "watch", "''"], ["plain,Cowboy Bebop", "plain,Sousou no Frieren"]),
        (["list", "add", "Pe"], ["plain,Perfect Blue"]),
        (["search", "--genre", "sl"], ["plain,Slice of Life"]),
        (["list", "ls", "--view", "b"], ["plain,best of all"]),
    ],
)
def test_titles_genres_and_views_are_completed(home: Path, words: list[str], offered: list[str]) -> None:
    assert sorted(line for line in completed(home, *words) if line) == sorted(offered)


def test_zsh_and_fish_get_the_same_titles(home: Path) -> None:
    assert completed(home, "show", "Cowb", shell_name="zsh") == ["plain", "Cowboy Bebop", "_"]
    assert completed(home, "show", "Cowb", shell_name="fish") == ["plain,Cowboy Bebop"]


def test_without_a_database_nothing_is_offered_said_or_made(tmp_path: Path) -> None:
    for words in (["show", "Cow"], ["list", "watch", "Cow"], ["list", "ls", "--view", "b"]):
        assert completed(tmp_path / "none", *words) == [""]
    assert not (tmp_path / "none").exists()


def test_completing_a_title_loads_neither_the_app_nor_the_http_client(home: Path) -> None:
    code = (
        "import sys; from catlog.cli.main import run; run([]);"
        "print(*[m for m in ('textual', 'httpx', 'rich', 'duckdb', 'alembic') if m in sys.modules])"
    )
    ended = shell(
        f'"$@" -c "{code}"',
        _CATLOG_COMPLETE="bash_complete",
        COMP_WORDS="catlog list watch Cow",
        COMP_CWORD="3",
        CATLOG_HOME=str(home),
    )
    assert ended.stdout.splitlines() == ["plain,Cowboy Bebop", ""]


def test_bash_quotes_what_has_spaces(prepared: str, home: Path) -> None:
    for typed, inserted in (("Cowb", "Cowboy\\ Bebop"), ('"Cowb', "Cowboy Bebop")):
        ended = shell(
            f"{prepared}; COMP_WORDS=(catlog show '{typed}'); COMP_CWORD=2; _catlog_completion catlog;"
            ' printf "%s\\n" "${COMPREPLY[@]}"',
            CATLOG_HOME=str(home),
        )
        assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", f"{inserted}\n")


@pytest.mark.parametrize(
    ("line", "pieces", "inserted"),
    [
        ("catlog show Re:Z", ("show", "Re", ":", "Z"), "Zero\\ kara"),
        ("catlog show Re:", ("show", "Re", ":"), "Zero\\ kara"),
        (r"catlog show Cow\ Re:\ B", ("show", r"Cow\ Re", ":", r"\ B"), r"\ Bell"),
        ('catlog show "Re:Z', ("show", '"Re:Z'), "Re:Zero kara"),
        ("catlog list watch Cowb", ("list", "watch", "Cowb"), "Cowboy\\ Bebop"),
    ],
)
def test_bash_completes_titles_with_colons_at_which_it_splits_words(
    prepared: str, home: Path, line: str, pieces: tuple[str, ...], inserted: str
) -> None:
    database = Database(load_settings({"CATLOG_HOME": str(home)}).database_url)
    fields = ("mal_id", "title", "synonyms", "studios", "processed_at")
    with database.connect_to_write() as connection:
        rows = [(8, "Re:Zero kara", [], [], clock.now()), (9, "Cow Re: Bell", [], [], clock.now())]
        upsert(connection, ProcessedAnime, fields, rows)
    database.close()
    words = " ".join(f"'{piece}'" for piece in pieces)
    ended = shell(
        f"{prepared}; COMP_LINE='{line}'; COMP_WORDS=(catlog {words}); COMP_CWORD={len(pieces)};"
        ' _catlog_completion catlog; printf "%s\\n" "${COMPREPLY[@]}"',
        CATLOG_HOME=str(home),
    )
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", f"{inserted}\n")
