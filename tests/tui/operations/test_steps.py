"""Steps: what was reported becomes steps with a rate and the time left."""

from catlog.tui.operations.steps import ended, expected, reported


def test_a_step_has_the_rate_since_it_began_and_the_time_left_at_that_rate() -> None:
    steps = reported((), "fetching pages", 10, 100, 1000.0)
    assert steps[-1].rate is None
    assert steps[-1].left(1000.0) is None
    steps = reported(steps, "fetching pages", 40, 100, 1015.0)
    assert steps[-1].rate == 2.0
    assert steps[-1].left(1015.0) == 30.0
    assert steps[-1].left(1020.0) == 25.0, "time goes on between two reports"
    assert steps[-1].left(1100.0) == 0.0


def test_a_rate_of_the_first_moment_promises_nothing() -> None:
    steps = reported(reported((), "rows", 0, 10, 1.0), "rows", 5, 10, 1.1)
    assert steps[-1].left(1.1) is None


def test_another_word_ends_the_step_before() -> None:
    steps = reported(reported((), "fetching", 4, 4, 1.0), "judging", 0, None, 3.5)
    assert [(step.name, step.ended) for step in steps] == [("fetching", 3.5), ("judging", None)]
    assert steps[0].took(99.0) == 2.5
    assert steps[1].left(99.0) is None, "nobody knows how much there is"
    closed = ended(steps, 4.0)
    assert closed[-1].ended == 4.0
    assert ended(closed, 9.0) == closed
    assert ended((), 9.0) == ()


def test_work_that_knows_better_than_its_rate_is_believed() -> None:
    steps = expected(reported(reported((), "titles", 0, 100, 1.0), "titles", 90, 100, 11.0), 60.0)
    assert steps[-1].left(11.0) == 60.0
    assert steps[-1].left(21.0) == 50.0
    assert ended(steps, 80.0)[-1].left(80.0) is None
    assert expected((), 5.0) == ()
