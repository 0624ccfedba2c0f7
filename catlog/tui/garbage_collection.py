"""How a session of hours holds its memory: when garbage is collected, and from how many heaps threads are served."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

THRESHOLDS = (2_000, 10, 10)
"""Of Python's collector. A command looks for garbage after 50,000 objects, since it ends before there is any; an app
would hold ten closed screens by then, and memory that was once full of them does not go back to the system."""

HEAPS = 1
"""Of the C library. It gives threads that allocate at the same time heaps of their own, up to eight for each core, and
what one thread has freed then serves no other: answers are read by eight threads in turn."""

_M_ARENA_MAX = -8


@contextmanager
def holding_memory() -> Iterator[None]:
    """Collect garbage in the block often enough for a session of hours, and let all threads share what is free.

    Closed screens are circles of objects, which only the collector frees. It passes over what is there after the first
    full collection, modules most of all, which lives to the end: to look through it each time would hold up a key by a
    fifth of a second.
    """
    _share_heaps()
    before = gc.get_threshold()
    gc.callbacks.append(_pass_over)
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if _pass_over in gc.callbacks:
            gc.callbacks.remove(_pass_over)
        gc.unfreeze()


def _pass_over(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.callbacks.remove(_pass_over)
        gc.freeze()


def _share_heaps() -> None:
    """Ask for `HEAPS`, where the C library is one that can be asked: glibc."""
    import ctypes

    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)
    except (AttributeError, OSError, TypeError):  # another C library, or another system
        return
