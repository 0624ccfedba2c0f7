"""Passwords from a command: a fresh one for connections, and no output is ever shown."""

import json
import sys
import time
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from sqlalchemy.engine import make_url

from catlog.config import Settings, load_settings
from catlog.db import password_command as module
from catlog.db.password_command import PasswordCommand
from catlog.db.session import Database
from catlog.errors import ConfigError, ExitCode, UnavailableError
from tests.support.cli import CommandLine, Ending
from tests.support.databases import POSTGRESQL, SQLITE

CANARY = "c4n4ry-t0ken"

on_postgresql = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)


def printing(text: str, *, log: Path | None = None) -> list[str]:
    """Return a command that prints a text, and leaves a line in `log`."""
    counts = f"open({str(log)!r}, 'a').write('ran\\n'); " if log else ""
    return [sys.executable, "-c", f"import sys; {counts}sys.stdout.write({text!r})"]


def without_password(database: Database) -> tuple[str, str]:
    url = make_url(database.url)
    return url._replace(password=None).render_as_string(hide_password=False), str(url.password)


def configured(home: Path, url: str, command: list[str]) -> Settings:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"database_url = {json.dumps(url)}\ndatabase_password_command = {json.dumps(command)}\n", "utf-8")
    file.chmod(0o600)
    return load_settings({"CATLOG_HOME": str(home)})


def assert_nothing_told(ending: Ending, home: Path) -> None:
    written = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file() and file.name != "config.toml")
    assert CANARY not in ending.out + ending.err
    assert CANARY.encode() not in written


@on_postgresql
def test_what_it_prints_opens_the_database(database: Database, tmp_path: Path) -> None:
    url, password = without_password(database)
    configured(tmp_path, url, printing(f"{password}\n"))
    ending = CommandLine().having(home=tmp_path)("etl", "logs")
    assert ending.code == 0, ending.err


@on_postgresql
def test_the_variable_is_divided_into_words_without_a_shell(database: Database, tmp_path: Path) -> None:
    url, password = without_password(database)
    file = tmp_path / "a file; echo"
    file.write_text(password, "utf-8")
    catlog = CommandLine().having(home=tmp_path, database_url=url)
    assert catlog.having(database_password_command=f"cat '{file}'")("etl", "logs").code == 0
    ending = catlog.having(database_password_command=f"cat '{file}' ; echo")("etl", "logs")
    assert (ending.code, "failed with exit code 1" in ending.err) == (69, True), ending.err


@on_postgresql
def test_it_runs_for_each_new_connection_but_not_for_those_in_quick_succession(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, password = without_password(database)
    log = tmp_path / "log"
    opened = Database.configured(configured(tmp_path, url, printing(password, log=log)))
    for _ in range(2):
        with opened.engine.connect() as one, opened.engine.connect() as two:
            assert one.exec_driver_sql("SELECT 1").scalar() == two.exec_driver_sql("SELECT 1").scalar()
    assert log.read_text() == "ran\n"
    monkeypatch.setattr(module, "CACHE_SECONDS", -1.0)
    opened.close()
    with opened.engine.connect() as one, opened.engine.connect() as two:
        pass
    assert log.read_text() == "ran\n" * 3
    opened.close()


@on_postgresql
def test_a_password_that_was_refused_is_not_used_again(database: Database, tmp_path: Path) -> None:
    url, password = without_password(database)
    told = tmp_path / "token"
    told.write_text(CANARY, "utf-8")
    opened = Database.configured(configured(tmp_path, url, ["cat", str(told)]))
    with pytest.raises(UnavailableError, match="refused the user name or password"), opened.read():
        pass
    told.write_text(password, "utf-8")
    with opened.read():
        pass
    opened.close()


@on_postgresql
def test_a_password_in_the_url_goes_before_it(database: Database, tmp_path: Path) -> None:
    log = tmp_path / "log"
    opened = Database.configured(configured(tmp_path, database.url, printing(CANARY, log=log)))
    with opened.read():
        pass
    opened.close()
    assert not log.exists()


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
def test_a_file_needs_none(database: Database, tmp_path: Path) -> None:
    configured(tmp_path, database.url, ["/no/such/program"])
    assert CommandLine().having(home=tmp_path)("etl", "logs").code == 0


COMPLAINS = f"import sys; print({CANARY!r}); print({CANARY!r}, file=sys.stderr); sys.exit(3)"


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["/no/such/program", CANARY], ExitCode.CONFIG, "cannot be run: No such file or directory"),
        ([sys.executable, "-c", COMPLAINS], ExitCode.UNAVAILABLE, "failed with exit code 3"),
        (printing(""), ExitCode.CONFIG, "printed nothing"),
        (printing("\n"), ExitCode.CONFIG, "printed nothing"),
        (printing(f"{CANARY}\nWelcome!\n"), ExitCode.CONFIG, "printed more than one line"),
    ],
)
def test_what_fails_is_told_without_what_was_printed(
    tmp_path: Path, command: list[str], code: ExitCode, words: str
) -> None:
    configured(tmp_path, "postgresql://me@127.0.0.1:1/x", command)
    ending = CommandLine().having(home=tmp_path)("etl", "logs")
    assert ending.code == code
    assert words in ending.err
    assert f"database_password_command from {tmp_path}/config/config.toml" in ending.err
    assert_nothing_told(ending, tmp_path)


def test_who_takes_too_long_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(UnavailableError, match="printed no password within"):
        PasswordCommand(["sh", "-c", f"echo {CANARY}; cat /dev/zero | sleep 1000"], "the tests").password()


def test_what_it_leaves_behind_neither_delays_the_password_nor_stays() -> None:
    helper = "import os, sys, time; print(os.getpid(), file=sys.stderr); time.sleep(1000)"
    command = f"{sys.executable} -c '{helper}' 2>$0 & while ! [ -s $0 ]; do sleep 0.01; done; echo {CANARY}"
    with NamedTemporaryFile() as file:
        assert PasswordCommand(["sh", "-c", command, file.name], "the tests").password() == CANARY
        pid = int(Path(file.name).read_text())
    for _ in range(1_000):
        if not _is_running(pid):
            return
        time.sleep(0.01)
    pytest.fail("it goes on")


def _is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_who_prints_without_end_has_printed_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(UnavailableError, match="printed no password within"):
        PasswordCommand(["yes", CANARY], "the tests").password()


def test_its_words_are_not_shown(tmp_path: Path) -> None:
    configured(tmp_path, "postgresql://me@127.0.0.1:1/x", ["printf", f"--secret={CANARY}"])
    for form in ("table", "json", "csv"):
        ending = CommandLine().having(home=tmp_path)("config", "show", "--format", form)
        assert (ending.code, "printf …" in ending.out) == (0, True)
        assert CANARY not in ending.out


def test_what_is_no_program_may_be_the_password_itself_and_is_not_shown(tmp_path: Path) -> None:
    configured(tmp_path, "postgresql://me@127.0.0.1:1/x", [CANARY])
    ending = CommandLine().having(home=tmp_path)("config", "show")
    assert (ending.code, CANARY in ending.out) == (0, False)


@pytest.mark.parametrize("value", ["", "   ", "'unclosed", f"\0{CANARY}"])
def test_what_is_no_command_is_refused(value: str) -> None:
    if value:
        with pytest.raises(ConfigError, match="environment CATLOG_DATABASE_PASSWORD_COMMAND") as caught:
            load_settings({"CATLOG_DATABASE_PASSWORD_COMMAND": value})
        assert CANARY not in str(caught.value)
    else:
        assert load_settings({"CATLOG_DATABASE_PASSWORD_COMMAND": value}).database_password_command == ()
