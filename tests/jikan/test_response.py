"""What an answer tells of itself: its age, whether it is stale, and how to ask later whether it changed."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from catlog import clock
from catlog.jikan.response import JikanResponse
from catlog.net.backoff import RETRY_AFTER_CAP, Backoff, read_retry_after
from catlog.net.errors import BadResponseError
from catlog.net.response import Validators

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)


def http(delta: timedelta) -> str:
    return format_datetime(NOON + delta, usegmt=True)


def answer(body: bytes = b'{"data": []}', **headers: str) -> JikanResponse:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    url = "https://jikan.example/v4"
    return JikanResponse(url, "jikan.example", f"{url}/top/anime?page=3", "/top/anime", 3, 200, NOON, named, body)


def test_an_answer_names_its_source_and_its_page() -> None:
    assert answer().where == "jikan.example /top/anime, page 3"
    assert answer(b"{}").sha256 == hashlib.sha256(b"{}").hexdigest()


@pytest.mark.parametrize(
    ("headers", "stale"),
    [
        ({}, False),
        ({"x_cache_status": "STALE"}, True),
        ({"x_cache_status": "EXPIRED"}, False),
        ({"expires": http(timedelta(hours=-1))}, True),
        ({"expires": http(timedelta(hours=1))}, False),
        ({"expires": http(timedelta(hours=-1)), "date": http(timedelta(hours=-2))}, False),
        ({"expires": http(timedelta(seconds=-1)), "cache_control": "no-cache, no-store"}, False),
        ({"expires": "-1"}, False),
        ({"expires": "0"}, False),
        ({"expires": "Thu, 99 Foo 2026"}, False),
    ],
)
def test_a_stale_answer_is_known_by_its_headers(headers: dict[str, Any], stale: bool) -> None:
    assert answer(**headers).stale is stale


def test_the_age_counts_from_what_the_source_says_and_never_from_the_future() -> None:
    assert answer().as_of == NOON
    assert answer(last_modified=http(timedelta(days=-3))).as_of == NOON - timedelta(days=3)
    assert answer(last_modified=http(timedelta(days=3))).as_of == NOON
    assert answer(last_modified="Thu, 01 Jan 1970 00:00:00 GMT").as_of == NOON, "that is no age"


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"date": http(timedelta(hours=-2))}, timedelta(hours=-2)),
        ({"date": http(timedelta(hours=-2)), "age": "3600"}, timedelta(hours=-1)),
        ({"date": http(timedelta(hours=-2)), "age": "-1"}, timedelta(hours=-2)),
        ({"date": http(timedelta(hours=-2)), "age": "9" * 30}, timedelta(hours=-2)),
        ({"date": "Sat, 01 Jan 9999 00:00:00 GMT", "age": "999999999"}, None),
        ({"date": "now"}, None),
        ({"age": "3600"}, None),
        ({}, None),
    ],
)
def test_when_an_answer_was_sent_is_its_date_and_the_age_that_a_cache_adds(
    headers: dict[str, Any], sent: timedelta | None
) -> None:
    age = headers["age"] if headers.get("age") == "3600" else 0
    between = answer(**headers).sent_between
    assert between == (None if sent is None else (NOON + sent - timedelta(seconds=int(age)), NOON + sent))


def test_only_validators_that_were_given_are_given_back() -> None:
    modified = http(timedelta(days=-3))
    assert answer().validators is None
    assert answer(last_modified="-1").validators is None
    assert answer(etag='"abc"').validators == Validators('"abc"', None)
    given = answer(etag='W/"abc"', last_modified=modified).validators
    assert given is not None
    assert given.as_headers() == {"If-None-Match": 'W/"abc"', "If-Modified-Since": modified}


def test_a_bad_answer_comes_with_its_bytes_so_that_they_can_be_kept() -> None:
    cut = answer(b'{"data": [{"mal')
    for read in (cut.document, cut.data, cut.read_page):
        with pytest.raises(
            BadResponseError, match=r"jikan\.example /top/anime, page 3: the answer is cut short"
        ) as problem:
            read()
        assert problem.value.response is cut


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("7", 7),
        ("100000", RETRY_AFTER_CAP),
        ("9" * 400, RETRY_AFTER_CAP),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("٣", 0),
        (http(timedelta(seconds=90)), 90),
        (http(timedelta(seconds=-90)), 0),
        (http(timedelta(days=9)), RETRY_AFTER_CAP),
        ("Thu, 07 May 2026 12:00:30 -0000", 30),
    ],
)
def test_a_wish_to_wait_is_read_in_both_forms_and_capped(text: str, seconds: float) -> None:
    with clock.stopped_at(NOON):
        assert read_retry_after({"retry-after": text}) == seconds


def test_a_date_to_wait_for_is_measured_by_the_clock_of_the_source() -> None:
    wish = {"retry-after": http(timedelta(hours=5, seconds=20)), "date": http(timedelta(hours=5))}
    with clock.stopped_at(NOON):
        assert read_retry_after(wish) == 20


def test_the_waits_double_under_full_jitter_up_to_a_minute() -> None:
    longest = Backoff(jitter=lambda cap: cap)
    assert [longest.before_retry(tries, 1.0, 0) for tries in (1, 2, 3, 4, 7, 9)] == [1, 2, 4, 8, 60, 60]
    waits = [Backoff().before_retry(4, 1.0, 0) for _ in range(500)]
    assert 0 <= min(waits) < 1
    assert 7 < max(waits) <= 8
    assert Backoff().before_retry(1, 1.0, 42) == 42
