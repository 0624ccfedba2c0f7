"""Files are one's own: whatever CatLog keeps is opened here, and refused where somebody else owns or may change it.

As ssh does, the file counts and every folder above it, up to the root; what is above one's home is not judged for what
is in the home. These are one's own:

- what belongs to the user CatLog runs as, or to root; for root itself, what belongs to root alone;
- a folder that only its owner may change, or the owner's private group (named like its owner, with no other member,
  and no access list): so umask 002 makes them; or a folder like /tmp, where the sticky bit keeps names apart;
- a plain file that its owner alone may change, whatever the group, as CatLog itself makes all of them 0600; a secret
  one nobody else may even read; with one name where others may give it a second one (in a folder like /tmp).

Links in the place of folders are followed where they are one's own and lead to such folders. In the place of a file
only the settings and an embedded database may be a link of one's own, for people keep these elsewhere; everything else
is opened with O_NOFOLLOW. What is judged is the open descriptor, so that nothing can be put in its place meanwhile. An
open never waits for the other end of a FIFO.
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
"""Why something is not one's own: whose it is, who may open it, or that it is no plain file."""

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
class Trouble:
    """One thing on the way to a file, or the file, that is not one's own: what it is, and the command that mends it."""

    path: str
    kind: Kind
    message: str
    remedy: str

    def error(self) -> NotOwnError:
        """Return the refusal."""
        return NotOwnError(self.message, hint=self.remedy)


class NotOwnError(ConfigError):
    """A file or folder is not one's own; the message names it, its owner and its mode, the hint what mends it."""


def open_own(
    file: Path, flags: int, *, mode: int = 0o600, secret: bool = False, linked: bool = False, uid: int | None = None
) -> int:
    """Return a descriptor of a file of CatLog's own, opened with `flags` of `os.open`; `mode` is that of a new one.

    Others may not read one that is `secret`; `linked` says that it may be a link of one's own to a file of one's own.
    `uid` is who asks. Nothing is truncated before it was judged. Raises NotOwnError, OSError.
    """
    asking = os.geteuid() if uid is None else uid
    way = _follow(file, asking, last=linked)
    _refuse(way.troubles)
    if way.status is not None:
        _refuse(_of_file(way.real, way.status, asking, secret=secret))
    try:
        handle = os.open(way.real, (flags & ~os.O_TRUNC) | _EVERY_OPEN, mode)
    except FileNotFoundError:
        raise
    except OSError:
        # What was put there after the look above: O_NOFOLLOW tells a link by ELOOP alone.
        _refuse(troubles_of_file(file, secret=secret, linked=linked, uid=asking))
        raise
    try:
        _refuse(_of_file(way.real, os.fstat(handle), asking, secret=secret))
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
    """Say whether a folder of CatLog's own is there. Raises NotOwnError for it and for those above, OSError."""
    way = _follow(folder, os.geteuid() if uid is None else uid, last=True, is_folder=True)
    _refuse(way.troubles)
    return way.status is not None


def check_file(file: Path, *, linked: bool = False, uid: int | None = None) -> Path | None:
    """Judge a file that another library opens, and return where it really is; None when it is not there.

    For SQLite: to open the file here and close it again would take the locks away that the process holds on it.
    Raises NotOwnError, OSError.
    """
    asking = os.geteuid() if uid is None else uid
    way = _follow(file, asking, last=linked)
    _refuse(way.troubles)
    if way.status is None:
        return None
    _refuse(_of_file(way.real, way.status, asking))
    return Path(way.real)


def troubles_of_file(
    file: Path, *, secret: bool = False, linked: bool = False, uid: int | None = None
) -> list[Trouble]:
    """Return why `open_own` would refuse a file; nothing when it would not, or when it is not there."""
    asking = os.geteuid() if uid is None else uid
    try:
        way = _follow(file, asking, last=linked)
    except OSError:
        return []
    found = [] if way.status is None else list(_of_file(way.real, way.status, asking, secret=secret))
    return [*way.troubles, *found]


def troubles_of_folder(folder: Path, *, uid: int | None = None) -> list[Trouble]:
    """Return why `check_folder` would refuse a folder, outermost first; nothing when it would not."""
    try:
        return _follow(folder, os.geteuid() if uid is None else uid, last=True, is_folder=True).troubles
    except OSError:
        return []


def open_plain(file: Path) -> int:
    """Return a descriptor for reading a file that somebody named, wherever and whosever it is; never waits for one.

    Raises OSError, also for what is no plain file.
    """
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, f"it is {_shape(mode)}, not a file", os.fspath(file))


@dataclass(slots=True)
class _Way:
    """Where a path really leads: `status` is None where nothing is; `troubles` are those of the way, not of its end."""

    real: str
    status: os.stat_result | None
    troubles: list[Trouble]


def _follow(path: Path, uid: int, *, last: bool, is_folder: bool = False) -> _Way:
    """Go a path step by step, as the system does, and judge each folder and link on it.

    `last` says whether a link at the end is followed, `is_folder` whether the end is judged as a folder too. A loop is
    written out because that is the only way to see every link: `os.path.realpath` tells where one ends alone.
    """
    here = "/"
    status = _status("/")
    todo = _parts(os.fspath(path.absolute()))
    found = list(_of_folder("/", status, uid)) if status else []
    links: list[tuple[str, int]] = []  # each with how much of the path is left behind it
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
            if not _judged(found, here, uid):
                raise
            return _Way(here, None, _judged(found, here, uid))  # which says more than that it cannot be seen
        if status is None:
            dangling = [link for link, left in links if len(todo) >= left]
            found += [_dangling(link, uid) for link in dangling[-1:]]
            return _Way("/".join([here, *reversed(todo)]), None, _judged(found, here, uid))
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
    return _Way(here, status, _judged(found, here, uid))


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
    """Return the steps of a path, the first one last."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _judged(found: list[Trouble], real: str, uid: int) -> list[Trouble]:
    """Leave out what is above the home of whoever asks, for a path that leads into it: that is the system's affair."""
    if not found:
        return found
    home = _home(uid)
    if home is None or not f"{real}/".startswith(f"{home}/"):
        return found
    return [trouble for trouble in found if not home.startswith(f"{trouble.path.rstrip('/')}/")]


def _home(uid: int) -> str | None:
    import pwd  # only where something was found: the user database may be on another machine

    try:
        return os.path.realpath(pwd.getpwuid(uid).pw_dir)
    except KeyError:
        return None


def _of_folder(path: str, status: os.stat_result, uid: int) -> Iterator[Trouble]:
    if status.st_uid not in (uid, 0):
        yield _foreign(path, status, uid)
    elif not status.st_mode & stat.S_ISVTX and (
        status.st_mode & _BY_ALL or (status.st_mode & _BY_GROUP and not _is_private_group(path, status))
    ):
        yield _changeable(path, status, uid)


def _of_link(path: str, status: os.stat_result, uid: int) -> Iterator[Trouble]:
    if status.st_uid not in (uid, 0):
        yield _foreign(path, status, uid)


def _of_file(path: str, status: os.stat_result, uid: int, *, secret: bool = False) -> Iterator[Trouble]:
    if not stat.S_ISREG(status.st_mode):
        yield _misshapen(path, status, uid)
    elif status.st_uid not in (uid, 0):
        yield _foreign(path, status, uid)
    elif secret and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{path} is open to other users ({_whose(status)})"
        yield Trouble(path, "mode", message, f"remove it, or: {_sudo(status, uid)}chmod 600 {_quoted(path)}")
    elif status.st_mode & (_BY_GROUP | _BY_ALL):
        yield _changeable(path, status, uid)
    elif status.st_nlink > 1 and _is_shared(Path(path).parent):
        message = f"{path} has {status.st_nlink} names ({_whose(status)}), and others may have given it this one"
        yield Trouble(path, "shape", message, f"rm {_quoted(path)}")


def _refuse(found: list[Trouble] | Iterator[Trouble]) -> None:
    for trouble in found:
        raise trouble.error()


def _is_shared(folder: Path) -> bool:
    """Say whether others may give files names in a folder."""
    return bool(folder.stat().st_mode & (_BY_GROUP | _BY_ALL))


def _is_private_group(path: str, status: os.stat_result) -> bool:
    """Say whether what the group may do is the owner's alone: the group is named like its owner, who is all of it."""
    import grp
    import pwd

    try:
        owner = pwd.getpwuid(status.st_uid)
        group = grp.getgrgid(status.st_gid)
    except KeyError:
        return False
    if group.gr_name != owner.pw_name or owner.pw_gid != status.st_gid or not {owner.pw_name} >= {*group.gr_mem}:
        return False
    # With an access list these bits are its mask, and say nothing of the group.
    return sys.platform != "linux" or "system.posix_acl_access" not in _attributes(path)


def _attributes(path: str) -> list[str]:
    try:
        return os.listxattr(path, follow_symlinks=False) if sys.platform == "linux" else []
    except OSError:  # a file system without them
        return []


def _foreign(path: str, status: os.stat_result, uid: int) -> Trouble:
    owner, me, name = _name(status.st_uid), _name(uid), _quoted(path)
    message = f"{path} belongs to {owner} (mode {_mode(status)}), and CatLog runs as {me}"
    if uid == 0:
        remedy = f"run CatLog as {owner}, without sudo; or, if that is a mistake: chown root {name}"
    else:
        remedy = f"if it is yours: sudo chown {me} {name}; if not, name another place: CATLOG_HOME"
    return Trouble(path, "owner", message, remedy)


def _changeable(path: str, status: os.stat_result, uid: int) -> Trouble:
    others = "others" if status.st_mode & _BY_ALL else f"the group {_group(status.st_gid)}"
    change = "go-w" if stat.S_ISDIR(status.st_mode) or status.st_uid != uid else "600"
    message = f"{path} can be changed by {others} ({_whose(status)})"
    return Trouble(path, "mode", message, f"{_sudo(status, uid)}chmod {change} {_quoted(path)}")


def _misshapen(path: str, status: os.stat_result, uid: int) -> Trouble:
    message = f"{path} is {_shape(status.st_mode)}, not a file ({_whose(status)})"
    name = _quoted(path)
    remedy = f"mv {name} {name}.aside" if stat.S_ISDIR(status.st_mode) else f"rm {name}"
    return Trouble(path, "shape", message, f"{_sudo(status, uid)}{remedy}")


def _dangling(link: str, uid: int) -> Trouble:
    status = os.lstat(link)
    message = f"{link} is a link to {Path(link).readlink()}, where nothing is ({_whose(status)})"
    return Trouble(link, "shape", message, f"put back what it names, or: {_sudo(status, uid)}rm {_quoted(link)}")


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
