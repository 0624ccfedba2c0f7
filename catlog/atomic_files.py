"""Files that are whole or not there: written beside their place, synced, and renamed into it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from catlog.errors import ConfigError, UnavailableError
from catlog.ownership import open_own, read_own
from catlog.paths import make_folder, make_private

MALFORMED = (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError)
"""What reading JSON of another shape, or nested too deep, raises: a stored file may hold anything."""


def write_private(file: Path, content: bytes) -> None:
    """Write `content` to a file of CatLog's own, readable by its owner alone; after a crash it is the old or the new.

    Raises NotOwnError when its folder is not one's own, UnavailableError when it cannot be written.
    """
    try:
        make_private(file.parent)
    except OSError as problem:
        raise _unwritable(file, problem) from None
    with private_file(file) as out:
        out.write(content)


@contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """Open a file that becomes `file` when the block ends, readable by its owner alone; after an error it is gone.

    Where `file` is, is the affair of whoever named it; its name while it is written is one that nobody can foresee.
    Raises UnavailableError when it cannot be written.
    """
    try:
        make_folder(file.parent)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # with mode 0600
    except OSError as problem:
        raise _unwritable(file, problem) from None
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
        sync_folder(file.parent)
    except OSError as problem:
        raise _unwritable(file, problem) from None
    finally:
        Path(name).unlink(missing_ok=True)


def read_private(file: Path) -> bytes | None:
    """Return the content of a file that holds a secret, or None when there is none.

    Raises NotOwnError when others may read or change it: then it is no secret any more; ConfigError.
    """
    try:
        return read_own(file, secret=True)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read: {problem.strerror}") from None


def open_lock(file: Path) -> int:
    """Return a descriptor of the lock file `file` for `fcntl.flock`; closing it, or dying, gives the lock back.

    Raises NotOwnError for one that is not one's own, UnavailableError when it cannot be opened.
    """
    try:
        make_private(file.parent)
        return open_own(file, os.O_CREAT | os.O_RDWR)
    except OSError as problem:
        raise UnavailableError(f"the lock file {file} cannot be opened: {problem.strerror}") from None


def sync_folder(folder: Path) -> None:
    """Make sure that what was renamed in `folder` stays so. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(file: Path, problem: OSError) -> UnavailableError:
    return UnavailableError(f"{file} cannot be written: {problem.strerror}", hint="nothing was changed")
