"""When the garbage of a session is collected: closed screens are circles of objects that only the collector frees."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

THRESHOLDS = (2_000, 10, 10)
"""Of Python's collector. A command looks for garbage after 50,000 objects, since it ends before there is any; an app
would hold ten closed screens by then, and memory that was once full of them does not go back to the system."""


@contextmanager
def collecting() -> Iterator[None]:
    """Collect garbage in the block often enough for a session of hours, and pass over what start-up made.

    What is there after the first full collection, modules most of all, lives to the end: to look through it each time
    would hold up a key by a fifth of a second.
    """
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
