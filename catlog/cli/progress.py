"""Progress of long work, on standard error and only when that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from catlog.cli.context import Environment
from catlog.text import clean

Report = Callable[[str, int, int | None], None]
"""What services call: `report(step, done, total)`, with total None while nobody knows it."""


@contextmanager
def progress(env: Environment) -> Iterator[Report]:
    """Yield the function that services report to; what it drew is gone at the end."""
    if not env.stderr_is_terminal:
        yield _silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

    from catlog.cli.tables import console

    screen = console(env, env.stderr, terminal=True)
    bar = () if env.ascii else (BarColumn(),)
    display = Progress(
        SpinnerColumn("line" if env.ascii else "dots"),
        TextColumn("{task.description}", markup=False),
        *bar,
        MofNCompleteColumn(),
        console=screen,
        transient=True,
        disable=screen.is_dumb_terminal,
        redirect_stdout=False,  # or data written meanwhile would go to standard error
        redirect_stderr=False,
    )
    tasks: dict[str, TaskID] = {}

    def report(step: str, done: int, total: int | None) -> None:
        if step not in tasks:
            tasks[step] = display.add_task(clean(step), total=total)
        display.update(tasks[step], completed=done, total=total)

    with display:
        yield report


def _silent(step: str, done: int, total: int | None) -> None:
    """Report to nobody."""
