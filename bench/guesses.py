"""Many processes guess one password: how many guesses are let through, and what a refusal tells by its time.

`python -m bench.guesses` sends 10,000 wrong guesses from 50 processes, on SQLite or on the database of `--database`,
which must be an empty one, and then the right password, which has to wait as well.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from catlog import clock
from catlog.accounts import sign_in as signing_in
from catlog.accounts.sign_in import sign_in
from catlog.accounts.throttle import FREE_FAILURES, SOURCE_PACE, SOURCE_TRIES, TooManyTriesError
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.errors import BusyError, NotAllowedError

NAME, PASSWORD = "owner", "a right password, not a common one"


def settings_for(url: str, home: Path) -> Settings:
    """Return the settings of one machine that uses the database at `url`."""
    return load_settings({"CATLOG_HOME": str(home), "CATLOG_DATABASE_URL": url})


def guess(settings: Settings, passwords: Sequence[str]) -> Counter[str]:
    """Try each password; return how many were wrong, refused unseen, or right."""
    database = Database(settings.database_url)
    endings: Counter[str] = Counter()
    for password in passwords:
        endings[_ending(database, settings, password)] += 1
    database.close()
    return endings


def _ending(database: Database, settings: Settings, password: str) -> str:
    while True:
        try:
            sign_in(database, settings, name=NAME, password=password)
        except TooManyTriesError:
            return "refused"
        except NotAllowedError:
            return "wrong"
        except BusyError:  # a machine with much else to do: nobody has looked at this one
            continue
        return "right"


def guess_at_once(settings: Settings, processes: int, passwords: Sequence[str], *, one_source: bool) -> Counter[str]:
    """Let that many processes try all the passwords; return the sums."""
    sources = ["192.0.2.1" if one_source else f"192.0.2.{number}" for number in range(1, processes + 1)]
    tasks = [(replace(settings, ssh_client=source, guest=NAME), passwords) for source in sources]
    # Forked, so that the clock of the caller is theirs, and that they all begin at once.
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return sum(pool.starmap(guess, tasks, chunksize=1), Counter[str]())


def refusal_times(settings: Settings, names: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Return for each name the seconds that refusals of a wrong password took, none of them throttled."""
    database = Database(settings.database_url)
    start = clock.now()
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(1, rounds + 1):
        with clock.stopped_at(start + number * timedelta(days=2)):
            for name in names:
                began = time.perf_counter()
                try:
                    sign_in(database, settings, name=name, password=f"wrong {number}")
                except NotAllowedError:
                    times[name].append(time.perf_counter() - began)
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
    parser.add_argument("--guesses", type=int, default=200, help="guesses of each process")
    parser.add_argument("--database", help="URL of an empty database; default: a new SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(arguments.database or f"sqlite:///{folder}/guessed.sqlite", Path(folder))
        database = Database(settings.database_url)
        upgrade(database)
        register(database, settings, username=NAME, email="owner@example.org", password=PASSWORD)
        database.close()
        attacks: list[int] = []
        for one_source in (True, False):
            # Two days on, what was counted before makes nobody wait.
            ahead = timedelta(days=2 if one_source else 4)
            _set_clock_ahead(ahead)
            attacks.append(_report_attack(settings, arguments.processes, arguments.guesses, one_source=one_source))
        _set_clock_ahead(timedelta(days=6))
        _report_times(settings)
        count = 2 * arguments.processes * arguments.guesses
        print(f"{count} guesses, {sum(attacks)} let through beyond what one guesser may try")


def _set_clock_ahead(ahead: timedelta) -> None:
    clock.set_source(lambda: datetime.now(UTC) + ahead)


def _report_attack(settings: Settings, processes: int, count: int, *, one_source: bool) -> int:
    """Attack, say what came of it, and return how many guesses too many were let through."""
    wrong = [f"guess number {number}" for number in range(count)]
    began = time.perf_counter()
    endings = guess_at_once(settings, processes, wrong, one_source=one_source)
    seconds = time.perf_counter() - began
    print(f"{processes * count} guesses, {processes} processes, {'one source' if one_source else 'as many sources'}:")
    print(f"  {seconds:.0f} s, {processes * count / seconds:.0f} guesses a second")
    may = allowed(seconds, one_source=one_source)
    print(f"  let through: {endings['wrong']} (allowed {may})")
    print(f"  refused unseen: {endings['refused']}; then the right password: {dict(guess(settings, [PASSWORD]))}")
    return max(0, endings["wrong"] - may)


def _report_times(settings: Settings) -> None:
    print("seconds until a wrong password is refused, median (lowest to highest) of 40:")
    for label, least in (("as shipped", signing_in.REFUSAL_SECONDS), ("without the least time", 0.0)):
        signing_in.REFUSAL_SECONDS = least
        for name, times in refusal_times(settings, (NAME, "nobody"), 40).items():
            kind = "known" if name == NAME else "unknown"
            print(f"  {label}, {kind}: {statistics.median(times):.4f} ({min(times):.4f} to {max(times):.4f})")


if __name__ == "__main__":
    main()
