"""Canaries: a password, a token and a key are found nowhere but where they belong."""

import base64
import gzip
import io
import json
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from catlog.accounts import users
from catlog.accounts.identity import token_file
from catlog.accounts.keys import key_file
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.config import Settings
from catlog.db.naming import METADATA
from catlog.db.session import Database
from tests.cli.processes import CATLOG, ROOT, surroundings
from tests.support.databases import SQLITE, Databases

RIGHT, WRONG, NEW = "canary-right-31337-xx", "canary-wrong-31337-yy", "canary-newer-31337-zz"


@dataclass
class Shell:
    """Runs commands and keeps all they print."""

    said: str = ""

    def __call__(self, *argv: str, stdin: str = "") -> int:
        out, err = io.StringIO(), io.StringIO()
        code = run(argv, Environment(io.StringIO(stdin), out, err))
        self.said += out.getvalue() + err.getvalue()
        return code


@pytest.fixture
def shell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("CATLOG_HOME", str(settings.paths.state.parent))
    monkeypatch.setenv("CATLOG_DATABASE_URL", settings.database_url)
    return Shell()


REGISTER = ("account", "register", "--username", "mika", "--email", "mika@example.org", "--password-stdin")
LOGIN = ("account", "login", "--username", "mika", "--password-stdin")


def everything_in(database: Database) -> str:
    with database.read() as session:
        tables = METADATA.tables.values()
        return "\n".join(str(session.execute(text(f'SELECT * FROM "{table.name}"')).all()) for table in tables)


def files_under(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.usefixtures("at_once", "light_hashes")
def test_passwords_tokens_and_keys_stay_where_they_belong(
    database: Database, settings: Settings, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell(*REGISTER, stdin=f"{RIGHT}\n") == 0
    assert shell(*REGISTER, stdin=f"{RIGHT}\n") == 2
    assert shell(*LOGIN, stdin=f"{WRONG}\n") == 77
    assert shell("account", "login", "--username", WRONG, "--password-stdin", stdin=f"{RIGHT}\n") == 77
    assert shell("account", "password", "--password-stdin", stdin=f"{RIGHT}\n{NEW}\n") == 0
    assert shell(*LOGIN, stdin=f"{NEW}\n") == 0
    assert shell("account", "sessions", "--format", "json") == 0
    assert shell("config", "show") == 0

    def fails(password: str) -> str:
        raise RuntimeError(f"out of memory while hashing\npassword={password}")

    monkeypatch.setattr(users, "hash_password", fails)
    assert shell(*REGISTER, stdin=f"{RIGHT}\n") == 70
    reports = list((settings.paths.state / "crashes").glob("*.txt"))
    assert len(reports) == 1

    token = token_file(database, settings).read_text().partition("\n")[0]
    keys = [row["secret"] for row in json.loads(key_file(settings.paths).read_text())["keys"]]
    rows = everything_in(database)
    assert "mika@example.org" in rows  # or nothing was looked at
    assert "$argon2id$" in rows
    for canary in (RIGHT, WRONG, NEW, token, token.rpartition(".")[2], *keys):
        assert canary not in shell.said
        assert canary not in rows
        assert base64.b64encode(canary.encode()).decode() not in rows
    own = {token_file(database, settings): (token,), key_file(settings.paths): tuple(keys)}
    for file, content in files_under(tmp_path).items():
        for canary in (RIGHT, WRONG, NEW, token, *keys):
            assert (canary.encode() in content) == (canary in own.get(file, ())), (file, canary)


def test_a_child_process_shows_no_password_in_its_arguments_or_environment(
    databases: Databases, tmp_path: Path
) -> None:
    here = surroundings(CATLOG_DATABASE_URL=databases.make(SQLITE, "catlog", tmp_path).url)
    with subprocess.Popen(
        [*CATLOG, *REGISTER],
        cwd=ROOT,
        env=here,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{RIGHT}\n".encode())
        process.stdin.flush()
        about = Path(f"/proc/{process.pid}")
        while not (arguments := (about / "cmdline").read_bytes()):  # empty until it has become the new program
            pass
        seen = arguments + (about / "environ").read_bytes()
        process.stdin.close()
        said = process.stdout.read()
        assert process.wait() == 0
    assert b"--password-stdin" in seen
    assert RIGHT.encode() not in seen + said


@pytest.mark.usefixtures("light_hashes")
def test_a_backup_holds_no_password_no_token_and_no_key(shell: Shell, database: Database, settings: Settings) -> None:
    """Of a password there is its hash, which a restore needs; of a session nothing that a token could be made of."""
    assert shell(*REGISTER, stdin=f"{RIGHT}\n") == 0
    assert shell("db", "backup") == 0
    token = token_file(database, settings).read_text().partition("\n")[0]
    keys = [row["secret"] for row in json.loads(key_file(settings.paths).read_text())["keys"]]
    content = b"".join(gzip.decompress(file.read_bytes()) for file in settings.paths.backups.glob("*.backup"))
    assert b"mika@example.org" in content  # or nothing was looked at
    for canary in (RIGHT, token, token.rpartition(".")[2], *keys):
        assert canary.encode() not in content
        assert canary not in shell.said


def test_a_process_that_dies_leaves_no_core_dump_with_a_password(databases: Databases, tmp_path: Path) -> None:
    here = surroundings(CATLOG_DATABASE_URL=databases.make(SQLITE, "catlog", tmp_path).url)
    with subprocess.Popen(
        ["bash", "-c", 'ulimit -c "$(ulimit -H -c)"; exec "$@"', "bash", *CATLOG, *REGISTER],
        cwd=tmp_path,
        env=here | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(RIGHT.encode())  # and no end of the line: it waits for that
        process.stdin.flush()
        limits = Path(f"/proc/{process.pid}/limits")
        while not re.search(r"^Max core file size +0 +0 ", limits.read_text(), re.MULTILINE):
            assert process.poll() is None
        process.send_signal(signal.SIGSEGV)
        assert process.wait() == -signal.SIGSEGV
    assert not list(tmp_path.rglob("core*"))


def test_everything_written_is_the_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    here = surroundings(CATLOG_HOME=str(home), CATLOG_DATABASE_URL=f"sqlite:///{home}/data/catlog.sqlite")
    for line, code in ((f"{RIGHT}\n", 0), (f"{RIGHT}\n", 2)):
        command = ["bash", "-c", 'umask 000; exec "$@"', "bash", *CATLOG, *REGISTER]
        ended = subprocess.run(command, cwd=ROOT, env=here, input=line.encode(), capture_output=True, check=False)
        assert ended.returncode == code, ended.stderr
    made = [home, *home.rglob("*")]
    assert {"catlog.sqlite", "keys.json"} <= {path.name for path in made}
    assert any(path.suffix == ".token" for path in made)
    for path in made:
        assert path.stat().st_mode & 0o077 == 0, path
