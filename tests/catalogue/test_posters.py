"""Covers on disk: fetched once, given up silently, and never more of them than fit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catlog.catalogue.posters import Posters
from catlog.config import load_settings
from catlog.errors import UnavailableError
from catlog.net.backoff import Cancel
from catlog.net.errors import RequestCancelledError


class Network:
    """Gives every address an image of its own, or fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.problem: Exception | None = None

    def fetch(self, url: str, cancel: Cancel) -> bytes:
        self.asked.append(url)
        if self.problem is not None:
            raise self.problem
        return url.encode().ljust(100, b".")


@pytest.fixture
def network() -> Network:
    return Network()


def test_an_image_is_fetched_once_and_then_read_from_disk(network: Network, tmp_path: Path) -> None:
    posters = Posters(tmp_path / "posters", network.fetch)
    first = posters.find("https://example.org/1.jpg")
    assert posters.find("https://example.org/1.jpg") == first == b"https://example.org/1.jpg".ljust(100, b".")
    assert Posters(tmp_path / "posters", network.fetch).find("https://example.org/1.jpg") == first
    assert network.asked == ["https://example.org/1.jpg"]
    [file] = (tmp_path / "posters").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_address_is_no_image(network: Network, tmp_path: Path) -> None:
    assert Posters(tmp_path, network.fetch).find(None) is None
    assert network.asked == []


def test_a_failure_is_silent_and_not_repeated_at_once(network: Network, tmp_path: Path) -> None:
    posters = Posters(tmp_path, network.fetch)
    network.problem = UnavailableError("no network")
    assert posters.find("https://example.org/1.jpg") is None
    assert posters.find("https://example.org/1.jpg") is None
    assert len(network.asked) == 1


def test_a_cancelled_image_may_be_asked_for_again(network: Network, tmp_path: Path) -> None:
    posters = Posters(tmp_path, network.fetch)
    network.problem = RequestCancelledError()
    assert posters.find("https://example.org/1.jpg") is None
    network.problem = None
    assert posters.find("https://example.org/1.jpg") is not None


def test_images_not_looked_at_for_longest_make_room(network: Network, tmp_path: Path) -> None:
    posters = Posters(tmp_path, network.fetch, limit=1000)
    for number in range(10):
        posters.find(f"https://example.org/{number}")
    for age, file in enumerate(sorted(tmp_path.iterdir(), key=lambda file: file.read_bytes())):
        os.utime(file, (1_000_000 + age, 1_000_000 + age))
    posters.find("https://example.org/0")
    posters.find("https://example.org/new")
    kept = {file.read_bytes().rstrip(b".")[-3:] for file in tmp_path.iterdir()}
    assert kept == {b"g/0", b"g/4", b"g/5", b"g/6", b"g/7", b"g/8", b"g/9", b"new"}


def test_the_covers_of_a_user_are_in_the_cache_and_need_no_network_to_be_read(tmp_path: Path) -> None:
    settings = load_settings({"CATLOG_HOME": str(tmp_path)})
    url = "https://example.org/1.jpg"
    Posters(settings.paths.cache / "posters", Network().fetch).find(url)
    script = (
        "import sys; from catlog.catalogue.posters import Posters; from catlog.config import load_settings;"
        "found = Posters.from_settings(load_settings()).find(sys.argv[1]); print(len(found), 'httpx' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, url],
        capture_output=True,
        text=True,
        check=True,
        env={"CATLOG_HOME": str(tmp_path)},
    )
    assert ended.stdout.split() == ["100", "False"]
    assert Posters.from_settings(settings).find("https://localhost/refused-unasked.jpg") is None


def test_a_disk_that_takes_nothing_costs_no_image(network: Network, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert Posters(tmp_path / "file" / "posters", network.fetch).find("https://example.org/1.jpg") is not None
