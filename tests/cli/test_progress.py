"""Progress: on the terminal of standard error, and nowhere else."""

from tests.cli.processes import SAMPLES, child, in_terminal

WORK = [*SAMPLES, "sample", "work"]


def test_without_a_terminal_nothing_is_reported() -> None:
    ended = child(WORK)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "3\n", "")


def test_a_terminal_sees_the_steps_and_keeps_only_the_data() -> None:
    code, received = in_terminal(WORK)
    assert code == 0
    assert "pages[2J" in received, "the step is shown, its escape is not"
    assert "3/3" in received
    assert received.endswith("3\n")


def test_ascii_progress_is_ascii() -> None:
    assert in_terminal(WORK, CATLOG_ASCII="1")[1].isascii()


def test_a_dumb_terminal_gets_no_escape_sequence() -> None:
    code, received = in_terminal(WORK, TERM="dumb")
    assert (code, received) == (0, "3\n")
