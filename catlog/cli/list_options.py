"""Click types of the list commands: a status, a rating, a partial date, a count of episodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from catlog.cli.options import COUNT_LIMIT

if TYPE_CHECKING:
    from catlog.library.edits import Relative
    from catlog.library.entries import Status
    from catlog.library.partial_date import PartialDate

NONE = "none"
"""The value that removes a rating or a date."""


class StatusWord(click.ParamType["Status"]):
    """A status in any spelling: watching, plan to watch, on-hold, PTW."""

    name = "status"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Status:
        """Return the status, or fail with a usage error that names the nearest one."""
        from catlog.library.fields import status_of

        try:
            return status_of(str(value))
        except ValueError as problem:
            raise click.BadParameter(f"CatLog {problem}", ctx, param) from None


class Rating(click.ParamType["int | Literal['none']"]):
    """A rating from 1 to 10, or `none`."""

    name = "rating"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | Literal["none"]:
        """Return the rating, or fail with a usage error."""
        if str(value).casefold() == NONE:
            return "none"
        if re.fullmatch("[0-9]{1,2}", str(value)) and 1 <= int(str(value)) <= 10:
            return int(str(value))
        raise click.BadParameter(f"{value!r} is not a rating: give 1 to 10, or none", ctx, param)


class PartialDay(click.ParamType["PartialDate | Relative | Literal['none']"]):
    """A date as far as it is known: 2021, 2021-05, 2021-05-03, `today` or `yesterday`; `none` removes it."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> PartialDate | Relative | Literal["none"]:
        """Return the date, or fail with a usage error that gives the reason."""
        from catlog.errors import InvalidArgumentError
        from catlog.library.edits import Relative
        from catlog.library.partial_date import PartialDate

        if str(value).casefold() in frozenset(Relative):
            return Relative(str(value).casefold())
        if str(value).casefold() == NONE:
            return "none"
        try:
            return PartialDate.parse(str(value)) or "none"
        except InvalidArgumentError as problem:
            raise click.BadParameter(
                f"{problem.message}; {problem.hint}, today, yesterday or none", ctx, param
            ) from None


class Episodes(NamedTuple):
    """How the count of episodes changes: by `more`, or to the number `to`, or to the end when both are None."""

    more: int | None = None
    to: int | None = None


class EpisodeCount(click.ParamType[Episodes]):
    """+N, -N, =N or `all`."""

    name = "episodes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Episodes:
        """Return the change, or fail with a usage error."""
        if isinstance(value, Episodes):
            return value
        text = str(value)
        if text.casefold() == "all":
            return Episodes()
        if re.fullmatch("[-+=][0-9]{1,10}", text) and int(text[1:]) <= COUNT_LIMIT:
            number = int(text[1:])
            return Episodes(to=number) if text[0] == "=" else Episodes(more=-number if text[0] == "-" else number)
        words = "+2 adds two, =5 sets their number to 5, all means every episode"
        raise click.BadParameter(f"{value!r} is not a number of episodes: {words}", ctx, param)


class WatchedDay(click.ParamType["PartialDate | Relative"]):
    """The day on which episodes were watched: as `PartialDay`, but never without a date."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> PartialDate | Relative:
        """Return the date, or fail with a usage error that gives the reason."""
        found = PARTIAL_DAY.convert(value, param, ctx)
        if found == "none":
            words = "write 2021, 2021-05 or 2021-05-03, today or yesterday"
            raise click.BadParameter(f"{str(value)!r} is no date to watch on: {words}", ctx, param)
        return found


STATUS = StatusWord()
RATING = Rating()
PARTIAL_DAY = PartialDay()
WATCHED_DAY = WatchedDay()
EPISODES = EpisodeCount()
