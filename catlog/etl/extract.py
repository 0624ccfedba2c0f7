"""Extraction: fetch page by page, and store every response as it came before it is parsed."""

from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta
from functools import partial

from sqlalchemy import delete
from sqlmodel import Session, col, select

from catlog import clock
from catlog.db.models import RawAnimeData
from catlog.db.session import Database
from catlog.errors import BadDataError, ConfigError
from catlog.etl import runlog
from catlog.etl.runlog import Run
from catlog.etl.sources import FetchPage, RankingSource
from catlog.jikan.fields import RejectedRecordError
from catlog.net.errors import BadResponseError
from catlog.net.response import RawResponse
from catlog.progress import Report

CLOCKS_APART = timedelta(days=1)
"""How far the machine's clock may be from the Date of a response."""

RECHECK = 0
"""The page number under which page 1, fetched again at the end, is stored."""


def extract(database: Database, run: Run, source: RankingSource, fetch: FetchPage, report: Report) -> Run:
    """Fetch and store the pages that the run lacks, then fetch page 1 again; return the run as logged.

    Ends at the requested number of pages, at a page without entries, or where the source says that there is no next
    one. Marks the run `shifted` when page 1 has changed: then titles may have moved from one page to another unseen.
    The run ends in the step TRANSFORM. Raises the errors of `fetch`, and BadDataError when the source repeats a page.
    """
    report("fetching pages", run.pages, run.pages_asked)
    before: tuple[object, ...] = ()
    while run.pages_asked is None or run.pages < run.pages_asked:
        response = _fetched(database, run, fetch, run.pages + 1)
        page = source.parse_page(response.body, response.where)
        if not page.entries and run.pages:
            break
        if page.entries and page.entries == before:
            raise BadDataError(f"{response.where}: the same entries again: the source repeats a page")
        before = page.entries
        run = database.run(partial(_count, run=run, response=response))
        total = page.last_visible_page if run.pages_asked is None else run.pages_asked
        report("fetching pages", run.pages, total)
        if page.has_next_page is False or not page.entries:
            break
    shifted = run.pages > 1 and _has_shifted(database, run, source, fetch)
    return database.run(partial(runlog.record, run=run, shifted=shifted, pipeline_step=runlog.TRANSFORM))


def stored_pages(session: Session, run_id: str) -> list[tuple[int, bytes]]:
    """Return the stored pages of a run in order, as pairs of number and bytes; page 1 fetched again is left out.

    Raises BadDataError for a damaged page.
    """
    query = (
        select(RawAnimeData)
        .where(RawAnimeData.etl_run_id == run_id, RawAnimeData.page > RECHECK)
        .order_by(col(RawAnimeData.page))
    )
    return [(row.page, _body(row)) for row in session.exec(query)]


def has_all_pages(session: Session, run: Run, source: RankingSource) -> bool:
    """Say whether every page of a run is stored: the requested number, or up to one that has no next."""
    if run.pages_asked is not None and run.pages >= run.pages_asked:
        return True
    pages = stored_pages(session, run.run_id)[: run.pages]
    where = f"the stored page {run.pages} of run {run.run_id}"
    return bool(pages) and source.parse_page(pages[-1][1], where).has_next_page is False


def delete_pages(session: Session, run_id: str) -> None:
    """Delete the stored pages of a run, in the caller's transaction."""
    session.exec(delete(RawAnimeData).where(col(RawAnimeData.etl_run_id) == run_id))


def _fetched(database: Database, run: Run, fetch: FetchPage, number: int) -> RawResponse:
    """Fetch a page and store the response as `number`, also one that cannot be parsed."""
    try:
        response = fetch(number or 1)
    except BadResponseError as problem:
        if problem.response is not None:
            database.run(partial(_store, run=run, number=number, response=problem.response))
        raise
    _check_clock(response)
    database.run(partial(_store, run=run, number=number, response=response))
    return response


def _check_clock(response: RawResponse) -> None:
    """Raise ConfigError when the machine's clock and the source's are too far apart to tell which day it is."""
    here, sent = clock.machine_now(), response.sent_between
    if sent is not None and not sent[0] - CLOCKS_APART <= here <= sent[1] + CLOCKS_APART:
        raise ConfigError(
            f"the clock of this machine says {clock.iso(here)}, and {response.host} answered at {clock.iso(sent[0])}:"
            " more than a day apart, so today's ranks would be filed under another day",
            hint="set the machine's clock (date -u shows it, timedatectl set-ntp true keeps it right), then try again",
        )


def _store(session: Session, run: Run, number: int, response: RawResponse) -> None:
    # A resumed run fetches the page again that it failed on.
    old = (col(RawAnimeData.etl_run_id) == run.run_id, col(RawAnimeData.page) == number)
    session.exec(delete(RawAnimeData).where(*old))
    session.add(
        RawAnimeData(
            etl_run_id=run.run_id,
            page=number,
            source_api=response.host,
            url=response.url,
            http_status=response.status,
            ingested_at=response.fetched_at,
            headers=dict(response.headers),
            body=zlib.compress(response.body),
            sha256=response.sha256,
        )
    )


def _count(session: Session, run: Run, response: RawResponse) -> Run:
    notes = run.notes
    if response.stale:
        notes = (*notes, f"page {run.pages + 1} is stale: as of {clock.iso(response.as_of)}")
    return runlog.record(session, run, pages=run.pages + 1, host=response.host, notes=notes)


def _has_shifted(database: Database, run: Run, source: RankingSource, fetch: FetchPage) -> bool:
    response = _fetched(database, run, fetch, RECHECK)
    with database.read() as session:
        query = select(RawAnimeData).where(RawAnimeData.etl_run_id == run.run_id, RawAnimeData.page == 1)
        body = _body(session.exec(query).one())
    if body == response.body:
        return False
    return _order(source, body, response.where) != _order(source, response.body, response.where)


def _body(row: RawAnimeData) -> bytes:
    try:
        body = zlib.decompress(row.body)
    except zlib.error:
        body = b""
    if hashlib.sha256(body).hexdigest() != row.sha256:
        raise BadDataError(f"the stored page {row.page} of run {row.etl_run_id} is damaged", hint="take a new snapshot")
    return body


def _order(source: RankingSource, body: bytes, where: str) -> list[tuple[int | None, int | None]]:
    """Return the ids and ranks of a page in order; an entry that cannot be used has no rank."""
    order: list[tuple[int | None, int | None]] = []
    for entry in source.parse_page(body, where).entries:
        try:
            record = source.parse_entry(entry)
        except RejectedRecordError as problem:
            order.append((problem.mal_id, None))
        else:
            order.append((record.mal_id, record.rank))
    return order
