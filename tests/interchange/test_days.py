"""Instants in files become days in the user's zone; a day as written stays the same."""

from datetime import UTC, datetime

import pytest

from catlog.zones import Zone
from tests.interchange.samples import kitsu, only, simkl, simkl_item, yamtrack

NEW_YORK, LOS_ANGELES, TOKYO, LORD_HOWE = map(
    Zone, ("America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe")
)


@pytest.mark.parametrize(
    ("told", "zone", "day"),
    [
        ("2024-01-01T02:30:00Z", NEW_YORK, "2023-12-31"),
        ("2024-01-01T02:30:00Z", TOKYO, "2024-01-01"),
        ("2023-12-31T15:00:00.000Z", TOKYO, "2024-01-01"),
        ("2024-03-10 07:30:00+00:00", LOS_ANGELES, "2024-03-09"),  # the night before the clocks go forward
        ("2024-03-11 07:30:00+00:00", LOS_ANGELES, "2024-03-11"),
        ("2024-10-05T13:15:00Z", LORD_HOWE, "2024-10-05"),  # before and after half an hour was put forward
        ("2024-10-06T13:15:00Z", LORD_HOWE, "2024-10-07"),
        ("2024-02-10 23:30:00-05:00", TOKYO, "2024-02-11"),
        # A day is what a service writes as midnight of its own clock, or without a zone.
        ("2024-01-01T00:00:00.000Z", NEW_YORK, "2024-01-01"),
        ("2024-02-10 00:00:00-05:00", LOS_ANGELES, "2024-02-10"),
        ("2024-01-01", NEW_YORK, "2024-01-01"),
        ("2024-01-01 02:30:00", NEW_YORK, "2024-01-01"),
        ("2024-05", NEW_YORK, "2024-05"),
        ("0001-01-01T00:00:01Z", LOS_ANGELES, "0001-01-01"),
        ("9999-12-31T23:00:00Z", TOKYO, "9999-12-31"),
    ],
)
def test_an_instant_is_a_day_in_the_zone_of_who_imports_and_a_day_stays_one(told: str, zone: Zone, day: str) -> None:
    files = (
        simkl(anime=[simkl_item(status="completed", last_watched_at=told)]),
        kitsu({"status": "completed", "progress": 26, "finishedAt": told}),
        yamtrack(f"1,mal,anime,Bebop,,,,,Completed,,,{told},26,,"),
    )
    for content in files:
        row = only(content, zone=zone)
        assert row.entry.finish_date == day
        assert [remark for remark in row.remarks if "later than now" not in remark] == []


def test_yamtracks_local_midnight_in_utc_is_that_day_again() -> None:
    for zone, told in ((TOKYO, "2024-02-09 15:00:00+00:00"), (NEW_YORK, "2024-02-10 05:00:00+00:00")):
        assert only(yamtrack(f"1,mal,anime,Bebop,,,,,Completed,,{told},{told},26,,"), zone=zone).entry.start_date == (
            "2024-02-10"
        )


def test_instants_stay_instants_whatever_the_zone() -> None:
    for zone in (NEW_YORK, TOKYO):
        entry = only(simkl(anime=[simkl_item()]), zone=zone).entry
        assert entry.created_at == datetime(2021, 5, 1, tzinfo=UTC)
        assert entry.updated_at == datetime(2021, 5, 3, 10, tzinfo=UTC)


def test_a_start_at_a_midnight_after_the_finish_was_an_instant_too() -> None:
    """Begun and finished in one evening in New York, of which one end happens to be midnight in UTC."""
    evening = {"startedAt": "2024-01-01T00:00:00.000Z", "finishedAt": "2024-01-01T02:30:00.000Z"}
    for zone, day in ((NEW_YORK, "2023-12-31"), (TOKYO, "2024-01-01"), (Zone("UTC"), "2024-01-01")):
        entry = only(kitsu({"status": "completed", "progress": 26, **evening}), zone=zone).entry
        assert (entry.start_date, entry.finish_date) == (day, day)
    typed = {"startedAt": "2024-02-01", "finishedAt": "2024-01-01T02:30:00.000Z"}
    entry = only(kitsu({"status": "completed", "progress": 26, **typed}), zone=NEW_YORK).entry
    assert (entry.start_date, entry.finish_date) == ("2024-02-01", "2023-12-31"), "what is odd in the file stays so"
