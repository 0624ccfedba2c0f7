"""Random lives of a list: the rows, the log and a plain model of both always agree."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from tests.library.people import BEBOP, EPISODES, ONE_PIECE, PERFECT_BLUE, new_owner
from tests.support.edit_sequences import Sequence

TITLES = {mal_id: EPISODES[mal_id] for mal_id in (BEBOP, ONE_PIECE, PERFECT_BLUE)}


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_list_is_what_its_log_says_and_undoing_all_gives_the_start(
    database: Database, owner: SignedIn, rng: Random
) -> None:
    Sequence(database, new_owner(database), TITLES).run(rng, operations=5)
