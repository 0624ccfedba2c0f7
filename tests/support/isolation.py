"""The border of the tests: nothing outside the repository is opened unless `CATLOG_TEST_DATA` names it, no host found.

A clone alone must pass, so a test that finds its data by luck in a neighbouring folder is a fault. An audit hook turns
each such opening into one, also when the tests or CatLog would have caught an OSError. Names of other machines are
unknown to this process, as on a machine without a network: no test depends on one, and none sends anything there.
"""

import os
import socket
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NEIGHBOUR = ROOT.parent / "shared"
"""The folder of recordings that developers may have outside the repository."""

VARIABLE = "CATLOG_TEST_DATA"
"""Names the folder of recordings, `shared/data` for those who have it."""

_OPENINGS = frozenset({"open", "os.listdir", "os.scandir"})


class OutsideError(BaseException):
    """A test opened a file outside the repository. No Exception: no handler for faults of files may swallow it."""


@cache
def named_recordings() -> Path | None:
    """Return the folder that `CATLOG_TEST_DATA` names, or None. Raises RuntimeError when it is no folder."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    folder = Path(named).resolve()
    if not folder.is_dir():
        raise RuntimeError(f"{VARIABLE} names {named}, which is no folder")
    return folder


def is_outside(path: object, allowed: Path | None) -> bool:
    """Say whether `path` (what an audit event names) lies in the neighbour and not in `allowed`."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False  # a file that is open already
    name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  (no link is followed: that would open again)
    inside = [f"{folder}{os.sep}" for folder in (NEIGHBOUR, allowed) if folder is not None]
    within = [f"{name}{os.sep}".startswith(folder) for folder in inside]
    return within[0] and not any(within[1:])


def is_here(host: object) -> bool:
    """Say whether a host (what an audit event names) is this machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return name in (None, "", "localhost", "::", "::1", "0.0.0.0", socket.gethostname()) or str(name).startswith("127.")


def close_the_neighbourhood() -> None:
    """Fail, from now on and in this process, every opening of a file or folder outside the repository.

    Names of other machines are not resolved either.
    """
    allowed = named_recordings()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _OPENINGS and arguments and is_outside(arguments[0], allowed):
            raise OutsideError(f"{arguments[0]!r} lies outside the repository: tests read it through {VARIABLE}")
        if event == "socket.getaddrinfo" and not is_here(arguments[0]):
            raise socket.gaierror(socket.EAI_NONAME, f"{arguments[0]!r} is another machine, which tests do not reach")

    sys.addaudithook(hook)
