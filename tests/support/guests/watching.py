"""What the processes of guests opened and started, against the list of what they may."""

import ast
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.guests.library import MIKA, Library
from tests.support.guests.service import Programs
from tests.support.terminal import PATIENCE

_MACHINE = re.compile(
    r"/usr/share/zoneinfo(/.*)?|/etc/(localtime|timezone)|(/usr/share|/usr/lib|/lib|/etc)/terminfo(/.*)?"
    r"|/etc/(os-release|hosts|host\.conf|resolv\.conf|nsswitch\.conf|passwd|group|gai\.conf|mime\.types|ld\.so\.\w+)"
    r"|/usr/lib/os-release|/usr/share/locale(/.*)?|/usr/lib/locale(/.*)?|/usr/lib/[\w-]+/(gconv/.*|lib[\w.+-]+\.so[\w.]*)"
    r"|/lib(64)?(/[\w-]+)?/(lib|ld-)[\w.+-]+\.so[\w.]*|/(etc|usr/lib)/(ssl|psycopg-openssl)/(openssl\.cnf|cert\.pem|certs(/.*)?)|/etc/pki(/.*)?"
    r"|/proc/(self|\d+)/(stat|status|cgroup|mounts|mountinfo|maps|fd|exe|task/\d+/comm)|/proc/(cpuinfo|meminfo|mounts|filesystems|stat)"
    r"|/proc/sys/[\w/.-]+|/sys/(fs/cgroup|devices/system)(/.*)?|/dev/(null|urandom|random|tty|pts/\d+)|/"
)
"""Files of the machine that may be read: zones, terminals, names of hosts, libraries, what libraries look at."""

_DEVICES = re.compile(r"/dev/(null|tty|pts/\d+)")
_START_EVENTS = """
os.exec os.fork os.forkpty os.posix_spawn os.spawn os.system pty.spawn subprocess.Popen webbrowser.open os.kill
builtins.breakpoint cpython.run_interactivehook cpython.run_stdin cpython.run_startup
"""
_OPENED_BEFORE = "open before CatLog"
_STARTS = frozenset(_START_EVENTS.split())
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+|\?)")
_VARIABLES = """
CATLOG_HOME COLORTERM HOME LANG LD_LIBRARY_PATH LOGNAME MAIL MOTD_SHOWN NO_COLOR OLDPWD PATH PWD PYTHONPATH
PYTHONDONTWRITEBYTECODE SHELL SHLVL SSH_CLIENT SSH_CONNECTION SSH_ORIGINAL_COMMAND SSH_TTY TERM USER _
"""
_ENVIRON = frozenset(_VARIABLES.split())
"""What sshd, the shell and the server's own settings put into the environment."""


SET = "it set the environment:"
"""How the words begin that say which variables came from a client."""

BEFORE = "before CatLog began, it"
"""How the words begin that say what the C library and the interpreter opened, which only strace sees."""


class Watch:
    """Reads what `watched.py`, and strace where it ran, have written into a folder."""

    def __init__(self, folder: Path, programs: Programs, library: Library, source: str) -> None:
        self._folder = folder
        self._code = programs.code
        self._home = library.home
        paths = library.settings.paths
        guests = paths.cache / f"guest-{MIKA}"
        database = paths.default_database
        self._readable = (paths.config_file, paths.state / "keys.json", paths.data)  # SQLite syncs the folder
        self._writable = (
            *(Path(f"{database}{end}") for end in ("", "-wal", "-shm", "-journal")),
            *(paths.state / name for name in ("journal", "presets.json", "presets.lock")),
            guests,
        )
        self._shared = paths.state
        self._ends = {urlsplit(source).port, library.port}
        self.processes = 0
        self.events = 0

    def forget(self) -> None:
        """Begin anew."""
        for file in self._folder.iterdir():
            file.unlink()

    def still_running(self) -> list[int]:
        """Wait until no process that wrote here lives any more; return those that do not end."""
        until = time.monotonic() + PATIENCE
        numbers = [int(file.stem) for file in self._folder.glob("*.jsonl")]
        while left := [number for number in numbers if Path(f"/proc/{number}/cwd").is_symlink()]:
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        return left

    def breaches(self) -> Iterator[str]:
        """Yield what was done that nobody may, in words."""
        found: dict[str, None] = {}
        for file in sorted(self._folder.iterdir()):
            lines = file.read_text("utf-8", "replace").splitlines()
            self.processes += 1
            self.events += len(lines)
            events = _traced(lines) if file.suffix == ".strace" else (json.loads(line) for line in lines)
            for event in events:
                if breach := self._breach(event):
                    found[breach] = None
        yield from found

    def _breach(self, event: list[object]) -> str:
        name, *arguments = event
        first = arguments[0] if arguments else None
        if name == "environ":
            odd = [one for one in map(str, arguments) if one not in _ENVIRON and not one.startswith("LC_")]
            return f"{SET} {' '.join(odd)}" if odd else ""
        if name in _STARTS:
            return f"it started something: {name} {first}"
        if name == "socket.bind":
            return f"it listened: {arguments[-1]}"
        if name == "socket.connect":
            return "" if self._is_known_end(str(arguments[-1])) else f"it connected to {arguments[-1]}"
        if not isinstance(first, str):
            return ""  # a descriptor that is open already
        who = "it"
        if name == _OPENED_BEFORE:
            name, who = "open", BEFORE
        writes = name not in ("open", "os.listdir", "os.scandir")
        if name == "open" and len(arguments) > 2 and isinstance(flags := arguments[2], int):
            writes = bool(flags & _WRITES)
        path = Path(os.path.abspath(first or "/"))  # noqa: PTH100 - no link is followed
        return "" if self._may(path, writes=writes) else f"{who} {'wrote' if writes else 'opened'} {path} ({name})"

    def _may(self, path: Path, *, writes: bool) -> bool:
        if path.is_relative_to(self._home):
            if any(path.is_relative_to(one) for one in self._writable):
                return True
            if path.is_relative_to(self._shared) and "tokens" not in path.parts and path.name != "keys.json":
                return True
            return (not writes and path in self._readable) or path in (
                self._home,
                self._home / "cache",
                self._home / "state",
            )
        if writes:
            return path.parent == self._folder or bool(_DEVICES.fullmatch(str(path)))
        is_code = any(path.is_relative_to(one) or one.is_relative_to(path) for one in self._code)
        return is_code or bool(_MACHINE.fullmatch(str(path)))

    def _is_known_end(self, address: str) -> bool:
        try:
            host, port = ast.literal_eval(address)[:2]
        except (ValueError, SyntaxError, TypeError):
            return False
        return host in ("127.0.0.1", "localhost", "::1") and port in self._ends


def _traced(lines: list[str]) -> Iterator[list[object]]:
    """Yield what strace wrote down as the events of the hook; what failed counts as well.

    The first program is CatLog's own interpreter, which strace starts. CatLog begins with a file of its package.
    """
    is_first, has_begun = True, False
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        call, arguments, _ = match.groups()
        names = re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)
        if call.startswith("exec"):
            if not is_first:
                yield ["os.exec", names[0] if names else ""]
            is_first = False
        elif call in ("fork", "vfork"):
            yield ["os.fork"]
        elif call in ("open", "openat", "creat"):
            writes = any(flag in arguments for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")) or call == "creat"
            if names:
                has_begun = has_begun or "catlog" in Path(names[0]).parts
                yield ["open" if has_begun or writes else _OPENED_BEFORE, names[0], None, os.O_WRONLY if writes else 0]
        elif call in ("connect", "bind"):
            port = re.search(r"sin6?_port=htons\((\d+)\)", arguments)
            host = re.search(r'(?:inet_addr\(|AF_INET6, )"([^"]+)"', arguments)
            if port and host:
                yield [f"socket.{call}", repr((host[1], int(port[1])))]
        elif names:
            yield [f"os.{call}", names[0]]
