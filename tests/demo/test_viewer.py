"""The simulated viewer lives where the demo is shown: the evenings are evenings there."""

from datetime import date

import pytest

from catlog.demo.titles import load_titles
from catlog.demo.viewer import live
from catlog.zones import Zone

LAST_DAY = date(2026, 11, 22)


@pytest.mark.parametrize("place", ["America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe"])
def test_the_same_evenings_everywhere_by_the_clock_on_the_wall(place: str) -> None:
    titles, zone = load_titles(), Zone(place)
    at_home = list(live(titles, last_day=LAST_DAY, zone=Zone("UTC")))
    there = list(live(titles, last_day=LAST_DAY, zone=zone))
    assert [(doing.mal_id, doing.edits) for doing in there] == [(doing.mal_id, doing.edits) for doing in at_home]
    walls = [zone.local(doing.at).replace(tzinfo=None) for doing in there]
    assert walls == [doing.at.replace(tzinfo=None) for doing in at_home]
    assert {wall.hour for wall in walls} == {18, 19, 20, 21, 22}
    assert max(zone.day_of(doing.at) for doing in there) <= LAST_DAY
