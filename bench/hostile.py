"""A hundred thousand hostile strings on every way into CatLog, and what comes out of a real terminal.

    python -m bench.hostile --strings 100000

They come as answers of the source, in lists of every format, as arguments, names of files, variables, settings and
errors of the database, typed and pasted, and as they are in a database that others write to; every command and every
screen shows them, in ptys. Counted are payloads (control characters and sequences that are none of CatLog's own, see
tests/support/outpour.py), endings by a bug, and lines of tables and boxes that are out of their columns.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from bench.mutations import good_entries
from catlog import clock
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import find_account
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.demo.build import USER, build_demo, demo_url
from tests.support.cli import Nursery
from tests.support.console import Console
from tests.support.hostile import listed, structured
from tests.support.hostile_app import forms
from tests.support.hostile_commands import TAKES, Assailant, Damage, commands_of
from tests.support.hostile_library import FIRST_ID, fill_with
from tests.support.hostile_lists import LISTS
from tests.support.hostile_walk import walk
from tests.support.jikan.mutations import PER_PAGE
from tests.support.outpour import driving
from tests.support.terminal import Terminal
from tests.tui.harness import NOW
from tests.tui.trouble.libraries import environ

PER_RECORD, PER_ROW = 23, 3
"""Strings in a record of the source, and about as many in an entry of a list."""


@contextmanager
def demo_library(folder: Path) -> Iterator[Settings]:
    """Yield the settings of a demo library of its own, whose user is signed in."""
    settings = replace(load_settings({"CATLOG_HOME": str(folder / "home")}), motion="off")
    with clock.stopped_at(NOW):
        build_demo(demo_url(settings), settings)
        file = settings.paths.default_database
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(demo_url(settings).removeprefix("sqlite:///"), file)
        database = Database(settings.database_url)
        account = find_account(database, USER)
        assert account is not None
        remember(database, settings, begin_session(database, settings, account.id))
        database.close()
    yield settings


def attack_commands(settings: Settings, folder: Path, strings: int, rounds: int, seed: int) -> Damage:
    """Let that many strings come at the commands of a library in answers and lists; `rounds` times on all other ways.

    No round at all still tries every third command.
    """
    nursery = Nursery(folder)
    with Console(nursery) as console:
        one = Assailant(console, commands_of(settings), folder, seed)
        one.answers(good_entries(None), max(2, round(strings * 0.6 / PER_RECORD / PER_PAGE)))
        one.lists(max(5, round(strings * 0.4 / len(LISTS) / PER_ROW)), twice=rounds > 0)
        one.reads()
        one.edits(max(20, 50 * rounds))
        one.errors(settings.paths.default_database, max(1, 3 * rounds))
        one.arguments(max(1, rounds), TAKES if rounds else TAKES[seed % 3 :: 3])
        one.names(max(1, 2 * rounds))
        one.surroundings(rounds)
        one.shows(range(FIRST_ID, FIRST_ID + max(2, 10 * rounds)))
    nursery.close()
    return one.damage


def attack_app(settings: Settings, strings: int, titles: int, seed: int) -> Damage:
    """Show a library of strings that nothing has cleaned in the app, on every screen, and fill in its forms."""
    damage, rng, known = Damage(), Random(seed), listed()
    fill_with(settings, [*known, *structured(rng, strings, len(known))], titles)
    damage.strings["in the database as they are"] = len(known) + strings
    surroundings = {**environ(settings), "CATLOG_JIKAN_URLS": "http://127.0.0.1:9"}
    with Terminal(environ=surroundings) as terminal:
        try:
            damage.seen = walk(terminal)
            damage.strings["typed and pasted"] = forms(terminal, rng, max(100, strings // 20), len(known) + strings)
        except AssertionError as problem:
            damage.crashes.append(str(problem))
        terminal.press("\x11")
        damage.endings[terminal.end()] += 1
        output = terminal.received.decode("utf-8", "surrogateescape")
    damage.crashes += [f"exit {code}" for code in damage.endings if code]
    damage.payloads += [f"the app: {found!a}" for found in driving(output)]
    damage.output = len(output)
    return damage


def main() -> int:
    """Attack, print what came of it, and return 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strings", type=int, default=100_000, help="strings in arguments of commands (100,000)")
    parser.add_argument(
        "--rounds", type=int, default=20, help="rounds of arguments, names, variables and settings (20)"
    )
    parser.add_argument("--in-the-app", type=int, default=20_000, help="strings in the library of the app (20,000)")
    parser.add_argument("--titles", type=int, default=2_000, help="titles in the library of the app (2,000)")
    parser.add_argument("--only", choices=("commands", "app"), help="default: both")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found: dict[str, Damage] = {}
    for name in [given.only] if given.only else ["commands", "app"]:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, demo_library(Path(folder)) as settings:
            if name == "commands":
                found[name] = attack_commands(settings, Path(folder), given.strings, given.rounds, given.seed)
            else:
                found[name] = attack_app(settings, given.in_the_app, given.titles, given.seed)
        print(f"{name}: {found[name]} ({time.monotonic() - begun:.0f} s)", flush=True)
        for problem in found[name].wrong[:20]:
            print(f"  WRONG: {problem[:400]}", flush=True)
    strings = sum(one.strings.total() for one in found.values())
    payloads, run, crashes, crooked = (
        sum(len(getattr(one, name)) for one in found.values()) for name in ("payloads", "run", "crashes", "crooked")
    )
    summary = f"{payloads} payloads out, {run} markup run, {crashes} crashes, {crooked} crooked lines"
    print(f"{strings:,} hostile strings: {summary}")
    return 1 if any(one.wrong for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
