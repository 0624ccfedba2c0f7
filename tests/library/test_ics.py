"""The calendar file is one that calendar programs take."""

from datetime import UTC, datetime

from catlog.library.airing import Airing
from catlog.library.ics import calendar

AT = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_an_episode_is_an_event_with_an_identity_of_its_own() -> None:
    text = calendar([Airing(52991, "Sousou no Frieren", 9, 12, AT, 3)], made_at=AT)
    lines = text.split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "UID:anime-52991-9@catlog" in lines
    assert "DTSTART:20261127T140000Z" in lines
    assert "SUMMARY:Sousou no Frieren 9" in lines


def test_long_titles_are_folded_at_75_octets_and_marks_escaped() -> None:
    title = "葬送のフリーレン; one, two\\three " + "x" * 120
    text = calendar([Airing(1, title, 1, None, AT, 0)], made_at=AT)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:葬送のフリーレン\\; one\\, two\\\\three " in unfolded


def test_an_empty_calendar_is_still_one() -> None:
    assert calendar([], made_at=AT).count("\r\n") == 5
