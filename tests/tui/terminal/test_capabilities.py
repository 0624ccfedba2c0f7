"""The app in a real terminal: how it begins, and every way it ends."""

import json
import re
import signal
import sqlite3
import stat
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from catlog.config import Settings
from catlog.errors import ExitCode
from tests.support.terminal import CATLOG, Terminal

LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"
_COLOR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")

CRASHES = """
import sys
from catlog.tui import queries
def open_library(services):
    secret = "CANARY"
    raise ZeroDivisionError("password=CANARY")
queries.open_library = open_library
from catlog.cli.main import run
sys.exit(run([]))
"""


@pytest.fixture
def environ(library: Settings) -> Mapping[str, str]:
    return {"CATLOG_HOME": str(library.paths.config.parent), "CATLOG_NOW": "2026-11-22T18:00:00Z"}


def is_restored(terminal: Terminal) -> bool:
    return LEAVES_ALTERNATE_SCREEN in terminal.received and SHOWS_CURSOR in terminal.received


def test_it_opens_on_the_library_and_leaves_the_terminal_as_it_was(environ: Mapping[str, str]) -> None:
    with Terminal(environ=environ, columns=100) as terminal:
        terminal.wait_for("demo  ranks 18:00  ●")
        terminal.press("\x1bOQ")
        terminal.press("q")
        assert terminal.end() == ExitCode.OK
        assert is_restored(terminal)
        after = terminal.received.rpartition(LEAVES_ALTERNATE_SCREEN)[2]
        assert not re.search(rb"[a-zA-Z]{3}", after), "nothing is printed after the end"


def test_the_commands_tui_and_demo_open_it_too(environ: Mapping[str, str], tmp_path: Path) -> None:
    with Terminal((*CATLOG, "tui"), environ=environ) as terminal:
        terminal.wait_for("? help")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_it_as_if_its_user_had_left(environ: Mapping[str, str], number: signal.Signals) -> None:
    with Terminal(environ=environ) as terminal:
        terminal.wait_for("? help")
        terminal.signal(number)
        assert terminal.end() == 128 + number
        assert is_restored(terminal)


def test_a_terminal_that_is_gone_ends_it(environ: Mapping[str, str]) -> None:
    with Terminal(environ=environ) as terminal:
        terminal.wait_for("? help")
        terminal.hang_up()
        assert terminal.end() in (ExitCode.OK, 128 + signal.SIGHUP)


def test_the_end_of_its_input_ends_it_also_where_hangups_are_ignored(environ: Mapping[str, str]) -> None:
    command = ("sh", "-c", 'trap "" HUP; exec "$0" -m catlog', sys.executable)
    with Terminal(command, environ=environ) as terminal:
        terminal.wait_for("? help")
        terminal.hang_up()
        assert terminal.end() == ExitCode.OK


def test_without_a_terminal_or_with_a_dumb_one_it_refuses(environ: Mapping[str, str]) -> None:
    with Terminal(environ={**environ, "TERM": "dumb"}) as terminal:
        assert terminal.end() == ExitCode.NO_TERMINAL
        assert "TERM=dumb" in terminal.text
        assert b"\x1b" not in terminal.received


def test_no_color_means_no_colour_code_at_all(environ: Mapping[str, str]) -> None:
    with Terminal(environ={**environ, "NO_COLOR": "1"}, columns=100) as terminal:
        terminal.wait_for("ranks")
        terminal.press("?")
        terminal.wait_for("Help")
        terminal.press("\x1b")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
        assert not _COLOR.search(terminal.received)


def test_a_terminal_without_utf8_gets_ascii(environ: Mapping[str, str]) -> None:
    surroundings = {**environ, "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal(environ=surroundings, columns=100) as terminal:
        terminal.wait_for("ranks")
        terminal.press("q")
        assert terminal.end() == ExitCode.OK
        assert terminal.received.isascii()


def test_a_storm_of_sizes_ends_in_the_last_one(environ: Mapping[str, str]) -> None:
    with Terminal(environ=environ, columns=100, rows=30) as terminal:
        terminal.wait_for("? help")
        for step in range(40):
            terminal.resize(20 + step * 7 % 120, 5 + step * 3 % 40)
        terminal.resize(20, 5)
        terminal.wait_for("Too small")
        terminal.resize(90, 24)
        terminal.wait_until(
            lambda: terminal.screen.display[23].rstrip().endswith("? help"), "the keys in the last line"
        )
        terminal.press("q")
        assert terminal.end() == ExitCode.OK


def test_a_bug_is_a_report_without_secrets_on_a_restored_terminal(environ: Mapping[str, str]) -> None:
    with Terminal((sys.executable, "-c", CRASHES), environ=environ) as terminal:
        assert terminal.end() == ExitCode.BUG
        assert is_restored(terminal)
        after = terminal.received.rpartition(LEAVES_ALTERNATE_SCREEN)[2]
        assert b"this is a bug: ZeroDivisionError" in after
        assert b"Traceback" not in terminal.received
        assert b"CANARY" not in terminal.received
        (report,) = (Path(environ["CATLOG_HOME"]) / "state" / "crashes").iterdir()
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        assert "in open_library" in report.read_text("utf-8")
        assert "CANARY" not in report.read_text("utf-8")


def test_what_keeps_it_from_starting_is_told_on_a_terminal_in_order(environ: Mapping[str, str], tmp_path: Path) -> None:
    with Terminal(environ={**environ, "CATLOG_MOTION": "fast"}) as terminal:
        assert terminal.end() == ExitCode.CONFIG
        assert "CATLOG_MOTION" in terminal.text
    newer = tmp_path / "newer.sqlite"
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    with Terminal(environ={**environ, "CATLOG_DATABASE_URL": f"sqlite:///{newer}"}) as terminal:
        assert terminal.end() == ExitCode.CONFIG
        assert is_restored(terminal)
        assert "newer" in terminal.text


def test_the_first_frame_needs_neither_the_database_layer_nor_the_network(environ: Mapping[str, str]) -> None:
    code = """
import json, sys
from catlog.tui.app import CatLogApp
begin = CatLogApp._begin
def told(self):
    print(json.dumps(sorted(sys.modules)), file=open(sys.argv[1], "w"))
    begin(self)
CatLogApp._begin = told
from catlog.cli.main import run
sys.exit(run([]))
"""
    file = Path(environ["CATLOG_HOME"]) / "modules.json"
    with Terminal((sys.executable, "-c", code, str(file)), environ=environ, columns=100) as terminal:
        terminal.wait_for("ranks")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
    modules = set(json.loads(file.read_text()))
    assert "catlog.tui.screens.base" in modules
    assert not modules & {
        "sqlmodel",
        "sqlalchemy",
        "pydantic",
        "httpx",
        "plotext",
        "numpy",
        "argon2",
        "jwt",
        "catlog.db",
    }
    assert not {name for name in modules if name.startswith("catlog.tui.screens.home")}, (
        "the first screen comes after it"
    )


def test_a_signal_at_any_moment_of_the_start_is_a_clean_end(environ: Mapping[str, str]) -> None:
    for number in range(6):
        with Terminal(environ=environ) as terminal:
            terminal.wait_until(lambda at=number: len(terminal.received) > at * 400, "some of the first bytes")  # type: ignore[misc]  # a default holds the loop's value
            terminal.signal(signal.SIGTERM)
            assert terminal.end() == 128 + signal.SIGTERM
