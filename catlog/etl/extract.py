"""Extraction: ask page by page, and keep every answer as it came before anything is read from it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import delete
from sqlmodel import Session, col, select

from catlog import clock
from catlog.db.models import RawAnimeData
from catlog.db.session import Database
from catlog.etl import runlog
from catlog.etl.runlog import Run
from catlog.jikan.answer import RawAnswer
from catlog.jikan.schema import Page
from catlog.progress import Report

Ask = Callable[[int], RawAnswer]
"""Ask the one source of a run for a page, counted from 1."""

RECHECK = 0
"""The page number under which the second look at page 1 is kept."""


def extract(database: Database, run: Run, ask: Ask, report: Report) -> Run:
    """Fetch and keep the pages the run still lacks, then look at page 1 again; return the run as logged.

    Ends at the asked number of pages, at a page without entries, or where the source says that there is no next.
    Marks the run `shifted` when page 1 is not what it was: then titles may have moved between two pages unseen.
    """
    report("fetching pages", run.pages, run.pages_asked)
    while run.pages_asked is None or run.pages < run.pages_asked:
        answer = ask(run.pages + 1)
        database.run(partial(_keep, run=run, number=run.pages + 1, answer=answer))
        page = answer.read_page()
        if not page.entries and run.pages:
            break
        run = database.run(partial(_count, run=run, answer=answer))
        total = page.last_visible_page if run.pages_asked is None else run.pages_asked
        report("fetching pages", run.pages, total)
        if page.has_next_page is False or not page.entries:
            break
    if run.pages > 1 and _has_moved(database, run, ask):
        run = database.run(partial(runlog.record, run=run, shifted=True))
    return run


def kept_pages(session: Session, run_id: str) -> list[tuple[int, bytes]]:
    """Return the pages kept of a run in order, as pairs of number and JSON bytes; the second look is left out."""
    query = (
        select(RawAnimeData)
        .where(RawAnimeData.etl_run_id == run_id, RawAnimeData.page > RECHECK)
        .order_by(col(RawAnimeData.page))
    )
    return [(row.page, zlib.decompress(row.body)) for row in session.exec(query)]


def forget_pages(session: Session, run_id: str) -> None:
    """Delete what was kept of a run, in the caller's transaction."""
    session.exec(delete(RawAnimeData).where(col(RawAnimeData.etl_run_id) == run_id))


def _keep(session: Session, run: Run, number: int, answer: RawAnswer) -> None:
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


def _count(session: Session, run: Run, answer: RawAnswer) -> Run:
    notes = run.notes
    if answer.stale:
        notes = (*notes, f"page {run.pages + 1} is stale: as of {clock.iso(answer.as_of)}")
    return runlog.record(session, run, pages=run.pages + 1, host=answer.host, notes=notes)


def _has_moved(database: Database, run: Run, ask: Ask) -> bool:
    answer = ask(1)
    database.run(partial(_keep, run=run, number=RECHECK, answer=answer))
    with database.read() as session:
        query = select(RawAnimeData).where(RawAnimeData.etl_run_id == run.run_id, RawAnimeData.page == 1)
        first = session.exec(query).one()
        body = zlib.decompress(first.body)
    if body == answer.body:
        return False
    before = replace(answer, body=body)
    return _order(before.read_page()) != _order(answer.read_page())


def _order(page: Page) -> list[object]:
    return [(entry.get("mal_id"), entry.get("rank")) for entry in page.entries if isinstance(entry, dict)]
