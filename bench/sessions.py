"""A club's server with 200 sessions on one PostgreSQL, one action a second each: how long one takes, what is lost.

    python -m bench.sessions --sessions 50 100 200 --seconds 30

A session here is what an app has beneath its screen: a process of its own (forked, so that 200 of them fit), with a
connection of its own and a signed-in person. No screen is drawn and no journal written, whose processor time a server
with people on SSH has to give as well: bench/app.py has it. Two sessions share a person, and so a list, as two windows
do. An action is `+` and what the screen reads after it: the edit with its check of the session and a request id, then
what changed in the list. Each session has its own moment of every second; a time counts from when the action was due,
so that waiting for a slow one before it is not forgotten. Lost are actions that were answered and that the list does
not have. Clients and server share the machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import sys
import time
from collections import Counter
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import text

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.errors import CatLogError
from catlog.library.edits import Add, Watch
from catlog.library.entries import Origin, Status
from catlog.library.listing import load_list
from catlog.library.writer import edit
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE, fill_catalogue, new_owner
from tests.support.postgres import start_postgres

GOAL = 50.0
"""Milliseconds that 99 of 100 actions may take at most."""

WINDOWS = 2
WARM_UP = 3.0
"""Seconds in which sessions connect and act, without being counted."""


class Lived(NamedTuple):
    """What a session saw: milliseconds from when each action was due, and from its beginning; errors by their kind."""

    user_id: int
    made: int
    due: list[float]
    own: list[float]
    errors: Counter[str]


def live(url: str, owner: SignedIn, begin: float, seconds: float, seed: int) -> Lived:
    """Be one session: act once a second, at a moment of its own in each, from `begin` (monotonic) on."""
    database, offset = Database(url), random.Random(seed).random()
    lived = Lived(owner.user_id, 0, [], [], Counter())
    made = number = 0
    while number < seconds + WARM_UP:
        due = begin + number + offset
        time.sleep(max(0.0, due - time.monotonic()))
        began = time.monotonic()
        try:
            step = edit(database, owner, ONE_PIECE, Watch(), origin=Origin.APP, request_id=uuid4().hex)
            made += 1
            with database.read() as session:
                load_list(session, owner.user_id, since=(step.number or 1) - 1)
        except CatLogError as error:
            lived.errors[type(error).__name__] += 1
        ended = time.monotonic()
        if number >= WARM_UP:
            lived.due.append((ended - due) * 1000)
            lived.own.append((ended - began) * 1000)
        number += 1
    database.close()
    return lived._replace(made=made)


def prepare(url: str, people: int) -> list[SignedIn]:
    """Make the catalogue and that many people, each with a list of four titles and a session."""
    database = Database(url)
    upgrade(database)
    fill_catalogue(database)
    owners = [new_owner(database) for _ in range(people)]
    for owner in owners:
        for mal_id in (BEBOP, FRIEREN, GINTAMA, ONE_PIECE):
            edit(database, owner, mal_id, Add(Status.WATCHING), origin=Origin.APP)
    database.close()
    return owners


def differences(url: str, lives: list[Lived]) -> tuple[int, int]:
    """Return how many acknowledged actions the lists lack, and how many they have without a response."""
    wanted: Counter[int] = Counter()
    for lived in lives:
        wanted[lived.user_id] += lived.made
    database = Database(url)
    query = text('SELECT "userId", "episodesWatched" FROM "UserAnime" WHERE "malId" = :title')
    with database.read() as session:
        stored = dict(session.connection().execute(query, {"title": ONE_PIECE}).all())
    database.close()
    gaps = [wanted[user_id] - count for user_id, count in stored.items()]
    return sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0)


def quantiles(times: list[float]) -> str:
    """Return the middle, the 99th percentile and the longest of some times."""
    return f"p50 {statistics.median(times):.1f}, p99 {p99(times):.1f}, at most {max(times):.0f} ms"


def p99(times: list[float]) -> float:
    """Return what 99 of 100 times do not exceed."""
    return statistics.quantiles(times, n=100)[98]


def main() -> int:
    """Measure, print, and return 1 when an action was lost, doubled or failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, nargs="*", default=[200], help="concurrent sessions (200)")
    parser.add_argument("--seconds", type=float, default=30, help="measured seconds (30)")
    given = parser.parse_args()
    clean = True
    for sessions in given.sessions:
        with start_postgres(own=True) as server:
            url = server.create_database("club")
            owners = prepare(url, -(-sessions // WINDOWS))
            begin = time.monotonic() + 2
            tasks = [(url, owners[number // WINDOWS], begin, given.seconds, number) for number in range(sessions)]
            with multiprocessing.get_context("fork").Pool(sessions) as pool:
                lives = pool.starmap(live, tasks, chunksize=1)
            lost, doubled = differences(url, lives)
        due, own = [time for one in lives for time in one.due], [time for one in lives for time in one.own]
        errors = sum((one.errors for one in lives), Counter[str]())
        verdict = "met" if p99(due) < GOAL else "MISSED"
        print(f"{sessions} sessions, {len(due):,} actions in {given.seconds:.0f} s, PostgreSQL of this machine:")
        print(f"  from when it was due: {quantiles(due)} (goal: p99 below {GOAL:.0f} ms, {verdict})")
        print(f"  from its beginning: {quantiles(own)}")
        print(f"  {lost} lost, {doubled} doubled; errors: {dict(errors) or 'none'}", flush=True)
        clean = clean and not (lost or doubled or errors)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
