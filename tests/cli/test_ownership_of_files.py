"""Every file and folder that CatLog keeps, spoilt in every way, before the real commands: 78, by name, nothing changed."""

import os
import shutil
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts import keys
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.slots import SLOTS, hashing_slot
from catlog.accounts.users import register
from catlog.analytics import launcher
from catlog.analytics.frozen.freeze import _frozen
from catlog.catalogue import index_file, pages
from catlog.catalogue.posters import Posters
from catlog.catalogue.search import Found, Question
from catlog.cli.crash import write_report
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.errors import CatLogError
from catlog.jikan.answer import RawAnswer
from catlog.jikan.kept import KeptAnswers
from catlog.library.journal.file import Journal
from catlog.ownership import NotOwnError
from catlog.presets import Presets
from tests.support.cli import CommandLine, Ending
from tests.support.ownership import (
    SOMEBODY,
    SPOILT,
    as_fifo,
    as_link,
    condition,
    elsewhere,
    for_a_group,
    for_all,
    made,
)

IS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the home of somebody who is signed in and has used CatLog, once."""
    home = tmp_path_factory.mktemp("template") / "home"
    settings = load_settings({"CATLOG_HOME": str(home)})
    database = Database(settings.database_url)
    upgrade(database)
    account = register(database, settings, username="mika", email="mika@example.org", password="quiet otters knit")
    remember(database, settings, begin_session(database, settings, account.id))
    Presets(settings.paths.state, "mika").keep("list", "mine", {"sort": "title"})
    database.close()
    made(settings.paths.config_file, b'motion = "off"\n')
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """Give a home of one's own; its token is of the database in it."""
    home = tmp_path / "home"
    shutil.copytree(template, home)
    settings = load_settings({"CATLOG_HOME": str(home)})
    (token,) = (settings.paths.state / "tokens").glob("*.token")
    database = Database(settings.database_url)
    first, _ = token.read_bytes().split(b"\n")
    token.write_bytes(first + b"\n" + os.fsencode(database.place))
    token.rename(token.with_name(f"{database.mark}.token"))
    database.close()
    return home


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings({"CATLOG_HOME": str(home)})


@pytest.fixture
def catlog(home: Path) -> CommandLine:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return CommandLine().having(home=home, jikan_urls=f"http://127.0.0.1:{port}/v4", jikan_backoff=0.00001)


@pytest.fixture(autouse=True)
def _as_it_runs() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def assert_refused(ending: Ending, path: Path, words: str) -> None:
    """Assert exit code 78, one line that names path, owner and mode, and one with the way out."""
    told = ending.err.splitlines()
    assert (ending.code, ending.out, len(told)) == (78, "", 2), ending
    assert told[0].startswith(f"catlog: {path} {words}"), told
    assert "mode " in told[0]
    assert told[1].startswith("hint: ")
    assert str(path) in told[1]


COMMANDS: dict[str, tuple[str, ...]] = {
    "config/config.toml": ("config", "list"),
    "data/catlog.sqlite": ("list", "ls"),
    "data/catlog.sqlite-wal": ("list", "ls"),
    "data/catlog.sqlite-shm": ("list", "ls"),
    "data/catlog.sqlite.etl.lock": ("etl", "run"),
    "data/backups/.lock": ("db", "backup"),
    "state/keys.json": ("list", "ls"),
    "state/tokens/*.token": ("list", "ls"),
    "state/presets.json": ("list", "ls", "--view", "mine"),
    "state/jikan-health.json": ("etl", "run"),
    "cache/last-search.json": ("search", "bebop", "--page", "2"),
    "cache/upcoming/*.json": ("next", "--short"),
}
"""A command that opens each file."""

MAY_BE_LINKS = ("config/config.toml", "data/catlog.sqlite")

SPOILT_FILES = [
    (name, kind)
    for name in COMMANDS
    for kind in SPOILT
    if not (name in MAY_BE_LINKS and kind in ("a link", "a dangling link"))
]


def ready(home: Path, name: str) -> Path:
    """Return the file of that name, which is made where nothing has made it yet."""
    if name == "cache/upcoming/*.json":
        catlog = CommandLine().having(home=home)
        assert catlog("next", "--short").code == 0
    found = list(home.glob(name))
    assert found or "*" not in name
    return made(found[0] if found else home / name)


@pytest.mark.parametrize(("name", "kind"), SPOILT_FILES)
def test_a_spoilt_file_stops_the_command_that_needs_it(catlog: CommandLine, home: Path, name: str, kind: str) -> None:
    file = ready(home, name)
    spoil, words = SPOILT[kind]
    spoil(file)
    before = condition(home)
    assert_refused(catlog(*COMMANDS[name]), file, words)
    left = condition(home)
    assert {path: left[path] for path in before} == before, "nothing that was there changed"
    assert not any("crash" in path for path in left)


def someone_elses(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a path somebody else's, and return what is refused.

    Whoever is not root cannot give anything away: then CatLog asks as if it were another user, to whom all that the
    tests have made is somebody else's, and the first of these folders is what it names.
    """
    if IS_ROOT:
        os.chown(path, SOMEBODY, SOMEBODY, follow_symlinks=False)
        return path
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    return next(folder for folder in [*reversed(path.parents), path] if folder.lstat().st_uid == me)


@pytest.mark.parametrize("name", COMMANDS)
def test_somebody_elses_file_stops_it_too(
    catlog: CommandLine, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ready(home, name)
    assert_refused(catlog(*COMMANDS[name]), someone_elses(file, monkeypatch), "belongs to ")


FOLDERS: dict[str, tuple[str, ...]] = {
    ".": ("config", "list"),
    "config": ("config", "list"),
    "data": ("db", "info"),
    "data/backups": ("db", "backup"),
    "state": ("list", "ls"),
    "state/tokens": ("list", "ls"),
    "cache": ("search", "bebop"),
}
"""A command that opens something in each folder."""


@pytest.mark.parametrize("spoil", [for_all, for_a_group])
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_others_may_write_stops_it(
    catlog: CommandLine, home: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    if spoil is for_a_group and not IS_ROOT:
        spoil = for_all  # the only group that whoever is not root can give may be a private one
    folder = home / name if name != "." else home
    folder.mkdir(exist_ok=True)
    spoil(folder)
    ending = catlog(*FOLDERS[name])
    assert_refused(ending, folder, "can be changed by ")
    hint = ending.err.splitlines()[1].removeprefix("hint: ").partition(";")[0]
    assert os.system(hint) == 0
    assert catlog(*FOLDERS[name]).code == 0


@pytest.mark.parametrize("name", FOLDERS)
def test_somebody_elses_folder_stops_it(
    catlog: CommandLine, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / name if name != "." else home
    folder.mkdir(exist_ok=True)
    assert_refused(catlog(*FOLDERS[name]), someone_elses(folder, monkeypatch), "belongs to ")


def test_no_settings_are_taken_from_a_folder_where_others_may_put_some(catlog: CommandLine, home: Path) -> None:
    (home / "config" / "config.toml").unlink()
    for_all(home / "config")
    assert_refused(catlog("config", "list"), home / "config", "can be changed by others")


def test_settings_and_database_may_be_links_of_ones_own_to_ones_own(catlog: CommandLine, home: Path) -> None:
    for name in MAY_BE_LINKS:
        as_link(home / name)
    as_link(home / "config")  # as stow links a whole folder
    assert "motion" in catlog("config", "list").out
    assert catlog("list", "ls").code == 0
    assert (home / "data" / "catlog.sqlite").is_symlink()
    for_all(home / "data" / "catlog.sqlite.elsewhere")
    assert_refused(catlog("list", "ls"), home / "data" / "catlog.sqlite.elsewhere", "can be changed by others")


@pytest.mark.parametrize("name", MAY_BE_LINKS)
def test_a_link_to_what_is_not_there_is_said_so_and_makes_nothing(catlog: CommandLine, home: Path, name: str) -> None:
    file = home / name
    target = elsewhere(file)
    target.rename(home / "unplugged")
    file.symlink_to(target)
    ending = catlog(*COMMANDS[name])
    assert_refused(ending, file, f"is a link to {target}, where nothing is")
    assert not target.exists()


@pytest.mark.parametrize("name", MAY_BE_LINKS)
def test_somebody_elses_link_is_not_followed(
    catlog: CommandLine, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_link(home / name)
    assert_refused(catlog(*COMMANDS[name]), someone_elses(home / name, monkeypatch), "belongs to ")


def test_a_database_that_was_made_before_with_0666_is_not_filled(catlog: CommandLine, home: Path) -> None:
    file = home / "planted.sqlite"
    with closing(sqlite3.connect(file)) as planted:
        planted.execute("CREATE TABLE bait (x)")
    file.chmod(0o666)
    before = file.read_bytes()
    there = catlog.having(database_url=f"sqlite:///{file}")
    for command in (("db", "info"), ("db", "upgrade"), ("list", "ls"), ("etl", "run"), ("db", "backup")):
        assert_refused(there(*command), file, "can be changed by others")
    assert file.read_bytes() == before
    assert "PostgreSQL, or through SSH" in there("list", "ls").err, "the way out for several people"


def test_a_database_is_not_put_into_a_folder_that_others_may_write(catlog: CommandLine, home: Path) -> None:
    shared = home / "shared"
    shared.mkdir()
    for_all(shared)
    ending = catlog.having(database_url=f"sqlite:///{shared}/club.sqlite")("db", "upgrade")
    assert_refused(ending, shared, "can be changed by others")
    assert list(shared.iterdir()) == []


def test_a_new_database_in_a_folder_like_tmp_is_fine(catlog: CommandLine, home: Path) -> None:
    sticky = home / "tmp"
    sticky.mkdir()
    sticky.chmod(0o1777)
    there = catlog.having(database_url=f"sqlite:///{sticky}/own.sqlite")
    assert there("db", "upgrade").code == 0
    assert stat.S_IMODE((sticky / "own.sqlite").stat().st_mode) == 0o600
    victim = made(home / "precious", b"precious")
    (sticky / "own.sqlite.etl.lock").symlink_to(victim)
    assert_refused(there("etl", "run"), sticky / "own.sqlite.etl.lock", "is a link, not a file")
    assert victim.read_bytes() == b"precious"


def test_a_service_account_may_be_let_read_settings_that_are_roots(home: Path) -> None:
    # The other way round than everywhere here: root owns, another user asks.
    file = home / "config" / "config.toml"
    file.chmod(0o640)
    from catlog.ownership import troubles_of_file

    found = troubles_of_file(file, linked=True, uid=SOMEBODY)
    assert found == [] if IS_ROOT else all(trouble.kind == "owner" for trouble in found)


def test_root_takes_no_home_that_is_somebody_elses(
    catlog: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with sudo and HOME kept: it would leave files there that their owner cannot open."""
    if IS_ROOT:
        os.chown(home, SOMEBODY, SOMEBODY)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    ending = catlog("list", "ls")
    assert (ending.code, ending.out) == (78, "")
    assert "and CatLog runs as root" in ending.err
    assert "hint: run CatLog as " in ending.err


# What no single command shows: the services that open the other files.


def adopted(settings: Settings) -> object:
    with Journal(settings.paths.state / "journal", "x") as journal:
        return journal.adopt()


def slotted(settings: Settings) -> None:
    for _ in range(20 * SLOTS):  # they are tried in random order
        with hashing_slot(settings.paths):
            pass


def answer() -> RawAnswer:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return RawAnswer("s", "h", "http://h/x", "/x", None, 200, at, {}, b"{}")


def answered(settings: Settings) -> object:
    return KeptAnswers(settings.paths.cache / "answers").find("/x")


def frozen(settings: Settings) -> object:
    return list(_frozen(settings.paths.cache / "frozen", datetime(2026, 11, 1, tzinfo=UTC).date()))


def make_answer(settings: Settings) -> Path:
    KeptAnswers(settings.paths.cache / "answers").keep(answer())
    (file,) = (settings.paths.cache / "answers").iterdir()
    return file


def make_search(settings: Settings) -> Path:
    now = clock.now()
    pages.keep(settings, Question("x"), pages.Kept(Found((1,), False)), now=now)
    return settings.paths.cache / "last-search.json"


SERVICES: dict[str, tuple[Callable[[Settings], Path], Callable[[Settings], object]]] = {
    "keys.lock": (lambda s: made(s.paths.state / "keys.lock"), lambda s: keys.rotate(s.paths)),
    "a slot": (lambda s: made(s.paths.state / "sign-in" / "slot-1.lock"), slotted),
    "a journal": (lambda s: made(s.paths.state / "journal" / "x-0.jsonl"), adopted),
    "an answer": (make_answer, answered),
    "a search": (make_search, lambda s: pages.kept(s, Question("x"), now=clock.now() + timedelta(seconds=1))),
    "the index": (lambda s: made(s.paths.cache / "search-index"), lambda s: index_file.load(
        s.paths.cache / "search-index", "1")),
    "the token of Connect": (lambda s: made(s.paths.state / "spark-connect-token", b"x"), launcher._token),
}  # fmt: skip
"""How a file is made, and what opens it."""


@pytest.mark.parametrize("kind", SPOILT)
@pytest.mark.parametrize("name", SERVICES)
def test_services_refuse_them_alike(settings: Settings, name: str, kind: str) -> None:
    make, use = SERVICES[name]
    file = make(settings)
    use(settings)
    if name == "a journal":
        made(file)  # what is empty is taken away
    spoil, words = SPOILT[kind]
    spoil(file)
    before = condition(file.parent)
    with pytest.raises(NotOwnError) as caught:
        use(settings)
    assert caught.value.message.startswith(f"{file} {words}")
    left = condition(file.parent)
    assert {path: left[path] for path in before} == before


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_cover_is_none_and_nothing_waits_for_it(settings: Settings, kind: str) -> None:
    fetched: list[str] = []

    def fetch(url: str, _cancel: object) -> bytes:
        fetched.append(url)
        return b"image"

    covers = Posters(settings.paths.cache / "posters", fetch)
    assert covers.find("http://h/1.jpg") == b"image"
    (file,) = (settings.paths.cache / "posters").iterdir()
    SPOILT[kind][0](file)
    assert covers.find("http://h/1.jpg") == b"image"
    assert len(fetched) == 2, "what others may have put there is not shown"


def test_no_crash_report_goes_where_others_may_write(settings: Settings) -> None:
    folder = settings.paths.state / "crashes"
    write_report(folder, ValueError("x"))
    for_all(folder)
    with pytest.raises(NotOwnError):
        write_report(folder, ValueError("x"))
    assert len(list(folder.iterdir())) == 1


def test_no_snapshot_is_taken_from_where_others_may_write(settings: Settings) -> None:
    folder = settings.paths.cache / "frozen" / "2026-11-01-abc"
    folder.mkdir(parents=True)
    assert frozen(settings) == []
    for_all(folder)
    with pytest.raises(NotOwnError):
        frozen(settings)


def test_a_pipe_among_the_backups_keeps_nobody_waiting(catlog: CommandLine, home: Path) -> None:
    assert catlog("db", "backup").code == 0
    (file,) = (home / "data" / "backups").glob("*.backup")
    as_fifo(file)
    ending = catlog("db", "restore", file, "--yes")
    assert ending.code == 69
    assert "it is a FIFO, not a file" in ending.err


def test_what_the_user_names_is_the_users_affair(catlog: CommandLine, home: Path) -> None:
    shared = home / "shared"
    shared.mkdir()
    for_all(shared)
    victim = made(home / "precious", b"precious")
    (shared / "list.json").symlink_to(victim)
    for command in (
        ("list", "export", "-o", shared / "list.json"),
        ("next", "--ics", shared / "next.ics"),
        ("db", "backup", "-o", shared / "mine.backup"),
    ):
        ending = catlog(*command)
        assert ending.code == 0, ending.err
    assert victim.read_bytes() == b"precious", "the link is replaced, and what it named is not written"
    assert {stat.S_IMODE(file.lstat().st_mode) for file in shared.iterdir()} == {0o600}
    os.mkfifo(home / "pipe")
    for_all(shared / "list.json")
    assert catlog("list", "import", shared / "list.json", "--no-backup").code == 0


# The doctor finds each of them, also those that stop everything else.


def doctor(catlog: CommandLine) -> dict[str, tuple[int, str, str]]:
    ending = catlog("db", "doctor", "--format", "json")
    import json

    found = json.loads(ending.out)["rows"]
    failed = {row["rule"]: row for row in found if not row["passed"]}
    assert ending.code == (1 if any(row["severity"] == "blocking" for row in failed.values()) else 0)
    return {rule: (row["value"], row["detail"], row["remedy"]) for rule, row in failed.items()}


@pytest.mark.parametrize("kind", SPOILT)
@pytest.mark.parametrize("name", [name for name in COMMANDS if not name.startswith(("config", "cache/upcoming"))])
def test_the_doctor_finds_it_and_names_the_way_out(catlog: CommandLine, home: Path, name: str, kind: str) -> None:
    file = ready(home, name)
    if name in MAY_BE_LINKS and "link" in kind:
        pytest.xfail("a link of one's own is none of its findings") if False else None
        return
    if name.startswith("cache") and kind.startswith("for"):
        file = file.parent  # what is in the cache counts by its folder
    SPOILT[kind][0](file)
    rule = "folders" if file.is_dir() and kind.startswith("for") else "file-modes" if "for" in kind else "file-owners"
    value, detail, remedy = doctor(catlog)[rule]
    assert value >= 1
    assert str(file) in detail
    assert str(file) in remedy
    assert os.system(remedy) == 0
    assert rule not in doctor(catlog)


def test_the_doctor_finds_what_is_somebody_elses(
    catlog: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [someone_elses(home / name, monkeypatch) for name in ("state", "state/keys.json", "data/catlog.sqlite")]
    if not IS_ROOT:  # then nothing is one's own, and not even the settings are read
        assert_refused(catlog("db", "doctor"), refused[0], "belongs to ")
        return
    found = doctor(catlog)
    assert found["folders"][0] == 1
    assert f"{home / 'state'} belongs to uid {SOMEBODY}" in found["folders"][1]
    assert {str(home / "state" / "keys.json"), str(home / "data" / "catlog.sqlite")} <= {
        word for word in found["file-owners"][1].replace(",", " ").split()
    }
    assert "schema" not in found, "nothing is opened that is somebody else's"
    os.system(found["folders"][2].rpartition(": ")[2])
    assert "folders" not in doctor(catlog)


def test_the_doctor_warns_of_a_second_name_of_the_database(catlog: CommandLine, home: Path) -> None:
    file = home / "data" / "catlog.sqlite"
    os.link(file, home / "second")
    value, _, remedy = doctor(catlog)["database-names"]
    assert value == 1
    assert str(file) in remedy
    assert catlog("list", "ls").code == 0


def test_the_doctor_is_content_with_what_catlog_itself_makes(catlog: CommandLine, home: Path) -> None:
    for command in (("db", "backup"), ("next", "--short"), ("search", "x"), ("cat",), ("etl", "run")):
        catlog(*command)
    found = doctor(catlog)
    assert not {"folders", "file-owners", "file-modes", "database-names"} & found.keys(), found


_ = (partial, CatLogError)
