"""What somebody who comes in through SSH may do: the app, and commands that touch no file of this machine."""

import errno
import io
import json
from pathlib import Path

import pytest

from catlog import clock
from catlog.access import Role
from catlog.accounts.users import register, set_disabled, set_role
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.cli.ssh_entry import allowed_command
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from catlog.errors import ExitCode, NotAllowedError
from tests.cli.processes import CATLOG, child
from tests.library.people import fill_catalogue
from tests.support.terminal import Terminal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a CATLOG_HOME with a library of two users, of whom nobody is signed in."""
    settings = load_settings({"CATLOG_HOME": str(tmp_path)})
    settings.paths.data.mkdir(parents=True)
    database = make_ready(Database(settings.database_url))
    for name in ("mika", "noor"):
        register(database, settings, username=name, email=f"{name}@example.org", password="a quiet afternoon")
    database.close()
    return tmp_path


def entry(
    home: Path, asked: str | None, user: str = "mika", *, given: str = "", **surroundings: str
) -> tuple[int, str, str]:
    environ = {"CATLOG_HOME": str(home), "SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22", **surroundings}
    if asked is not None:
        environ["SSH_ORIGINAL_COMMAND"] = asked
    out, err = io.StringIO(), io.StringIO()
    code = run(["ssh-entry", "--user", user], Environment(io.StringIO(given), out, err, environ=environ))
    return code, out.getvalue(), err.getvalue()


def test_without_a_terminal_and_without_a_command_it_says_how(home: Path) -> None:
    code, out, err = entry(home, None)
    assert (code, out) == (ExitCode.NO_TERMINAL, "")
    assert err == "catlog: the app needs a terminal\nhint: ssh -t, or a command such as: list ls\n"


def test_a_command_runs_for_the_user_of_the_key_and_for_nobody_else(home: Path) -> None:
    for user in ("mika", "noor"):
        code, out, err = entry(home, "catlog account whoami --format json", user)
        assert (code, err) == (0, "")
        assert f'"username": "{user}"' in out
    assert not (home / "state" / "tokens").exists(), "no token is kept that the next guest would find"


def test_the_session_of_a_command_ends_with_it(home: Path) -> None:
    for _ in range(2):
        code, out, _ = entry(home, "account sessions --format csv")
        assert code == 0
        assert len(out.splitlines()) == 2, "the heading, and the session that asks"


def test_on_a_shared_server_each_has_the_days_of_their_own_zone(home: Path) -> None:
    server = {"TZ": "Europe/Berlin", "CATLOG_NOW": "2026-11-30T05:18:00Z"}
    settings = load_settings({"CATLOG_HOME": str(home)})
    database = Database(settings.database_url)
    fill_catalogue(database)
    database.close()
    try:
        for user, zone, day in (("mika", "America/Los_Angeles", "2026-11-29"), ("noor", "Asia/Tokyo", "2026-11-30")):
            assert entry(home, f"account timezone {zone}", user, **server)[0] == 0
            assert entry(home, "list add 1 --status watching", user, **server)[0] == 0
            code, out, err = entry(home, "list ls --format json", user, **server)
            assert (code, err) == (0, "")
            assert [row["startDate"] for row in json.loads(out)["rows"]] == [day]
            assert json.loads(entry(home, "stats --format json", user, **server)[1])["asOf"] == day
    finally:
        clock.set_source(None)


@pytest.mark.parametrize("name", ["mi\udc80ka", "mika\x1b", "mi\u202eka", ""])
def test_a_name_that_nobody_can_have_is_refused_as_it_is_written(home: Path, name: str) -> None:
    code, out, err = entry(home, "list ls", name)
    assert (code, out) == (2, "")
    assert "not a valid user name" in err


def test_a_user_who_does_not_exist_gets_in_nowhere(home: Path) -> None:
    code, out, err = entry(home, "list ls", "nobody")
    assert (code, out) == (ExitCode.NOT_ALLOWED, "")
    assert "there is no user 'nobody'" in err


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "sh",
        "list import /etc/passwd",
        "list export --output /tmp/x",
        "list edit /etc/passwd",
        "db backup",
        "config show",
        "account login",
        "account delete",
        "etl run",
        "tui",
        "ssh-entry --user noor",
        "next --ics /tmp/x",
        "next --ics=/tmp/x",
        "list ls; rm -rf /",
        "list $(id)",
        "'list",
        "scp -t /tmp",
    ],
)
def test_everything_else_is_refused_before_it_begins(home: Path, asked: str) -> None:
    code, out, err = entry(home, asked)
    assert (code, out) == (ExitCode.NOT_ALLOWED, "")
    assert err.startswith("catlog: ")


@pytest.mark.parametrize("asked", ["", "catlog", "tui", "catlog tui"])
def test_who_asks_for_the_app_by_name_is_shown_its_way(home: Path, asked: str) -> None:
    code, out, err = entry(home, asked)
    assert (code, out) == (ExitCode.NOT_ALLOWED, "")
    assert err == "catlog: the app opens where no command is given\nhint: connect without one, with a terminal\n"


@pytest.mark.parametrize("asked", ["analytics climbers", "analytics show momentum", "search --offline", "schedule"])
def test_a_member_is_shown_no_way_that_is_not_theirs(home: Path, asked: str) -> None:
    code, _, err = entry(home, asked)
    assert code == 0
    assert "catlog etl" not in err
    assert "catlog analytics compute" not in err
    assert "ask the administrator of this CatLog" in err


def test_no_shell_reads_the_words(home: Path) -> None:
    code, out, _ = entry(home, "search 'cowboy $(touch pwned) ; id'")
    assert code == 0
    assert out == ""
    assert allowed_command("list add 1 --note 'a b'", Role.MEMBER) == ["list", "add", "1", "--note", "a b"]


def test_the_path_of_a_file_is_refused_before_anything_looks_for_it(home: Path) -> None:
    there, missing = home / "there.xml", home / "missing.xml"
    there.write_text("<myanimelist/>")
    for file in (there, missing):
        code, out, err = entry(home, f"list import {file}")
        assert (code, out) == (ExitCode.NOT_ALLOWED, "")
        assert err.startswith("catlog: a member may not use files, settings and programs of this machine\n")
    for attached in (f"-o{home}/list.xml", f"--output={home}/list.xml", f"-o {home}/list.xml"):
        assert entry(home, f"list export {attached}")[0] == ExitCode.NOT_ALLOWED
    assert not (home / "list.xml").exists()


def test_a_list_goes_out_through_the_channel_alone(home: Path) -> None:
    code, out, _ = entry(home, "list export")
    assert code == 0
    assert json.loads(out)["kind"] == "list"


def test_a_list_comes_in_through_the_channel_without_a_backup_of_everybodys(home: Path) -> None:
    code, out, err = entry(home, "list import -", given="mal_id,title,status\n1,Cowboy Bebop,watching\n")
    assert code == 0
    assert err.startswith("catlog list undo takes it back\n")
    assert "1 added" in out
    assert "Cowboy Bebop" in entry(home, "list ls")[1]
    assert not (home / "data" / "backups").exists()
    assert not list(home.rglob("*.backup"))


def test_an_admin_may_look_after_what_is_shared_and_still_names_no_file(home: Path) -> None:
    database = Database(load_settings({"CATLOG_HOME": str(home)}).database_url)
    set_role(database, "mika", Role.ADMIN)
    assert entry(home, "etl logs --format json")[0] == 0
    assert entry(home, "db backup")[0] == 0
    assert '"role": "admin"' in entry(home, "admin users --format json")[1]
    assert entry(home, "admin disable noor")[0] == 0
    assert entry(home, "account whoami", "noor")[0] == ExitCode.NOT_ALLOWED
    for beyond in (
        "admin role noor admin",
        "etl drop-day 2026-01-01 --yes",
        f"db backup --output {home}/x",
        "config show",
    ):
        code, out, err = entry(home, beyond)
        assert (code, out) == (ExitCode.NOT_ALLOWED, ""), beyond
        assert err.startswith("catlog: an admin may not "), beyond
    set_disabled(database, "noor", disabled=False)
    set_role(database, "mika", Role.MEMBER)
    assert entry(home, "etl logs")[0] == ExitCode.NOT_ALLOWED
    database.close()


def test_nothing_of_the_service_account_is_touched(home: Path) -> None:
    """No key signs a guest's session, no token is made for it, and no cache is shared with the service's own."""
    assert entry(home, "account whoami")[0] == 0
    assert not (home / "state" / "keys.json").exists()
    assert not (home / "state" / "tokens").exists()


def test_on_a_terminal_the_app_opens_for_the_user_of_the_key(home: Path) -> None:
    with Terminal(
        (*CATLOG, "ssh-entry", "--user", "mika"), columns=110, environ={"CATLOG_HOME": str(home)}
    ) as terminal:
        terminal.wait_for("mika")
        terminal.press("\x1bOP")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
    assert not (home / "state" / "tokens").exists()


def test_it_refuses_in_a_process_of_its_own_too(home: Path) -> None:
    ended = child([*CATLOG, "ssh-entry", "--user", "mika"], CATLOG_HOME=str(home), SSH_ORIGINAL_COMMAND="db info")
    assert ended.returncode == ExitCode.NOT_ALLOWED
    with pytest.raises(NotAllowedError):
        allowed_command("db info", Role.MEMBER)


def test_a_guest_is_not_told_where_the_database_is(home: Path) -> None:
    """Whether it is damaged, gone or not yet upgraded."""
    file = load_settings({"CATLOG_HOME": str(home)}).paths.default_database
    file.write_bytes(b"this is no database" * 1000)
    for asked in ("list ls", "search bebop"):
        code, out, err = entry(home, asked)
        assert (code, out) == (ExitCode.UNAVAILABLE, "")
        assert err == (
            "catlog: what this needs cannot be reached now\n"
            "hint: try again later, or ask the administrator of this CatLog\n"
        )
    for part in file.parent.glob("*"):
        part.unlink()
    code, out, err = entry(home, "list ls")
    assert (code, out) == (ExitCode.NOT_ALLOWED, "")
    assert err.startswith("catlog: a guest may not upgrade the schema\n")
    assert not any(file.parent.iterdir()), "no guest makes a database"


def test_wrong_settings_of_the_service_are_not_told_to_a_guest(home: Path) -> None:
    settings = load_settings({"CATLOG_HOME": str(home)}).paths.config_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    for content, mode in (('motion = "a-word-of-ours"', 0o600), ("", 0o666), ("[", 0o600)):
        settings.write_text(content)
        settings.chmod(mode)
        code, out, err = entry(home, "list ls")
        assert (code, out) == (ExitCode.CONFIG, "")
        assert err.startswith("catlog: this CatLog cannot be used now\n")
        assert str(home) not in err
        assert "a-word-of-ours" not in err


def test_a_full_disk_names_no_file_of_the_machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(errno.ENOSPC, "No space left on device", f"{home}/state/x")

    monkeypatch.setattr("catlog.cli.ssh_entry.allowed_command", full)
    code, out, err = entry(home, "list ls")
    assert (code, out) == (ExitCode.UNAVAILABLE, "")
    told = "a file cannot be read or written: No space left on device"
    assert err == f"catlog: {told}\nhint: ask the administrator of this CatLog\n"


@pytest.mark.parametrize("asked", ["cat", "cat pet", "cat feed", "cat name Miso"])
def test_the_cat_is_everybodys(home: Path, asked: str) -> None:
    code, out, err = entry(home, asked)
    assert (code, err) == (0, "")
    assert out
