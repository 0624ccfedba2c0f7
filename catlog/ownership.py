"""Ownership checks: CatLog's files are opened here, and refused if another user owns or may change them.

As with ssh, the file and every folder above it are checked, up to the root; folders above the home are not checked for
files in the home. The rules:

- the owner is the user CatLog runs as, or root; for root itself only root;
- a folder is writable for its owner alone, or also for the owner's private group (named like the owner, with no other
  member, and no access list), as umask 002 makes them; or it is a folder like /tmp with the sticky bit;
- a plain file is writable for its owner alone, as CatLog creates all of them 0600; a secret is not even readable for
  others; in a folder like /tmp, where others may add a hard link, the file has one name.

Symbolic links to folders are followed if the link and the target pass. Of files only the settings and an embedded
database may be symbolic links, because users store these elsewhere; all others are opened with O_NOFOLLOW. The open
descriptor is checked, so that the file cannot be swapped meanwhile. Opening never blocks on a FIFO.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from catlog.errors import ConfigError

Kind = Literal["owner", "mode", "shape"]
"""The rule that a file breaks: its owner, its mode, or that it is no plain file."""

_MOST_LINKS = 40
_BY_GROUP, _BY_ALL = stat.S_IWGRP, stat.S_IWOTH
_EVERY_OPEN = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_SHAPES = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True, slots=True)
class OwnershipProblem:
    """A file, or a folder or link on its path, that breaks a rule, with the command that fixes it."""

    path: str
    kind: Kind
    message: str
    remedy: str

    def error(self) -> NotOwnError:
        """Return the problem as an error."""
        return NotOwnError(self.message, hint=self.remedy)


class NotOwnError(ConfigError):
    """A file or folder breaks a rule; the message names it with owner and mode, the hint the command that fixes it."""


def open_own(
    file: Path, flags: int, *, mode: int = 0o600, secret: bool = False, linked: bool = False, uid: int | None = None
) -> int:
    """Return a descriptor of a file of CatLog's own, opened with `flags` of `os.open`; `mode` is that of a new file.

    A `secret` file must not be readable for others; a `linked` one may be a symbolic link. `uid` is the user to check
    for. A file is truncated only after its check. Raises NotOwnError, OSError.
    """
    user = os.geteuid() if uid is None else uid
    resolved = _resolve(file, user, last=linked)
    _refuse(resolved.problems)
    if resolved.status is not None:
        _refuse(_of_file(resolved.real, resolved.status, user, secret=secret))
    try:
        handle = os.open(resolved.real, (flags & ~os.O_TRUNC) | _EVERY_OPEN, mode)
    except FileNotFoundError:
        raise
    except OSError:
        # The file was replaced after the check: O_NOFOLLOW reports a link only as ELOOP.
        _refuse(problems_of_file(file, secret=secret, linked=linked, uid=user))
        raise
    try:
        _refuse(_of_file(resolved.real, os.fstat(handle), user, secret=secret))
        if flags & os.O_TRUNC:
            os.ftruncate(handle, 0)
    except BaseException:
        os.close(handle)
        raise
    return handle


def read_own(file: Path, *, secret: bool = False, linked: bool = False, uid: int | None = None) -> bytes:
    """Return the content of a file of CatLog's own; see `open_own`. Raises NotOwnError, OSError."""
    handle = open_own(file, os.O_RDONLY, secret=secret, linked=linked, uid=uid)
    with os.fdopen(handle, "rb") as opened:
        return opened.read()


def check_folder(folder: Path, *, uid: int | None = None) -> bool:
    """Say whether a folder of CatLog's own exists. Raises NotOwnError for it and its parents, OSError."""
    resolved = _resolve(folder, os.geteuid() if uid is None else uid, last=True, is_folder=True)
    _refuse(resolved.problems)
    return resolved.status is not None


def check_file(file: Path, *, linked: bool = False, uid: int | None = None) -> Path | None:
    """Check a file that another library opens, and return its real path; None when it does not exist.

    For SQLite: opening and closing the file here would release the locks that the process holds on it.
    Raises NotOwnError, OSError.
    """
    user = os.geteuid() if uid is None else uid
    resolved = _resolve(file, user, last=linked)
    _refuse(resolved.problems)
    if resolved.status is None:
        return None
    _refuse(_of_file(resolved.real, resolved.status, user))
    return Path(resolved.real)


def problems_of_file(
    file: Path, *, secret: bool = False, linked: bool = False, uid: int | None = None
) -> list[OwnershipProblem]:
    """Return the problems for which `open_own` would refuse a file; none when the file does not exist."""
    user = os.geteuid() if uid is None else uid
    try:
        resolved = _resolve(file, user, last=linked)
    except OSError:
        return []
    found = [] if resolved.status is None else list(_of_file(resolved.real, resolved.status, user, secret=secret))
    return [*resolved.problems, *found]


def problems_of_folder(folder: Path, *, uid: int | None = None) -> list[OwnershipProblem]:
    """Return the problems for which `check_folder` would refuse a folder, outermost first."""
    try:
        return _resolve(folder, os.geteuid() if uid is None else uid, last=True, is_folder=True).problems
    except OSError:
        return []


def open_plain(file: Path) -> int:
    """Return a descriptor for reading a file that the user named, without checks; never blocks.

    Raises OSError, also when it is no plain file.
    """
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, f"it is {_shape(mode)}, not a file", os.fspath(file))


@dataclass(slots=True)
class _ResolvedPath:
    """A resolved path: `status` is None where nothing exists; `problems` are those of its folders and links."""

    real: str
    status: os.stat_result | None
    problems: list[OwnershipProblem]


def _resolve(path: Path, uid: int, *, last: bool, is_folder: bool = False) -> _ResolvedPath:
    """Resolve a path step by step, as the system does, and check each folder and link on it.

    `last` says whether a link at the end is followed, `is_folder` whether the end is checked as a folder too.
    `os.path.realpath` would not show the links on the way.
    """
    here = "/"
    status = _status("/")
    todo = _parts(os.fspath(path.absolute()))
    found = list(_of_folder("/", status, uid)) if status else []
    links: list[tuple[str, int]] = []  # each with the number of steps left after it
    while todo:
        part = todo.pop()
        if part == "..":
            here = _above(here)
            status = _status(here)
            continue
        here = f"{here.rstrip('/')}/{part}"
        try:
            status = _status(here)
        except PermissionError:
            if not _relevant(found, here, uid):
                raise
            return _ResolvedPath(here, None, _relevant(found, here, uid))  # more precise than the PermissionError
        if status is None:
            dangling = [link for link, left in links if len(todo) >= left]
            found += [_dangling(link, uid) for link in dangling[-1:]]
            return _ResolvedPath("/".join([here, *reversed(todo)]), None, _relevant(found, here, uid))
        if stat.S_ISLNK(status.st_mode) and (todo or last):
            found += _of_link(here, status, uid)
            if len(links) == _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
            links.append((here, len(todo)))
            target = str(Path(here).readlink())
            here = "/" if target.startswith("/") else _above(here)
            todo += _parts(target)
            status = _status(here)
        elif todo or is_folder:
            found += _of_folder(here, status, uid)
    return _ResolvedPath(here, status, _relevant(found, here, uid))


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None
    except ValueError:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path) from None


def _above(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _parts(path: str) -> list[str]:
    """Return the steps of a path in reverse order."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _relevant(found: list[OwnershipProblem], real: str, uid: int) -> list[OwnershipProblem]:
    """Leave out problems above the user's home, for a path into it: those are the administrator's concern."""
    if not found:
        return found
    home = _home(uid)
    if home is None or not f"{real}/".startswith(f"{home}/"):
        return found
    return [problem for problem in found if not home.startswith(f"{problem.path.rstrip('/')}/")]


def _home(uid: int) -> str | None:
    import pwd  # imported only for a problem: the user database may be on another machine

    try:
        return os.path.realpath(pwd.getpwuid(uid).pw_dir)
    except KeyError:
        return None


def _of_folder(path: str, status: os.stat_result, uid: int) -> Iterator[OwnershipProblem]:
    if status.st_uid not in (uid, 0):
        yield _foreign(path, status, uid)
    elif not status.st_mode & stat.S_ISVTX and (
        status.st_mode & _BY_ALL or (status.st_mode & _BY_GROUP and not _is_private_group(path, status))
    ):
        yield _changeable(path, status, uid)


def _of_link(path: str, status: os.stat_result, uid: int) -> Iterator[OwnershipProblem]:
    if status.st_uid not in (uid, 0):
        yield _foreign(path, status, uid)


def _of_file(path: str, status: os.stat_result, uid: int, *, secret: bool = False) -> Iterator[OwnershipProblem]:
    if not stat.S_ISREG(status.st_mode):
        yield _misshapen(path, status, uid)
    elif status.st_uid not in (uid, 0):
        yield _foreign(path, status, uid)
    elif secret and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{path} is open to other users ({_whose(status)})"
        yield OwnershipProblem(path, "mode", message, f"remove it, or: {_sudo(status, uid)}chmod 600 {_quoted(path)}")
    elif status.st_mode & (_BY_GROUP | _BY_ALL):
        yield _changeable(path, status, uid)
    elif status.st_nlink > 1 and _is_shared(Path(path).parent):
        message = f"{path} has {status.st_nlink} names ({_whose(status)}), and others may have given it this one"
        yield OwnershipProblem(path, "shape", message, f"rm {_quoted(path)}")


def _refuse(found: list[OwnershipProblem] | Iterator[OwnershipProblem]) -> None:
    for problem in found:
        raise problem.error()


def _is_shared(folder: Path) -> bool:
    """Say whether others may create names in a folder."""
    return bool(folder.stat().st_mode & (_BY_GROUP | _BY_ALL))


def _is_private_group(path: str, status: os.stat_result) -> bool:
    """Say whether the group is the owner's private one: named like the owner, who is its only member."""
    import grp
    import pwd

    try:
        owner = pwd.getpwuid(status.st_uid)
        group = grp.getgrgid(status.st_gid)
    except KeyError:
        return False
    if group.gr_name != owner.pw_name or owner.pw_gid != status.st_gid or not {owner.pw_name} >= {*group.gr_mem}:
        return False
    # With an access list these bits are its mask, not the group's rights.
    return sys.platform != "linux" or "system.posix_acl_access" not in _attributes(path)


def _attributes(path: str) -> list[str]:
    try:
        return os.listxattr(path, follow_symlinks=False) if sys.platform == "linux" else []
    except OSError:  # a file system without them
        return []


def _foreign(path: str, status: os.stat_result, uid: int) -> OwnershipProblem:
    owner, me, name = _name(status.st_uid), _name(uid), _quoted(path)
    message = f"{path} belongs to {owner} (mode {_mode(status)}), and CatLog runs as {me}"
    if uid == 0:
        remedy = f"run CatLog as {owner}, without sudo; or, if that is a mistake: chown root {name}"
    else:
        remedy = f"if it is yours: sudo chown {me} {name}; if not, name another place: CATLOG_HOME"
    return OwnershipProblem(path, "owner", message, remedy)


def _changeable(path: str, status: os.stat_result, uid: int) -> OwnershipProblem:
    others = "others" if status.st_mode & _BY_ALL else f"the group {_group(status.st_gid)}"
    change = "go-w" if stat.S_ISDIR(status.st_mode) or status.st_uid != uid else "600"
    message = f"{path} can be changed by {others} ({_whose(status)})"
    return OwnershipProblem(path, "mode", message, f"{_sudo(status, uid)}chmod {change} {_quoted(path)}")


def _misshapen(path: str, status: os.stat_result, uid: int) -> OwnershipProblem:
    message = f"{path} is {_shape(status.st_mode)}, not a file ({_whose(status)})"
    name = _quoted(path)
    remedy = f"mv {name} {name}.aside" if stat.S_ISDIR(status.st_mode) else f"rm {name}"
    return OwnershipProblem(path, "shape", message, f"{_sudo(status, uid)}{remedy}")


def _dangling(link: str, uid: int) -> OwnershipProblem:
    status = os.lstat(link)
    message = f"{link} is a link to {Path(link).readlink()}, where nothing is ({_whose(status)})"
    return OwnershipProblem(
        link, "shape", message, f"put back what it names, or: {_sudo(status, uid)}rm {_quoted(link)}"
    )


def _whose(status: os.stat_result) -> str:
    return f"of {_name(status.st_uid)}, mode {_mode(status)}"


def _mode(status: os.stat_result) -> str:
    return f"{stat.S_IMODE(status.st_mode):04o}"


def _shape(mode: int) -> str:
    return _SHAPES.get(stat.S_IFMT(mode), "something else")


def _sudo(status: os.stat_result, uid: int) -> str:
    return "" if status.st_uid == uid or uid == 0 else "sudo "


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _group(gid: int) -> str:
    import grp

    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"gid {gid}"


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)
