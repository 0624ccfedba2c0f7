"""Which attempts make a trial: all of them, or those that are worth their time in every run of the tests."""

from collections.abc import Iterator

from tests.support.guests import attempts
from tests.support.guests.doors import doors
from tests.support.guests.trial import Attempt

_EVERY = {"commands": 13, "options": 13, "words": 13, "environment": 9, "connections": 2, "careless": 13}
"""Of how many attempts of a kind one is made in every run of the tests; of other kinds, those named below are."""

_ALWAYS = frozenset(
    {
        "list export --output {loot}/x",
        "its session is ended from elsewhere; a new account",
        "Ops: replace today's",
        "Ops: back up, five times",
        "the line is cut while an edit is typed",
    }
)


def everything() -> Iterator[Attempt]:
    """Yield all attempts."""
    yield from attempts.everything()
    yield from doors()


def selected() -> Iterator[Attempt]:
    """Yield the attempts of every run of the tests: some of each kind, and those that once reached something."""
    seen: dict[str, int] = {}
    for attempt in everything():
        number = seen[attempt.area] = seen.get(attempt.area, -1) + 1
        if attempt.what in _ALWAYS or ((every := _EVERY.get(attempt.area)) and number % every == 0):
            yield attempt
