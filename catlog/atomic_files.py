"""Atomic writes: files are written to a temporary name, synced and renamed."""

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
"""The errors of reading JSON of another shape, or nested too deep: a stored file may hold anything."""


def write_private(file: Path, content: bytes) -> None:
    """Write `content` to a file of CatLog's own, mode 0600; after a crash the file is the old one or the new one.

    Raises NotOwnError when others may change its folder, UnavailableError when it cannot be written.
    """
    try:
        make_private(file.parent)
    except OSError as problem:
        raise _unwritable(file, problem) from None
    with private_file(file) as out:
        out.write(content)


@contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """Open a file that becomes `file` when the block ends, mode 0600; after an error it is removed.

    The folder of `file` is not checked; the temporary name is unpredictable. Raises UnavailableError when the file
    cannot be written.
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

    Raises NotOwnError when others may read or change it, ConfigError when it cannot be read.
    """
    try:
        return read_own(file, secret=True)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read: {problem.strerror}") from None


def open_lock(file: Path) -> int:
    """Return a descriptor of the lock file `file` for `fcntl.flock`; closing it, or dying, releases the lock.

    Raises NotOwnError for a file that others may change, UnavailableError when it cannot be opened.
    """
    try:
        make_private(file.parent)
        return open_own(file, os.O_CREAT | os.O_RDWR)
    except OSError as problem:
        raise UnavailableError(f"the lock file {file} cannot be opened: {problem.strerror}") from None


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a crash. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(file: Path, problem: OSError) -> UnavailableError:
    return UnavailableError(f"{file} cannot be written: {problem.strerror}", hint="nothing was changed")
