"""`catlog demo` leaves something to use: every line it prints works when it is pasted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catlog.cli.invocation import own_command
from tests.support.cli import CommandLine
from tests.support.terminal import Terminal


def pasted(printed: str) -> list[str]:
    """Return the lines that are meant for a shell: those that are indented."""
    return [line.strip() for line in printed.splitlines() if line.startswith("  ")]


def test_every_line_that_the_demo_prints_works_when_pasted(tmp_path: Path) -> None:
    printed = CommandLine().having(home=tmp_path)("demo", "--no-tui")
    assert printed.code == 0, printed.err
    lines = pasted(printed.out)
    assert [line.split()[-1] for line in lines[:1]] == ["demo"]
    assert sum(" stats" in line or " cat" in line for line in lines) == 2
    opens_the_app = {own_command(), f"{own_command()} demo"}
    commands = [f"{line} >/dev/null" for line in lines if line not in opens_the_app]
    assert len(commands) == len(lines) - 2
    script = "set -e\n" + "\n".join(commands)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CATLOG_")}
    done = subprocess.run(
        ["bash", "-c", script],
        env=environ | {"CATLOG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_app_is_opened_again_by_the_line_that_says_so(tmp_path: Path) -> None:
    printed = CommandLine().having(home=tmp_path)("demo", "--no-tui")
    (line, *_) = pasted(printed.out)
    with Terminal(("bash", "-c", f"exec {line}"), environ={"CATLOG_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("Continue")
        terminal.press("\x11")
        assert terminal.end() == 0


def test_the_command_is_named_as_it_can_be_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prefix = tmp_path / "a place" / ".venv"
    script = prefix / "bin" / "catlog"
    script.parent.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(sys, "executable", str(prefix / "bin" / "python"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.chdir(tmp_path)
    assert own_command() == "'a place/.venv/bin/python' -m catlog"
    script.touch(mode=0o755)
    assert own_command() == "'a place/.venv/bin/catlog'"
    monkeypatch.chdir(prefix.parent)
    assert own_command() == ".venv/bin/catlog"
    monkeypatch.chdir(Path(__file__).parent)
    assert own_command() == f"'{script}'"
    monkeypatch.setattr(shutil, "which", lambda name: str(script))
    assert own_command() == "catlog"
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/true")
    assert own_command() == f"'{script}'"
