"""No setting that may hold a secret shows it: not where it is wrong, not where it is right and the other end is not."""

import json
import signal
from dataclasses import fields
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catlog.cli.crash import report
from catlog.config import SETTINGS, Settings, load_settings
from tests.support.canaries import CANARIES, PLACES, all_loud, found_in, is_in_the_open, leaks, mistyped
from tests.support.cli import CommandLine
from tests.support.terminal import CATLOG, Terminal


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets") / "home"


@pytest.mark.parametrize("setting", sorted(PLACES))
def test_no_shape_of_a_setting_tells_its_secret(home: Path, setting: str) -> None:
    with all_loud():
        for place in PLACES[setting]:
            for canary in CANARIES:
                assert leaks(home, setting, place.replace("{}", canary), canary) == []


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_slip_of_the_keyboard_tells_a_secret(home: Path, random: Random) -> None:
    setting, value, canary = mistyped(random)
    assume(not is_in_the_open(setting, value, canary))
    with all_loud():
        assert leaks(home, setting, value, canary) == []


def test_every_setting_has_its_shapes() -> None:
    assert {setting.field for setting in SETTINGS} == set(PLACES)
    secret = {setting.field for setting in SETTINGS if setting.seen is not None}
    assert secret == {"database_url", "database_password_command", "jikan_urls", "web_database_url", "spark_target"}
    assert secret == {field.name for field in fields(Settings) if not field.repr}


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
