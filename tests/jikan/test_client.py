"""The client over real HTTP: retries, limits of time and size, redirects, breaker, fail-over, cancelling."""

import socket
import ssl
import threading
import time as real_time
from itertools import pairwise

import pytest

from catlog import __version__
from catlog.errors import ConfigError, InvalidArgumentError
from catlog.jikan.errors import RequestRejectedError, SourceRefusedError, UnknownToSourceError
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.instances import FAILURES_TO_OPEN
from catlog.jikan.request import ApiRequest
from catlog.jikan.schema import parse_anime
from catlog.net import transport
from catlog.net.backoff import Backoff
from catlog.net.errors import BadResponseError, RateLimitedError, RequestCancelledError, SourceUnavailableError
from catlog.net.limiter import Priority
from catlog.net.service import Timeouts
from tests.jikan.conftest import ClientFactory
from tests.jikan.wire import talking
from tests.support.jikan import JikanStandIn
from tests.support.virtual_time import VirtualTime

NOBODY = "http://127.0.0.1:9/v4"


def test_an_answer_is_what_the_source_sent(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    answer = (
        client_of(jikan.url)
        .open_session()
        .get(ApiRequest("/top/anime", {"limit": 5, "sfw": True, "filter": None}, page=2))
    )
    (request,) = jikan.requests
    assert (request.path, request.query) == ("/top/anime", {"limit": "5", "sfw": "true", "page": "2"})
    assert request.headers["user-agent"] == f"CatLog/{__version__} (anime lists and ranking history in the terminal)"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert answer.source == jikan.url
    assert answer.where == f"{jikan.url.split('/')[2]} /top/anime, page 2"
    assert answer.url == f"{jikan.url}/top/anime?limit=5&sfw=true&page=2"
    assert answer.headers["x-cache-status"] == "MISS"
    assert not answer.stale
    assert len(answer.read_page().entries) == 5


def test_a_session_keeps_its_connection(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    session = client_of(jikan.url).open_session()
    for page in (1, 2, 3):
        session.get(ApiRequest("/top/anime", page=page))
    assert len({request.connection for request in jikan.requests}) == 1


@pytest.mark.parametrize("path", ["top/anime", "//elsewhere.example/", "/../secret", "/anime?q=x", "/anime#x"])
def test_what_is_no_path_of_the_api_is_not_asked_for(jikan: JikanStandIn, client_of: ClientFactory, path: str) -> None:
    with pytest.raises(InvalidArgumentError):
        client_of(jikan.url).open_session().get(ApiRequest(path))
    assert not jikan.requests


@pytest.mark.parametrize(
    "fault", ["429*4", "500*4", "502*4", "503*4", "504*4", "520*4", "524*4", "dead*4", "reset*4", "cut*4"]
)
def test_what_may_pass_is_asked_again_up_to_five_times(
    jikan: JikanStandIn, client_of: ClientFactory, time: VirtualTime, fault: str
) -> None:
    jikan.set_faults(fault)
    assert client_of(jikan.url).open_session().get(ApiRequest("/top/anime")).read_page().entries
    assert len(jikan.requests) == 5
    assert [wait for wait in time.waits if wait >= 1] == [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("429", RateLimitedError),
        ("504", SourceUnavailableError),
        ("dead", SourceUnavailableError),
        ("status-string=503", SourceUnavailableError),
    ],
)
def test_after_five_tries_it_is_over(
    jikan: JikanStandIn, client_of: ClientFactory, fault: str, error: type[Exception]
) -> None:
    jikan.set_faults(fault)
    with pytest.raises(error, match=r"127\.0\.0\.1:\d+ /top/anime, page 2"):
        client_of(jikan.url).open_session().get(ApiRequest("/top/anime", page=2))
    assert len(jikan.requests) == 5


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("400", RequestRejectedError),
        ("404", UnknownToSourceError),
        ("405", SourceRefusedError),
        ("403", SourceRefusedError),
    ],
)
def test_what_will_not_pass_is_asked_once(
    jikan: JikanStandIn, client_of: ClientFactory, fault: str, error: type[Exception]
) -> None:
    jikan.set_faults(fault)
    with pytest.raises(error):
        client_of(jikan.url).open_session().get(ApiRequest("/top/anime"))
    assert len(jikan.requests) == 1


def test_a_source_that_wants_a_user_agent_gets_one(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("403-no-agent")
    assert client_of(jikan.url).open_session().get(ApiRequest("/top/anime")).status == 200


@pytest.mark.parametrize("fault", ["retry-after=7*1", "retry-after-date=7*1"])
def test_a_wish_to_wait_is_granted_in_both_forms(
    jikan: JikanStandIn, client_of: ClientFactory, time: VirtualTime, fault: str
) -> None:
    jikan.set_faults(fault)
    client_of(jikan.url, first_wait=0.0).open_session().get(ApiRequest("/top/anime"))
    assert 7 <= sum(time.waits) < 9.5


def test_a_429_slows_all_clients_down(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("429*1")
    client, bystander = client_of(jikan.url), client_of(jikan.url)
    client.open_session().get(ApiRequest("/top/anime"))
    assert bystander.limiter.rate(bystander.instances.ordered[0].host) == 500


def test_a_storm_of_429s_is_weathered(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("429-storm")
    session = client_of(jikan.url).open_session()
    pages = [session.get(ApiRequest("/top/anime", page=page)).read_page() for page in (1, 2, 3)]
    assert [len(page.entries) for page in pages] == [25, 25, 10]
    assert len(jikan.requests) == 9


def test_the_steady_rate_holds_on_the_wire(jikan: JikanStandIn, client_of: ClientFactory, time: VirtualTime) -> None:
    session = client_of(jikan.url, rate=20.0).open_session()
    moments = []
    for page in range(1, 8):
        session.get(ApiRequest("/top/anime", {"limit": 5}, page=page))
        assert len(jikan.requests) == page
        moments.append(time.now)
    # The first two are the burst.
    assert [round(moment - moments[0], 3) for moment in moments] == [0, 0, 0.05, 0.1, 0.15, 0.2, 0.25]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("html", "the answer is HTML, not JSON"),
        ("bomb", "larger than 8 MB once inflated"),
        ("big=3", "larger than 2 MB"),
        ("badgzip", "cannot be inflated"),
    ],
)
def test_an_answer_that_is_none_is_refused_at_once(
    jikan: JikanStandIn, client_of: ClientFactory, fault: str, reason: str
) -> None:
    jikan.set_faults(fault)
    with pytest.raises(BadResponseError, match=rf"127\.0\.0\.1:\d+ /top/anime, page 3: .*{reason}"):
        client_of(jikan.url).open_session().get(ApiRequest("/top/anime", page=3))
    assert len(jikan.requests) == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("truncated", "cut short"),
        ("nan", "NaN is no JSON number"),
        ("deep", "nested deeper than 64"),
        ("badutf8", "not UTF-8"),
    ],
)
def test_an_answer_that_cannot_be_parsed_can_be_stored_first(
    jikan: JikanStandIn, client_of: ClientFactory, fault: str, reason: str
) -> None:
    jikan.set_faults(fault)
    answer = client_of(jikan.url).open_session().get(ApiRequest("/top/anime", page=3))
    assert len(answer.body) > 1000
    with pytest.raises(BadResponseError, match=f"page 3: .*{reason}") as problem:
        answer.read_page()
    assert problem.value.response is answer


@pytest.mark.parametrize("fault", ["retyped=0.5", "nomalid=0.4", "notitle=0.4", "unknown", "repeat", "nopagination"])
def test_of_every_spoilt_page_accepted_and_rejected_make_up_what_was_received(
    jikan: JikanStandIn, client_of: ClientFactory, fault: str
) -> None:
    jikan.set_faults(fault)
    page = client_of(jikan.url).open_session().get(ApiRequest("/top/anime")).read_page()
    accepted, rejected = 0, 0
    for entry in page.entries:
        try:
            parse_anime(entry)
            accepted += 1
        except RejectedRecordError:
            rejected += 1
    assert accepted + rejected == len(page.entries) >= 25
    assert (rejected > 0) == (fault in ("nomalid=0.4", "notitle=0.4"))
    assert bool(page.unknown_fields) == (fault == "unknown")


def test_stale_data_is_kept_and_says_so(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("stale")
    answer = client_of(jikan.url).open_session().get(ApiRequest("/top/anime"))
    assert answer.stale
    assert answer.read_page().entries


@pytest.mark.parametrize(("fault", "timeouts"), [("slow=30", Timeouts(2, 0.2, 60)), ("drip=0.3", Timeouts(2, 5, 0.5))])
def test_a_slow_answer_ends_at_the_silence_or_at_the_whole_time(
    jikan: JikanStandIn, client_of: ClientFactory, fault: str, timeouts: Timeouts
) -> None:
    jikan.set_faults(fault)
    with pytest.raises(SourceUnavailableError, match=r"no answer in time|longer than a whole request may"):
        client_of(jikan.url, NOBODY, timeouts=timeouts).open_session(Priority.SEARCH).get(ApiRequest("/top/anime"))


def test_headers_that_drip_without_end_are_cut_off_too(client_of: ClientFactory) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Wait: 1\r\n")
            real_time.sleep(0.05)

    with talking(drip) as url:
        begin = real_time.monotonic()
        with pytest.raises(SourceUnavailableError, match="longer than a whole request may"):
            client_of(url, NOBODY, timeouts=Timeouts(2, 5, 0.5)).open_session(Priority.SEARCH).get(
                ApiRequest("/top/anime")
            )
        assert real_time.monotonic() - begin > 0.4


@pytest.mark.parametrize("fault", ["slow=60", "drip=60", "429"])
def test_a_search_that_was_overtaken_ends_at_once(jikan: JikanStandIn, client_of: ClientFactory, fault: str) -> None:
    jikan.set_faults(fault)
    cancel = threading.Event()
    session = client_of(jikan.url, backoff=Backoff(jitter=lambda cap: 4.9)).open_session(Priority.SEARCH, cancel=cancel)

    def overtake() -> None:
        while not jikan.requests:
            real_time.sleep(0.005)
        real_time.sleep(0.2)  # on the way to the answer, the next drop or the next try: wherever it is, it ends
        cancel.set()

    newer = threading.Thread(target=overtake)
    begin = real_time.monotonic()
    newer.start()
    with pytest.raises(RequestCancelledError):
        session.get(ApiRequest("/anime", {"q": "tabi"}))
    newer.join()
    assert real_time.monotonic() - begin < 50, "it waited for the answer or the next drop, 60 s each"
    assert len(jikan.requests) == 1


def test_a_request_cancelled_before_it_begins_is_not_sent(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(RequestCancelledError):
        client_of(jikan.url).open_session(cancel=cancel).get(ApiRequest("/anime"))
    assert not jikan.requests


def test_certificates_are_checked_where_there_are_any(client_of: ClientFactory) -> None:
    client = client_of("https://jikan.example/v4")
    exchange = client.exchange(client.instances.ordered[0], Priority.RUN, None, lambda _: None)
    context = exchange.transport._client._transport._pool._ssl_context  # type: ignore[attr-defined]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ALL_PROXY", "socks5://127.0.0.1:9"), ("HTTPS_PROXY", "nonsense://x"), ("SSL_CERT_FILE", "/nowhere.pem")],
)
def test_a_proxy_that_cannot_be_used_is_a_matter_of_settings(
    client_of: ClientFactory, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    transport._tls.cache_clear()
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match="the proxy or certificates of the environment"):
        client_of("https://jikan.example/v4").open_session().get(ApiRequest("/top/anime"))


def test_an_own_source_is_not_asked_through_the_proxy(
    jikan: JikanStandIn, client_of: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert client_of(jikan.url).open_session().get(ApiRequest("/top/anime")).status == 200


def test_a_plain_server_is_no_secure_one(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    with pytest.raises(SourceUnavailableError, match="no connection"):
        client_of(jikan.url.replace("http:", "https:")).open_session(Priority.SEARCH).get(ApiRequest("/top/anime"))


def test_an_unknown_id_looks_like_a_failure_and_is_told_apart(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    client = client_of(jikan.url)
    with pytest.raises(UnknownToSourceError, match="could not get it") as problem:
        client.open_session().get(ApiRequest("/anime/999999999/full", by_id=True))
    assert problem.value.probable
    assert client.instances.health()[0].failures == 0


def test_a_later_request_is_conditional_only_by_what_was_given(client_of: ClientFactory) -> None:
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        body = b'{"data": []}'
        connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "abc"\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body))
        asked.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 304 Not Modified\r\n\r\n")

    with talking(serve) as url:
        session = client_of(url).open_session()
        first = session.get(ApiRequest("/top/anime"))
        second = session.get(ApiRequest("/top/anime", since=first.validators))
    assert (first.not_modified, second.not_modified, second.body) == (False, True, b"")
    assert b'if-none-match: "abc"' in asked[0].lower()
    assert b"if-modified-since" not in asked[0].lower()


def test_a_304_that_nobody_asked_for_is_no_answer(client_of: ClientFactory) -> None:
    with (
        talking(lambda connection: connection.sendall(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as url,
        pytest.raises(BadResponseError, match="unexpected status 304"),
    ):
        client_of(url).open_session().get(ApiRequest("/top/anime"))


@pytest.mark.parametrize("fault", ["504", "429", "403", "html", "dead", "404@/elsewhere"])
def test_the_first_request_finds_a_source_and_the_later_ones_stay_with_it(
    jikan: JikanStandIn, other: JikanStandIn, client_of: ClientFactory, fault: str
) -> None:
    jikan.set_faults(fault)
    session = client_of(jikan.url, other.url_v1).open_session()
    first = session.get(ApiRequest("/top/anime", page=1))
    found, spared = (jikan, other) if fault.startswith("404") else (other, jikan)
    jikan.set_faults()
    assert session.get(ApiRequest("/top/anime", page=2)).source == first.source
    assert session.source is not None
    assert first.source == session.source.url == (jikan.url if found is jikan else other.url_v1)
    assert [request.page for request in found.requests] == ["1", "2"]
    assert all(request.page == "1" for request in spared.requests)


def test_a_source_that_fails_in_the_middle_is_not_replaced(
    jikan: JikanStandIn, other: JikanStandIn, client_of: ClientFactory
) -> None:
    session = client_of(jikan.url, other.url).open_session()
    session.get(ApiRequest("/top/anime", page=1))
    jikan.set_faults("504")
    with pytest.raises(SourceUnavailableError):
        session.get(ApiRequest("/top/anime", page=2))
    assert not other.requests


def test_a_run_goes_on_at_the_source_it_began_with(
    jikan: JikanStandIn, other: JikanStandIn, client_of: ClientFactory
) -> None:
    session = client_of(jikan.url, other.url).open_session(bound_to=other.url)
    assert session.get(ApiRequest("/top/anime")).source == other.url
    assert not jikan.requests


def test_a_wrong_parameter_is_not_asked_of_the_next_source(
    jikan: JikanStandIn, other: JikanStandIn, client_of: ClientFactory
) -> None:
    session = client_of(jikan.url, other.url).open_session()
    with pytest.raises(RequestRejectedError):
        session.get(ApiRequest("/top/anime", {"limit": 1000}))
    assert session.source is not None
    assert session.source.url == jikan.url
    assert not other.requests


def test_a_failing_source_is_left_alone_by_the_next_session(
    jikan: JikanStandIn, other: JikanStandIn, client_of: ClientFactory, time: VirtualTime
) -> None:
    jikan.set_faults("504")
    client = client_of(jikan.url, other.url)
    client.open_session().get(ApiRequest("/top/anime"))
    assert len(jikan.requests) == FAILURES_TO_OPEN
    client.open_session().get(ApiRequest("/top/anime"))
    assert len(jikan.requests) == FAILURES_TO_OPEN
    time.now += 60
    client.open_session().get(ApiRequest("/top/anime"))
    assert len(jikan.requests) == FAILURES_TO_OPEN + 1, "half open: one trial"
    time.now += 60
    jikan.set_faults()
    assert client.open_session().get(ApiRequest("/top/anime")).source == jikan.url


def test_when_nobody_answers_the_error_names_every_source(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("retry-after=30")
    client = client_of(NOBODY, jikan.url)
    with pytest.raises(RateLimitedError, match=r"no source answered: 127\.0\.0\.1:9 .*; 127\.0\.0\.1:\d+") as problem:
        client.open_session(Priority.SEARCH).get(ApiRequest("/anime"))
    assert problem.value.retry_after == 30
    assert len(jikan.requests) == 1, "a search does not wait half a minute"


def test_with_every_breaker_open_nothing_is_sent(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("504")
    client = client_of(jikan.url)
    with pytest.raises(SourceUnavailableError, match="504 BadResponseException"):
        client.open_session().get(ApiRequest("/anime"))
    with pytest.raises(SourceUnavailableError, match=r"no request sent: .* failed 5 times in a row") as problem:
        client.open_session().get(ApiRequest("/anime"))
    assert problem.value.hint == "try again in 60 s"
    assert len(jikan.requests) == 5


def test_a_small_backoff_makes_every_wait_small(
    jikan: JikanStandIn, client_of: ClientFactory, time: VirtualTime
) -> None:
    jikan.set_faults("504*5")
    client = client_of(jikan.url, first_wait=0.01)
    begin = time.now
    with pytest.raises(SourceUnavailableError):
        client.open_session().get(ApiRequest("/anime"))
    time.now += 0.6
    assert client.open_session().get(ApiRequest("/anime")).status == 200
    assert time.now - begin < 1


def test_threads_share_a_client(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    client, seen = client_of(jikan.url, backoff=Backoff()), []

    def ask(page: int) -> None:
        seen.append(client.open_session().get(ApiRequest("/top/anime", {"limit": 10}, page=page)).page)

    threads = [threading.Thread(target=ask, args=(page,)) for page in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(page for page in seen if page) == [1, 2, 3, 4, 5, 6]
    assert all(a.time <= b.time for a, b in pairwise(jikan.requests))
