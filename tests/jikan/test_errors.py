"""Failed answers: the status decides, the body explains."""

import json

import pytest

from catlog.errors import BadDataError, CatLogError, ExitCode
from catlog.jikan.errors import RequestRejectedError, SourceRefusedError, UnknownToSourceError, error_of, read_fault
from catlog.jikan.schema import parse_data
from catlog.net.errors import RateLimitedError, SourceUnavailableError
from tests.support.jikan.refusals import invalid, refusal

WHERE = "jikan.example /anime, page 2"


@pytest.mark.parametrize(
    ("status", "kind", "exit_code"),
    [
        (400, RequestRejectedError, ExitCode.USAGE),
        (403, SourceRefusedError, ExitCode.UNAVAILABLE),
        (404, UnknownToSourceError, ExitCode.NOT_FOUND),
        (405, SourceRefusedError, ExitCode.UNAVAILABLE),
        (429, RateLimitedError, ExitCode.UNAVAILABLE),
        *[(status, SourceUnavailableError, ExitCode.UNAVAILABLE) for status in (500, 502, 503, 504, 520, 524)],
    ],
)
def test_every_status_has_its_error_and_its_exit_code(
    status: int, kind: type[CatLogError], exit_code: ExitCode
) -> None:
    fault = read_fault(status, refusal(status).body)
    error = error_of(fault, WHERE, tries=5)
    assert type(error) is kind
    assert error.exit_code is exit_code
    assert error.message.startswith(WHERE)
    assert fault.retryable == (status in (429, 500, 502, 503, 504, 520, 524))


def test_a_wrong_parameter_is_told_in_the_words_of_the_source() -> None:
    told = {"min_score": ["The min score must be a number."], "limit": ["Too\x1b[2J many."]}
    error = error_of(read_fault(400, invalid(told).body), WHERE)
    assert isinstance(error, RequestRejectedError)
    assert error.messages == (("min_score", "The min score must be a number."), ("limit", "Too[2J many."))
    assert "The min score must be a number.; Too[2J many." in error.message


def test_the_status_in_the_body_is_not_believed() -> None:
    fault = read_fault(503, json.dumps({"status": "404", "type": "HttpException", "message": "Not Found"}).encode())
    assert isinstance(error_of(fault, WHERE), SourceUnavailableError)
    gateway = read_fault(504, refusal(504).body)
    assert gateway.kind == "BadResponseException"
    assert isinstance(error_of(gateway, WHERE), SourceUnavailableError)


def test_a_failure_upstream_on_an_id_is_probably_an_unknown_id() -> None:
    fault = read_fault(500, refusal(500).body)
    error = error_of(fault, WHERE, by_id=True)
    assert isinstance(error, UnknownToSourceError)
    assert error.probable
    assert "probably unknown" in error.hint
    assert isinstance(error_of(fault, WHERE), SourceUnavailableError)


def test_a_404_that_is_none_of_jikans_means_a_wrong_address() -> None:
    error = error_of(read_fault(404, b"<html>nginx</html>"), WHERE)
    assert isinstance(error, SourceRefusedError)
    assert "part of its URL" in error.hint


def test_how_long_a_source_wants_us_to_wait_is_part_of_the_error() -> None:
    error = error_of(read_fault(429, refusal(429).body), WHERE, retry_after=12)
    assert isinstance(error, RateLimitedError)
    assert (error.retry_after, error.hint) == (12, "wait 12 s before asking again")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"[]", b'{"type": 7, "message": [], "messages": "x"}', b"{" * 9000, b'{"a":' * 9000]
)
def test_any_body_at_all_leaves_the_status_to_decide(body: bytes) -> None:
    assert isinstance(error_of(read_fault(503, body), WHERE), SourceUnavailableError)


@pytest.mark.parametrize("status", ["429", 429])
def test_an_error_in_place_of_data_is_told_though_the_status_was_200(status: object) -> None:
    raw = {"status": status, "type": "RateLimitException", "message": "Slow down"}
    with pytest.raises(BadDataError, match=r"429 RateLimitException \(Slow down\)"):
        parse_data(raw, WHERE)


@pytest.mark.parametrize("raw", [[], 7, None, {}, {"data": None}, {"status": 200}, {"status": True, "type": "x"}])
def test_an_answer_without_data_is_refused(raw: object) -> None:
    with pytest.raises(BadDataError, match=WHERE):
        parse_data(raw, WHERE)
