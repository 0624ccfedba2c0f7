"""The calendar file is one that calendar programs take."""

from dataclasses import replace
from datetime import UTC, datetime

from catlog.library.airing import Airing
from catlog.library.ics import calendar

AT = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_an_episode_is_an_event_with_an_identity_of_its_own() -> None:
    text = calendar([Airing(52991, "Sousou no Frieren", 9, 12, AT, 3, source_episode=9)], made_at=AT)
    lines = text.split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "UID:anime-52991-9@catlog" in lines
    assert "DTSTART:20261127T140000Z" in lines
    assert "SUMMARY:Sousou no Frieren 9" in lines


def test_an_estimate_says_so_and_what_nobody_knows_has_no_number() -> None:
    made = [
        Airing(52991, "Sousou no Frieren", 9, 12, AT, 3, estimate=True, behind_estimate=True, source_episode=9),
        Airing(21, "One Piece", None, None, AT, None, estimate=True, source_episode=None),
    ]
    text = calendar(made, made_at=AT).replace("\r\n ", "")
    estimated, unknown = text.split("BEGIN:VEVENT")[1:]
    assert "SUMMARY:Sousou no Frieren ~9\r\n" in estimated
    assert "an estimate" in estimated
    assert "STATUS:TENTATIVE" in estimated
    assert "SUMMARY:One Piece\r\n" in unknown
    assert "UID:anime-21-20261127@catlog" in unknown
    known = calendar([replace(made[0], estimate=False)], made_at=AT)
    assert "TENTATIVE" not in known
    assert "~" not in known


def test_an_offset_keeps_the_identity_and_a_number_below_1_is_not_shown() -> None:
    made = [
        Airing(52991, "Sousou no Frieren", 21, 24, AT, 3, source_episode=9),
        Airing(52991, "Sousou no Frieren", None, 3, AT, 3, source_episode=9),
    ]
    moved, below = calendar(made, made_at=AT).replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    assert "UID:anime-52991-9@catlog" in moved
    assert "UID:anime-52991-9@catlog" in below
    assert "DESCRIPTION:Episode 21 of 24\\, from the source\r\n" in moved
    assert "SUMMARY:Sousou no Frieren\r\n" in below
    assert "not known" not in below


def test_long_titles_are_folded_at_75_octets_and_marks_escaped() -> None:
    title = "葬送のフリーレン; one, two\\three " + "x" * 120
    text = calendar([Airing(1, title, 1, None, AT, 0, source_episode=1)], made_at=AT)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:葬送のフリーレン\\; one\\, two\\\\three " in unfolded


def test_an_empty_calendar_is_still_one() -> None:
    assert calendar([], made_at=AT).count("\r\n") == 5
