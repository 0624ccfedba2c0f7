"""The run that completes a list: its titles are fetched, most useful first, and each answer is stored at once.

A run that ends early, however it does, loses nothing: what is complete is not fetched again.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from catlog import clock
from catlog.access import Right, needs
from catlog.accounts.sessions import require as require_session
from catlog.catalogue.known import write_without_loss
from catlog.db.bulk import upsert
from catlog.db.lock import COMPLETION
from catlog.db.tables import EtlLogs, TitleRequest, col
from catlog.errors import BadDataError, CancelledError, CatLogError, InvalidArgumentError
from catlog.etl import runlog
from catlog.etl.completion.plan import PAYS, WINDOW, CompletionPlan, first_titles, forecast, plan_completion
from catlog.etl.completion.result import Completion, CompletionProgress, FailedTitle, Tell, ignore
from catlog.etl.load import store_rejects
from catlog.etl.transform import Reject
from catlog.jikan import endpoints
from catlog.jikan.details import accepted
from catlog.jikan.errors import RequestRejectedError, UnknownToSourceError
from catlog.jikan.response_cache import CachedSource, ResponseCache
from catlog.jikan.schema import AnimeRecord, parse_anime
from catlog.library.gaps import IncompleteTitle, Outcome, gaps_of, read_gaps
from catlog.net.backoff import Backoff, check
from catlog.net.errors import SourceUnavailableError, user_message
from catlog.net.limiter import Priority

if TYPE_CHECKING:
    from catlog.accounts.sessions import SignedIn
    from catlog.config import Settings
    from catlog.db.session import Database, Session
    from catlog.jikan.client import JikanClient, JikanSession
    from catlog.jikan.request import ApiRequest
    from catlog.jikan.response import JikanResponse
    from catlog.net.backoff import Cancel

MAX_AGE = timedelta(days=1)
"""The age up to which a cached answer about one title counts, and pages of an earlier run are not fetched again."""

TRIES = 2
"""The most times that one title is requested before the next: an unknown one fails each time."""

MOST_REJECTED = 5
"""Unusable answers in a row after which the source is broken."""


@needs(Right.KEEP_LIST)
def plan(
    database: Database, settings: Settings, user: SignedIn, *, limit: int | None = None, again: bool = False
) -> CompletionPlan:
    """Return the plan of `complete_list` with the same arguments; nothing is sent."""
    _check_limit(limit)
    with database.read() as session:
        gaps = read_gaps(session, user.user_id, again=again)
        covered = _covered_pages(session)
    return plan_completion(gaps, settings, Backoff(), limit=limit, covered=covered)


@needs(Right.FETCH_TITLES)
def complete_list(
    database: Database,
    settings: Settings,
    user: SignedIn,
    *,
    limit: int | None = None,
    again: bool = False,
    tell: Tell = ignore,
    ended: Callable[[Completion], None] | None = None,
    cancel: Cancel = None,
    client: JikanClient | None = None,
) -> Completion:
    """Fetch what the titles of a user's list lack, at the pace of the source, and return the result.

    `limit` is the most titles to complete; `again` includes those that the source was asked about not long ago.
    `ended` gets the result however the run ends. Raises BusyError during another completion, UnavailableError or
    BadDataError when the source fails, CancelledError once `cancel` is set, SessionEndedError when the user's session
    has ended; what was fetched before is stored.
    """
    _check_limit(limit)
    with runlog.exclusive_run(database, COMPLETION):
        with database.read() as session:
            titles = read_gaps(session, user.user_id, again=again).due[:limit]
            covered = _covered_pages(session)
        if not titles:
            nothing = Completion("", None, 0, 0, 0, (), 0, 0, 0, 0.0)
            if ended is not None:
                ended(nothing)
            return nothing
        with _client(settings, client) as api:
            run = _Run(database, user, api, ResponseCache(settings.paths.cache / "answers"), titles, tell, cancel)
            try:
                with run.logged():
                    run.fetch(covered)
            finally:
                result = run.result()
                if ended is not None:
                    ended(result)
    return result


class _Run:
    """One run: the titles that wait, what became of the others, and the sessions with the source."""

    def __init__(
        self,
        database: Database,
        user: SignedIn,
        client: JikanClient,
        responses: ResponseCache,
        titles: Sequence[IncompleteTitle],
        tell: Tell,
        cancel: Cancel,
    ) -> None:
        self._database = database
        self._user = user
        self._client = client
        self._responses = responses
        self._tell = tell
        self._cancel = cancel
        self._patient = client.open_session(Priority.RUN, cancel=cancel)
        self._quick: JikanSession | None = None
        self._titles = len(titles)
        self._waiting = {title.mal_id: title for title in titles}
        self._first = first_titles(titles)
        self._completed = self._partly = self._rejected_in_row = self._pages = 0
        self._paying = False
        self._failed: list[FailedTitle] = []
        self._covered = 0
        self._began = time.monotonic()
        self._log = runlog.begin(database, COMPLETION, snapshot_date=None)
        self._stopped = ""

    # The order of the requests.

    def fetch(self, covered: int) -> None:
        """Fetch the titles in use, then pages as long as they pay, then the other titles one by one."""
        self._covered = covered
        for title in self._first:
            self._fetch_one(title)
        self._fetch_pages()
        for title in list(self._waiting.values()):
            self._fetch_one(title)
        self._report("")

    def _fetch_pages(self) -> None:
        """Fetch pages of popular titles while they complete more titles than they cost requests.

        Their other titles enter the catalogue, too. A source that has no such pages is left to single requests.
        """
        recent: deque[int] = deque(maxlen=WINDOW)
        self._paying = forecast(len(self._waiting), self._covered).pages > 0
        while self._paying and self._waiting:
            number = self._covered + 1
            self._report(f"popular titles, page {number}")
            try:
                response = endpoints.top_anime(self._patient, number, only="bypopularity")
                page = response.read_page()
            except (RequestRejectedError, UnknownToSourceError, BadDataError) as problem:
                self._note(f"page {number}: {user_message(problem)}")
                break
            records = {record.mal_id: record for record in accepted(page.entries, parse_anime)}
            before = len(self._waiting)
            self._covered, self._pages = number, self._pages + 1
            self._store(records, response.host, response.as_of, entries=len(page.entries))
            recent.append(before - len(self._waiting))
            has_more = page.has_next_page is not False and bool(page.entries)
            self._paying = has_more and (len(recent) < WINDOW or sum(recent) >= PAYS)
        self._paying = False

    def _fetch_one(self, title: IncompleteTitle) -> None:
        if title.mal_id not in self._waiting:
            return
        self._report(title.title)
        try:
            record, response = self._details(title.mal_id)
        except UnknownToSourceError as problem:
            why = (
                "the source fails on it, as it does on unknown ids"
                if problem.probable
                else "the source does not know it"
            )
            self._give_up(title, Outcome.UNKNOWN, why)
        except (BadDataError, InvalidArgumentError) as problem:
            self._rejected_in_row += 1
            if self._rejected_in_row >= MOST_REJECTED:
                raise
            self._give_up(title, Outcome.REJECTED, user_message(problem))
        else:
            self._rejected_in_row = 0
            self._store({title.mal_id: record}, response.host, response.as_of, entries=1)

    def _details(self, mal_id: int) -> tuple[AnimeRecord, JikanResponse]:
        """Return the record of one title: a failure of the source is tried again patiently before it ends the run."""
        try:
            read = endpoints.anime_full(self._cached(self._session()), mal_id)
        except SourceUnavailableError:
            check(self._cancel)
            read = endpoints.anime_full(self._cached(self._patient), mal_id)
        if read.value.anime.mal_id != mal_id:
            raise BadDataError(f"{read.response.where}: the answer is about another title")
        return read.value.anime, read.response

    def _session(self) -> JikanSession:
        """Return the session for one title, with the source that has answered the first request."""
        if self._quick is None and self._patient.source is not None:
            source = self._patient.source.url
            self._quick = self._client.open_session(Priority.RUN, bound_to=source, cancel=self._cancel, tries=TRIES)
        return self._quick or self._patient

    def _cached(self, session: JikanSession) -> CachedSource:
        return _FreshSource(self._responses, session, max_age=MAX_AGE)

    # What becomes of the answers.

    def _store(self, records: Mapping[int, AnimeRecord], host: str, as_of: datetime, *, entries: int) -> None:
        """Write records into the catalogue, and settle those titles that wait."""
        mine = [mal_id for mal_id in records if mal_id in self._waiting]

        def unit(session: Session) -> tuple[runlog.Run, dict[int, bool]]:
            require_session(session, self._user)
            runlog.lock_run(session, self._log)
            stored = write_without_loss(session.connection(), records, seen_at=as_of)
            is_whole = {mal_id: not gaps_of(stored[mal_id]) for mal_id in mine}
            self._note_requests(
                session, [mal_id for mal_id in mine if not is_whole[mal_id]], Outcome.ANSWERED, "", host
            )
            whole = [mal_id for mal_id in mine if is_whole[mal_id]]
            if whole:
                session.exec(delete(TitleRequest).where(col(TitleRequest.mal_id).in_(whole)))
            changed = runlog.record(
                session,
                self._log,
                host=host,
                pages=self._covered,
                received=self._log.received + entries,
                accepted=self._log.accepted + len(mine),
                rows_processed=self._log.rows_processed + len(records),
            )
            return changed, is_whole

        self._log, is_whole = self._database.run(unit)
        for mal_id, whole in is_whole.items():
            del self._waiting[mal_id]
            self._completed += whole
            self._partly += not whole

    def _give_up(self, title: IncompleteTitle, outcome: Outcome, reason: str) -> None:
        source = self._patient.source
        host = source.host if source is not None else ""

        def unit(session: Session) -> runlog.Run:
            require_session(session, self._user)
            runlog.lock_run(session, self._log)
            self._note_requests(session, [title.mal_id], outcome, reason, host)
            rejected = self._log.rejected + 1
            return runlog.record(session, self._log, received=self._log.received + 1, rejected=rejected)

        self._log = self._database.run(unit)
        del self._waiting[title.mal_id]
        self._failed.append(FailedTitle(title.mal_id, title.title, reason))

    def _note(self, text: str) -> None:
        notes = (*self._log.notes, text)
        self._log = self._database.run(lambda session: runlog.record(session, self._log, notes=notes))

    def _note_requests(self, session: Session, ids: Sequence[int], outcome: Outcome, reason: str, host: str) -> None:
        now = clock.now()
        rows = [(mal_id, now, outcome.value, reason, host) for mal_id in ids]
        if rows:
            fields = ("mal_id", "asked_at", "outcome", "reason", "host")
            upsert(session.connection(), TitleRequest, fields, rows)

    # Progress, the run log, and the result.

    @property
    def _requests(self) -> int:
        return self._patient.sent + (self._quick.sent if self._quick is not None else 0)

    def _report(self, doing: str) -> None:
        check(self._cancel)
        waiting = len(self._waiting)
        first = sum(title.mal_id in self._waiting for title in self._first)
        expected = forecast(waiting - first, self._covered).requests + first
        left = expected if self._paying or first else waiting
        self._tell(
            CompletionProgress(
                titles=self._titles,
                done=self._titles - waiting,
                requests=self._requests,
                requests_left=left,
                seconds_left=self._seconds(left),
                doing=doing,
            )
        )

    def _seconds(self, requests: int) -> float:
        """Return the expected time: at the pace of the limiter, or at that of the answers where it is slower."""
        source = self._patient.source or self._client.instances.ordered[0]
        at_limit = self._client.limiter.estimate(source.host, Priority.RUN, requests)
        sent, took = self._requests, time.monotonic() - self._began
        return max(at_limit, requests * took / sent) if sent > _MEASURED else at_limit

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Log the end of the run: a failure or a cancellation leaves it PARTIAL, with what was fetched."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, CancelledError):
            self._stopped = "cancelled"
            self._close(runlog.PARTIAL, self._stopped)
            raise
        except CatLogError as problem:
            self._stopped = problem.message
            self._close(runlog.PARTIAL, problem.message)
            raise
        except BaseException as problem:
            self._stopped = f"a bug: {type(problem).__name__}"
            self._close(runlog.FAILED, self._stopped)
            raise
        self._close(runlog.SUCCESS, None)

    def _close(self, status: str, problem: str | None) -> None:
        settled = f"{self._completed:,} of {self._titles:,} titles lack nothing now; {self._requests:,} requests"
        notes = (*self._log.notes, settled)
        # Without the database the run stays RUNNING, and the next one closes it.
        with suppress(CatLogError):
            self._database.run(lambda session: store_rejects(session, self._log.run_id, self._rejects()))
            self._log = runlog.end(self._database, self._log, status, notes=notes, error_message=problem)

    def _rejects(self) -> list[Reject]:
        return [
            Reject(1, number, one.mal_id, one.reason, hashlib.sha256(one.title.encode()).hexdigest(), one.title)
            for number, one in enumerate(self._failed, start=1)
        ]

    def result(self) -> Completion:
        """Return the result so far."""
        return Completion(
            run_id=self._log.run_id,
            host=self._log.host,
            titles=self._titles,
            completed=self._completed,
            partly=self._partly,
            failed=tuple(self._failed),
            left=len(self._waiting),
            requests=self._requests,
            pages=self._pages,
            seconds=round(time.monotonic() - self._began, 1),
            stopped=self._stopped,
        )


_MEASURED = 5
"""Requests after which their own pace is measured."""


class _FreshSource(CachedSource):
    """A cached source that never serves an old response in place of a failed request."""

    def get(self, request: ApiRequest) -> JikanResponse:
        response = super().get(request)
        if self.failed is not None:
            raise self.failed
        return response


@contextmanager
def _client(settings: Settings, given: JikanClient | None) -> Iterator[JikanClient]:
    if given is not None:
        yield given
        return
    from catlog.jikan.client import JikanClient  # imports httpx, which a list without gaps does not need

    with JikanClient.from_settings(settings) as client:
        yield client


def _covered_pages(session: Session) -> int:
    """Return the pages of popular titles that runs of the last day have stored."""
    since = clock.now() - MAX_AGE
    query = select(func.max(col(EtlLogs.pages))).where(
        col(EtlLogs.source) == COMPLETION, col(EtlLogs.start_time) >= since
    )
    return session.connection().execute(query).scalar() or 0


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise InvalidArgumentError(f"{limit} is no number of titles", hint="it counts from 1")
