"""Eight processes edit one account at once: nothing is lost, nobody is told that the database is locked."""

import multiprocessing

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status, same
from catlog.library.history import last_step, logged_changes, replayed, undo
from catlog.library.store import load_entries
from catlog.library.writer import EditRequest, edit_all
from tests.library.editing import count_episodes
from tests.library.people import BEBOP, ONE_PIECE

PROCESSES, TIMES = 8, 4


def test_eight_processes_lose_nothing(database: Database, owner: SignedIn) -> None:
    edit_all(
        database, owner, [EditRequest(ONE_PIECE, Add(Status.WATCHING)), EditRequest(BEBOP, Add())], origin=Origin.CLI
    )
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.library.editing"])
    start = context.Barrier(PROCESSES)
    running = [
        context.Process(target=count_episodes, args=(database.url, owner, f"p{number}", TIMES, start))
        for number in range(PROCESSES)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * PROCESSES

    with database.read() as session:
        entries = load_entries(session, owner.user_id)
        log = logged_changes(session, owner.user_id)
        assert last_step(session, owner.user_id) == 1 + 2 * PROCESSES * TIMES
        for mal_id, entry in replayed(session, owner.user_id).items():
            assert same(entry, entries[mal_id])
    assert entries[ONE_PIECE].episodes_watched == PROCESSES * TIMES
    assert len(entries[BEBOP].tags) == PROCESSES * TIMES
    counts = [row.after["episodesWatched"] for row in reversed(log) if row.action == "watch"]
    assert counts == list(range(1, PROCESSES * TIMES + 1))

    assert len(undo(database, owner, 3 * PROCESSES * TIMES)) == 1 + 2 * PROCESSES * TIMES
