"""A run that is cancelled from within its process ends as after Ctrl-C, wherever it is."""

import threading
from pathlib import Path

import pytest

from catlog.config import Settings, load_settings
from catlog.db.models import RawAnimeData
from catlog.db.session import Database
from catlog.errors import CancelledError
from catlog.etl.pipeline import RunRequest, run_etl
from tests.etl.conftest import until
from tests.support.contents import contents, count, runs
from tests.support.jikan import JikanStandIn


def settings_for(jikan: JikanStandIn, home: Path) -> Settings:
    values = {"HOME": home, "JIKAN_URLS": jikan.url, "JIKAN_RATE": 1000, "JIKAN_BACKOFF": 0.00001}
    return load_settings({f"CATLOG_{name}": str(value) for name, value in values.items()})


@pytest.mark.parametrize("last_words", ["rankings: fetching pages", "validating records", "loading"])
def test_a_cancelled_run_leaves_the_day_as_it_was(
    database: Database, jikan: JikanStandIn, tmp_path: Path, last_words: str
) -> None:
    settings = settings_for(jikan, tmp_path)
    run_etl(database, settings, RunRequest(pages=2))
    good, kept = contents(database), count(database, RawAnimeData)

    def report(step: str, done: int, total: int | None) -> None:
        if step == last_words and (done or total is None):
            raise CancelledError("cancelled")

    with pytest.raises(CancelledError):
        run_etl(database, settings, RunRequest(pages=2, replace=True), report)
    assert contents(database) == good
    assert count(database, RawAnimeData) == kept
    last = runs(database)[-1]
    assert (last["status"], last["error_message"], last["pages"]) == ("FAILED", "cancelled", 0)


def test_cancelling_ends_a_request_that_is_under_way(database: Database, jikan: JikanStandIn, tmp_path: Path) -> None:
    jikan.set_faults("held@page=2")
    cancel = threading.Event()

    def give_up() -> None:
        until(lambda: any(request.page == "2" for request in jikan.requests))
        cancel.set()

    someone = threading.Thread(target=give_up)
    someone.start()
    with pytest.raises(CancelledError):
        run_etl(database, settings_for(jikan, tmp_path), RunRequest(), cancel=cancel)
    someone.join()
    [run] = runs(database)
    assert (run["status"], run["error_message"], run["pages"]) == ("FAILED", "cancelled", 0)
