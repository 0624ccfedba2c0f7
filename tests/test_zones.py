"""Whose day it is: the order in which a zone is found, days on both sides of a clock change, and no nameless today."""

import ast
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import pytest

from catlog import clock, zones
from catlog.errors import InvalidArgumentError
from catlog.zones import Zone, checked_zone

PACKAGE = Path(zones.__file__).parent
PLACES = ("UTC", "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe")

AROUND_CHANGES = [
    datetime(2026, month, day, hour, minute, tzinfo=UTC)
    for month, day in ((3, 7), (3, 8), (3, 9), (4, 3), (4, 4), (4, 5), (10, 2), (10, 3), (10, 4), (10, 31), (11, 1))
    for hour in range(24)
    for minute in (0, 29, 30, 59)
]
"""Half hours around the days on which Los Angeles and Lord Howe put their clocks forward or back in 2026."""


def zone_file(name: str) -> Path:
    """Return a compiled zone of this machine."""
    return next(file for folder in TZPATH if (file := Path(folder, name)).is_file())


@pytest.mark.parametrize("place", PLACES)
def test_a_day_is_the_one_on_the_wall_on_both_sides_of_a_clock_change(place: str) -> None:
    zone, wall = Zone(place), ZoneInfo(place)
    for instant in AROUND_CHANGES:
        assert zone.day_of(instant) == instant.astimezone(wall).date()
    for day in {zone.day_of(instant) for instant in AROUND_CHANGES}:
        begin = zone.begin_of(day)
        assert zone.day_of(begin) == day
        assert zone.day_of(begin - timedelta(seconds=1)) == day - timedelta(days=1)


def test_lord_howe_moves_its_clock_by_half_an_hour() -> None:
    zone = Zone("Australia/Lord_Howe")
    # 13:15 UTC is 23:45 in winter, and a quarter past midnight in summer.
    assert zone.day_of(datetime(2026, 10, 3, 13, 15, tzinfo=UTC)) == date(2026, 10, 3)
    assert zone.day_of(datetime(2026, 10, 4, 13, 15, tzinfo=UTC)) == date(2026, 10, 5)


def test_a_day_without_a_midnight_begins_when_its_clock_does() -> None:
    cairo = Zone("Africa/Cairo")  # at midnight it becomes one o'clock
    assert cairo.begin_of(date(2026, 4, 24)) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert cairo.local(cairo.begin_of(date(2026, 4, 24))).hour == 1


def test_the_ends_of_all_time_are_days_in_every_zone() -> None:
    first, last = datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    for place in PLACES:
        zone = Zone(place)
        assert (zone.day_of(first), zone.day_of(last)) == (date.min, date.max)
        assert zone.begin_of(date.min).date() == date.min


def test_today_is_one_day_in_los_angeles_and_another_in_utc() -> None:
    with clock.stopped_at(datetime(2026, 11, 30, 5, 18, tzinfo=UTC)):
        assert clock.utc_today() == date(2026, 11, 30)
        assert Zone("America/Los_Angeles").today() == date(2026, 11, 29)
        assert Zone("Asia/Tokyo").today() == date(2026, 11, 30)


def test_the_account_comes_before_the_setting_and_that_before_the_machine() -> None:
    everything = Zone("Asia/Tokyo", "Europe/Berlin", "America/New_York")
    assert (everything.name, everything.origin) == ("Asia/Tokyo", "account")
    setting = Zone(None, "Europe/Berlin", "America/New_York")
    assert (setting.name, setting.origin) == ("Europe/Berlin", "setting")
    machine = Zone(None, None, "America/New_York")
    assert (machine.name, machine.origin) == ("America/New_York", "TZ")
    assert [zone.problem for zone in (everything, setting, machine)] == ["", "", ""]


def test_an_account_of_another_machine_may_have_a_zone_that_is_not_known_here() -> None:
    zone = Zone("Mars/Olympus_Mons", "Europe/Berlin", "America/New_York")
    assert zone.problem == "", "nobody has needed it yet"
    assert zone.name == "Europe/Berlin"
    assert "Mars/Olympus_Mons" in zone.problem


@pytest.mark.parametrize(
    ("variable", "name", "noon_in_july"),
    [
        ("America/New_York", "America/New_York", "08:00"),
        (":Asia/Tokyo", "Asia/Tokyo", "21:00"),
        ("", "UTC", "12:00"),
        ("UTC", "UTC", "12:00"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3", "14:00"),
        ("PST8PDT4", "PST8PDT4", "08:00"),
        ("<+0545>-5:45", "<+0545>-5:45", "17:45"),
        ("LHST-10:30LHDT-11,M10.1.0,M4.1.0/2", "LHST-10:30LHDT-11,M10.1.0,M4.1.0/2", "22:30"),
    ],
)
def test_the_variable_names_a_zone_or_a_rule(variable: str, name: str, noon_in_july: str) -> None:
    zone = Zone(machine=variable)
    assert (zone.name, zone.problem) == (name, "")
    assert f"{zone.local(datetime(2026, 7, 1, 12, tzinfo=UTC)):%H:%M}" == noon_in_july


@pytest.mark.parametrize(
    ("rule", "place"),
    [("PST8PDT,M3.2.0,M11.1.0", "America/Los_Angeles"), ("LHST-10:30LHDT-11,M10.1.0,M4.1.0/2", "Australia/Lord_Howe")],
)
def test_a_rule_has_the_days_of_the_place_that_keeps_it(rule: str, place: str) -> None:
    by_rule, by_place = Zone(machine=rule), Zone(place)
    assert [by_rule.local(at).isoformat() for at in AROUND_CHANGES] == [
        by_place.local(at).isoformat() for at in AROUND_CHANGES
    ]


@pytest.mark.parametrize("variable", ["Mars/Olympus_Mons", "nonsense", "EST5EDT4,J1,zz", "/no/such/file", "/etc", "é"])
def test_a_variable_that_names_nothing_means_utc_and_says_so(variable: str) -> None:
    zone = Zone(machine=variable)
    assert (zone.name, zone.origin) == ("UTC", "default")
    assert repr(variable) in zone.problem


def test_the_file_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "localtime"
    monkeypatch.setattr(zones, "LOCALTIME", file)
    assert (Zone().name, Zone().origin, Zone().problem) == ("UTC", "default", "")
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)

    file.symlink_to(zone_file("Asia/Tokyo"))
    assert (Zone().name, Zone().local(summer).hour) == ("Asia/Tokyo", 21)

    file.unlink()
    shutil.copyfile(zone_file("America/New_York"), file)  # as it is mounted into a container, without its name
    assert (Zone().name, Zone().local(summer).hour) == (str(file), 8)
    assert (Zone(machine=str(file)).name, Zone(machine=str(file)).local(summer).hour) == (str(file), 8)

    file.write_bytes(b"no zone at all")
    broken = Zone()
    assert (broken.name, broken.local(summer).hour) == ("UTC", 12)
    assert str(file) in broken.problem


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Europe/Berlin", "Europe/Berlin"), (" utc ", "UTC"), ("america/new york", "America/New_York")],
)
def test_a_zone_is_known_by_its_name_whatever_its_case(typed: str, name: str) -> None:
    assert checked_zone(typed) == name


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("Paris", "Europe/Paris"), ("Europe/Berlim", "Europe/Berlin"), ("xyzzy", "name it as in"), ("", "name it as in")],
)
def test_a_zone_that_is_none_is_refused_with_what_may_be_meant(typed: str, hint: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        checked_zone(typed)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    "typed",
    ["/etc/localtime", "../../etc/passwd", "localtime", "posixrules", "right/UTC", "Factory", "America", "a\0b"],
)
def test_files_that_are_no_zones_cannot_be_named(typed: str) -> None:
    with pytest.raises(InvalidArgumentError):
        checked_zone(typed)


def test_no_line_of_the_program_says_today_without_saying_whose() -> None:
    """A datetime's `.date()` is a day in UTC, a bare `.astimezone()` one of whoever started the process."""
    allowed = {
        "clock.py": "the day in UTC has its name there",
        "zones.py": "and a person's day here",
        "jikan/fields.py": "a day of the source, written with a time",
        "cli/show_page.py": "the day in UTC on which the source told something",
        "catalogue/season_refresh.py": "the day in UTC of an answer of the source",
        "etl/days.py": "the day in UTC that a snapshot may still be filed under",
        "interchange/trackma.py": "a day that Trackma wrote with a time",
        "interchange/values.py": "a midnight that stands for the day beside it",
        "library/numbering.py": "a bound that is days away from what is decided",
        "library/weekly.py": "days on the clock of the broadcast",
    }
    says_whose = {"date": "local", "today": "zone"}
    found = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for file in sorted(PACKAGE.rglob("*.py"))
        if (name := str(file.relative_to(PACKAGE))) not in allowed
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args
        if node.func.attr in ("date", "today", "astimezone", "utcnow", "localtime")
        if not ast.unparse(node.func.value).endswith(says_whose.get(node.func.attr, "no name"))
    ]
    assert found == []
