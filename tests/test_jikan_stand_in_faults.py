"""The stand-in Jikan breaks exactly as it is told to: every fault does what its line in the list says."""

import gzip
import http.client
import json
import math
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from tests.support.jikan import FaultError, JikanStandIn
from tests.support.jikan.client import Client


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def client(jikan: JikanStandIn) -> Iterator[Client]:
    with Client(jikan.url) as made:
        yield made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("429*3", [429, 429, 429, 200, 200]),
        ("504*2@after=1", [200, 504, 504, 200, 200]),
        ("500@/anime", [200, 200, 200, 200, 200]),
        ("permanent 400", [400] * 5),
        ("429-storm", [429, 429, 200, 429, 429]),
        ("522", [522] * 5),
    ],
)
def test_statuses_come_as_scripted(jikan: JikanStandIn, client: Client, text: str, expected: list[int]) -> None:
    jikan.set_faults(text)
    assert [client.get("/top/anime").status for _ in range(5)] == expected
    assert jikan.fired.get(text, 0) == sum(status != 200 for status in expected)


def test_refusals_follow_one_another_in_the_order_of_the_script(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("429*2", "504*2", "stale")
    answers = [client.get("/top/anime") for _ in range(5)]
    assert [answer.status for answer in answers] == [429, 429, 504, 504, 200]
    assert answers[-1].headers["x-cache-status"] == "STALE"
    jikan.set_faults()
    assert client.get("/top/anime").headers["x-cache-status"] == "HIT"


def test_a_fault_can_wait_for_its_page(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("500@page=2*1")
    statuses = [client.get("/top/anime", page=page).status for page in (1, 2, 2, 3)]
    assert statuses == [200, 500, 200, 200]


def test_error_bodies_differ_as_the_real_ones_do(jikan: JikanStandIn, client: Client) -> None:
    bodies = {}
    for status in ("400", "404", "429", "500", "504"):
        jikan.set_faults(status)
        bodies[status] = client.get("/top/anime").json
    assert bodies["429"]["status"] == "429", "the edge sends a string"
    assert bodies["504"]["type"] == "BadResponseException"
    assert isinstance(bodies["400"]["messages"], dict)
    jikan.set_faults("502")
    assert client.get("/top/anime").headers["content-type"].startswith("text/html")
    jikan.set_faults("status-string=500")
    answer = client.get("/top/anime")
    assert (answer.status, answer.json["status"]) == (500, "500")


def test_retry_after_comes_as_seconds_and_as_a_date(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("retry-after=7*1", "retry-after-date=30*1")
    first, second = client.get("/top/anime"), client.get("/top/anime")
    assert (first.status, first.headers["retry-after"]) == (429, "7")
    ahead = parsedate_to_datetime(second.headers["retry-after"]) - datetime.now(UTC)
    assert timedelta(seconds=15) < ahead <= timedelta(seconds=31)


def test_a_rate_lets_a_patient_client_through() -> None:
    moments = iter([10.0, 11.0, 11.25, 12.0, 12.5])
    with JikanStandIn(faults=["rate=1.25"], monotonic=lambda: next(moments)) as jikan, Client(jikan.url) as client:
        statuses = [client.get("/top/anime").status for _ in range(5)]
        assert [request.time for request in jikan.requests] == [10.0, 11.0, 11.25, 12.0, 12.5]
    assert statuses == [200, 429, 200, 429, 200]


@pytest.mark.parametrize(
    ("agent", "status"),
    [(None, 403), ("", 403), ("python-httpx/0.28.1", 403), ("curl/8.5", 403), ("CatLog/0.1 (+https://x.invalid)", 200)],
)
def test_a_client_without_a_name_of_its_own_is_turned_away(
    jikan: JikanStandIn, client: Client, agent: str | None, status: int
) -> None:
    jikan.set_faults("403-no-agent")
    assert client.get("/top/anime", {} if agent is None else {"User-Agent": agent}).status == status


def test_a_redirect_leads_elsewhere_or_stays_with_its_query(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("redirect*1", "redirect=/v1")
    away, near = (client.get("/anime", q="a b", page=2) for _ in range(2))
    assert (away.status, near.status) == (302, 302)
    assert away.headers["location"] == "http://elsewhere.invalid/v4/anime?q=a+b&page=2"
    assert near.headers["location"] == "/v1/anime?q=a+b&page=2"


def test_html_comes_with_status_200(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("html")
    answer = client.get("/top/anime")
    assert answer.status == 200
    assert answer.raw.startswith(b"<!DOCTYPE html>")


def test_a_deep_answer_is_too_deep_for_a_recursive_parser(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("deep")
    answer = client.get("/top/anime")
    assert answer.raw.count(b"[") == answer.raw.count(b"]") == 10_000
    with pytest.raises(RecursionError):
        _ = answer.json


def test_a_bomb_is_small_on_the_wire_and_sent_to_whoever_asks(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("bomb*1", "bomb=5")
    big, small = client.get("/top/anime"), client.get("/top/anime")
    assert len(big.raw) < 300_000
    assert struct.unpack("<I", big.raw[-4:])[0] > 200_000_000
    assert big.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(small.raw))["data"] == [], "the checksum and the JSON are right"


@pytest.mark.parametrize("welcome", ["identity", "gzip"])
def test_a_cut_body_ends_before_its_length_is_reached(jikan: JikanStandIn, client: Client, welcome: str) -> None:
    jikan.set_faults("cut@page=3")
    assert client.get("/top/anime", page=2).status == 200
    with pytest.raises(http.client.IncompleteRead) as broken:
        client.get("/top/anime", {"Accept-Encoding": welcome}, page=3)
    assert (broken.value.expected or 0) > 0


def test_truncated_json_has_the_right_length(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("truncated", "repeat")
    answer = client.get("/top/anime")
    assert int(answer.headers["content-length"]) == len(answer.raw)
    with pytest.raises(json.JSONDecodeError):
        _ = answer.json


def test_bodies_lie_about_their_coding(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("badgzip*1", "badutf8@after=1")
    answer = client.get("/top/anime")
    assert answer.headers["content-encoding"] == "gzip"
    with pytest.raises((gzip.BadGzipFile, zlib.error)):
        gzip.decompress(answer.raw)
    with pytest.raises(UnicodeDecodeError):
        client.get("/top/anime").raw.decode()


def test_not_a_number_goes_through_where_json_has_none(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("nan")
    answer = client.get("/top/anime")
    assert b'"score":NaN' in answer.raw
    assert math.isnan(answer.json["data"][0]["score"])


@pytest.mark.parametrize(("fault", "field", "kind"), [("nomalid", "mal_id", int), ("notitle", "title", str)])
def test_a_share_of_the_entries_lacks_what_is_required(
    jikan: JikanStandIn, client: Client, fault: str, field: str, kind: type
) -> None:
    whole = client.get("/top/anime").json["data"]
    jikan.set_faults(f"{fault}=0.4")
    data = client.get("/top/anime").json["data"]
    spoilt = [new for new, old in zip(data, whole, strict=True) if new != old]
    assert len(spoilt) == 10
    assert any(field not in entry for entry in spoilt)
    assert any(type(entry.get(field)) not in (kind, type(None)) for entry in spoilt)


def test_retyped_entries_differ_in_one_optional_field(jikan: JikanStandIn, client: Client) -> None:
    whole = client.get("/top/anime").json["data"]
    jikan.set_faults("retyped=1")
    changed = set()
    for new, old in zip(client.get("/top/anime").json["data"], whole, strict=True):
        fields = {name for name in old if name not in new or new[name] != old[name]}
        assert len(fields) <= 1
        changed |= fields
    assert len(changed) > 10
    assert not changed & {"mal_id", "title"}


def test_unknown_fields_repeats_and_missing_parts(jikan: JikanStandIn, client: Client) -> None:
    whole = client.get("/top/anime")
    jikan.set_faults("unknown", "repeat", "nopagination")
    answer = client.get("/top/anime")
    assert answer.ids == whole.ids[:1] + whole.ids
    assert all(set(entry) - set(whole.json["data"][0]) for entry in answer.json["data"])
    assert "sponsor" in answer.json
    assert "pagination" not in answer.json
    jikan.set_faults("empty@page=2")
    end = client.get("/top/anime", page=2).json
    assert (end["data"], end["pagination"]["has_next_page"]) == ([], True)


def test_a_big_answer_is_big_on_the_wire(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("big")
    answer = client.get("/top/anime", {"Accept-Encoding": "gzip"})
    assert len(answer.raw) > 2_999_000
    assert len(answer.json["data"]) == 25


def test_a_stale_answer_says_so(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("stale")
    answer = client.get("/genres/anime")
    assert answer.headers["x-cache-status"] == "STALE"
    assert parsedate_to_datetime(answer.headers["expires"]) < datetime.now(UTC)


def test_a_dead_connection_ends_and_a_reset_one_is_reset(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("dead*1", "reset*1")
    with pytest.raises(http.client.RemoteDisconnected):
        client.get("/top/anime")
    with pytest.raises(ConnectionResetError) as broken:
        client.get("/top/anime")
    assert not isinstance(broken.value, http.client.RemoteDisconnected)
    assert client.get("/top/anime").status == 200


def test_a_slow_answer_is_slow_and_a_dripping_or_chunked_one_is_whole(jikan: JikanStandIn, client: Client) -> None:
    whole = client.get("/genres/anime").raw
    jikan.set_faults("slow=0.15*1", "drip=0.01*1", "chunked@after=1")
    begin = time.monotonic()
    assert client.get("/genres/anime").raw == whole
    assert time.monotonic() - begin >= 0.15 + 0.01 * (len(whole) // 1000)
    answer = client.get("/genres/anime")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.raw == whole


def test_a_held_request_is_answered_when_it_is_released_and_not_by_another_script(jikan: JikanStandIn) -> None:
    def ask(_: int) -> int:
        with Client(jikan.url) as client:
            return client.get("/top/anime", page=2).status

    jikan.set_faults("held@page=2")
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask, number) for number in range(2)]
        try:
            while len(jikan.requests) < 2:
                time.sleep(0.005)
            jikan.set_faults("504")
            with Client(jikan.url) as client:
                assert client.get("/top/anime").status == 504
            jikan.set_faults("held")
            assert not any(one.done() for one in asked)
        finally:
            jikan.release()
        assert [one.result() for one in asked] == [200, 200]
    assert ask(2) == 200, "released is released, until the next script"


def test_a_held_request_does_not_outlive_the_stand_in(jikan: JikanStandIn) -> None:
    def ask() -> int:
        with Client(jikan.url) as client, pytest.raises(http.client.RemoteDisconnected):
            client.get("/top/anime")
        return len(jikan.requests)

    jikan.set_faults("held")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        while not jikan.requests:
            time.sleep(0.005)
        jikan.stop()
        assert asked.result() == 1


def test_a_shifting_list_repeats_ids_loses_ids_and_changes_page_one(jikan: JikanStandIn, client: Client) -> None:
    at_first = [entry["mal_id"] for entry in client.walk("/top/anime")]
    jikan.set_faults("shift=4@page=2")
    read = [mal_id for page in range(1, 17) for mal_id in client.get("/top/anime", page=page).ids]
    assert read[50:54] == read[46:50], "what was last on page 2 is first on page 3"
    assert len(read) == 400
    missed = set(at_first) - set(read)
    assert len(missed) == 4
    assert set(client.get("/top/anime").ids[:4]) == missed
    assert jikan.fired == {"shift=4@page=2": 1}
    scores = [entry["score"] or 0 for entry in client.walk("/top/anime")]
    assert scores == sorted(scores, reverse=True)


def test_ties_that_are_sorted_anew_repeat_and_lose_ids_without_any_change(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("ties")
    read = [entry["mal_id"] for entry in client.walk("/top/anime")]
    assert len(read) == 400
    assert len(set(read)) < 400
    assert [entry["mal_id"] for entry in client.walk("/top/anime")] == read, "every run is the same"


def test_many_clients_at_once_spend_a_fault_exactly_once(jikan: JikanStandIn) -> None:
    jikan.set_faults("429*10")

    def ask(_: int) -> int:
        with Client(jikan.url) as client:
            return client.get("/top/anime", limit=1).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, range(32)))
    assert (statuses.count(429), statuses.count(200)) == (10, 22)
    assert len(jikan.requests) == 32


def test_a_client_that_goes_away_does_no_harm(jikan: JikanStandIn, client: Client) -> None:
    jikan.set_faults("slow=0.1*1")
    gone = socket.create_connection(("127.0.0.1", urlsplit(jikan.url).port or 0))
    gone.sendall(b"GET /v4/anime HTTP/1.1\r\nHost: x\r\n\r\n")
    gone.close()
    assert client.get("/top/anime").status == 200


@pytest.mark.parametrize("text", ["", "nonsense", "600", "slow=quick", "429*many", "500@pages=2", "500@page=two"])
def test_a_fault_nobody_knows_is_refused_by_name(jikan: JikanStandIn, client: Client, text: str) -> None:
    jikan.set_faults("504")
    with pytest.raises(FaultError, match=r"no fault|in '"):
        jikan.set_faults(text)
    assert client.get("/top/anime").status == 504, "the script before it is still in force"
