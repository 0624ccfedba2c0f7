"""Covers of simulated libraries are drawn: the same for every reader, and never fetched."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from catlog.catalogue.drawn_covers import HEIGHT, WIDTH, address, draw
from catlog.catalogue.posters import Posters
from catlog.net.backoff import Cancel


def _nothing_is_fetched(url: str, cancel: Cancel) -> bytes:
    raise AssertionError(f"{url} is fetched")


def test_a_cover_is_a_picture_that_depends_on_the_id_alone() -> None:
    drawn = draw(address(52991))
    assert Image.open(BytesIO(drawn)).size == (WIDTH, HEIGHT)
    assert drawn == draw(address(52991))
    assert len({draw(address(mal_id)) for mal_id in range(1, 21)}) == 20


def test_it_is_neither_fetched_nor_stored(tmp_path: Path) -> None:
    posters = Posters(tmp_path / "posters", _nothing_is_fetched)
    assert posters.find(address(1)) == draw(address(1))
    assert not (tmp_path / "posters").exists()


@pytest.mark.parametrize("url", ["drawn:", "drawn:one", "drawn:-", "drawn:1/../2", "drawn:" + "9" * 5000])
def test_an_address_without_an_id_is_no_cover(tmp_path: Path, url: str) -> None:
    assert Posters(tmp_path, _nothing_is_fetched).find(url) is None
