"""`catlog schedule`: the week's broadcasts by weekday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import click

from catlog.access import Right
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import DAY, format_option
from catlog.cli.output import Format, emit
from catlog.errors import InvalidArgumentError
from catlog.text import counted
from catlog.zones import Zone, checked_zone

DAYS = 7

COLUMNS = (
    TableColumn("title", "title", wrap=True),
    TableColumn("number", "episode", "right"),
    TableColumn("episodes", "of", "right", gives_way=2),
    TableColumn("score", "score", "right", gives_way=1),
    TableColumn("list_status", "my list", format=lambda status: status.replace("_", " ").lower(), gives_way=3),
)


@click.command()
@click.option("--mine", is_flag=True, help="Only titles on my list that are not dropped.")
@click.option("--day", "weekday", help="Only this day of the week: friday, fri.")
@click.option("--from", "begin", type=DAY, help="The first of the seven days; default: today.")
@click.option("--zone", help="Time zone, such as Europe/Berlin; default: yours.")
@format_option
@pass_env
def schedule(
    env: Environment, mine: bool, weekday: str | None, begin: date | None, zone: str | None, format: Format
) -> None:
    """Show what airs in the next seven days, by day in your time zone.

    Times are computed from the weekly broadcast slots in the catalogue, which catlog etl run --source airing updates.
    ~8 is an estimated episode number. A broadcast at night in Japan may fall on the day before in your time zone.
    """
    from catlog.library.records import ScheduledEpisode
    from catlog.library.schedule import read_schedule

    clock_zone = env.zone() if zone is None else Zone(checked_zone(zone))
    only_day = _weekday(weekday) if weekday else None
    user_id = env.signed_in().user_id if mine else env.viewer_id()
    first = begin or clock_zone.day_of(env.now())
    with env.database.read() as session:
        week = read_schedule(session, first, days=DAYS, zone=clock_zone, user_id=user_id, mine=mine)
    rows = [row for row in week.rows if only_day in (None, row.weekday)]
    if week.unplaced and format == "table":
        more = counted(week.unplaced, "more title is", "more titles are")
        env.note(f"{more} airing at an unknown time")
    emit(
        env,
        format,
        "schedule",
        rows,
        (
            TableColumn("day", "day", format=_day),
            TableColumn("at", "at", format=partial(_local, zone=clock_zone)),
            *COLUMNS,
        ),
        record=ScheduledEpisode,
        empty=_why_empty(env, mine=mine),
        begin=week.begin,
        end=week.end - timedelta(days=1),
        zone=zone,
        mine=mine,
        unplaced=week.unplaced,
        now=env.now(),
    )


def _weekday(words: str) -> str:
    from catlog.library.weekly import WEEKDAYS

    days = [day.removesuffix("s") for day in WEEKDAYS]
    found = [day for day in days if len(words) > 1 and day.startswith(words.casefold().removesuffix("s"))]
    if len(found) != 1:
        raise InvalidArgumentError(f"{words[:40]!r} is not a day of the week", hint=f"it is one of {', '.join(days)}")
    return found[0]


def _why_empty(env: Environment, *, mine: bool) -> str:
    whose = "nothing on your list airs" if mine else "nothing airs"
    hint = env.hint_for(Right.LOAD_CHARTS, "catlog etl run --source airing updates it")
    return f"{whose} then, as far as the catalogue knows; {hint}"


def _day(day: date) -> str:
    return day.strftime("%a %Y-%m-%d")


def _local(at: datetime, zone: Zone) -> str:
    return zone.local(at).strftime("%H:%M")
