"""This version against another checkout of CatLog: processor time of starts, commands, arrow keys and filter letters.

`python -m bench.versions OTHER/.venv/bin/catlog` measures both in turn, on one demo library.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.app import DOWN, FIRST_FRAME, OWN_DATA, SIZES, TYPED, open_list
from bench.compare import HEADING, OURS, Measure, compare
from bench.console import Console
from bench.startup import child_environ
from catlog.config import load_settings
from catlog.demo.build import build_demo

COMMANDS = (("--help",), ("list", "ls"), ("search", "frieren"), ("analytics", "climbers"))
OTHER, GOAL = "other version", 1.05


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.versions", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("other", metavar="COMMAND", help="the command of the other version")
    parser.add_argument("--rounds", type=int, default=9, help="how often each side runs (default: %(default)s)")
    parser.add_argument("--keys", type=int, default=40, help="arrow keys in each round (default: %(default)s)")
    given = parser.parse_args()
    programs = {OURS: str(Path(sys.executable).with_name("catlog")), OTHER: str(Path(given.other).resolve())}
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder:
        home = Path(folder)
        environ = child_environ(home, f"sqlite:///{home / 'demo.sqlite'}") | {"CATLOG_MOTION": "off"}
        build_demo(environ["CATLOG_DATABASE_URL"], load_settings(environ))

        def row(what: str, measure: Callable[[str], float], rounds: int = given.rounds) -> None:
            def side(program: str) -> Measure:
                measure(program)
                return lambda: measure(program)

            sides = {name: side(program) for name, program in programs.items()}
            print(compare(what, sides, floor=OTHER, goal=GOAL, rounds=rounds).line(), flush=True)

        print(HEADING)
        for arguments in COMMANDS:
            row(f"catlog {' '.join(arguments)}", partial(_command, environ, arguments))
        row("first frame", partial(_start, environ, FIRST_FRAME))
        row("own data on the screen", partial(_start, environ, OWN_DATA))
        for size in SIZES:
            row(f"arrow key, {size[0]}x{size[1]}", partial(_keys, environ, size, given.keys), 3)
            row(f"filter letter, {size[0]}x{size[1]}", partial(_letters, environ, size), 3)


def _command(environ: Mapping[str, str], arguments: Sequence[str], program: str) -> float:
    before = os.times()
    subprocess.run([program, *arguments], env=environ, cwd=tempfile.gettempdir(), check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _start(environ: Mapping[str, str], text: str, program: str) -> float:
    with Console([program], environ) as console:
        console.until(text)
        return console.cpu()


def _keys(environ: Mapping[str, str], size: tuple[int, int], keys: int, program: str) -> float:
    with Console([program], environ, size) as console:
        console.until(OWN_DATA)
        open_list(console)
        return statistics.median(console.press(DOWN, 0.15).cpu for _ in range(keys)) / 1000


def _letters(environ: Mapping[str, str], size: tuple[int, int], program: str) -> float:
    with Console([program], environ, size) as console:
        console.until(OWN_DATA)
        open_list(console)
        console.press("/", 1.0)
        typed = [*TYPED, *["\x7f"] * len(TYPED)] * 3
        return statistics.median(console.press(letter, 0.15).cpu for letter in typed) / 1000


if __name__ == "__main__":
    main()
