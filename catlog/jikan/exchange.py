"""One request to one instance: rate limit, retries, redirects, and the first check of the response."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from catlog import clock
from catlog.errors import CatLogError, UnavailableError
from catlog.jikan.errors import (
    SourceRefusedError,
    UnknownToSourceError,
    bad_response,
    error_of,
    no_connection,
    read_fault,
)
from catlog.jikan.instances import Instance, Instances
from catlog.jikan.request import ApiRequest
from catlog.jikan.response import JikanResponse
from catlog.net.backoff import Backoff, Cancel, read_retry_after
from catlog.net.errors import BadResponseError, NoReplyError
from catlog.net.limiter import Limiter, Priority
from catlog.net.response import freshness_headers
from catlog.net.transport import Reply, Transport
from catlog.text import clean

log = logging.getLogger(__name__)

SEARCH_PATIENCE = 5.0
"""The longest wait in seconds before one try of a search; before a longer wait it fails instead."""

_REDIRECTS = 2
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Rules:
    """Shared by all exchanges of a client. `first_wait` is the cap in seconds of the first wait before a retry."""

    limiter: Limiter
    instances: Instances
    backoff: Backoff
    first_wait: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends the requests of one run or search to one instance; `on_sent` is called for each that the limiter passes."""

    instance: Instance
    transport: Transport
    rules: Rules
    priority: Priority
    cancel: Cancel
    on_sent: Callable[[Instance], None]

    def send(self, request: ApiRequest, tries: int) -> JikanResponse:
        """Return a good response after at most `tries` requests. Raises the errors of `JikanSession.get`."""
        where = request.at(self.instance.host)
        for attempt in range(1, tries + 1):
            try:
                reply = self._follow(request, where)
            except NoReplyError as problem:
                error: CatLogError = no_connection(where, str(problem), attempt)
                retryable, retry_after = True, 0.0
            else:
                if reply.status < 300 or reply.status == 304:
                    return self._accept(reply, request, where)
                fault = read_fault(reply.status, reply.body)
                retryable, retry_after = fault.retryable, read_retry_after(reply.headers)
                error = error_of(fault, where, tries=attempt, by_id=request.by_id, retry_after=retry_after)
                if fault.status == 429:
                    self.rules.limiter.slow_down(self.instance.host, retry_after)
            self._recorded(error)
            wait = self.rules.backoff.before_retry(attempt, self.rules.first_wait, retry_after)
            if not retryable or attempt == tries or (self._is_search and wait > SEARCH_PATIENCE):
                log.info("%s", error)
                raise error
            log.info("%s: asking again in %.1f s (try %d of %d)", error, wait, attempt + 1, tries)
            self.rules.backoff.sleep(wait, self.cancel)
        raise AssertionError("at least one try")

    @property
    def _is_search(self) -> bool:
        return self.priority is Priority.SEARCH

    def _follow(self, request: ApiRequest, where: str) -> Reply:
        """Send the request and follow redirects within the host."""
        url, params = self.instance.url + request.path, request.query
        headers = request.since.as_headers() if request.since is not None else {}
        for _ in range(1 + _REDIRECTS):
            patience = SEARCH_PATIENCE if self._is_search else None
            self.rules.limiter.acquire(self.instance.host, self.priority, cancel=self.cancel, timeout=patience)
            self.on_sent(self.instance)
            reply = self.transport.fetch(url, params, headers, cancel=self.cancel)
            if reply.status not in _REDIRECT_STATUSES or "location" not in reply.headers:
                return reply
            url, params = _target(self.instance, reply.url, reply.headers["location"]), {}
            if not url:
                target = clean(reply.headers["location"], limit=80)
                raise self._recorded(SourceRefusedError(f"{where}: redirected out of its host, to {target}"))
        raise self._recorded(SourceRefusedError(f"{where}: redirected in a circle"))

    def _accept(self, reply: Reply, request: ApiRequest, where: str) -> JikanResponse:
        """Return the response. Raises BadResponseError when its status or first bytes are not Jikan's."""
        try:
            response = self._response(reply, request, where)
        except BadResponseError as error:
            raise self._recorded(error) from None
        self.rules.instances.record_success(self.instance)
        self.rules.limiter.record_success(self.instance.host)
        return response

    def _response(self, reply: Reply, request: ApiRequest, where: str) -> JikanResponse:
        if reply.problem:
            raise bad_response(where, reply.problem)
        if reply.status != 200 and not (reply.status == 304 and request.since is not None):
            raise bad_response(where, f"unexpected status {reply.status}")
        response = JikanResponse(
            source=self.instance.url,
            host=self.instance.host,
            url=reply.url,
            path=request.path,
            page=request.page,
            status=reply.status,
            fetched_at=clock.now(),
            headers=freshness_headers(reply.headers),
            body=reply.body,
        )
        if not response.not_modified and reply.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
            response.data()  # raises an error that says what it is
        return response

    def _recorded(self, error: CatLogError) -> CatLogError:
        """Record whether the instance failed and return the error; a wrong parameter or an unknown id is no failure."""
        if isinstance(error, UnavailableError | BadResponseError):
            self.rules.instances.record_failure(self.instance)
        elif not (isinstance(error, UnknownToSourceError) and error.probable):
            self.rules.instances.record_success(self.instance)
        return error


def _target(instance: Instance, url: str, location: str) -> str:
    """Return the target of a redirect, "" outside of the host or without a URL."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(instance.url), urlsplit(target)
    except ValueError:
        return ""
    same_host = here.netloc.lower() == there.netloc.lower() and there.scheme in (here.scheme, "https")
    return target if same_host else ""
