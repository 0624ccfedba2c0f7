"""Extraction: ask page by page, and keep every answer as it came before anything is read from it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
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
from catlog.jikan.response import JikanResponse
from catlog.jikan.schema import AnimePage, parse_document, parse_page
from catlog.net.errors import BadResponseError
from catlog.net.response import RawResponse
from catlog.progress import Report

FetchPage = Callable[[int], JikanResponse]
"""Ask the one source of a run for a page, counted from 1."""

CLOCKS_APART = timedelta(days=1)
"""How far the machine's clock may be from the Date of an answer."""

RECHECK = 0
"""The page number under which the second look at page 1 is kept."""


def extract(database: Database, run: Run, ask: FetchPage, report: Report) -> Run:
    """Fetch and keep the pages the run still lacks, then look at page 1 again; return the run as logged.

    Ends at the asked number of pages, at a page without entries, or where the source says that there is no next.
    Marks the run `shifted` when page 1 is not what it was: then titles may have moved between two pages unseen. A run
    that is through is in the step TRANSFORM. Raises what `ask` does, and BadDataError when the source repeats a page.
    """
    report("fetching pages", run.pages, run.pages_asked)
    before: tuple[object, ...] = ()
    while run.pages_asked is None or run.pages < run.pages_asked:
        answer = _asked(database, run, ask, run.pages + 1)
        page = answer.read_page()
        if not page.entries and run.pages:
            break
        if page.entries and page.entries == before:
            raise BadDataError(f"{answer.where}: the same entries again: the source does not turn its pages")
        before = page.entries
        run = database.run(partial(_count, run=run, answer=answer))
        total = page.last_visible_page if run.pages_asked is None else run.pages_asked
        report("fetching pages", run.pages, total)
        if page.has_next_page is False or not page.entries:
            break
    shifted = run.pages > 1 and _has_moved(database, run, ask)
    return database.run(partial(runlog.record, run=run, shifted=shifted, pipeline_step=runlog.TRANSFORM))


def stored_pages(session: Session, run_id: str) -> list[tuple[int, bytes]]:
    """Return the pages kept of a run in order, as pairs of number and JSON bytes; the second look is left out.

    Raises BadDataError when a page is not what was stored.
    """
    query = (
        select(RawAnimeData)
        .where(RawAnimeData.etl_run_id == run_id, RawAnimeData.page > RECHECK)
        .order_by(col(RawAnimeData.page))
    )
    return [(row.page, _body(row)) for row in session.exec(query)]


def has_all_pages(session: Session, run: Run) -> bool:
    """Say whether every page of a run is kept: as many as were asked for, or up to one that has no next."""
    if run.pages_asked is not None and run.pages >= run.pages_asked:
        return True
    pages = stored_pages(session, run.run_id)[: run.pages]
    where = f"the stored page {run.pages} of run {run.run_id}"
    return bool(pages) and parse_page(parse_document(pages[-1][1], where), where).has_next_page is False


def delete_pages(session: Session, run_id: str) -> None:
    """Delete what was kept of a run, in the caller's transaction."""
    session.exec(delete(RawAnimeData).where(col(RawAnimeData.etl_run_id) == run_id))


def _asked(database: Database, run: Run, ask: FetchPage, number: int) -> JikanResponse:
    """Ask for a page and keep the answer as `number`, also one that cannot be used."""
    try:
        answer = ask(number or 1)
    except BadResponseError as problem:
        if problem.response is not None:
            database.run(partial(_keep, run=run, number=number, answer=problem.response))
        raise
    _check_clock(answer)
    database.run(partial(_keep, run=run, number=number, answer=answer))
    return answer


def _check_clock(answer: JikanResponse) -> None:
    """Raise ConfigError when the machine's clock and the source's are too far apart to tell which day it is."""
    here, sent = clock.machine_now(), answer.sent_between
    if sent is not None and not sent[0] - CLOCKS_APART <= here <= sent[1] + CLOCKS_APART:
        raise ConfigError(
            f"the clock of this machine says {clock.iso(here)}, and {answer.host} answered at {clock.iso(sent[0])}:"
            " more than a day apart, so today's ranks would be filed under another day",
            hint="set the machine's clock (date -u shows it, timedatectl set-ntp true keeps it right), then try again",
        )


def _keep(session: Session, run: Run, number: int, answer: RawResponse) -> None:
    # A resumed run asks again for the page that failed it.
    old = (col(RawAnimeData.etl_run_id) == run.run_id, col(RawAnimeData.page) == number)
    session.exec(delete(RawAnimeData).where(*old))
    session.add(
        RawAnimeData(
            etl_run_id=run.run_id,
            page=number,
            source_api=answer.host,
            url=answer.url,
            http_status=answer.status,
            ingested_at=answer.fetched_at,
            headers=dict(answer.headers),
            body=zlib.compress(answer.body),
            sha256=answer.sha256,
        )
    )


def _count(session: Session, run: Run, answer: JikanResponse) -> Run:
    notes = run.notes
    if answer.stale:
        notes = (*notes, f"page {run.pages + 1} is stale: as of {clock.iso(answer.as_of)}")
    return runlog.record(session, run, pages=run.pages + 1, host=answer.host, notes=notes)


def _has_moved(database: Database, run: Run, ask: FetchPage) -> bool:
    answer = _asked(database, run, ask, RECHECK)
    with database.read() as session:
        query = select(RawAnimeData).where(RawAnimeData.etl_run_id == run.run_id, RawAnimeData.page == 1)
        body = _body(session.exec(query).one())
    if body == answer.body:
        return False
    before = replace(answer, body=body)
    return _order(before.read_page()) != _order(answer.read_page())


def _body(row: RawAnimeData) -> bytes:
    try:
        body = zlib.decompress(row.body)
    except zlib.error:
        body = b""
    if hashlib.sha256(body).hexdigest() != row.sha256:
        raise BadDataError(f"the stored page {row.page} of run {row.etl_run_id} is damaged", hint="take a new snapshot")
    return body


def _order(page: AnimePage) -> list[object]:
    return [(entry.get("mal_id"), entry.get("rank")) for entry in page.entries if isinstance(entry, dict)]
