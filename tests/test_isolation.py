"""The border of the tests holds: what lies beside the repository is closed, and other machines are unknown."""

import os
import socket
from pathlib import Path

import pytest

from tests.support.isolation import NEIGHBOUR, ROOT, OutsideError, is_outside, named_recordings


@pytest.mark.parametrize("name", ["data/README.md", "spec/app.md", ""])
def test_a_file_beside_the_repository_cannot_be_opened(name: str) -> None:
    path = NEIGHBOUR / name if name else NEIGHBOUR
    if named_recordings() and path.is_relative_to(named_recordings()):
        path = NEIGHBOUR / "spec"
    with pytest.raises(OutsideError, match="CATLOG_TEST_DATA"):
        path.read_bytes()
    with pytest.raises(OutsideError):
        list(path.iterdir())


def test_a_relative_path_and_bytes_are_seen_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert is_outside("../shared/spec/app.md", None)
    assert is_outside(os.fsencode(NEIGHBOUR / "spec"), None)
    assert not is_outside("README.md", None)
    assert not is_outside("../shared-by-name", None)
    assert not is_outside(3, None)


def test_the_named_folder_is_open_and_its_neighbours_are_not() -> None:
    allowed = NEIGHBOUR / "data"
    assert not is_outside(allowed / "lists" / "x.xml", allowed)
    assert is_outside(NEIGHBOUR / "data2" / "x.xml", allowed)
    assert is_outside(NEIGHBOUR / "spec" / "app.md", allowed)
    assert not is_outside(Path("/elsewhere/x.xml"), allowed)


def test_other_machines_are_unknown_and_loopback_is_here() -> None:
    for host in ("api.jikan.moe", b"example.org", "192.0.2.1"):
        with pytest.raises(socket.gaierror, match="another machine"):
            socket.getaddrinfo(host, 443)
    assert socket.getaddrinfo("127.0.0.1", 443)
    assert socket.getaddrinfo("localhost", 443)
