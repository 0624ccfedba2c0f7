"""The account that serves guests: which user it is, and a Python and a CatLog that this user may run."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import catlog
from tests.support.guests import watched

_NO_SHELLS = ("nologin", "false", "sync", "shutdown", "halt")
_HEAVY = ("test", "tests", "idlelib", "ensurepip", "site-packages", "pyspark", "scipy", "pandas", "pgserver")


@dataclass(frozen=True)
class ServiceUser:
    """A user who is not root. `process` is how `subprocess` starts something as that user; {} for one's own."""

    name: str
    uid: int
    gid: int
    process: dict[str, Any]

    def own(self, folder: Path) -> None:
        """Give a folder and all below to this user."""
        if self.process:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.uid, self.gid, follow_symlinks=False)


@contextmanager
def service_user() -> Iterator[ServiceUser]:
    """Yield who serves: whoever runs the tests; where that is root, a system user with a shell, or one made for this.

    sshd runs as this user, who needs no password then: it lets nobody in but that user.
    """
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        yield ServiceUser(me.pw_name, me.pw_uid, me.pw_gid, {})
        return
    able = [one for one in pwd.getpwall() if 0 < one.pw_uid < 1000 and _has_shell(one)]
    made = None if able else f"catlog-guests-{os.getpid()}"
    if made is not None:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/bin/sh", made], check=True)
        able = [pwd.getpwnam(made)]
    try:
        yield _as(able[0])
    finally:
        if made is not None:
            # Also while a process of that user is still on its way out, which is no fault of any test.
            subprocess.run(["userdel", "--force", made], check=False, capture_output=True)


def _as(entry: pwd.struct_passwd) -> ServiceUser:
    import grp

    # Without root, sshd can give a terminal to the group tty only if it is of it.
    groups = [group.gr_gid for group in grp.getgrall() if group.gr_name == "tty"]
    process = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}
    return ServiceUser(entry.pw_name, entry.pw_uid, entry.pw_gid, process)


def _has_shell(entry: pwd.struct_passwd) -> bool:
    shell = Path(entry.pw_shell or "/bin/sh")
    return shell.name not in _NO_SHELLS and os.access(shell, os.X_OK)


@dataclass(frozen=True)
class Programs:
    """What the service user runs. `code` are the folders with what it executes or imports; `command` is `catlog`."""

    command: Path
    code: tuple[Path, ...]


def install(folder: Path, audit: Path, user: ServiceUser, strace: str | None = None) -> Programs:
    """Make `folder/catlog`, which runs this checkout under the hook, and under strace where its path is given.

    What the user cannot read, as an interpreter in root's home, is linked (or copied) into the folder.
    """
    folder.mkdir(mode=0o755)
    shutil.copyfile(watched.__file__, folder / "watched.py")
    python, library, base = Path(sys.executable), "", Path(sys.base_prefix)
    real = python.resolve()
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if user.process and not (_reachable(real) and _reachable(base / "lib" / version / "os.py")):
        own = folder / "python"
        for name in ("bin", "lib"):
            (own / name).mkdir(parents=True)
        python, library = own / "bin" / real.name, str(own / "lib")
        _link(real, python)
        for file in (base / "lib").glob("libpython*"):
            _link(file.resolve(), own / "lib" / file.name)
        _link_tree(base / "lib" / version, own / "lib" / version)
        base = own
    paths = [Path(catlog.__file__).parent, Path(click_folder())]
    if user.process and not all(_reachable(path) for path in paths):
        _link_tree(paths[0], folder / "code" / "catlog")
        _link_tree(paths[1], folder / "code" / "packages")
        roots = [folder / "code", folder / "code" / "packages"]
    else:
        roots = [paths[0].parent, paths[1]]
    traced = f"{strace} -f -qq -s 400 -o {audit}/$$.strace -e trace={TRACED} " if strace else ""
    script = folder / "catlog"
    script.write_text(
        "#!/bin/sh\n"
        f"export PYTHONPATH='{os.pathsep.join(map(str, roots))}' PYTHONDONTWRITEBYTECODE=1\n"
        + (f"export LD_LIBRARY_PATH='{library}'\n" if library else "")
        + f"exec {traced}'{python}' -P '{folder / 'watched.py'}' '{audit}' \"$@\"\n"
    )
    script.chmod(0o755)
    code = (folder, base, Path(sys.base_prefix), Path(sys.prefix), *roots)
    return Programs(script, tuple({path for one in code for path in (one, one.resolve())}))


TRACED = "open,openat,creat,execve,execveat,fork,vfork,connect,bind,unlink,unlinkat,rename,renameat2,mkdir,symlink,link"
"""The system calls that strace writes down: files by name, programs, other ends."""


def click_folder() -> str:
    """Return the folder that third parties are imported from."""
    import click

    return str(Path(click.__file__).parents[1])


def _reachable(path: Path) -> bool:
    """Say whether everybody may read a file and go through the folders above it."""
    passable = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
    return passable and bool(path.stat().st_mode & stat.S_IROTH)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _link_tree(source: Path, target: Path) -> None:
    def copy(one: str, other: str) -> str:
        _link(Path(one), Path(other))
        return other

    shutil.copytree(source, target, symlinks=True, copy_function=copy, ignore=shutil.ignore_patterns(*_HEAVY))
