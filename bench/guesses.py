"""Many processes guess one password: how many guesses are let through, and what a refusal tells by its time.

`python -m bench.guesses` sends 10,000 guesses from 50 processes, on SQLite or on the database of `--database`, which
must be an empty one. The right password is among the guesses of each process.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from catlog import clock
from catlog.accounts import sign_in as signing_in
from catlog.accounts.sign_in import sign_in
from catlog.accounts.throttle import FREE_FAILURES, SOURCE_PACE, SOURCE_TRIES, TooManyTriesError
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.schema import upgrade
from catlog.db.session import Database
from catlog.errors import NotAllowedError

NAME, PASSWORD = "owner", "a right password, not a common one"


def settings_for(url: str, home: Path) -> Settings:
    """Return the settings of one machine that uses the database at `url`."""
    return load_settings({"CATLOG_HOME": str(home), "CATLOG_DATABASE_URL": url})


def guess(settings: Settings, source: str, count: int) -> Counter[str]:
    """Guess `count` times, the last time rightly; return how many were wrong, refused unseen, or right."""
    database = Database(settings.database_url)
    came_from = replace(settings, ssh_client=source)
    endings: Counter[str] = Counter()
    for number in range(count):
        password = PASSWORD if number == count - 1 else f"guess number {number}"
        try:
            sign_in(database, came_from, name=NAME, password=password)
        except TooManyTriesError:
            endings["refused"] += 1
        except NotAllowedError:
            endings["wrong"] += 1
        else:
            endings["right"] += 1
    database.close()
    return endings


def guess_at_once(settings: Settings, processes: int, count: int, *, one_source: bool) -> Counter[str]:
    """Let that many processes guess `count` times each; return the sums."""
    sources = ["192.0.2.1" if one_source else f"192.0.2.{number}" for number in range(1, processes + 1)]
    # Forked, so that the clock of the caller is theirs, and that they all begin at once.
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return sum(pool.starmap(guess, [(settings, source, count) for source in sources], chunksize=1), Counter[str]())


def refusal_times(settings: Settings, name: str, rounds: int) -> list[float]:
    """Return the seconds that each of some refusals of a wrong password took, none of them throttled."""
    database = Database(settings.database_url)
    start, times = clock.now(), []
    for number in range(1, rounds + 1):
        with clock.stopped_at(start + number * timedelta(days=2)):
            began = time.perf_counter()
            try:
                sign_in(database, settings, name=name, password=f"wrong {number}")
            except NotAllowedError:
                times.append(time.perf_counter() - began)
    database.close()
    return times


def allowed(seconds: float, *, one_source: bool) -> int:
    """Return how many guesses the rules let through in that time, by the definition of the throttle."""
    account = FREE_FAILURES + math.floor(math.log2(seconds + 1))
    return min(account, SOURCE_TRIES + int(timedelta(seconds=seconds) / SOURCE_PACE)) if one_source else account


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=50)
    parser.add_argument("--guesses", type=int, default=200, help="of each process")
    parser.add_argument("--database", help="URL of an empty database; default: a new SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(arguments.database or f"sqlite:///{folder}/guessed.sqlite", Path(folder))
        database = Database(settings.database_url)
        upgrade(database)
        register(database, settings, username=NAME, email="owner@example.org", password=PASSWORD)
        database.close()
        for one_source in (True, False):
            # Two days on, what was counted before makes nobody wait.
            ahead = timedelta(days=2 if one_source else 4)
            _set_clock_ahead(ahead)
            _report_attack(settings, arguments.processes, arguments.guesses, one_source=one_source)
        _set_clock_ahead(timedelta(days=6))
        _report_times(settings)


def _set_clock_ahead(ahead: timedelta) -> None:
    clock.set_source(lambda: datetime.now(UTC) + ahead)


def _report_attack(settings: Settings, processes: int, count: int, *, one_source: bool) -> None:
    began = time.perf_counter()
    endings = guess_at_once(settings, processes, count, one_source=one_source)
    seconds = time.perf_counter() - began
    print(f"{processes * count} guesses, {processes} processes, {'one source' if one_source else 'as many sources'}:")
    print(f"  {seconds:.0f} s, {processes * count / seconds:.0f} guesses a second")
    print(f"  let through: {endings['wrong'] + endings['right']} (allowed {allowed(seconds, one_source=one_source)})")
    print(f"  signed in: {endings['right']}, refused unseen: {endings['refused']}")


def _report_times(settings: Settings) -> None:
    print("seconds until a wrong password is refused, median (lowest to highest) of 40:")
    for label, least in (("as shipped", signing_in.REFUSAL_SECONDS), ("without the least time", 0.0)):
        signing_in.REFUSAL_SECONDS = least
        for name, kind in ((NAME, "known"), ("nobody", "unknown")):
            times = refusal_times(settings, name, 40)
            shown = f"{statistics.median(times):.4f} ({min(times):.4f} to {max(times):.4f})"
            print(f"  {label}, {kind} user: {shown}")


if __name__ == "__main__":
    main()
