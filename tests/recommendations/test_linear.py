"""Systems of equations without numpy, against numpy."""

import numpy as np
import pytest

from catlog.recommendations.linear import solve


@pytest.mark.parametrize("size", [1, 2, 7, 60])
def test_the_solution_is_numpys(size: int) -> None:
    rng = np.random.default_rng(size)
    rows = rng.normal(size=(size, 3 * size))
    matrix, right = rows @ rows.T + np.eye(size), rng.normal(size=size)
    triangle = [[float(value) for value in matrix[i, : i + 1]] for i in range(size)]
    assert solve(triangle, list(map(float, right))) == pytest.approx(np.linalg.solve(matrix, right))


def test_what_is_given_stays_as_it_was() -> None:
    triangle, right = [[4.0], [2.0, 3.0]], [2.0, 5.0]
    solve(triangle, right)
    assert (triangle, right) == ([[4.0], [2.0, 3.0]], [2.0, 5.0])


def test_equations_without_one_solution_are_refused() -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        solve([[1.0], [2.0, 1.0]], [1.0, 1.0])
