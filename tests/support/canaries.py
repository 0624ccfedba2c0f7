"""Settings that hold a secret, in every form and misspelling, and the output that must not contain it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from random import Random
from typing import Any, ClassVar
from unittest.mock import patch

import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from catlog import redaction
from catlog.analytics import launcher
from catlog.errors import UnavailableError
from tests.support.cli import CommandLine

CANARIES = ("c4n4ry-x7Qz", "kanarqvz")
"""One that no sentence of CatLog could hold, and one that looks like a word, which only its place gives away."""

PLACES = {
    "database_url": (
        "postgresql://u:{}@h/x",
        "postgres://u:{}@h:5432/x?sslmode=require",
        "postgresql+psycopg://u:{}@h1:5432,[::1]:5433/x",
        "postgresql:/u:{}@h/x",
        "postgresql:///u:{}@h/x",
        "postgresql:u:{}@h/x",
        "postgresql//u:{}@h/x",
        "postgresql://u:{}",
        "postgresql://u:{}/h/x",
        "postgresql://u:{}@@h/x",
        "postgresql://u:p@{}@h/x",
        "postgresql://u%3A{}%40h/x",
        "postgresql://u%3A{}@h/x",
        "postgresql://:{}@h",
        "postgresql://h/x?password={}",
        "postgresql://h/x?user=u&password={}&sslmode=require",
        "postgresql://h/x?p%61ssword={}",
        "postgresql://h/x?password%3D{}",
        "postgresql://h/x?sslmode=require;password={}",
        "postgresql://h/x?sslpassword={}",
        "postgresql://h/x?passfile=/{}",
        "postgresql://h/x?options=-c%20secret%3D{}",
        "postgresql://h/x?{}",
        "postgresql://h/x?{}=",
        "postgresql://h/x?{}=1",
        "postgresql://h/x password={}",
        "postgresql://h/dbname=x password={}",
        "postgresql+psycopg2://u:{}@h/x",
        "postgresql+asyncpg://u:{}@h/x",
        "jdbc:postgresql://h/x?user=u&password={}",
        "mysql://root:{}@h/x",
        "u:{}@h/x",
        "//u:{}@h/x",
        "{}@h",
        "host=h password={}",
        "host=h user=u password='{}' dbname=x",
        "{}",
        "sqlite:///u:{}@h/x",
        "sqlite://u:{}@h/x",
        "sqlite:///postgresql://u:{}@h/x",
        "sqlite:///x.sqlite?key={}",
        "sqlite+pysqlcipher://:{}@/x.sqlite",
    ),
    "spark_target": (
        "sc://h:15002/;token={}",
        "sc://h:15002/;use_ssl=true;token={};user_id=u",
        "sc://h:15002/;x-databricks-cluster-id={}",
        "sc://h:15002/;user_agent={}",
        "sc://h:15002;token={}",
        "sc://h;token={}",
        "sc://h?token={}",
        "sc://h/?token={}",
        "sc://u:{}@h:15002",
        "sc://{}@h",
        "sc:/h/;token={}",
        "h:15002/;token={}",
        "spark://u:{}@h:7077",
        "spark://h:7077/;token={}",
        "databricks;token={}",
        "local[2];token={}",
        "token={}",
        "{}",
    ),
    "jikan_urls": (
        "https://u:{}@127.0.0.1:9/v4",
        "https://{}@127.0.0.1:9/v4",
        "https://127.0.0.1:9/v4?key={}",
        "https://127.0.0.1:9/v4#{}",
        "http://127.0.0.1:9/v4,u:{}@h",
        "https:/u:{}@h/v4",
        "u:{}@h/v4",
        "key={}",
    ),
    "database_password_command": (
        "{}",
        "echo '{}",
        "PGPASSWORD={} echo",
        "no-such-program --token {}",
        "sh -c 'echo {} >&2; exit 3'",
        "echo {} {}\n",
    ),
    "jikan_rate": ("postgresql://u:{}@h/x", "u:{}@h/x", "password={}"),
    "jikan_backoff": ("postgresql://u:{}@h/x", "u:{}@h/x", "password={}"),
    "lock_after": ("u:{}@h/x", "token={}"),
    "now": ("u:{}@h/x", "token={}"),
    "motion": ("u:{}@h/x", "token={}"),
    "theme": ("u:{}@h/x", "token={}"),
    "titles": ("u:{}@h/x", "token={}"),
    "posters": ("u:{}@h/x", "token={}"),
    "ascii": ("u:{}@h/x", "token={}"),
    "keys": ("=u:{}@h/x",),
    "timezone": ("u:{}@h/x", "token={}", "postgresql://u:{}@h/x"),
    "spark_memory": ("u:{}@h/x", "token={}"),
    "spark_read": ("u:{}@h/x", "token={}"),
    "spark_jdbc_jar": ("jdbc:postgresql://h/x?user=u&password={}", "u:{}@h/x"),
}
"""Where the secret stands in what is written for each setting, by mistake where the setting has none."""
PLACES["web_database_url"] = PLACES["database_url"]

_MARKS = ":/@?&=;, %'\"#[]+."


def mistyped(random: Random) -> tuple[str, str, str]:
    """Return (setting, value, canary): a known shape with up to three slips of the keyboard around the secret."""
    setting, canary = random.choice(sorted(PLACES)), random.choice(CANARIES)
    parts = random.choice(PLACES[setting]).split("{}")
    for _ in range(random.randint(0, 3)):
        which = random.randint(0, len(parts) - 1)
        at, cut = random.randint(0, len(parts[which])), random.randint(0, 2)
        parts[which] = parts[which][:at] + random.choice(["", *_MARKS]) + parts[which][at + cut :]
    return setting, canary.join(parts), canary


def is_in_the_open(setting: str, value: str, canary: str) -> bool:
    """Say whether a slip has put the secret where no program could take it for one: a host, a database, a user.

    Nor is it one in the wrong words of a setting that holds none.
    """
    if setting.endswith("database_url"):
        try:
            url = make_url(value.strip())
        except (ArgumentError, ValueError):
            return False
        if not url.drivername.startswith("postgres"):
            # Of a file the whole path is shown, unless it reads like a server's address.
            return bool(re.fullmatch(r"sqlite:///(?!.*:/)(?!.*:.*@)[^?]*", value.strip()))
        words = (url.username, url.host, url.database, *map(str, (url.query.get("host"), url.query.get("user"))))
        return any(canary in (word or "") and re.fullmatch(r"[\w.,+ $-]*", word or "") for word in words)
    if setting == "spark_target":
        return bool(re.match(rf"(sc|spark)://[\w.,:-]*{canary}", value.strip()))
    if setting == "keys":
        pairs = [part.partition("=") for part in value.split(";") if part.strip()]
        # Any words may be those of an action.
        return all(name.strip() and keys.strip() for name, _, keys in pairs) or not re.search(r"[@=;]|:/", value)
    if setting == "jikan_urls":
        is_plain = all(re.fullmatch(r"https?://[\w.:-]+[\w./~-]*", url.strip()) for url in value.split(","))
        return is_plain or not re.search(r"[@?#=]|key", value)
    return setting != "database_password_command" and not re.search(r"[@=;]|:/", value)


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("config", "show"),
    ("config", "show", "--format", "json"),
    ("db", "doctor"),
    ("db", "info"),
    ("etl", "run"),
    ("spark", "check"),
    ("list", "ls"),
)
"""Those that complain of settings; the first two read all of them."""

READERS = {
    "database_url": COMMANDS[2:],
    "spark_target": (("spark", "check"),),
    "web_database_url": (("db", "import-web", "--no-backup"),),
    "database_password_command": (("list", "ls"),),
    "jikan_urls": (("etl", "run"),),
}
"""Those that use a setting; of the others doctor alone is run."""


class LoudSpark:
    """A child process that quotes all of its input in its error, and records the command lines."""

    command_lines: ClassVar[list[str]] = []

    def __init__(self, module: str, arguments: Sequence[str], secrets: Mapping[str, Any], log: Path) -> None:
        self.command_lines.append(" ".join(arguments))
        raise UnavailableError(f"{module} with {secrets['target']} does not answer", hint=str(arguments))


@contextmanager
def all_loud() -> Iterator[None]:
    """Let the database's driver and Spark quote in their errors all that they were given; nothing is sent anywhere."""

    def connect(*args: object, **parameters: object) -> None:
        raise psycopg.OperationalError(f'connection failed: "{args}" {parameters} in "{parameters.get("password")}"')

    with patch.object(psycopg, "connect", connect), patch.object(launcher, "SparkProcess", LoudSpark):
        LoudSpark.command_lines.clear()
        yield
    redaction.set_hidden(())


def leaks(home: Path, setting: str, value: str, canary: str) -> list[str]:
    """Run the commands with one setting; return where its secret leaked, or a bug occurred. Inside `all_loud`."""
    command_line = CommandLine({"CATLOG_HOME": str(home)}).having(jikan_urls="http://127.0.0.1:9/v4", jikan_backoff=0)
    if setting == "database_password_command":
        command_line = command_line.having(database_url="postgresql://u@h/x")
    command_line = command_line.having(**{setting: value})
    found = []
    home.mkdir(exist_ok=True)
    for command in COMMANDS[:2] + READERS.get(setting, COMMANDS[2:3]):
        with chdir(home):  # a mistyped URL may name a file of any folder
            ending = command_line(*command)
        if canary in ending.out + ending.err or ending.code == 70:
            found.append(f"{setting}={value!r}: {' '.join(command)} -> {ending.code}\n{ending.out}{ending.err}")
        if "is not usable" in ending.err:
            break  # the others would say the same
    for file in found_in(home, canary):
        # What the command itself writes, by a slip in its redirection, is not CatLog's.
        if not (setting == "database_password_command" and file.parent == home):
            found.append(f"{setting}={value!r}: {file}")
        file.unlink()
    found += [f"{setting}={value!r}: {line}" for line in LoudSpark.command_lines if canary in line]
    LoudSpark.command_lines.clear()
    return found


def found_in(folder: Path, canary: str) -> list[Path]:
    """Return the files under a folder that hold the secret, but for the settings themselves."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != "config.toml")
    return [file for file in files if canary.encode() in file.read_bytes()]
