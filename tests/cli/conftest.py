"""The command line in this process: arguments in, exit code and both streams out."""

import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest

from catlog import clock
from catlog.cli.context import Environment
from catlog.cli.main import COMMANDS, run
from tests.cli.samples import ENTRY


class Ending(NamedTuple):
    code: int
    out: str
    err: str


Catlog = Callable[..., Ending]
"""What the fixture `catlog` is: call it with the arguments of a command line."""


def call(*argv: str) -> Ending:
    """Run one command line without a terminal."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(argv, Environment(io.StringIO(), out, err))
    return Ending(code, out.getvalue(), err.getvalue())


@pytest.fixture
def catlog(monkeypatch: pytest.MonkeyPatch) -> Iterator[Catlog]:
    """Give the tests `call` with the sample commands, and the machine's clock back after them."""
    monkeypatch.setitem(COMMANDS, "sample", ENTRY)
    yield call
    clock.set_source(None)
