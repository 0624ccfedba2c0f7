"""What tests of PostgreSQL as people run it share: a server that is the tests' own, whatever else is there."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import PostgresServer, start_postgres


@pytest.fixture(scope="session")
def kept_server(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """Give a server on which the tests may make roles: that of the session, where it is theirs."""
    if postgres.is_own:
        yield postgres
    else:
        with start_postgres(own=True) as own:
            yield own
