"""A session in a hurry: time is up when it is up, whatever the network does."""

import threading
from dataclasses import dataclass

import pytest

from catlog.jikan.deadline import DeadlineExceededError, DeadlineSession
from catlog.jikan.errors import UnknownToSourceError
from catlog.jikan.request import ApiRequest
from catlog.jikan.response import JikanResponse
from catlog.net.errors import RequestCancelledError
from tests.jikan.conftest import ClientFactory
from tests.support.jikan import JikanStandIn


def test_a_quick_answer_comes_through_and_so_does_its_failure(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    cancel = threading.Event()
    hurried = DeadlineSession(client_of(jikan.url).open_session(cancel=cancel), 60, cancel)
    assert hurried.get(ApiRequest("/genres/anime")).status == 200
    with pytest.raises(UnknownToSourceError):
        hurried.get(ApiRequest("/nothing"))
    assert not cancel.is_set()


def test_a_slow_source_is_left_when_time_is_up(jikan: JikanStandIn, client_of: ClientFactory) -> None:
    cancel = threading.Event()
    jikan.set_faults("slow=60")
    hurried = DeadlineSession(client_of(jikan.url).open_session(cancel=cancel), 0.3, cancel)
    with pytest.raises(DeadlineExceededError, match=r"no answer within 0\.3 s"):
        hurried.get(ApiRequest("/genres/anime"))
    assert cancel.is_set(), "what is still under way is told to end"
    with pytest.raises((DeadlineExceededError, RequestCancelledError)):
        hurried.get(ApiRequest("/genres/anime"))


@dataclass
class Deaf:
    """Hears nothing, not even that nobody wants its answer: a name server that stays silent."""

    over: threading.Event

    def get(self, *_: object, **__: object) -> JikanResponse:
        self.over.wait()
        raise OSError


def test_what_cannot_be_interrupted_is_left_behind() -> None:
    over = threading.Event()
    try:
        with pytest.raises(DeadlineExceededError):
            DeadlineSession(Deaf(over), 0.05, threading.Event()).get(ApiRequest("/anime"))
    finally:
        over.set()
