"""Click types and options that many commands share: days, formats, limits, confirmation, cleaned words."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

import click

from catlog import clock
from catlog.access import Right
from catlog.cli.context import Environment
from catlog.text import clean

Decorated = TypeVar("Decorated", bound=Callable[..., Any] | click.Command)
Decorator = Callable[[Decorated], Decorated]

COUNT_LIMIT = 2**31 - 1
"""The largest count accepted: the limit of a database integer."""


class FilePath(click.Path):
    """The path of a file or folder of this machine, for roles that may use it. `-` is a standard stream."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the path. Raises NotAllowedError before the file system is read."""
        env = ctx.find_object(Environment) if ctx is not None else None
        if env is not None and not (self.allow_dash and value == "-"):
            env.require(Right.USE_MACHINE)
        return super().convert(value, param, ctx)


class DayParam(click.ParamType[date]):
    """A calendar day in UTC, written only as 2026-11-22."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or fail with a usage error."""
        if isinstance(value, date):
            return value
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
            with suppress(ValueError):
                return date.fromisoformat(str(value))
        raise click.BadParameter(f"{value!r} is not a day; write it as in 2026-11-22", ctx, param)


class CountParam(click.ParamType[int]):
    """A whole number from 1 up."""

    name = "count"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail with a usage error."""
        if re.fullmatch("[0-9]{1,10}", str(value)) and 1 <= int(str(value)) <= COUNT_LIMIT:
            return int(str(value))
        raise click.BadParameter(f"{value!r} is not a whole number from 1 to {COUNT_LIMIT}", ctx, param)


class TextParam(click.ParamType[str]):
    """Free text without control characters, not empty."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the cleaned text, or fail with a usage error when it is empty."""
        return clean(str(value)) or self.fail("it contains no printable text", param, ctx)


DAY = DayParam()
COUNT = CountParam()
WORDS = TextParam()


def _not_in_the_future(ctx: click.Context, param: click.Parameter, value: date | None) -> date | None:
    if value is None or ctx.resilient_parsing:
        return value
    env = ctx.find_object(Environment)
    today = env.utc_today() if env else clock.utc_today()
    if value > today:
        raise click.BadParameter(f"{value} is in the future: today is {today} (UTC)", ctx, param)
    return value


def past_day_option(name: str, help: str) -> Decorator[Any]:
    """Return an option for a day that is not in the future (exit 2); not given, it is None."""
    return click.option(name, type=DAY, callback=_not_in_the_future, help=help)


def count_option(name: str, default: int | None, help: str) -> Decorator[Any]:
    """Return an option for a count from 1 up."""
    return click.option(name, type=COUNT, default=default, show_default=default is not None, help=help)


def limit_option(default: int | None) -> Decorator[Any]:
    """Return `--limit`, the maximum number of rows; without a default there is none."""
    return count_option("--limit", default, "Maximum number of rows.")


format_option = click.option(
    "--format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="A table for people, or JSON or CSV for scripts.",
)
"""`--format`, for every command that reads: pass its value to `output.emit`."""

as_of_option = past_day_option("--as-of", "Day of the analysis (UTC); default: the latest with a complete chart.")
"""`--as-of`, for every analysis."""

yes_option = click.option("--yes", is_flag=True, help="Skip the confirmation.")
"""`--yes`, for every command that confirms: pass its value to `Environment.confirm`."""
