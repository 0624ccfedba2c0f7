"""The virtual clock of the tests of HTTP."""

import pytest

from tests.support.virtual_time import VirtualTime


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()
