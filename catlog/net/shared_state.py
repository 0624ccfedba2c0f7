"""A small JSON document shared by all processes of the user on this host, under a lock."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catlog.errors import UnavailableError
from catlog.ownership import open_own
from catlog.paths import make_private

_SIZE_LIMIT = 65_536


@contextmanager
def shared_document(file: Path) -> Iterator[dict[str, Any]]:
    """Lock `file` and yield its document, which is stored as the block leaves it.

    A missing, damaged or foreign document reads as empty: its state is learnt anew. It is written in place, because
    the lock is on the file itself. Raises `UnavailableError` when that fails, `NotOwnError` for another user's file.
    """
    try:
        make_private(file.parent)
        handle = open_own(file, os.O_RDWR | os.O_CREAT)
    except OSError as problem:
        raise _unwritable(file, problem) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        stored = os.read(handle, _SIZE_LIMIT)
        document = _parse(stored)
        yield document
        written = json.dumps(document).encode("ascii")
        if written != stored:
            os.ftruncate(handle, 0)
            os.pwrite(handle, written, 0)
    except OSError as problem:
        raise _unwritable(file, problem) from None
    finally:
        os.close(handle)


def _parse(stored: bytes) -> dict[str, Any]:
    try:
        document = json.loads(stored, parse_int=_number)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _number(text: str) -> float:
    return int(text) if len(text) < 18 else float(text)  # longer than any clock value; float() cannot take 400 digits


def _unwritable(file: Path, problem: OSError) -> UnavailableError:
    return UnavailableError(
        f"{file} cannot be written: {problem.strerror}", hint="CATLOG_HOME names the folder of all of CatLog's files"
    )
