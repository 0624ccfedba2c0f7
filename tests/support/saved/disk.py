"""Disks that fill up: a small one of its own where this machine lets us mount one, and a limit on files everywhere."""

import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SIZE = "24m"
_PART = 1 << 16


class SmallDisk:
    """A file system in memory with a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave not one byte."""
        with self._filler.open("wb", buffering=0) as out:
            for size in (_PART, 4096, 1):
                try:
                    while out.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        """Leave room again."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk() -> Iterator[SmallDisk | None]:
    """Mount one for the length of a with block; None where this machine or its user may not."""
    with tempfile.TemporaryDirectory(prefix="catlog-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=700", "tmpfs", name]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            yield None
            return
        try:
            yield SmallDisk(Path(name))
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def limit_files(pid: int, size: int = 0) -> None:
    """Let no file of a process grow beyond `size` bytes: each write fails, with another error than on a full disk."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def unlimit_files(pid: int) -> None:
    """Let files of a process grow again, if it is still there."""
    with suppress(ProcessLookupError):
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
