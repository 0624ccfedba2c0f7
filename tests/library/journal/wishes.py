"""What one of several processes does with a journal, until it is killed."""

import os
import signal
from pathlib import Path

from catlog.library.edits import Watch
from catlog.library.journal.file import Journal, PendingEdit
from catlog.library.writer import EditRequest
from tests.library.people import ONE_PIECE

NAME = "db-1"


def keep_and_die(folder: Path, count: int, torn: bytes) -> None:
    """Keep `count` wishes, begin to write another one, and be killed."""
    journal = Journal(folder, NAME)
    for _ in range(count):
        journal.add(PendingEdit.new([EditRequest(ONE_PIECE, Watch())]))
    assert journal._own_handle is not None
    os.write(journal._own_handle, torn)
    os.kill(os.getpid(), signal.SIGKILL)
