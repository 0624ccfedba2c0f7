"""The limiter: never more than a source likes, from all threads and processes together, and people before machines."""

import json
import subprocess
import sys
import threading
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from catlog.errors import UnavailableError
from catlog.net.backoff import Backoff, Cancel
from catlog.net.errors import RateLimitedError, RequestCancelledError
from catlog.net.limiter import Limiter, Priority
from catlog.net.service import BodyLimits, RateLimits, Service, Timeouts, host_of
from tests.support.virtual_time import VirtualTime

RATES = RateLimits(max_rate=3.0, burst=2.0, per_minute=50, reserved=5, bulk_interval=4.0)
SERVICE = Service("example", "CatLog/0", RATES, Timeouts(5, 20, 60), BodyLimits(1000, 1000, 8, 100))
PUBLIC = host_of("https://api.example/v4")
OWN = host_of("http://127.0.0.1:8080/v4")
RUN, SEARCH, BULK = Priority.RUN, Priority.SEARCH, Priority.BULK


def grants(limiter: Limiter, time: VirtualTime, count: int, host: str = PUBLIC, who: Priority = RUN) -> list[float]:
    """Return when each of `count` requests was let through."""
    moments = []
    for _ in range(count):
        limiter.acquire(host, who)
        moments.append(time.now)
    return moments


def most_within(moments: list[float], seconds: float) -> int:
    return max(sum(start <= moment < start + seconds for moment in moments) for start in moments)


def test_two_go_at_once_and_the_others_at_the_steady_rate(tmp_path: Path, time: VirtualTime) -> None:
    moments = grants(Limiter(SERVICE, tmp_path, time.backoff, rate=1.0), time, 6)
    assert [round(moment - moments[0], 3) for moment in moments] == [0, 0, 1, 2, 3, 4]


def test_no_minute_ever_sees_more_than_its_share(tmp_path: Path, time: VirtualTime) -> None:
    moments = grants(Limiter(SERVICE, tmp_path, time.backoff, rate=3.0), time, 120, who=SEARCH)
    assert most_within(moments, 60) == RATES.per_minute
    assert moments[-1] - moments[0] < 130


def test_a_run_leaves_room_in_the_minute_for_a_search(tmp_path: Path, time: VirtualTime) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=3.0)
    assert most_within(grants(limiter, time, 100), 60) == RATES.per_minute - RATES.reserved
    before = time.now
    limiter.acquire(PUBLIC, SEARCH)
    assert time.now - before < 1


def test_a_public_source_never_gets_more_than_three_a_second(tmp_path: Path, time: VirtualTime) -> None:
    moments = grants(Limiter(SERVICE, tmp_path, time.backoff, rate=1000.0), time, 20)
    assert moments[-1] - moments[0] == pytest.approx((20 - RATES.burst) / 3, abs=0.01)


def test_an_own_source_is_asked_as_fast_as_wanted(tmp_path: Path, time: VirtualTime) -> None:
    moments = grants(Limiter(SERVICE, tmp_path, time.backoff, rate=1000.0), time, 200, OWN)
    assert moments[-1] - moments[0] == pytest.approx(0.198, abs=0.01)


def test_bulk_requests_keep_their_distance_and_others_need_not(tmp_path: Path, time: VirtualTime) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=1.0)
    moments = grants(limiter, time, 5, who=BULK)
    assert all(later - earlier >= RATES.bulk_interval for earlier, later in pairwise(moments))
    before = time.now
    limiter.acquire(PUBLIC, RUN)
    assert time.now == before


def test_each_host_has_a_limit_of_its_own_and_base_paths_share_one(tmp_path: Path, time: VirtualTime) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=1.0)
    grants(limiter, time, 2)
    before = time.now
    limiter.acquire(host_of("https://other.example/v4"), RUN)
    assert time.now == before
    limiter.acquire(host_of("https://API.example/v1"), RUN)
    assert time.now - before == pytest.approx(1, abs=0.01)


def test_a_429_halves_the_rate_and_good_answers_raise_it_again(tmp_path: Path, time: VirtualTime) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=1.0)
    rates = []
    for _ in range(5):
        limiter.slow_down(PUBLIC, 0)
        rates.append(limiter.rate(PUBLIC))
    assert rates == [0.5, 0.25, 0.125, 0.125, 0.125]
    for _ in range(9):
        limiter.record_success(PUBLIC)
    assert limiter.rate(PUBLIC) == 0.125
    limiter.record_success(PUBLIC)
    assert limiter.rate(PUBLIC) == 0.125 * 1.25
    for _ in range(200):
        limiter.record_success(PUBLIC)
    assert limiter.rate(PUBLIC) == 1.0


def test_a_429_starts_the_run_of_good_answers_anew(tmp_path: Path, time: VirtualTime) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=1.0)
    limiter.slow_down(PUBLIC, 0)
    for _ in range(9):
        limiter.record_success(PUBLIC)
    limiter.slow_down(PUBLIC, 0)
    limiter.record_success(PUBLIC)
    assert limiter.rate(PUBLIC) == 0.25


def test_a_wish_of_the_source_holds_back_every_process(tmp_path: Path, time: VirtualTime) -> None:
    Limiter(SERVICE, tmp_path, time.backoff, rate=1.0).slow_down(PUBLIC, 30)
    before = time.now
    Limiter(SERVICE, tmp_path, time.backoff, rate=1.0).acquire(PUBLIC, SEARCH)
    assert time.now - before == pytest.approx(30, abs=0.01)


def test_a_search_says_how_long_it_would_wait_instead_of_waiting(tmp_path: Path, time: VirtualTime) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=1.0)
    limiter.slow_down(PUBLIC, 30)
    before = time.now
    with pytest.raises(RateLimitedError) as problem:
        limiter.acquire(PUBLIC, SEARCH, timeout=5)
    assert problem.value.retry_after == pytest.approx(30)
    assert time.now == before


def test_waiting_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    limiter, cancel = Limiter(SERVICE, tmp_path, Backoff(), rate=1.0), threading.Event()
    limiter.slow_down(PUBLIC, 300)
    threading.Timer(0.1, cancel.set).start()
    with pytest.raises(RequestCancelledError):
        limiter.acquire(PUBLIC, RUN, cancel=cancel)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\x00\xff",
        b"[1, 2]",
        b'{"tokens": "many"}',
        b'{"tokens": NaN}',
        b'{"share": 0}',
        b'{"stamp": 1e12}',
        b'{"recent": 7}',
        b'{"recent": ["a"]}',
        b'{"paused_until": 1e300}',
        b'{"hologram": 1}',
        b"[" * 5000,
    ],
)
def test_a_damaged_or_foreign_state_is_replaced(tmp_path: Path, time: VirtualTime, stored: bytes) -> None:
    limiter = Limiter(SERVICE, tmp_path, time.backoff, rate=1.0)
    file = tmp_path / "example-limit-api.example.json"
    file.write_bytes(stored)
    assert len(grants(limiter, time, 3)) == 3
    assert time.now < 1_005
    assert json.loads(file.read_bytes())["share"] == 1.0


def test_the_state_is_nobody_elses_to_read(tmp_path: Path, time: VirtualTime) -> None:
    Limiter(SERVICE, tmp_path / "state", time.backoff, rate=1.0).acquire(PUBLIC, RUN)
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / "example-limit-api.example.json").stat().st_mode & 0o777 == 0o600


def test_a_state_that_cannot_be_written_is_an_error_with_a_way_out(tmp_path: Path, time: VirtualTime) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be written") as problem:
        Limiter(SERVICE, tmp_path / "file", time.backoff, rate=1.0).acquire(PUBLIC, RUN)
    assert "CATLOG_HOME" in problem.value.hint


def test_a_search_goes_before_the_runs_that_wait_already(tmp_path: Path, time: VirtualTime) -> None:
    order: list[Priority] = []

    def runs_try() -> None:
        for _ in range(6):
            with suppress(RateLimitedError):
                limiter.acquire(OWN, RUN, timeout=0)
                order.append(RUN)

    def pause(seconds: float, cancel: Cancel) -> None:
        until = time.now + seconds
        while time.now < until:
            time.now = min(until, time.now + 0.01)
            runs_try()

    limiter = Limiter(SERVICE, tmp_path, Backoff(monotonic=lambda: time.now, pause=pause), rate=10.0)
    runs_try()
    for _ in range(3):
        limiter.acquire(OWN, SEARCH)
        order.append(SEARCH)
    assert order == [RUN, RUN, SEARCH, SEARCH, SEARCH]
    pause(0.35, None)
    assert order[5:] == [RUN, RUN, RUN], "and the runs go on behind it"


CHILD = """
import sys, time
from pathlib import Path
from catlog.net.limiter import Limiter, Priority
from catlog.net.backoff import Backoff
from tests.net.test_limiter import OWN, SERVICE

read = []
def monotonic():
    read.append(time.monotonic())
    return read[-1]

limiter = Limiter(SERVICE, Path(sys.argv[1]), Backoff(monotonic), rate=40.0)
for _ in range(20):
    limiter.acquire(OWN, Priority.RUN)
    print(read[-1], flush=True)
"""


def test_processes_share_one_limit(tmp_path: Path) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = [child.communicate(timeout=60)[0] for child in children]
    moments = sorted(float(line) for text in told for line in text.split())
    assert [child.returncode for child in children] == [0, 0, 0]
    assert len(moments) == 60
    # The moment that counts is the one the limiter read under its lock, however late the child runs on.
    assert most_within(moments, 0.5) <= 40 * 0.5 + RATES.burst
    assert moments[-1] - moments[0] >= (60 - RATES.burst) / 40 - 1e-6
