"""The cat suggests one thing, for a reason."""

from datetime import UTC, datetime, timedelta

import pytest

from catlog.companion.events import PET, MoodEvent
from catlog.companion.mood import cat_state
from catlog.companion.suggestions import Outlook, Waiting, suggest
from catlog.zones import UTC_ZONE

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HAPPY = cat_state([MoodEvent(NOW, PET)], since=NOW, zone=UTC_ZONE, now=NOW)
BORED = cat_state([MoodEvent(NOW - timedelta(hours=60), PET)], since=NOW, zone=UTC_ZONE, now=NOW)


@pytest.mark.parametrize(
    ("outlook", "text"),
    [
        (Outlook(), "Your list is empty. Let us find something."),
        (Outlook(entries=5, backup_age_days=1), "All is well. Stay a while."),
        (Outlook(entries=5), "There is no backup yet."),
        (Outlook(entries=5, backup_age_days=31), "No backup for 31 days."),
        (
            Outlook(entries=5, backup_age_days=1, waiting=(Waiting(1, "Mushishi", 3),)),
            "3 episodes of Mushishi are waiting.",
        ),
        (
            Outlook(entries=5, backup_age_days=1, waiting=(Waiting(1, "Mushishi", 1),)),
            "An episode of Mushishi is waiting.",
        ),
        (Outlook(entries=5, backup_age_days=1, climbed=(7, "Orb", 12)), "Your Orb climbed 12 ranks this week."),
        (Outlook(entries=5, backup_age_days=1, climbed=(7, "Orb", 2)), "All is well. Stay a while."),
        (Outlook(entries=5, airing=("Frieren", NOW + timedelta(minutes=45))), "Frieren airs in 45 min."),
        (Outlook(entries=5, airing=("Frieren", NOW + timedelta(hours=2))), "Frieren airs in 2 h."),
        (Outlook(entries=5, slot=("Frieren", NOW + timedelta(hours=2))), "The weekly slot of Frieren is in 2 h."),
        (
            Outlook(entries=5, airing=("Orb", NOW + timedelta(hours=2)), slot=("Frieren", NOW + timedelta(hours=1))),
            "Orb airs in 2 h.",
        ),
    ],
)
def test_each_reason_has_its_sentence(outlook: Outlook, text: str) -> None:
    assert suggest(HAPPY, outlook, NOW).text == text


def test_a_bored_cat_asks_for_an_episode_before_all_else() -> None:
    outlook = Outlook(entries=5, waiting=(Waiting(457, "Mushishi", 2),), unrated=(1, "Cowboy Bebop"))
    assert suggest(BORED, outlook, NOW).command == "catlog list watch 457"
    assert suggest(HAPPY, outlook, NOW).action == "rate"
