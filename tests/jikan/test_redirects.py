"""Redirects: within the host they are followed, to anywhere else they are refused."""

import pytest

from catlog.jikan.errors import SourceRefusedError
from catlog.jikan.request import ApiRequest
from catlog.net.errors import SourceUnavailableError
from catlog.net.limiter import Priority
from catlog.net.service import Timeouts
from tests.jikan.conftest import ClientFactory
from tests.jikan.wire import talking
from tests.support.jikan import JikanStandIn

NOBODY = "http://127.0.0.1:9/v4"


def test_a_redirect_within_the_host_is_followed(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("redirect=/v1*1")
    answer = client_of(jikan.url).open_session().get(ApiRequest("/top/anime", page=2))
    assert [(request.base, request.page) for request in jikan.requests] == [("/v4", "2"), ("/v1", "2")]
    assert answer.read_page().entries


def test_a_redirect_to_another_host_is_refused(
    jikan: JikanStandIn, other: JikanStandIn, client_of: ClientFactory
) -> None:
    jikan.set_faults(f"redirect={other.url}")
    with pytest.raises(SourceRefusedError, match="redirected out of its host"):
        client_of(jikan.url).open_session().get(ApiRequest("/top/anime"))
    assert not other.requests


@pytest.mark.parametrize("location", ["http://[::1", "//[", "ftp://127.0.0.1/", "http://user@127.0.0.1:1/", "\u00ff"])
def test_a_redirect_to_nowhere_is_no_crash(client_of: ClientFactory, location: str) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    with (
        talking(lambda connection: connection.sendall(head.encode("latin-1"))) as url,
        pytest.raises((SourceRefusedError, SourceUnavailableError), match=r"127\.0\.0\.1:\d+ /top/anime: "),
    ):
        client_of(url, timeouts=Timeouts(2, 0.1, 2)).open_session(Priority.SEARCH).get(ApiRequest("/top/anime"))


def test_redirects_in_a_circle_end(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    jikan.set_faults("redirect=/v4")
    with pytest.raises(SourceRefusedError, match="in a circle"):
        client_of(jikan.url).open_session().get(ApiRequest("/top/anime"))
    assert len(jikan.requests) == 3
