"""The app in a terminal of its own: first frame, own data, bytes and CPU of a key, CPU while idle, memory.

Everything is seen from outside, through a pty that answers like a terminal. The first frame is held against the least
that a Textual app is (bench/rivals/frame.py), both in turn; `--rival` names another program and a text of its first
frame. Processor time is that of all threads, and does not move with the load of the machine as wall time does.
"""

from __future__ import annotations

import argparse
import random
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bench.compare import HEADING, OURS, Measure, compare
from bench.console import Console, Cost
from bench.search import made_up
from bench.startup import CATLOG, RIVALS, child_environ
from catlog import clock
from catlog.accounts.identity import remember as stay_signed_in
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.catalogue.store import write_titles
from catlog.config import load_settings
from catlog.db.models import UserAnime
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.demo.build import build_demo
from catlog.library.entries import Status

SIZES = ((80, 24), (160, 48))
LISTS = {10_000: 90.0, 100_000: 200.0}
"""Numbers of entries, and the memory in MB that they may take."""

USUAL, CATALOGUE, CATALOGUE_GOAL = 1_000, 30_000, 90.0
"""Entries of a usual list, titles of a whole catalogue, and the memory that both may take."""
FRAME_GOAL, OWN_DATA_GOAL, RIVAL_GOAL = 1.4, 1.6, 0.8
ARROW_GOAL, FILTER_GOAL, BYTES_GOAL, IDLE_GOAL, MEMORY_GOAL = 5.0, 12.0, 2_048, 0.4, 65.0

FIRST_FRAME = " help"  # the last key of the line of keys, which is always there
ANSWERED = ("●", "◐", "○")  # the state of the source, which is known then
OWN_DATA = "Ao no Hako"  # the first title that the demo goes on with
DOWN, LIST, UNFOCUSED = "\x1b[B", "\x1bOQ", "\x1b[O"
TYPED = "saga"
HELD_RATE = 30
"""Keys a second that a terminal sends of one that is held down."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.app", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9, help="how often each side starts (default: %(default)s)")
    parser.add_argument("--keys", type=int, default=40, help="arrow keys (default: %(default)s)")
    parser.add_argument("--idle", type=float, default=20, help="seconds of idling (default: %(default)s)")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="*",
        default=tuple(LISTS),
        help="numbers of list entries, besides the demo (default: %(default)s)",
    )
    parser.add_argument("--rival", nargs=2, metavar=("COMMAND", "TEXT"), help="compare with another program")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder:
        home = Path(folder)
        environ = still(home / "demo")
        build_demo(environ["CATLOG_DATABASE_URL"], load_settings(environ))
        begin(environ, given.rounds, given.rival)
        press(environ, given.keys)
        idle(environ, given.idle)
        memory("the demo", environ, MEMORY_GOAL)
        for titles, goal in ((USUAL, MEMORY_GOAL), (CATALOGUE, CATALOGUE_GOAL)):
            own = still(home / f"of-{titles}")
            fill(own, USUAL, titles)
            memory(f"{USUAL:,} entries, {titles:,} titles", own, goal)
        for size in given.sizes:
            own = still(home / str(size))
            fill(own, size)
            long_list(own, size, given.keys)


def still(home: Path) -> dict[str, str]:
    """Return the environment of an app without motion, with a home and a database of its own.

    The bytecode is cached for all of them: an app that compiles itself takes seconds, and 10 to 60 MB that it keeps.
    """
    home.mkdir()
    own = {"CATLOG_MOTION": "off", "PYTHONPYCACHEPREFIX": str(home.parent / "bytecode")}
    return child_environ(home, f"sqlite:///{home / 'catlog.sqlite'}") | own


def begin(environ: Mapping[str, str], rounds: int, rival: Sequence[str] | None) -> None:
    """Compare starts."""

    def until(command: Sequence[str], *texts: str) -> Measure:
        def once() -> float:
            with Console(command, environ) as console:
                return console.until(*texts)

        once()
        return once

    frame = (sys.executable, str(RIVALS / "frame.py"))
    sides = {OURS: until(CATLOG, FIRST_FRAME), "Input and Footer": until(frame, "palette")}
    print(HEADING)
    print(compare("first frame", sides, floor="Input and Footer", goal=FRAME_GOAL, rounds=rounds).line(), flush=True)
    command, text = (shlex.split(rival[0]), rival[1]) if rival else (frame, "palette")
    name, goal = (Path(command[0]).name, RIVAL_GOAL) if rival else ("Input and Footer", OWN_DATA_GOAL)
    with Console(CATLOG, environ) as console:  # a first run, which stores what it shows
        console.until(OWN_DATA)
        console.settle(2.5, 4.0)
    sides = {OURS: until(CATLOG, OWN_DATA), name: until(command, text)}
    print(compare("own data on the screen", sides, floor=name, goal=goal, rounds=rounds).line(), flush=True)
    sides = {OURS: until(CATLOG, *ANSWERED), name: until(command, text)}
    print(compare("the library's answer", sides, floor=name, goal=float("inf"), rounds=rounds).line(), flush=True)


def press(environ: Mapping[str, str], keys: int) -> None:
    """Print what keys cost on the list of the demo library."""
    for size in SIZES:
        with Console(CATLOG, environ, size) as console:
            console.until(OWN_DATA)
            open_list(console)
            print_costs(
                f"{size[0]}x{size[1]}", arrows(console, keys), held(console), letters(console, keys // len(TYPED))
            )


def idle(environ: Mapping[str, str], seconds: float) -> None:
    """Print what the app takes when nobody does anything: in sight, out of sight, and with all motion off."""
    for name, motion, unfocused in (
        ("in sight", "full", ""),
        ("out of sight", "full", UNFOCUSED),
        ("still", "off", ""),
    ):
        with Console(CATLOG, {**environ, "CATLOG_MOTION": motion}) as console:
            console.until(OWN_DATA)
            console.settle(1.5, 4.0)
            console.press(unfocused, 2.0)
            cpu, at, sent = console.cpu(), time.perf_counter(), len(console.received)
            while time.perf_counter() - at < seconds:
                console.read(1.0)
            share = (console.cpu() - cpu) / (time.perf_counter() - at) * 100
            print(
                f"idle, {name}: {share:.2f} % of a core, {len(console.received) - sent:,} bytes"
                f" in {seconds:.0f} s {_verdict(share, IDLE_GOAL)}",
                flush=True,
            )


def memory(name: str, environ: Mapping[str, str], goal: float) -> None:
    """Print the memory after Home and List, and the processor time until Home is complete."""
    with Console(CATLOG, environ, SIZES[1]) as console:
        console.until(FIRST_FRAME)
        console.settle(3.0, 30.0)
        cpu = console.cpu()
        open_list(console)
        console.settle(2.0, 20.0)
        taken = console.memory()
        print(
            f"{name}: Home after {cpu:.2f} s of CPU, {taken:.1f} MB PSS with List {_verdict(taken, goal)}", flush=True
        )


def long_list(environ: Mapping[str, str], size: int, keys: int) -> None:
    """Print what keys cost on a long list."""
    with Console(CATLOG, environ, SIZES[1]) as console:
        console.until("Continue")
        console.settle(1.0)
        opened = open_list(console)
        console.until(f"{size:,}", f"All {size}")
        console.settle(2.0)
        print_costs(f"{size:,} entries", arrows(console, keys), held(console), letters(console, keys // len(TYPED)))
        taken = console.memory()
        verdict = _verdict(taken, LISTS[size]) if size in LISTS else ""
        print(f"{size:,} entries: the list opened in {opened.cpu:,.0f} ms of CPU, {taken:.0f} MB PSS {verdict}")


def open_list(console: Console) -> Cost:
    """Open the list with all its titles."""
    cost = console.press(LIST, 2.0)
    console.press("\x1b[D", 1.0)
    return cost


def arrows(console: Console, keys: int) -> list[Cost]:
    """Return what arrow keys cost."""
    return [console.press(DOWN, 0.15) for _ in range(keys)][3:]


def held(console: Console, seconds: float = 2.0) -> Cost:
    """Return what each arrow key costs of those that come while the key is held down."""
    count = int(seconds * HELD_RATE)
    sent, cpu, at = len(console.received), console.cpu(), time.perf_counter()
    for number in range(1, count + 1):
        console.press(DOWN, 0.0)
        while (left := at + number / HELD_RATE - time.perf_counter()) > 0:
            console.read(left)
    console.settle()
    wall = (time.perf_counter() - at) * 1000
    return Cost((len(console.received) - sent) // count, (console.cpu() - cpu) * 1000 / count, wall / count)


def letters(console: Console, rounds: int) -> list[Cost]:
    """Return what letters cost that are typed into the filter, and taken out of it again."""
    console.press("/", 1.0)
    typed = [*TYPED, *["\x7f"] * len(TYPED)]
    return [console.press(letter, 0.15) for _ in range(max(1, rounds // 2)) for letter in typed]


def print_costs(what: str, arrow: list[Cost], held: Cost, letter: list[Cost]) -> None:
    """Print medians and worst cases of the kinds of keys."""
    kinds = (
        ("an arrow key and rest", arrow, BYTES_GOAL, ARROW_GOAL),
        ("an arrow key held down", [held], BYTES_GOAL, ARROW_GOAL),
        ("a letter of a filter", letter, None, FILTER_GOAL),
    )
    for name, costs, most_sent, most_cpu in kinds:
        sent, cpu, wall = (statistics.median(values) for values in zip(*costs, strict=True))
        bound = _verdict(sent, most_sent) if most_sent else ""
        most = max(cost.sent for cost in costs)
        print(
            f"{what}, {name}: {sent:,.0f} bytes (at most {most:,}) {bound}, {cpu:.1f} ms of CPU"
            f" {_verdict(cpu, most_cpu)}, drawn after {wall:.0f} ms",
            flush=True,
        )


def fill(environ: Mapping[str, str], size: int, titles: int = 0) -> None:
    """Make a library of one person who is signed in, with a list of `size` made-up titles, of `titles` or as many."""
    settings, rng, now = load_settings(environ), random.Random(1), clock.now()
    database = Database(environ["CATLOG_DATABASE_URL"])
    upgrade(database)
    made = register(database, settings, username="bench", email="bench@example.org", password="correct horse battery")
    stay_signed_in(database, settings, begin_session(database, settings, made.id))
    with database.write() as session:
        write_titles(session.connection(), list(made_up(max(size, titles))), run_id=None, seen_at=now)
        rows: list[dict[str, object]] = [
            {
                "user_id": made.id, "mal_id": number, "status": rng.choice(list(Status)).value, "episodes_watched": 0,
                "personal_rating": rng.choice((None, 5, 8)), "notes": "", "tags": ["again"] if number % 7 == 0 else [],
                "is_favorite": False, "start_date": None, "completed_date": None, "rewatching": False,
                "rewatch_count": 0, "extra": {}, "version": 1, "created_at": now,
                "updated_at": now - timedelta(minutes=number),
            }
            for number in range(1, size + 1)
        ]  # fmt: skip
        session.execute(insert(UserAnime), rows)
    database.close()


def _verdict(value: float, goal: float) -> str:
    return f"(goal {goal:g}: {'met' if value <= goal else 'MISSED'})"


if __name__ == "__main__":
    main()
