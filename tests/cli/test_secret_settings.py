"""No setting that may hold a secret shows it: not where it is wrong, not where it is right and the other end is not."""

import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from catlog import secrecy
from catlog.analytics import launcher
from catlog.cli.crash import report
from catlog.config import SETTINGS, load_settings
from catlog.errors import ConfigError, UnavailableError
from tests.support.canaries import CANARIES, PLACES, found_in, is_in_the_open, mistyped
from tests.support.cli import CommandLine, Ending
from tests.support.terminal import CATLOG, Terminal

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("config", "show"),
    ("config", "show", "--format", "json"),
    ("db", "doctor"),
    ("db", "info"),
    ("etl", "run"),
    ("spark", "check"),
    ("list", "ls"),
    ("db", "import-web", "--no-backup"),
)
"""Those that complain of settings."""

READERS = {
    "spark_target": (("spark", "check"),),
    "web_database_url": (("db", "import-web", "--no-backup"),),
    "database_password_command": (("list", "ls"),),
    "jikan_urls": (("etl", "run"),),
}
"""Those that use a setting, but for the database."""


class LoudSpark:
    """A child that quotes in its error all that it was given."""

    command_lines: ClassVar[list[str]] = []

    def __init__(self, module: str, arguments: Sequence[str], secrets: Mapping[str, Any], log: Path) -> None:
        self.command_lines.append(" ".join(arguments))
        raise UnavailableError(f"{module} with {secrets['target']} does not answer", hint=str(arguments))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets") / "home"


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the database's driver quote in its error all that it was given; nothing is sent anywhere."""

    def connect(*args: object, **parameters: object) -> None:
        raise psycopg.OperationalError(f'connection failed: "{args}" {parameters} in "{parameters.get("password")}"')

    monkeypatch.setattr(psycopg, "connect", connect)
    LoudSpark.command_lines = []
    yield
    secrecy.set_hidden(())


def assert_silent(ending: Ending, canary: str, what: object) -> None:
    assert canary not in ending.out + ending.err, f"{what}\n{ending.out}\n{ending.err}"
    assert ending.code != 70, f"{what}\n{ending.err}"


@pytest.fixture(scope="module")
def told(home: Path) -> Callable[[str, str, str], None]:
    """Give what runs the commands with one setting, and fails where one of them, or a file, tells the secret."""
    base = CommandLine({"CATLOG_HOME": str(home)}).having(jikan_urls="http://127.0.0.1:9/v4", jikan_backoff=0)

    def check(setting: str, value: str, canary: str) -> None:
        command_line = base.having(**{setting: value})
        if setting == "database_password_command":
            command_line = command_line.having(database_url="postgresql://u@h/x")
        readers = COMMANDS[2:-1] if setting == "database_url" else READERS.get(setting, COMMANDS[2:3])
        commands = COMMANDS[:2] + readers
        for command in commands:
            assert_silent(command_line(*command), canary, (setting, value, command))
            if load_fails(command_line):
                break  # the others say the same
        assert not found_in(home, canary), (setting, value)
        assert canary not in "".join(LoudSpark.command_lines), (setting, value)

    return check


def load_fails(command_line: CommandLine) -> bool:
    try:
        load_settings(command_line.environ)
    except ConfigError:
        return True
    return False


@pytest.mark.parametrize("setting", sorted(PLACES))
def test_no_shape_of_a_setting_tells_its_secret(
    told: Callable[[str, str, str], None], setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "SparkProcess", LoudSpark)
    for place in PLACES[setting]:
        for canary in CANARIES:
            told(setting, place.replace("{}", canary), canary)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mistyped())
@example(("database_url", "postgresql+psycopg://u:p/c4n4ry-x7Qz", "c4n4ry-x7Qz"))
def test_no_slip_of_the_keyboard_tells_a_secret(
    told: Callable[[str, str, str], None], monkeypatch: pytest.MonkeyPatch, drawn: tuple[str, str, str]
) -> None:
    setting, value, canary = drawn
    assume("\0" not in value and not is_in_the_open(setting, value, canary))
    monkeypatch.setattr(launcher, "SparkProcess", LoudSpark)
    told(setting, value, canary)


def test_every_setting_has_its_shapes() -> None:
    assert {setting.field for setting in SETTINGS} == set(PLACES)
    secret = {setting.field for setting in SETTINGS if setting.seen is not None}
    assert secret == {"database_url", "database_password_command", "jikan_urls", "web_database_url", "spark_target"}


@pytest.mark.parametrize(
    "text", ["database_url = u:{}@h/x\n", "[database_url.{}]\n[database_url.{}]\n", "'u:{}@h/x' = 1\n", '"{}" = {{a='],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_not_quoted(tmp_path: Path, text: str) -> None:
    for canary in CANARIES:
        file = tmp_path / "config" / "config.toml"
        file.parent.mkdir(exist_ok=True, mode=0o700)
        file.write_text(text.replace("{}", f"{canary} 1"), "utf-8")
        file.chmod(0o600)
        ending = CommandLine({"CATLOG_HOME": str(tmp_path)})("config", "show")
        assert (ending.code, canary in ending.err) == (78, False), ending.err


def test_a_crash_report_has_no_word_of_the_settings(tmp_path: Path) -> None:
    load_settings({"CATLOG_HOME": str(tmp_path), "CATLOG_DATABASE_URL": f"postgresql://u:{CANARIES[0]}@h/x"})
    told = report(RuntimeError(f"somewhere in {CANARIES[0]!r} something is wrong"))
    assert CANARIES[0] not in told
    assert "something is wrong" in told


def test_what_holds_no_secret_is_shown(tmp_path: Path) -> None:
    target = "sc://spark.example:15002/;use_ssl=true;token=t"
    environ = {"CATLOG_DATABASE_URL": "postgresql://u:p@h/x?password=q", "CATLOG_SPARK_TARGET": target}
    ending = CommandLine({"CATLOG_HOME": str(tmp_path), **environ}).having(
        jikan_urls="http://h/v4", database_password_command="sh -c x"
    )("config", "show", "--format", "json")
    shown = {row["setting"]: row["value"] for row in json.loads(ending.out)["rows"]}
    assert shown["database_url"] == "postgresql+psycopg://u:***@h/x?password=***"
    assert shown["spark_target"] == "sc://spark.example:15002"
    assert shown["jikan_urls"] == ["http://h/v4"]
    assert shown["database_password_command"] == "sh …"
    assert shown["web_database_url"] is None


@pytest.mark.parametrize("value", [f"sc://127.0.0.1:1/;token={CANARIES[0]}", f"sc://127.0.0.1:1/;token={CANARIES[1]}"])
def test_the_child_that_runs_spark_tells_no_token(tmp_path: Path, value: str) -> None:
    canary = value.rpartition("=")[2]
    ending = CommandLine({"CATLOG_HOME": str(tmp_path)}).having(spark_target=value)("spark", "check")
    assert (ending.code, canary in ending.err) == (69, False), ending.err
    assert "sc://127.0.0.1:1 does not answer" in ending.err
    assert not found_in(tmp_path, canary)


@pytest.mark.parametrize("options", [("--master", "local[2];token={}"), ("--remote", "sc://u:{}@h")])
def test_an_option_that_cannot_be_used_is_not_quoted(tmp_path: Path, options: tuple[str, str]) -> None:
    for canary in CANARIES:
        ending = CommandLine({"CATLOG_HOME": str(tmp_path)})("spark", "check", options[0], options[1].format(canary))
        assert (ending.code, canary in ending.err) == (2, False), ending.err


def test_a_server_is_not_started_with_the_token_of_another_in_its_command_line(tmp_path: Path) -> None:
    here = CommandLine({"CATLOG_HOME": str(tmp_path)}).having(spark_target=f"sc://h/;token={CANARIES[0]}")
    ending = here("spark", "serve")
    assert (ending.code, CANARIES[0] in ending.err) == (78, False), ending.err
    assert "--master local[*]" in ending.err


def test_the_app_tells_no_password_of_a_database_that_it_cannot_open(tmp_path: Path) -> None:
    url = f"postgresql://u:{CANARIES[0]}@127.0.0.1:1/x?sslpassword={CANARIES[1]}"
    environ = {"CATLOG_HOME": str(tmp_path), "CATLOG_DATABASE_URL": url}
    with Terminal((*CATLOG, "tui"), columns=110, environ=environ) as terminal:
        terminal.wait_for("u:***@127.0.0.1:1/x?sslpassword=***")
        for screen in "6215":
            terminal.press(screen)
            terminal.rest()
        terminal.signal(signal.SIGTERM)
        terminal.end()
        assert not any(canary.encode() in bytes(terminal.received) for canary in CANARIES)
    assert not any(found_in(tmp_path, canary) for canary in CANARIES)
