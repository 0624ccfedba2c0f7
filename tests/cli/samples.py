"""Commands that exist for the tests alone; `python -m tests.cli.samples` runs `catlog` with them added."""

import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

import click

from catlog.cli.columns import TableColumn, signed, tone
from catlog.cli.context import Environment, pass_env
from catlog.cli.lazy import LazyCommand
from catlog.cli.main import COMMANDS, run
from catlog.cli.options import WORDS, as_of_option, format_option, limit_option, yes_option
from catlog.cli.output import Format, emit, emit_one
from catlog.cli.progress import progress
from catlog.errors import BusyError, CatLogError, ConfigError, ExitCode, NotFoundError

SECRETS = ("hunter2", "s3cr3t-canary", "eyJhbGciOi.eyJzdWIi.c2ln", "0123456789abcdef0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Mover:
    mal_id: int
    title: str
    rank: int | None
    score: float | None
    change: int
    tags: tuple[str, ...] = ()
    seen: datetime | None = None
    day: date = date(2026, 11, 22)
    current: bool = True


HOSTILE = "Re[/]zero [bold]red[/bold] \x1b]52;c;aGk=\x07\x9b31m\u202eevil\x00"

MOVERS = (
    Mover(1, "Naruto", 10, 8.5, 3, ("ninja", "long"), datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)),
    Mover(2, "進撃の巨人", 2, 9.0, -1),
    Mover(3, HOSTILE, None, None, 0, current=False),
)

COLUMNS = (
    TableColumn("mal_id", "id", "right"),
    TableColumn("title", "title", wrap=True),
    TableColumn("rank", "rank", "right"),
    TableColumn("score", "score", "right"),
    TableColumn("change", "change", "right", signed, tone),
)

FAILURES: dict[str, CatLogError] = {
    "ambiguous": NotFoundError("two titles fit", hint="use the id", candidates=("1 Naruto", "20 Naruto \x1b[2J")),
    "busy": BusyError("another run holds the lock"),
    "config": ConfigError("jikan_rate 9 from config.toml is not usable"),
}


@click.group()
def sample() -> None:
    """Do what a test asks for."""


@sample.command()
@as_of_option
@limit_option(None)
@click.option("--title", default="", help="Heading.")
@format_option
@pass_env
def rows(env: Environment, format: Format, as_of: date | None, limit: int | None, title: str) -> None:
    """Print some rows; with --limit, that many of them, repeated."""
    movers = MOVERS if limit is None else [MOVERS[i % len(MOVERS)] for i in range(limit)]
    emit(env, format, "climbers", movers, COLUMNS, record=Mover, title=title, days=7, as_of=as_of)


@sample.command()
@format_option
@pass_env
def none(env: Environment, format: Format) -> None:
    """Print no rows."""
    emit(env, format, "climbers", [], COLUMNS, record=Mover, empty="no snapshots yet: run catlog etl run")


@sample.command()
@format_option
@pass_env
def one(env: Environment, format: Format) -> None:
    """Print one row."""
    emit_one(env, format, "climber", MOVERS[0], COLUMNS)


@sample.command()
@click.argument("words", type=WORDS)
@pass_env
def echo(env: Environment, words: str) -> None:
    """Print the words that arrived."""
    env.write_text(words + "\n")


@sample.command()
@click.argument("name", type=click.Choice(list(FAILURES)))
def fail(name: str) -> None:
    """End in an expected error."""
    raise FAILURES[name]


@sample.command()
def check() -> ExitCode:
    """Find something."""
    return ExitCode.CHECK_FAILED


@sample.command()
@click.argument("kind", type=click.Choice(["secret", "eof", "pipe", "silent"]))
def bug(kind: str) -> None:
    """Raise what nobody expected."""
    password = SECRETS[1]  # in the locals of a frame
    if kind == "eof":
        raise EOFError("truncated")
    if kind == "pipe":
        raise BrokenPipeError(32, "a socket, not the output")
    if kind == "silent":
        raise UnprintableError
    try:
        raise KeyError(f"token={SECRETS[2]} key {SECRETS[3]}")
    except KeyError as error:
        raise RuntimeError(f"postgresql://u:{SECRETS[0]}@h/db\nparameters: {password}") from error


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


@sample.command()
@yes_option
@pass_env
def ask(env: Environment, yes: bool) -> None:
    """Ask before doing."""
    env.write_text("done\n" if env.confirm("Delete it?", yes=yes) else "kept\n")


@sample.command()
@pass_env
def work(env: Environment) -> None:
    """Report progress."""
    with progress(env) as report:
        for done in range(3):
            report("pages\x1b[2J", done + 1, 3)
            time.sleep(0.05)  # one frame of the display
    env.write("3\n")


@sample.command()
@pass_env
def wait(env: Environment) -> None:
    """Wait for a signal, and say that files were closed."""
    try:
        env.note("ready")
        signal.pause()
    finally:
        env.note("closed")


ENTRY = LazyCommand("tests.cli.samples:sample", "Do what a test asks for.")

if __name__ == "__main__":
    COMMANDS["sample"] = ENTRY
    sys.exit(run(sys.argv[1:]))
