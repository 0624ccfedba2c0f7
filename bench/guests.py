"""Guests who try what they may not, through a real sshd: attempts, and how many of them reached anything.

    python -m bench.guests

An sshd on loopback, with a key of its own, runs as a user who is not root; two guests come in by keys whose lines are
`restrict,pty,command="catlog ssh-entry --user NAME"`. They try commands, options, words that a shell would act on,
variables, what else sshd can do, terminals, floods, and the doors of the app. An attempt has reached something when
it ended as it should not; was shown a note, an address, a token, a key, a password, a backup or a path that is not the
guest's; changed a file of the service account, or a row of anybody else; made a file; or when an audit hook in
every process of theirs (and strace, where there is one) saw something opened that is not on the list of
`tests/support/guests/watching.py`, or anything started. Every attempt is a line; exits with 1 unless nothing was
reached.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from tests.support.databases import KINDS, POSTGRESQL
from tests.support.guests.plan import everything, selected
from tests.support.guests.trial import Trial, trial
from tests.support.postgres import start_postgres


def measure(kind: str, *, quick: bool, areas: Sequence[str], strace: str | None) -> Trial:
    """Let everything be tried on a database of that kind, and print each attempt with its outcome."""
    with ExitStack() as stack:
        server = stack.enter_context(start_postgres()) if kind == POSTGRESQL else None
        tried = stack.enter_context(trial(server, strace))
        for attempt in selected() if quick else everything():
            if not areas or attempt.area in areas:
                print(tried.attempt(attempt), flush=True)
        return tried


def main() -> int:
    """Try, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--quick", action="store_true", help="only the attempts of `make test`")
    parser.add_argument("--area", action="append", default=[], help="only the attempts of one kind, such as `app`")
    parser.add_argument("--no-strace", action="store_true", help="watch with the audit hook only")
    given = parser.parse_args()
    strace = None if given.no_strace else shutil.which("strace")
    trials = []
    for kind in given.database or KINDS:
        begun = time.monotonic()
        tried = measure(kind, quick=given.quick, areas=given.area, strace=strace)
        watched = f"{tried.watch.processes} processes, {tried.watch.events:,} events of audit hook"
        print(f"{kind}: {tried.by_area}; {watched}{' and strace' if strace else ''}; {time.monotonic() - begun:.0f} s")
        trials.append(tried)
    outcomes = [outcome for tried in trials for outcome in tried.outcomes]
    reached = sum(bool(outcome.reached) for outcome in outcomes)
    if beforehand := sum(bool(outcome.beforehand) for outcome in outcomes):
        print(f"{beforehand} where sshd took TZ from the client, and the C library opened a file before CatLog began")
    print(f"{len(outcomes)} attempts, {reached} reached")
    return 0 if not reached else 1


if __name__ == "__main__":
    sys.exit(main())
