"""`catlog account`: prompts, results, refusals and exit codes."""

import csv
import fcntl
import io
import json
import os
import pty
import sqlite3
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts import sign_in as signing_in
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.library.journal.file import Journal, PendingEdit
from catlog.saved_views import SavedViews
from tests.cli.conftest import Ending
from tests.cli.processes import CATLOG, ROOT, surroundings
from tests.support.databases import SQLITE, Databases

PASSWORD = "quiet otters knit 7 scarves"
NEW = "seven louder otters"

Account = Callable[..., Ending]


@pytest.fixture
def account(databases: Databases, light_hashes: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Give a function that runs `catlog account …` with some lines on standard input, in a database of its own.

    SQLite alone: what differs between the databases is below, and tested there. Hashes are light. The folder is open
    to others, like /tmp: in one's own there would be a list without a password.
    """
    tmp_path.chmod(0o1777)
    monkeypatch.setenv("CATLOG_DATABASE_URL", databases.make(SQLITE, "catlog", tmp_path).url)
    monkeypatch.setattr(signing_in, "REFUSAL_SECONDS", 0.0)

    def call(*argv: str, stdin: str = "") -> Ending:
        out, err = io.StringIO(), io.StringIO()
        code = run(["account", *argv], Environment(io.StringIO(stdin), out, err))
        return Ending(code, out.getvalue(), err.getvalue())

    return call


def register(account: Account, name: str = "Mika") -> Ending:
    return account(
        "register", "--username", name, "--email", f"{name}@example.org", "--password-stdin", stdin=f"{PASSWORD}\n"
    )


def test_whoami_goes_by_the_id_whatever_name_others_wrote_to_the_database(account: Account, tmp_path: Path) -> None:
    register(account)
    with sqlite3.connect(tmp_path / "catlog.sqlite") as connection:
        connection.execute("""UPDATE "User" SET username = 'me@\x9b2Jhome' """)
    connection.close()
    ending = account("whoami")
    assert (ending.code, ending.err) == (0, "")
    assert "me@2Jhome" in ending.out


def login(account: Account, name: str = "mika", password: str = PASSWORD) -> Ending:
    return account("login", "--username", name, "--password-stdin", stdin=f"{password}\n")


def test_registering_signs_in_at_once(account: Account) -> None:
    ending = register(account)
    assert (ending.code, ending.out) == (0, "")
    assert "you are signed in" in ending.err
    row = json.loads(account("whoami", "--format", "json").out)["row"]
    assert (row["username"], row["email"]) == ("Mika", "Mika@example.org")
    assert set(row) == {"id", "username", "email", "createdAt", "timezone", "role", "disabled"}


def test_nobody_signed_in_exits_77_and_names_the_way_out(account: Account) -> None:
    for argv in (["whoami"], ["password", "--password-stdin"], ["sessions"], ["delete", "--yes", "--username", "x"]):
        ending = account(*argv)
        assert ending.code == 77, argv
        assert "catlog account login" in ending.err
        assert ending.out == ""


def test_a_wrong_password_exits_77_and_the_owner_is_told_next_time(account: Account) -> None:
    register(account)
    account("logout")
    refused = [login(account, name, "wrong password") for name in ("mika", "nobody")]
    assert [(ending.code, ending.out) for ending in refused] == [(77, "")] * 2
    assert refused[0].err == refused[1].err
    assert account("whoami").code == 77
    ending = login(account)
    assert ending.code == 0
    assert "wrong password was given once" in ending.err
    assert "wrong password" not in login(account).err


def test_too_many_wrong_passwords_exit_77_with_the_time_to_wait(account: Account) -> None:
    register(account)
    with clock.stopped_at(clock.now()):
        for _ in range(5):
            login(account, password="wrong password")
        ending = login(account)
    assert ending.code == 77
    assert "try again in 1 s" in ending.err


def test_the_address_signs_in_too(account: Account) -> None:
    register(account)
    account("logout")
    assert account("login", "--email", "MIKA@example.org", "--password-stdin", stdin=PASSWORD).code == 0
    assert account("login", "--username", "mika", "--email", "m@example.org").code == 2


def test_signing_out_ends_it_and_twice_is_no_error(account: Account) -> None:
    register(account)
    assert account("logout").code == 0
    assert account("whoami").code == 77
    assert account("logout").code == 0


def test_a_new_password_is_read_below_the_current_one(account: Account) -> None:
    register(account)
    assert account("password", "--password-stdin", stdin=f"wrong password\n{NEW}\n").code == 77
    assert account("password", "--password-stdin", stdin=f"{PASSWORD}\n").code == 2
    assert account("password", "--password-stdin", stdin=f"{PASSWORD}\r\n{NEW}\r\n").code == 0
    assert account("whoami").code == 0
    assert login(account).code == 77
    assert login(account, password=NEW).code == 0


def test_sessions_are_listed_for_scripts_and_ended(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(account)
    monkeypatch.setenv("CATLOG_HOME", str(tmp_path / "another machine"))
    login(account)
    rows = json.loads(account("sessions", "--format", "json").out)["rows"]
    assert [row["current"] for row in rows] == [True, False]
    assert set(rows[0]) == {"id", "source", "createdAt", "lastUsedAt", "endsAt", "current"}
    assert len(list(csv.DictReader(io.StringIO(account("sessions", "--format", "csv").out)))) == 2
    other = str(rows[1]["id"])
    assert account("sessions", "--revoke", other).code == 0
    assert account("sessions", "--revoke", other).code == 3
    assert account("sessions", "--all-others").err == "0 other sessions have ended\n"
    monkeypatch.setenv("CATLOG_HOME", str(tmp_path / "catlog-home"))
    ended = account("whoami")
    assert ended.code == 77
    assert "has ended" in ended.err


def test_an_account_is_deleted_only_by_its_own_name(account: Account) -> None:
    register(account)
    assert account("delete").code == 64
    assert account("delete", "--yes").code == 64
    assert account("delete", "--yes", "--username", "noah").code == 2
    assert account("whoami").code == 0
    assert account("delete", "--yes", "--username", "mika").code == 0
    assert account("whoami").code == 77
    assert login(account).code == 77
    assert register(account).code == 0


def test_nothing_of_a_deleted_account_is_the_next_ones(account: Account) -> None:
    """SQLite gives its number out again, and anybody may take its name."""
    register(account)
    state = load_settings().paths.state
    database = Database.configured(load_settings())
    number = json.loads(account("whoami", "--format", "json").out)["row"]["id"]
    for user, name in ((number, "Mika"), (number + 10, "noah")):
        SavedViews(state, name).save("list", "tonight", {"filter": "tag:secret"})
        with Journal(state / "journal", f"{database.identity}-{user}") as journal:
            journal.add(PendingEdit(f"request-{user}", clock.now(), undoes="another"))
    database.close()
    assert account("delete", "--yes", "--username", "mika").code == 0
    assert (SavedViews(state, "mika").all("list"), len(SavedViews(state, "noah").all("list"))) == ({}, 1)
    assert [file.name.split("-")[1] for file in (state / "journal").iterdir()] == [str(number + 10)]


@pytest.mark.parametrize(
    ("argv", "option"),
    [
        (["register"], "--username"),
        (["register", "--username", "mika"], "--password-stdin"),
        (["login"], "--username"),
        (["login", "--username", "mika"], "--password-stdin"),
    ],
)
def test_without_a_terminal_the_option_that_would_have_answered_is_named(
    account: Account, argv: list[str], option: str
) -> None:
    ending = account(*argv)
    assert ending.code == 64
    assert f"add {option}" in ending.err


@pytest.mark.parametrize(
    ("username", "email", "password", "words"),
    [
        ("m", "m@example.org", PASSWORD, "user name"),
        ("mika", "nowhere", PASSWORD, "e-mail"),
        ("mika", "m@example.org", "short", "8 to 1024"),
        ("mika", "m@example.org", "password1", "guesser"),
        ("mika", "m@example.org", "", "no such line"),
    ],
)
def test_what_breaks_a_rule_exits_2(account: Account, username: str, email: str, password: str, words: str) -> None:
    ending = account("register", "--username", username, "--email", email, "--password-stdin", stdin=f"{password}\n")
    assert ending.code == 2
    assert words in ending.err


def test_a_password_is_never_an_option(account: Account) -> None:
    for command in ("register", "login", "password"):
        assert account(command, "--password", PASSWORD).code == 2


def test_a_password_that_is_not_text_exits_65(account: Account) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"\xff\xfe otters knit\n"), "utf-8")
    out, err = io.StringIO(), io.StringIO()
    argv = ["account", "login", "--username", "mika", "--password-stdin"]
    assert run(argv, Environment(stdin, out, err)) == 65
    assert "not UTF-8" in err.getvalue()


def converse(command: list[str], *turns: tuple[str, str]) -> tuple[int, str]:
    """Run a command on a terminal of its own, answering each question when it comes; return exit code and screen."""
    master, slave = pty.openpty()

    def own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    with subprocess.Popen(
        command, cwd=ROOT, env=surroundings(), stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal
    ) as process:
        os.close(slave)
        screen, waiting = "", list(turns)
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            screen += part.decode()
            if waiting and waiting[0][0] in screen.rpartition("\n")[2]:
                os.write(master, f"{waiting.pop(0)[1]}\n".encode())
        code = process.wait()
    os.close(master)
    return code, screen


def test_on_a_terminal_questions_are_asked_and_no_password_is_shown(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATLOG_DATABASE_URL", databases.make(SQLITE, "catlog", tmp_path).url)
    command = [*CATLOG, "account"]
    answers = [
        ("User name:", "Mika"),
        ("Password:", PASSWORD),
        ("confirmation:", PASSWORD),
    ]
    code, screen = converse([*command, "register"], *answers)
    assert (code, "welcome, Mika" in screen, PASSWORD in screen) == (0, True, False), screen
    code, screen = converse([*command, "password"], ("Current", PASSWORD), ("New", NEW), ("confirmation:", NEW))
    assert (code, PASSWORD in screen, NEW in screen) == (0, False, False), screen
    code, screen = converse([*command, "delete"], ("Type the user name", "mika"))
    assert code == 0, screen
