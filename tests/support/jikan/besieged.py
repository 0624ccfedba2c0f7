"""A source that answers what assaults say, byte for byte, and `catlog etl run` that asks it."""

import gzip
import random
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from catlog import clock
from catlog.etl import runlog
from tests.support.cli import CommandLine, Ending, Nursery
from tests.support.good_day import DAY, LATER, GoodDay, Tally
from tests.support.jikan.answer import Answer, Request, json_answer
from tests.support.jikan.mutations import Assault, Entries, assaults, every_kind, pages_of
from tests.support.jikan.server import JikanStandIn

HUGE = 50_000_000
"""Bytes of an answer that is too large by far."""

SPARE = 40_000
"""KB that a run may have more than one of good pages, whatever the source sends."""


class Besieged(JikanStandIn):
    """A stand-in whose `/top/anime` are the `pages` it was given last; beyond them there is nothing."""

    pages: tuple[Answer, ...] = ()

    def respond(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path != "/top/anime":
            return super().respond(request)
        page = int(request.page)
        if page <= len(self.pages):
            return self.pages[page - 1]
        return json_answer(200, {"pagination": {"has_next_page": False}, "data": []})


def answers(assault: Assault) -> tuple[Answer, ...]:
    """Return the pages of an assault as good answers."""
    return tuple(Answer(200, body, {"Content-Type": "application/json"}) for body in assault.pages)


def besiege(folder: Path, good: Entries, count: int, seed: int) -> Tally:
    """Let `catlog etl run` ask for the day again: each kind of assault, `count` more, and answers beyond measure."""
    rng, day = random.Random(seed), GoodDay(folder, good)
    nursery = Nursery(folder)
    with Besieged() as jikan:
        settings = {"home": folder / "home", "database_url": day.database.url, "jikan_urls": jikan.url}
        clocked = {"now": clock.iso(LATER), "jikan_rate": 1000, "jikan_backoff": 0.00001}
        catlog = CommandLine().having(**settings, **clocked)
        for assault in chain(every_kind(rng, good), islice(assaults(rng, good), count)):
            jikan.pages = answers(assault)
            day.tally.mutations += assault.count
            _judged(day, assault.kind, catlog("etl", "run"))
        jikan.pages = answers(Assault("good", pages_of(good), None, 0))
        usual = nursery.run(catlog, "etl", "run")
        _judged(day, "good", usual)
        for kind, answer in _beyond_measure(jikan.pages[0].body):
            jikan.pages = (jikan.pages[0], answer, *jikan.pages[2:])
            done = nursery.run(catlog, "etl", "run")
            day.tally.mutations += 1
            _judged(day, kind, done)
            if done.peak_kb > usual.peak_kb + SPARE:
                day.tally.wrong.append(f"{kind}: {done.peak_kb} kB instead of {usual.peak_kb}")
    nursery.close()
    day.close()
    return day.tally


def _beyond_measure(page: bytes) -> Iterator[tuple[str, Answer]]:
    headers = {"Content-Type": "application/json"}
    long = b'{"data":[{"title":"' + b"x" * HUGE + b'"}]}'
    deep = b'{"data":' + b"[" * HUGE + b"]" * HUGE + b"}"
    for kind, body in (("50 MB of a text", long), ("50 million deep", deep), ("50 MB of spaces", page + b" " * HUGE)):
        yield kind, Answer(200, body, headers)
        yield f"{kind}, in gzip", Answer(200, gzip.compress(body, 1), headers, coding="gzip")
    yield "gzip in two members", Answer(200, gzip.compress(page) + gzip.compress(b" "), headers, coding="gzip")
    yield "gzip without its end", Answer(200, gzip.compress(page)[:-9], headers, coding="gzip")
    yield "no gzip", Answer(200, page, headers, coding="gzip")
    yield "an unknown coding", Answer(200, page, headers, coding="br")


def _judged(day: GoodDay, kind: str, done: Ending) -> None:
    """Hold the day and the log against how a run ended."""
    day.tally.runs += 1
    with clock.stopped_at(LATER):
        (last,) = runlog.latest(day.database, 1)
    day.tally.endings[f"exit {done.code}"] += 1
    day.tally.received += last.received
    day.tally.accepted += last.accepted
    day.tally.repeated += last.duplicates
    day.tally.rejected += last.rejected
    day.tally.answers_refused += done.code == 65 and not last.received
    if last.accepted + last.duplicates + last.rejected != last.received or last.snapshot_date != DAY:
        day.tally.wrong.append(f"{kind}: {last}")
    if done.code not in (0, 65) or last.status not in (("SUCCESS",) if not done.code else ("FAILED", "PARTIAL")):
        day.tally.wrong.append(f"{kind}: exit {done.code}, {last.status}: {done.err}")
    if done.code and not (last.error_message and "hint: " in done.err):
        day.tally.wrong.append(f"{kind}: no reason, or no way out: {done.err}")
    day.check(kind, may_change=bool(last.rows_processed))
