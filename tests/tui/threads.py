"""A query of a module that nothing imports before a worker thread runs it."""

import threading

from catlog.tui.backend import Backend


def name_of_thread(backend: Backend) -> str:
    """Return the name of the thread that runs this query."""
    return threading.current_thread().name
