"""Files that are not one's own, made for tests: somebody else's, open to others, links, pipes."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

SOMEBODY = 4_242
"""The id of a user who owns what is not one's own."""

Spoil = Callable[[Path], object]
"""Makes of a good file one that is not one's own."""


def elsewhere(file: Path) -> Path:
    """Move a file to a folder beside CatLog's and return where it is now."""
    target = file.parent / f"{file.name}.elsewhere"
    file.rename(target)
    return target


def as_link(file: Path) -> None:
    """Put a link in the place of a file; what it names is the file, one's own."""
    file.symlink_to(elsewhere(file))


def as_dangling_link(file: Path) -> None:
    """Put a link to nothing in the place of a file."""
    elsewhere(file)
    file.symlink_to(file.with_name("nothing-is-here"))


def as_fifo(file: Path) -> None:
    """Put a FIFO in the place of a file, with nobody at its other end."""
    elsewhere(file)
    os.mkfifo(file, 0o600)


def as_folder(file: Path) -> None:
    """Put a folder in the place of a file."""
    elsewhere(file)
    file.mkdir(0o700)


def for_all(path: Path) -> None:
    """Let everybody write a file or folder."""
    path.chmod(0o777 if path.is_dir() else 0o666)


def for_a_group(path: Path) -> None:
    """Let the group 4242, which is nobody's own, write a file or folder; without being root, any group of a file."""
    if os.geteuid() == 0:
        os.chown(path, -1, SOMEBODY)
    path.chmod(0o2770 if path.is_dir() else 0o660)


SPOILT: dict[str, tuple[Spoil, str]] = {
    "a link": (as_link, "is a link, not a file"),
    "a dangling link": (as_dangling_link, "is a link, not a file"),
    "a FIFO": (as_fifo, "is a FIFO, not a file"),
    "a folder": (as_folder, "is a folder, not a file"),
    "for all": (for_all, "can be changed by others"),
    "for a group": (for_a_group, "can be changed by the group"),
}
"""What any user can do to a file of their own, and what is then said of it."""


def made(file: Path, content: bytes = b"") -> Path:
    """Make a file of one's own, with the folders above it, unless it is there."""
    for folder in reversed([folder for folder in file.parents if not folder.exists()]):
        folder.mkdir(0o700)
    if not file.exists():
        file.write_bytes(content)
        file.chmod(0o600)
    return file


def condition(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Return mode and content of all that is in a folder, to be compared: reading it follows no link."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        found[str(path)] = mode, path.read_bytes() if stat.S_ISREG(mode) else None
    return found
