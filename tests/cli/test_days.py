"""Days of who sits at the terminal: the zone of the machine, of the setting and of the account, in real processes."""

import json
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import find_account, register
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from tests.library.people import BEBOP, FRIEREN, PERFECT_BLUE, fill_catalogue
from tests.support.cli import CommandLine, Ending, Nursery
from tests.support.databases import SQLITE, Databases

PLACES = ("UTC", "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe")
REGISTERED = "2026-10-30T22:00:00Z"


@pytest.fixture
def machine(database: Database, light_hashes: None, tmp_path: Path) -> CommandLine:
    """Give the command line of a user who is signed in, on a machine that lives in UTC."""
    return _machine(database, tmp_path)


def _machine(database: Database, home: Path) -> CommandLine:
    fill_catalogue(database)
    environ = {"CATLOG_HOME": str(home), "CATLOG_DATABASE_URL": database.url, "CATLOG_NOW": REGISTERED}
    commands = CommandLine(environ)
    settings = load_settings(environ)
    _sign_in(database, settings)
    return commands


def _sign_in(database: Database, settings: Settings) -> None:
    assert settings.now is not None
    with clock.stopped_at(settings.now):
        made = register(database, settings, username="mika", email="mika@example.org", password="quiet otters knit")
        remember(database, settings, begin_session(database, settings, made.id))


def entry(machine: CommandLine, mal_id: int) -> dict[str, object]:
    return next(row for row in machine("list", "ls", "--format", "json").rows if row["malId"] == mal_id)


def good(ending: Ending) -> Ending:
    assert ending.code == 0, ending.err
    return ending


def test_the_machines_zone_says_which_day_a_title_was_finished_on(machine: CommandLine, nursery: Nursery) -> None:
    for zone, now, mal_id, day in (
        ("America/New_York", "2026-10-31T01:30:00Z", BEBOP, "2026-10-30"),
        ("Asia/Tokyo", "2026-10-30T22:30:00Z", PERFECT_BLUE, "2026-10-31"),
    ):
        there = machine.living_in(zone).having(now=now)
        good(nursery.run(there, "list", "add", mal_id))
        good(nursery.run(there, "list", "set", mal_id, "--status", "completed", "--start", "yesterday"))
        found = entry(there, mal_id)
        assert found["finishDate"] == day
        assert found["startDate"] == f"{day[:-2]}{int(day[-2:]) - 1}"


@pytest.mark.parametrize("place", PLACES)
def test_streaks_the_calendar_and_the_year_are_those_of_the_machine_over_a_clock_change(
    machine: CommandLine, nursery: Nursery, place: str
) -> None:
    """On both sides of 1 November, when Los Angeles puts its clocks back: an afternoon, an evening, an afternoon."""
    there = machine.living_in(place)
    walls = {
        "UTC": ("2026-10-31T15:00Z", "2026-11-01T17:00Z", "2026-11-02T15:00Z", "2026-11-02T23:00Z"),
        "America/Los_Angeles": ("2026-10-31T22:00Z", "2026-11-02T01:00Z", "2026-11-02T23:00Z", "2026-11-03T07:00Z"),
        "Asia/Tokyo": ("2026-10-31T06:00Z", "2026-11-01T08:00Z", "2026-11-02T06:00Z", "2026-11-02T14:00Z"),
        "Australia/Lord_Howe": ("2026-10-31T04:00Z", "2026-11-01T06:00Z", "2026-11-02T04:00Z", "2026-11-02T12:00Z"),
    }[place]
    good(nursery.run(_signed_in_at(there, walls[0]), "list", "add", BEBOP, "--status", "watching"))
    for wall in walls[1:3]:
        good(nursery.run(_signed_in_at(there, wall), "list", "watch", BEBOP))
    late = _signed_in_at(there, walls[3])
    stats = json.loads(good(nursery.run(late, "stats", "--format", "json")).out)
    assert (stats["asOf"], stats["timezone"]) == ("2026-11-02", place)
    activity = stats["row"]["activity"]
    assert activity["currentStreak"] == {"days": 3, "start": "2026-10-31", "end": "2026-11-02"}
    assert [day["day"] for day in activity["days"]] == ["2026-10-31", "2026-11-01", "2026-11-02"]
    cat = nursery.run(late, "cat", "--format", "json").row
    assert (cat["streakDays"], cat["episodesThisWeek"]) == (3, 2)


def test_an_evening_of_new_years_eve_is_of_that_year(machine: CommandLine, nursery: Nursery) -> None:
    there = machine.living_in("America/Los_Angeles")
    evening = _signed_in_at(there, "2027-01-01T04:00:00Z")
    good(nursery.run(evening, "list", "add", PERFECT_BLUE, "--status", "completed"))
    for now, year, finished in (("2027-01-01T04:00:00Z", 2026, 1), ("2027-01-01T09:00:00Z", 2027, 0)):
        review = nursery.run(there.having(now=now), "stats", "--format", "json").row["review"]
        assert (review["year"], review["finished"], review["changes"]) == (year, finished, finished)


def _signed_in_at(machine: CommandLine, now: str) -> CommandLine:
    """Return the command line at another time, with a session of that time: those of others have ended by then."""
    there = machine.having(now=now)
    settings = load_settings(there.environ)
    database = Database(settings.database_url)
    account = find_account(database, "mika")
    assert account is not None
    assert settings.now is not None
    with clock.stopped_at(settings.now):
        remember(database, settings, begin_session(database, settings, account.id))
    database.close()
    return there


def test_the_account_has_a_zone_of_its_own_wherever_it_signs_in(machine: CommandLine, nursery: Nursery) -> None:
    evening = machine.living_in("Asia/Tokyo").having(now="2026-10-31T01:30:00Z")
    row = nursery.run(evening, "account", "timezone", "--format", "json").row
    assert row == {
        "timezone": "Asia/Tokyo",
        "origin": "TZ",
        "today": "2026-10-31",
        "local": "2026-10-31 10:30",
        "at": "2026-10-31T01:30:00Z",
    }
    set_ = nursery.run(evening, "account", "timezone", "america/new_york", "--format", "json").row
    assert (set_["timezone"], set_["origin"], set_["today"]) == ("America/New_York", "account", "2026-10-30")
    good(nursery.run(evening, "list", "add", BEBOP, "--status", "watching"))
    assert entry(evening, BEBOP)["startDate"] == "2026-10-30"
    shown = good(nursery.run(evening.having(timezone="Europe/Berlin"), "account", "timezone"))
    assert "America/New_York" in shown.out
    cleared = nursery.run(evening, "account", "timezone", "--clear", "--format", "json").row
    assert (cleared["timezone"], cleared["origin"]) == ("Asia/Tokyo", "TZ")
    good(nursery.run(evening, "list", "add", FRIEREN, "--status", "watching"))
    assert entry(evening, FRIEREN)["startDate"] == "2026-10-31"


def test_a_zone_that_is_none_is_refused_and_changes_nothing(machine: CommandLine) -> None:
    for argv, hint in ((("Europe/Berlim",), "Europe/Berlin"), (("../etc/passwd",), ""), (("UTC", "--clear"), "")):
        ending = machine("account", "timezone", *argv)
        assert ending.code == 2
        assert hint in ending.err
    there = machine.having(timezone="Asia/Tokyo")
    assert there("account", "timezone", "--format", "json").row["timezone"] == "Asia/Tokyo"


def test_nobody_has_a_zone_without_signing_in(databases: Databases, tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)  # a shared database: in a folder of one's own there would be a list at once
    url = databases.make(SQLITE, "catlog", tmp_path).url
    ending = CommandLine({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": url})(
        "account", "timezone", "UTC"
    )
    assert ending.code == 77


def test_the_setting_comes_before_the_machine_and_names_where_it_came_from(
    machine: CommandLine, nursery: Nursery, tmp_path: Path
) -> None:
    there = machine.living_in("Asia/Tokyo").having(timezone="europe/berlin")
    row = nursery.run(there, "account", "timezone", "--format", "json").row
    assert (row["timezone"], row["origin"]) == ("Europe/Berlin", "environment CATLOG_TIMEZONE")
    file = tmp_path / "config" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text('timezone = "Australia/Lord_Howe"\n')
    file.chmod(0o600)
    row = nursery.run(machine.living_in("Asia/Tokyo"), "account", "timezone", "--format", "json").row
    assert (row["timezone"], row["origin"]) == ("Australia/Lord_Howe", str(file))


def test_a_setting_that_is_no_zone_is_a_configuration_error(machine: CommandLine) -> None:
    ending = machine.having(timezone="Mars/Olympus_Mons")("list", "ls")
    assert ending.code == 78
    assert "timezone 'Mars/Olympus_Mons' from environment CATLOG_TIMEZONE" in ending.err


def test_a_machine_whose_zone_cannot_be_read_is_warned_about_once_and_lives_in_utc(
    machine: CommandLine, nursery: Nursery
) -> None:
    there = machine.living_in("Mars/Olympus_Mons").having(now="2026-10-31T01:30:00Z")
    added = good(nursery.run(there, "list", "add", BEBOP, "--status", "watching"))
    assert added.err.count("warning: TZ='Mars/Olympus_Mons' names no time zone: days are those of UTC") == 1
    assert entry(there, BEBOP)["startDate"] == "2026-10-31"
    good(nursery.run(there, "account", "timezone", "Asia/Tokyo"))
    assert "warning" not in good(nursery.run(there, "list", "add", FRIEREN, "--status", "watching")).err


def test_a_rule_instead_of_a_name_will_do(machine: CommandLine, nursery: Nursery) -> None:
    there = machine.living_in("EST5EDT,M3.2.0,M11.1.0").having(now="2026-10-31T01:30:00Z")
    added = good(nursery.run(there, "list", "add", BEBOP, "--status", "watching"))
    assert "warning" not in added.err
    assert entry(there, BEBOP)["startDate"] == "2026-10-30"


def test_an_import_reads_instants_by_the_wall_of_who_imports(
    machine: CommandLine, nursery: Nursery, tmp_path: Path
) -> None:
    item = {
        "status": "completed",
        "last_watched_at": "2024-01-01T02:30:00Z",
        "watched_episodes_count": 26,
        "total_episodes_count": 26,
        "anime_type": "tv",
        "show": {"title": "T", "ids": {"simkl": 1, "mal": str(BEBOP)}},
    }
    file = tmp_path / "simkl.json"
    file.write_text(json.dumps({"anime": [item], "shows": [], "movies": []}))
    for zone, day in (("America/New_York", "2023-12-31"), ("Asia/Tokyo", "2024-01-01")):
        there = machine.living_in(zone)
        good(nursery.run(there, "list", "import", file, "--no-backup", "--merge", "overwrite"))
        assert entry(there, BEBOP)["finishDate"] == day
        exported = json.loads(good(nursery.run(there, "list", "export", "--to", "json")).out)
        assert "2026-10-30T22:00:00Z" in json.dumps(exported), "instants stay instants"


def test_what_airs_next_is_told_by_the_same_clock(machine: CommandLine, nursery: Nursery) -> None:
    with_zone = machine.living_in("Asia/Tokyo")
    good(nursery.run(with_zone, "account", "timezone", "America/Los_Angeles"))
    at = _signed_in_at(with_zone, "2026-11-30T05:18:00Z")
    own = json.loads(good(nursery.run(at, "schedule", "--format", "json")).out)
    named = json.loads(good(nursery.run(at, "schedule", "--zone", "asia/tokyo", "--format", "json")).out)
    assert (own["begin"], named["begin"]) == ("2026-11-29", "2026-11-30")
