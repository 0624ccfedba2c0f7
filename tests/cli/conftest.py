"""The command line in this process: arguments in, exit code and both streams out."""

import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest

from catlog import clock
from catlog.cli.context import Environment
from catlog.cli.main import run


class Ending(NamedTuple):
    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def call(*argv: str, typed: str | None = None) -> Ending:
    """Run one command line; with `typed`, standard input is a terminal on which that is typed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        env = Environment(io.StringIO() if typed is None else Terminal(typed), out, err)
        code = run(argv, env)
    return Ending(code, out.getvalue(), err.getvalue())


@pytest.fixture
def catlog() -> Iterator[Callable[..., Ending]]:
    """Give the tests `call`, and the machine's clock back after them."""
    import tests.cli.samples  # noqa: F401 - adds the sample commands

    yield call
    clock.set_source(None)
