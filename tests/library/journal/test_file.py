"""The journal on disk: private, synced, taken over from the dead and never from the living."""

import multiprocessing
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catlog.errors import UnavailableError
from catlog.library.edits import Rate
from catlog.library.journal.file import Journal, PendingEdit
from catlog.library.writer import EditRequest
from tests.library.journal.wishes import NAME, keep_and_die
from tests.library.people import BEBOP


def rated(rating: int) -> PendingEdit:
    return PendingEdit.new([EditRequest(BEBOP, Rate(rating))])


def killed(folder: Path, count: int, torn: bytes = b"") -> None:
    process = multiprocessing.get_context("spawn").Process(target=keep_and_die, args=(folder, count, torn))
    process.start()
    process.join()
    assert process.exitcode == -9


def test_what_was_kept_is_there_in_order_for_the_next_one_and_what_was_settled_is_not(tmp_path: Path) -> None:
    one, two, three = rated(1), rated(2), rated(3)
    with Journal(tmp_path, NAME) as journal:
        for kept in (one, two, one.undo, three):
            journal.add(kept)
        journal.ack(two.request_id)
        back = journal.pending[1]
    with Journal(tmp_path, NAME) as journal:
        journal.recover()
        assert journal.pending == (one, back, three)


def test_nothing_is_left_of_a_journal_with_nothing_in_it(tmp_path: Path) -> None:
    with Journal(tmp_path, NAME) as journal:
        assert not list(tmp_path.iterdir()), "who changes nothing writes nothing"
        journal.add(kept := rated(1))
        (file,) = tmp_path.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        journal.ack(kept.request_id)
        assert file.stat().st_size == 0
    assert not list(tmp_path.iterdir())


def test_the_living_keep_their_journal_and_others_keep_out(tmp_path: Path) -> None:
    with Journal(tmp_path, NAME) as one, Journal(tmp_path, NAME) as other, Journal(tmp_path, "db-2") as foreign:
        one.add(rated(1))
        other.recover()
        assert other.pending == ()
        one.close()
        foreign.recover()
        assert foreign.pending == ()
        other.recover()
        assert len(other.pending) == 1


def test_what_the_killed_kept_is_taken_over_and_what_they_were_writing_is_not(tmp_path: Path) -> None:
    killed(tmp_path, 3, b'{"request": "torn", "at": "2026-')
    with Journal(tmp_path, NAME) as journal:
        assert journal.recover() is None
        assert len(journal.pending) == 3
        later = rated(4)
        journal.add(later)
    with Journal(tmp_path, NAME) as journal:
        journal.recover()
        assert len(journal.pending) == 4
        assert journal.pending[-1] == later


def test_a_journal_that_cannot_be_read_whole_is_put_aside_and_the_rest_of_it_is_kept(tmp_path: Path) -> None:
    killed(tmp_path, 2, b'{"request": "of another version", "at": "2026-01-01", "asked": [{"edit": "Fly"}]}\n')
    with Journal(tmp_path, NAME) as journal:
        odd = journal.recover()
        assert odd is not None
        assert b"another version" in odd.read_bytes()
        assert len(journal.pending) == 2
    with Journal(tmp_path, NAME) as journal:
        assert journal.recover() is None
        assert len(journal.pending) == 2


def test_a_folder_that_cannot_be_written_is_told_and_nothing_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Journal(tmp_path / "file", NAME) as journal:
        with pytest.raises(UnavailableError):
            journal.add(rated(1))
        assert journal.pending == ()


@contextmanager
def almost_full(folder: Path) -> Iterator[None]:
    """Let a few bytes more be written to the journal, as on a disk that is about to be full."""
    (file,) = folder.glob("*.jsonl")
    with limited(file.stat().st_size + 20):
        yield


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_line_that_only_half_fits_is_told_and_spoils_none_after_it(tmp_path: Path) -> None:
    one, two, three = rated(1), rated(2), rated(3)
    with Journal(tmp_path, NAME) as journal:
        journal.add(one)
        with almost_full(tmp_path), pytest.raises(UnavailableError):
            journal.add(two)
        journal.add(three)
    with Journal(tmp_path, NAME) as journal:
        assert journal.recover() is None
        assert journal.pending == (one, three)


def test_a_settled_edit_of_which_only_half_is_told_spoils_none_after_it(tmp_path: Path) -> None:
    one, two, three = rated(1), rated(2), rated(3)
    with Journal(tmp_path, NAME) as journal:
        journal.add(one)
        journal.add(two)
        with almost_full(tmp_path):
            journal.ack(one.request_id)
        journal.add(three)
    with Journal(tmp_path, NAME) as journal:
        assert journal.recover() is None
        assert journal.pending[-2:] == (two, three)


def test_what_can_be_read_of_an_odd_journal_stays_until_it_can_be_kept(tmp_path: Path) -> None:
    killed(tmp_path, 2, b"neither an edit nor JSON\n")
    with Journal(tmp_path, NAME) as journal, limited(20), pytest.raises(UnavailableError):
        journal.recover()
    with Journal(tmp_path, NAME) as journal:
        odd = journal.recover()
        assert odd is not None
        assert len(journal.pending) == 2
