"""A limit of four concurrent password hashes per host: each takes 46 MiB, and a flood would exhaust the memory."""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from catlog.atomic_files import open_lock
from catlog.errors import BusyError
from catlog.paths import Paths

SLOTS = 4
"""The number of slots."""

TIMEOUT_SECONDS = 30.0
"""The longest wait for a slot."""


@contextmanager
def hashing_slot(paths: Paths) -> Iterator[None]:
    """Hold a slot inside the block; the end of the process releases it, too.

    Raises BusyError when no slot becomes free for half a minute.
    """
    handle = _wait_for_slot(paths)
    try:
        yield
    finally:
        os.close(handle)


def _wait_for_slot(paths: Paths) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    numbers = list(range(SLOTS))
    while True:
        random.shuffle(numbers)
        for number in numbers:
            handle = _try_slot(paths, number)
            if handle is not None:
                return handle
        if time.monotonic() > deadline:
            raise BusyError("too many people are signing in on this machine", hint="try again in a moment")
        time.sleep(random.uniform(0.005, 0.02))


def _try_slot(paths: Paths, number: int) -> int | None:
    handle = open_lock(paths.state / "sign-in" / f"slot-{number}.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
