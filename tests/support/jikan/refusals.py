"""The error replies of Jikan and of the proxies in front of it: status by status, in their uneven shapes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from tests.support.jikan.answer import Answer, html_answer, json_answer

_MAL_FAILED = (
    "Request to MyAnimeList.net failed. MyAnimeList.net may be down/unavailable, refuses to connect or took too "
    "long to respond. Please try again later."
)
_GATEWAY = "Jikan failed to connect to MyAnimeList. MyAnimeList may be down/unavailable or refuses to connect"
_SLOW_DOWN = (
    "You are being rate-limited. Please follow Rate Limiting guidelines: "
    "https://jikan.docs.apiary.io/#introduction/information/rate-limiting"
)
_INVALID = "Invalid or incomplete request. Make sure your request is correct. https://docs.api.jikan.moe/"
_FROM_A_PROXY = {403, 502, 503, *range(520, 525)}
_PRIVATE = {"Cache-Control": "must-revalidate, private", "pragma": "no-cache", "expires": "-1"}


def invalid(messages: Mapping[str, list[str]]) -> Answer:
    """Return the 400 of a request that fails validation: `messages` has a list of texts for each parameter."""
    shape = {"status": 400, "type": "ValidationException", "messages": messages, "error": _INVALID}
    return json_answer(400, shape, _PRIVATE)


def not_found() -> Answer:
    """Return the 404 of an unknown route."""
    return _http_exception(404)


def upstream_failed(address: str) -> Answer:
    """Return the 500 that stands for any failure of MyAnimeList at `address`, an unknown id included."""
    error = f'Unsupported response code in HTTP response for "{address}".'
    return json_answer(500, _shape(500, "UpstreamException", _MAL_FAILED, error), _PRIVATE)


def refusal(status: int) -> Answer:
    """Return the usual answer of that status: JSON of Jikan's, or a proxy's HTML (403, 502, 503, 520 to 524)."""
    if status in _FROM_A_PROXY:
        return html_answer(status, f"{status} {reason(status)}")
    if status == 400:
        return invalid({"page": ["The page must be an integer."]})
    if status == 429:
        # The public edge sends the number as a string, here and nowhere else.
        return json_answer(429, _shape("429", "RateLimitException", _SLOW_DOWN, None))
    if status == 500:
        return upstream_failed("https://myanimelist.net/topanime.php")
    if status == 504:
        return json_answer(504, _shape(504, "BadResponseException", _GATEWAY, None), _PRIVATE)
    return _http_exception(status)


def reason(status: int) -> str:
    """Return the reason phrase of a status, "Unknown" for those of one vendor."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _http_exception(status: int) -> Answer:
    return json_answer(status, _shape(status, "HttpException", reason(status), None))


def _shape(status: int | str, kind: str, message: str, error: str | None) -> dict[str, Any]:
    return {"status": status, "type": kind, "message": message, "error": error}
