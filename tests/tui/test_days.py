"""The app lives by the clock of its viewer: at 18:00 in UTC it is tomorrow in Tokyo, and five o'clock on Lord Howe."""

from dataclasses import replace
from datetime import date
from threading import Thread
from typing import cast

import pytest

from catlog.accounts.identity import current_user
from catlog.accounts.users import set_timezone
from catlog.config import Settings
from catlog.db.session import Database
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status
from catlog.library.listing import load_list
from catlog.library.writer import edit
from catlog.title_language import TitleLanguage
from catlog.tui.backend import Backend
from catlog.tui.editing.edit_commands import edits_from_form, form_values
from catlog.tui.screens.stats.screen import StatsScreen
from catlog.tui.screens.week.screen import WeekScreen
from catlog.tui.widgets.rows import RowList
from catlog.zones import Zone
from tests.library.people import PERFECT_BLUE
from tests.tui.harness import opened
from tests.tui.trouble.libraries import elsewhere, entries, fill


@pytest.fixture
def local(no_library: Settings) -> Settings:
    """Give settings with a small library, in which Perfect Blue was begun in UTC, on a machine in Tokyo."""
    fill(no_library)
    elsewhere(no_library, PERFECT_BLUE, Add(Status.WATCHING))
    return replace(no_library, machine_zone="Asia/Tokyo")


def set_zone(settings: Settings, name: str | None) -> None:
    database = Database(settings.database_url)
    set_timezone(database, current_user(database, settings), name)
    database.close()


async def test_a_key_pressed_at_night_in_tokyo_counts_on_that_day(local: Settings) -> None:
    async with opened(local) as it:
        await it.press("f2")
        it.app.screen.query_one("#rows", RowList).go_to(PERFECT_BLUE)
        await it.press("plus")
        made = entries(local)[PERFECT_BLUE]
        assert (made.start_date, made.finish_date) == ("2026-11-22", "2026-11-23")
        await it.press("f4")
        screen = it.app.screen
        assert isinstance(screen, StatsScreen)
        assert screen._figures is not None
        assert screen._figures.activity.end == date(2026, 11, 23)
        assert [day.day for day in screen._figures.activity.days] == [date(2026, 11, 23)]
        it.app.push_screen(WeekScreen())
        await it.settle()
        assert "earlier   23 Nov" in it.text, "the week begins today"


def test_a_sign_out_while_a_new_zone_of_the_account_is_taken_over_stays_one(local: Settings) -> None:
    services = Backend(local)
    viewer = services.find_viewer()
    assert viewer is not None
    leaving = Thread(target=setattr, args=(services, "viewer", None))

    class Between:
        def zone_of(self, timezone: str) -> Zone:
            leaving.start()
            leaving.join(0.3)  # it has to wait until the zone is taken over
            return local.zone_of(timezone)

        def titles_of(self, account: str | None) -> TitleLanguage:
            return local.titles_of(account)

    services.settings = cast("Settings", Between())
    services.follow_account(viewer.user_id, "Asia/Tokyo", None)
    leaving.join()
    assert services.viewer is None
    services.settings = local
    services.close()


def test_the_form_of_a_title_takes_today_and_yesterday(local: Settings) -> None:
    database = Database(local.database_url)
    owner = current_user(database, local)
    with database.read() as session:
        row = next(row for row in load_list(session, owner.user_id) if row.mal_id == PERFECT_BLUE)
    edits = edits_from_form(row, {**form_values(row), "started": "Yesterday", "finished": "today"})
    edit(database, owner, PERFECT_BLUE, *edits, origin=Origin.APP)
    database.close()
    made = entries(local)[PERFECT_BLUE]
    assert (made.start_date, made.finish_date) == ("2026-11-22", "2026-11-23")


async def test_an_account_that_gets_a_zone_meanwhile_lives_there_from_then_on(local: Settings) -> None:
    async with opened(local) as it:
        await it.press("f2")
        assert it.app.zone.name == "Asia/Tokyo"
        set_zone(local, "America/Los_Angeles")
        revision = it.app.revision
        for _ in range(2):
            it.app.connection.poll()
            await it.settle()
        assert (it.app.zone.name, it.app.zone.origin) == ("America/Los_Angeles", "account")
        assert it.app.revision == revision + 1
        it.app.screen.query_one("#rows", RowList).go_to(PERFECT_BLUE)
        await it.press("plus")
        assert entries(local)[PERFECT_BLUE].finish_date == "2026-11-22"
    set_zone(local, "Australia/Lord_Howe")
    async with opened(local) as it:
        assert it.app.zone.name == "Australia/Lord_Howe"
        assert it.app.zone.today() == date(2026, 11, 23)


async def test_a_machine_whose_zone_cannot_be_read_is_told_of_at_the_start(local: Settings) -> None:
    async with opened(replace(local, machine_zone="Mars/Olympus_Mons")) as it:
        assert "Mars/Olympus_Mons" in it.text
        await it.press("f2")
        it.app.screen.query_one("#rows", RowList).go_to(PERFECT_BLUE)
        await it.press("plus")
        assert entries(local)[PERFECT_BLUE].finish_date == "2026-11-22"
