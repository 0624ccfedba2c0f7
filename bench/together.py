"""Load: many processes on one SQLite file, and many apps on one PostgreSQL that goes away for a while.

    python -m bench.together --minutes 10 --writers 8
    python -m bench.together --apps 50 --away 30

The file: the app in a terminal, a `+` a second; a day of rankings loaded again and again, as a cron job would once; and
writers, each running `catlog list watch ID +1` as fast as it ends. The server: apps in terminals, each of a person of
its own, with an edit before it stops, two while it is away, and one after it. Nobody may be told that the database is
locked, no app may end, and each edit must be there once. Exits with 1 unless all is well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from catlog.config import load_settings
from tests.support.postgres import start_postgres
from tests.support.together import outlive_server, share_file


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("file", "server"), help="one of the two")
    parser.add_argument("--minutes", type=float, default=10, help="minutes on the shared file (10)")
    parser.add_argument("--writers", type=int, default=8, help="writers on the shared file (8)")
    parser.add_argument("--apps", type=int, default=50, help="apps on the server (50)")
    parser.add_argument("--away", type=float, default=30, help="seconds that the server is away (30)")
    given = parser.parse_args()
    results, clean = [], True
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as name:
        folder = Path(name)
        if given.only != "server":
            settings = load_settings({"CATLOG_HOME": str(folder / "file")})
            shared = share_file(settings, folder, writers=given.writers, seconds=given.minutes * 60)
            results.append(f"SQLite, {given.minutes:g} minutes: {shared}")
            print(results[-1], *shared.failed[:10], sep="\n  ", flush=True)
            clean = clean and shared.clean
        if given.only != "file":
            with start_postgres(own=True, durable=True) as server:
                environ = {"CATLOG_HOME": str(folder / "server"), "CATLOG_DATABASE_URL": server.create_database("apps")}
                seen = outlive_server(
                    load_settings(environ), server, folder, apps=given.apps, seconds=given.away, say=_say
                )
            results.append(f"PostgreSQL, away for {given.away:g} s: {seen}")
            clean = clean and seen.clean
    print(*results, sep="; ")
    return 0 if clean else 1


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
