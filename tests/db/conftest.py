"""Fixtures: a PostgreSQL server that belongs to the tests, whatever other servers are running."""

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
