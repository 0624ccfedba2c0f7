"""One question to one source, as often as it takes and may: limits, retries, redirects, and what the answer means."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from catlog import clock
from catlog.errors import CatLogError, UnavailableError
from catlog.jikan.errors import (
    BadResponseError,
    SourceRefusedError,
    UnknownToSourceError,
    error_of,
    no_connection,
    read_fault,
)
from catlog.jikan.instances import Instance, Instances
from catlog.jikan.response import RawResponse, Validators, freshness_headers, place
from catlog.net.backoff import Backoff, Cancel, read_retry_after
from catlog.net.limiter import Limiter, Priority
from catlog.net.transport import NoReplyError, Reply, Transport
from catlog.text import clean

log = logging.getLogger(__name__)

SEARCH_PATIENCE = 5.0
"""Seconds a search waits at most before one try; when it would be more, it ends with the error at hand."""

_REDIRECTS = 2
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """What is asked: `params` hold the page too, `of_id` says that the path names one anime."""

    path: str
    params: Mapping[str, str]
    page: int | None = None
    of_id: bool = False
    since: Validators | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What all exchanges of a client share. `backoff` is the cap in seconds of the first wait before a retry."""

    limiter: Limiter
    instances: Instances
    backoff: Backoff
    first_wait: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """A way to ask one source on behalf of one run or one search."""

    instance: Instance
    transport: Transport
    rules: Rules
    priority: Priority
    cancel: Cancel
    on_sent: Callable[[Instance], None]

    def send(self, question: ApiRequest, tries: int) -> RawResponse:
        """Return a good answer, after at most `tries` requests. Raises what `JikanSession.get` lists."""
        where = place(self.instance.host, question.path, question.page)
        for attempt in range(1, tries + 1):
            try:
                reply = self._send(question, where)
            except NoReplyError as problem:
                error: CatLogError = no_connection(where, str(problem), attempt)
                retryable, wish = True, 0.0
            else:
                if reply.status < 300 or reply.status == 304:
                    return self._accept(reply, question, where)
                fault = read_fault(reply.status, reply.body)
                retryable, wish = fault.retryable, read_retry_after(reply.headers)
                error = error_of(fault, where, tries=attempt, of_id=question.of_id, retry_after=wish)
                if fault.status == 429:
                    self.rules.limiter.slow_down(self.instance, wish)
            self._noted(error)
            wait = self.rules.backoff.before_retry(attempt, self.rules.first_wait, wish)
            if not retryable or attempt == tries or (self._is_search and wait > SEARCH_PATIENCE):
                log.info("%s", error)
                raise error
            log.info("%s: asking again in %.1f s (try %d of %d)", error, wait, attempt + 1, tries)
            self.rules.backoff.sleep(wait, self.cancel)
        raise AssertionError("at least one try")

    @property
    def _is_search(self) -> bool:
        return self.priority is Priority.SEARCH

    def _send(self, question: ApiRequest, where: str) -> Reply:
        """Send the request, and again where a redirect within the host leads."""
        url, params = self.instance.url + question.path, question.params
        headers = question.since.as_headers() if question.since is not None else {}
        for _ in range(1 + _REDIRECTS):
            patience = SEARCH_PATIENCE if self._is_search else None
            self.rules.limiter.acquire(self.instance, self.priority, cancel=self.cancel, timeout=patience)
            self.on_sent(self.instance)
            reply = self.transport.fetch(url, params, headers, where=where, cancel=self.cancel)
            if reply.status not in _REDIRECT_STATUSES or "location" not in reply.headers:
                return reply
            url, params = _target(self.instance, reply.url, reply.headers["location"]), {}
            if not url:
                told = clean(reply.headers["location"], limit=80)
                raise self._noted(SourceRefusedError(f"{where}: redirected out of its host, to {told}"))
        raise self._noted(SourceRefusedError(f"{where}: redirected in a circle"))

    def _accept(self, reply: Reply, question: ApiRequest, where: str) -> RawResponse:
        """Return the answer, unless one look shows that it is not one of Jikan's."""
        try:
            answer = self._answer(reply, question, where)
        except BadResponseError as error:
            raise self._noted(error) from None
        self.rules.instances.record_success(self.instance)
        self.rules.limiter.record_success(self.instance)
        return answer

    def _answer(self, reply: Reply, question: ApiRequest, where: str) -> RawResponse:
        if reply.problem:
            raise BadResponseError(where, reply.problem)
        if reply.status != 200 and not (reply.status == 304 and question.since is not None):
            raise BadResponseError(where, f"nobody expects the status {reply.status}")
        answer = RawResponse(
            source=self.instance.url,
            host=self.instance.host,
            url=reply.url,
            path=question.path,
            page=question.page,
            status=reply.status,
            fetched_at=clock.now(),
            headers=freshness_headers(reply.headers),
            body=reply.body,
        )
        if not answer.not_modified and reply.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
            answer.data()  # says what it is instead of an object
        return answer

    def _noted(self, error: CatLogError) -> CatLogError:
        """Count a failure of the source and return it; a wrong parameter or an unknown id is none, it did answer."""
        if isinstance(error, UnavailableError | BadResponseError):
            self.rules.instances.record_failure(self.instance)
        elif not (isinstance(error, UnknownToSourceError) and error.probable):
            self.rules.instances.record_success(self.instance)
        return error


def _target(source: Instance, url: str, location: str) -> str:
    """Return where a redirect leads, "" when that is outside of the host or no URL at all."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(source.url), urlsplit(target)
    except ValueError:
        return ""
    within = here.netloc.lower() == there.netloc.lower() and there.scheme in (here.scheme, "https")
    return target if within else ""
