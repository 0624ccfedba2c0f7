"""Memory of a session of hours: when garbage is collected, and how many heaps serve the threads."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

THRESHOLDS = (2_000, 10, 10)
"""Thresholds of Python's collector. A command collects after 50,000 objects, as it ends before there is any garbage; an
app would hold ten closed screens by then, and memory once full of them never returns to the system."""

HEAPS = 1
"""Heaps of the C library. By default threads that allocate at the same time get own heaps, up to eight for each
core, and memory that one thread has freed serves no other: queries run in several threads in turn."""

_M_ARENA_MAX = -8


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Within the block, collect garbage often enough for a session of hours, and let all threads share free memory.

    Closed screens are cycles of objects, which only the collector frees. Objects that are there after the first full
    collection, modules most of all, live to the end and are skipped: to scan them each time would delay a key by a
    fifth of a second.
    """
    _share_heaps()
    before = gc.get_threshold()
    gc.callbacks.append(_freeze_after_full_collection)
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if _freeze_after_full_collection in gc.callbacks:
            gc.callbacks.remove(_freeze_after_full_collection)
        gc.unfreeze()


def _freeze_after_full_collection(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.callbacks.remove(_freeze_after_full_collection)
        gc.freeze()


def _share_heaps() -> None:
    """Set `HEAPS` where the C library supports it: glibc."""
    import ctypes

    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)
    except (AttributeError, OSError, TypeError):  # another C library, or another system
        return
