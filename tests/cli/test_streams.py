"""Closed pipes, full disks and signals: real processes, real file descriptors."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from catlog.cli.output import Format
from tests.cli.conftest import Catlog
from tests.cli.processes import CATLOG, ROOT, SAMPLES, shell, surroundings

ROWS = '"$@" -m tests.cli.samples sample rows --limit 5000 --format'


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_a_closed_pipe_ends_silently(format: Format) -> None:
    ended = shell(f"set -o pipefail; {ROWS} {format} | head -1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 1


@pytest.fixture
def unread() -> Iterator[int]:
    """Give the writing end of a pipe whose reader has gone."""
    reads, writes = os.pipe()
    os.close(reads)
    yield writes
    os.close(writes)


def test_a_pipe_closed_before_the_first_byte_ends_silently(unread: int) -> None:
    ended = shell(f'"$@" -m catlog --help >&{unread}', inherits=unread)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_closed_pipe_ends_silently_without_buffers_too() -> None:
    ended = shell(f"set -o pipefail; {ROWS} csv | head -1", PYTHONUNBUFFERED="1")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_error_keeps_its_exit_code_when_nobody_reads_standard_error(unread: int) -> None:
    ended = shell(f'"$@" -m tests.cli.samples sample fail busy >&{unread} 2>&1', inherits=unread)
    assert (ended.returncode, ended.stdout, ended.stderr) == (75, "", "")


def test_a_broken_pipe_that_is_not_the_output_is_a_bug(catlog: Catlog) -> None:
    code, _, err = catlog("sample", "bug", "pipe")
    assert code == 70
    assert "BrokenPipeError" in err


def test_a_closed_standard_output_is_no_bug() -> None:
    ended = shell('"$@" -m tests.cli.samples sample rows >&-; echo $?')
    assert (ended.stdout, ended.stderr) == ("0\n", "")


@pytest.mark.parametrize("arguments", ["tests.cli.samples sample rows --limit 5000", "catlog --help"])
def test_a_full_disk_is_told_and_exits_69(arguments: str) -> None:
    ended = shell(f'"$@" -m {arguments} > /dev/full')
    assert ended.returncode == 69
    assert ended.stderr == "catlog: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda value: str(value),
)
def test_a_signal_unwinds_and_exits_with_its_code(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [*SAMPLES, "sample", "wait"],
        cwd=ROOT,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (code, "", "closed\n")


def test_a_hangup_that_the_parent_ignores_stays_ignored() -> None:
    code = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "from catlog.cli.streams import unwind_on_signals; unwind_on_signals();"
        "os.kill(os.getpid(), signal.SIGHUP); print('alive')"
    )
    ended = subprocess.run([CATLOG[0], "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "alive\n")
