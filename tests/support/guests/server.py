"""A real sshd on loopback, with a key of its own, and guests whose keys lead to `catlog ssh-entry`."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.guests.service import ServiceUser
from tests.support.postgres import WATCH

DOCUMENTED = "LANG LC_* COLORTERM NO_COLOR"
"""The variables that sshd should take from a client: those of Debian."""

CARELESS = "TZ TERM* COLUMNS LINES HOME XDG_* SSH_* CATLOG_* _CATLOG_* TEXTUAL* EDITOR VISUAL PAGER BROWSER TMPDIR"
"""What a careless server takes as well. Variables of the shell, the loader and the interpreter are not among it: they
are executed before CatLog is there."""

_START_SECONDS = 60.0


@dataclass(frozen=True)
class Ended:
    """How an ssh ended, and all that came back."""

    code: int
    output: bytes
    errors: bytes = b""


class Server:
    """A running sshd. Its second port takes variables that it should not (`CARELESS`)."""

    def __init__(self, folder: Path, user: ServiceUser, catlog: Path, settings: Mapping[str, str]) -> None:
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
        if sshd is None or shutil.which("ssh") is None:
            raise RuntimeError("no sshd to test with: install an SSH server and client (Debian: openssh-server)")
        self.user, self._folder, self._sshd, self._catlog = user, folder, sshd, catlog
        self.client = folder / "client"
        self._own = folder / "server"
        for made in (self.client, self._own):
            made.mkdir(mode=0o700)
        self._keys = self._own / "authorized_keys"
        self._keys.touch()
        _make_key(self._own / "host_key")
        self._settings = settings
        self.port, self.careless_port = _free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers on both ports."""
        config = self._own / "sshd_config"
        given = " ".join(f'"{name}={value}"' for name, value in self._settings.items())
        config.write_text(
            f"Port {self.port}\nPort {self.careless_port}\nListenAddress 127.0.0.1\nHostKey {self._own}/host_key\n"
            f"PidFile none\nAuthorizedKeysFile {self._keys}\nStrictModes no\nUsePAM no\nLogLevel VERBOSE\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPrintMotd no\nPrintLastLog no\n"
            # All that can be forwarded is allowed: `restrict` in the line of the key must be enough.
            "AllowTcpForwarding yes\nAllowAgentForwarding yes\nAllowStreamLocalForwarding yes\nGatewayPorts yes\n"
            "X11Forwarding yes\nPermitTunnel yes\nPermitUserRC yes\nMaxSessions 50\nMaxStartups 200\n"
            f"Subsystem sftp internal-sftp\nAcceptEnv {DOCUMENTED}\nSetEnv {given}\n"
            f"Match LocalPort {self.careless_port}\n    AcceptEnv {DOCUMENTED} {CARELESS}\n"
        )
        self.user.own(self._own)
        with (self._own / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._sshd, "-D", "-e", "-f", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={"PATH": "/usr/bin:/bin"},
                start_new_session=True,
                **self.user.process,
            )
        watch = ["sh", "-c", WATCH, "watch", str(self._process.pid), str(self._folder)]
        self._watch = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
        until = time.monotonic() + _START_SECONDS
        while not (_answers(self.port) and _answers(self.careless_port)):
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"sshd does not start:\n{self.log}")
            time.sleep(0.05)
        host = (self._own / "host_key.pub").read_text().strip()
        lines = [f"[127.0.0.1]:{port} {host}\n" for port in (self.port, self.careless_port)]
        (self.client / "known_hosts").write_text("".join(lines))

    def stop(self) -> None:
        """End it; sessions that are open go on."""
        if self._watch is not None:
            self._watch.communicate(b"stopping\n")
            self._watch = None
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    @property
    def log(self) -> str:
        """What sshd has written down."""
        return (self._own / "log").read_text("utf-8", "replace")

    def add_key(self, name: str, words: str, options: str = "restrict,pty") -> None:
        """Make a key whose line runs `catlog` with these words; "" lets nobody in with it."""
        public = _make_key(self.client / name)
        if words:
            command = f"{self._catlog} {words}".replace('"', '\\"')
            with self._keys.open("a") as keys:
                keys.write(f'{options},command="{command}" {public}\n')

    def ssh(self, key: str, *options: str, careless: bool = False, program: str = "ssh") -> list[str]:
        """Return the words of an ssh with a key, up to where the command stands."""
        port = str(self.careless_port if careless else self.port)
        named = {"IdentityFile": self.client / key, "UserKnownHostsFile": self.client / "known_hosts"}
        fixed = {"IdentitiesOnly": "yes", "BatchMode": "yes", "LogLevel": "ERROR", "StrictHostKeyChecking": "yes"}
        words = [f"-o{name}={value}" for name, value in {**named, **fixed}.items()]
        target = f"{self.user.name}@127.0.0.1"
        if program != "ssh":
            return [program, "-F", "none", "-P", port, *words, *options]
        return ["ssh", "-F", "none", "-p", port, *words, *options, target]

    def run(self, words: Sequence[str], stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ended:
        """Run an ssh to its end."""
        done = subprocess.run(
            [os.fsencode(word) for word in words],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=300,
            cwd=self.client,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(environ or {})},
        )
        return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run it for the length of a `with` block."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _make_key(file: Path) -> str:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)], check=True)
    return file.with_suffix(".pub").read_text().strip()


def _free_ports(count: int) -> list[int]:
    """Return different ports that are free: all are taken before the first one is given back."""
    with ExitStack() as taken:
        probes = [taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False
