"""Sources in order, and the circuit breaker that leaves a failing one alone."""

from pathlib import Path

import pytest

from catlog.jikan.instances import FAILURES_TO_OPEN, OPEN_SECONDS, Instance, Instances
from catlog.net.errors import SourceUnavailableError
from tests.support.virtual_time import VirtualTime

FIRST, SECOND = "https://first.example/v1", "https://second.example/v4"


@pytest.fixture
def sources(tmp_path: Path, time: VirtualTime) -> Instances:
    return Instances((FIRST, SECOND + "/", FIRST), tmp_path, time.backoff)


def fail(sources: Instances, url: str, times: int) -> None:
    for _ in range(times):
        sources.record_failure(Instance(url))


def test_the_order_is_kept_and_repeats_are_dropped(sources: Instances) -> None:
    assert [source.url for source in sources.ordered] == [FIRST, SECOND]
    assert sources.pick().instance.url == FIRST


def test_five_failures_in_a_row_open_the_breaker(sources: Instances, tmp_path: Path, time: VirtualTime) -> None:
    fail(sources, FIRST, FAILURES_TO_OPEN - 1)
    assert sources.pick().instance.url == FIRST
    fail(sources, FIRST, 1)
    assert sources.pick().instance.url == SECOND
    assert Instances((FIRST, SECOND), tmp_path, time.backoff).pick().instance.url == SECOND, (
        "other processes know it too"
    )


def test_an_answer_in_between_begins_the_count_anew(sources: Instances) -> None:
    for _ in range(4):
        fail(sources, FIRST, FAILURES_TO_OPEN - 1)
        sources.record_success(Instance(FIRST))
    assert sources.pick().instance.url == FIRST


def test_after_a_minute_one_caller_may_try_and_a_failure_closes_the_door_again(
    sources: Instances, time: VirtualTime
) -> None:
    fail(sources, FIRST, FAILURES_TO_OPEN)
    time.now += OPEN_SECONDS
    trial = sources.pick()
    assert (trial.instance.url, trial.half_open) == (FIRST, True)
    assert sources.pick().instance.url == SECOND, "only one caller gets the trial"
    fail(sources, FIRST, 1)
    time.now += OPEN_SECONDS - 1
    assert sources.pick().instance.url == SECOND


def test_a_trial_that_succeeds_makes_the_source_well(sources: Instances, time: VirtualTime) -> None:
    fail(sources, FIRST, FAILURES_TO_OPEN)
    time.now += OPEN_SECONDS
    sources.pick()
    sources.record_success(Instance(FIRST))
    assert [(health.failures, health.suspended_for) for health in sources.health()] == [(0, 0), (0, 0)]
    assert not sources.pick().half_open


def test_when_no_source_is_well_the_error_says_when_to_come_back(sources: Instances, time: VirtualTime) -> None:
    fail(sources, FIRST, FAILURES_TO_OPEN)
    time.now += 20
    fail(sources, SECOND, FAILURES_TO_OPEN)
    with pytest.raises(SourceUnavailableError, match=r"first\.example, second\.example") as problem:
        sources.pick()
    assert problem.value.hint == "try again in 40 s"


def test_a_state_from_before_the_last_start_of_the_host_keeps_nobody_out(sources: Instances, time: VirtualTime) -> None:
    fail(sources, FIRST, FAILURES_TO_OPEN)
    time.now = 5.0
    assert sources.pick().instance.url == FIRST


@pytest.mark.parametrize("stored", ["", "[]", '{"https://first.example/v1": 7}', '{"https://first.example/v1": {}}'])
def test_a_damaged_state_is_no_reason_to_leave_a_source_alone(sources: Instances, tmp_path: Path, stored: str) -> None:
    (tmp_path / "jikan-health.json").write_text(stored)
    assert sources.pick().instance.url == FIRST
    fail(sources, FIRST, 1)
    assert sources.health()[0].failures == 1


def test_a_run_resumes_at_a_source_that_left_the_list(sources: Instances) -> None:
    assert sources.by_url("https://gone.example/v4/").url == "https://gone.example/v4"


@pytest.mark.parametrize(
    ("url", "host", "own"),
    [
        ("https://api.jikan.moe/v4", "api.jikan.moe", False),
        ("http://127.0.0.1:8080/v4", "127.0.0.1:8080", True),
        ("http://[::1]:8080/v4", "[::1]:8080", True),
        ("http://192.168.1.5/v4", "192.168.1.5", True),
        ("http://8.8.8.8/v4", "8.8.8.8", False),
        ("http://LOCALHOST:8080/v4", "localhost:8080", True),
        ("http://jikan:8080/v4", "jikan:8080", True),
        ("http://jikan.lan/v4", "jikan.lan", True),
        ("https://notlocalhost.example/v4", "notlocalhost.example", False),
    ],
)
def test_a_source_of_ones_own_is_told_by_its_name(url: str, host: str, own: bool) -> None:
    source = Instance(url)
    assert (source.host, source.self_hosted) == (host, own)
