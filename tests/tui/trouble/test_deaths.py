"""The app in a real terminal, ended in every way while edits are under way: what it showed as saved is there."""

import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from catlog.config import Settings
from catlog.errors import ExitCode
from catlog.library.edits import Watch
from tests.library.people import BEBOP
from tests.support.postgres import PostgresServer
from tests.support.terminal import Terminal
from tests.tui.trouble.libraries import elsewhere, entries, environ

LIST, LEAVE, NEXT_THEME = "\x1bOQ", "\x11", "\x1b[19~"

STUCK = """
from catlog.__main__ import main
from catlog.tui import launch
from catlog.tui.app import CatLogApp

def spin(_app):
    open("spinning", "w").close()
    while True:
        pass

launch.ENDING_TIMEOUT = 1
CatLogApp.action_next_theme = spin
main()
"""
"""An app in which a key never comes to its end."""


@contextmanager
def on_list(settings: Settings) -> Iterator[Terminal]:
    """Open the app on the list; its first line is Cowboy Bebop."""
    with Terminal(environ=environ(settings), columns=100) as terminal:
        terminal.wait_for("? help")
        terminal.press(LIST)
        terminal.wait_for("Cowboy Bebop")
        yield terminal


def watched(settings: Settings) -> int:
    return entries(settings)[BEBOP].episodes_watched


def journaled(settings: Settings) -> bool:
    return any(file.stat().st_size for file in (settings.paths.state / "journal").glob("*.jsonl"))


def line(terminal: Terminal, text: str) -> bool:
    """Say whether the line of the title shows this."""
    return any("Cowboy Bebop" in shown and text in shown for shown in terminal.screen.display)


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the write lock of an SQLite file, as a long import elsewhere does."""
    with closing(sqlite3.connect(settings.paths.default_database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_what_a_toast_calls_done_survives_kill_9(kind: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(kind)
    with on_list(settings) as terminal:
        for count in (1, 2):
            terminal.press("+")
            terminal.wait_for(f"→ {count}/26")
        terminal.signal(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    assert watched(settings) == 2


def test_a_database_that_is_stopped_and_started_under_the_app_loses_nothing(
    remote: Settings, server: PostgresServer
) -> None:
    with on_list(remote) as terminal:
        terminal.press("+")
        terminal.wait_until(lambda: line(terminal, "1 / 26"), "the edit in the list")
        server.stop()
        terminal.press("++")
        terminal.wait_for("2 edits waiting")
        terminal.wait_until(lambda: line(terminal, "3 / 26"), "the edits in the list")
        server.start()
        terminal.wait_until(lambda: "waiting" not in terminal.text, "the banner to go")
        terminal.press("+")
        terminal.wait_for("→ 4/26")
        terminal.press(LEAVE)
        assert terminal.end() == ExitCode.OK
    assert watched(remote) == 4


def test_what_waited_when_the_app_was_killed_is_made_by_the_next_one_and_once(
    remote: Settings, server: PostgresServer
) -> None:
    with on_list(remote) as terminal:
        server.stop()
        terminal.press("++")
        terminal.wait_for("2 edits waiting")
        terminal.signal(signal.SIGKILL)
        terminal.end()
    server.start()
    for _ in range(2):
        with on_list(remote) as terminal:
            terminal.wait_for("2 / 26")
            terminal.press(LEAVE)
            assert terminal.end() == ExitCode.OK
    assert watched(remote) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_waits_for_the_edit_that_is_under_way(local: Settings, number: signal.Signals) -> None:
    with on_list(local) as terminal:
        with locked(local):
            terminal.press("++")
            terminal.wait_for("2 edits waiting")
            terminal.signal(number)
        assert terminal.end() == 128 + number
    assert watched(local) == 2
    assert not journaled(local)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_app_that_is_stuck_does_not_outlive_a_signal_for_long(local: Settings, number: signal.Signals) -> None:
    folder = local.paths.state
    command = (sys.executable, "-c", STUCK.replace('"spinning"', repr(str(folder / "spinning"))))
    with Terminal(command, environ=environ(local), columns=100) as terminal:
        terminal.wait_for("? help")
        terminal.press(NEXT_THEME)
        terminal.wait_until((folder / "spinning").exists, "the loop to be stuck")
        terminal.signal(number)
        assert terminal.end() == -signal.SIGALRM


def test_a_hangup_in_the_middle_of_an_edit_loses_nothing(local: Settings) -> None:
    with on_list(local) as terminal:
        with locked(local):
            terminal.press("+")
            terminal.wait_until(lambda: journaled(local), "the edit to be in the journal")
            terminal.hang_up()
        terminal.end()
    assert watched(local) == 1


def test_killed_before_the_database_took_it_an_edit_is_made_by_the_next_app(local: Settings) -> None:
    with on_list(local) as terminal, locked(local):
        terminal.press("+")
        terminal.wait_for("1 edit waiting")
        terminal.signal(signal.SIGKILL)
        terminal.end()
    assert watched(local) == 0
    with on_list(local) as terminal:
        terminal.wait_for("1 / 26")
        terminal.press(LEAVE)
        terminal.end()
    assert watched(local) == 1
    assert not journaled(local)


def test_an_edit_made_elsewhere_is_on_the_screen_within_seconds(local: Settings) -> None:
    with on_list(local) as terminal:
        elsewhere(local, BEBOP, Watch(7))
        terminal.wait_for("7 / 26")
        terminal.press(LEAVE)
        terminal.end()
