"""Strips create their caches on use, and are Textual's in everything else."""

from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

from catlog.tui.terminal.paint_cache import create_strip_caches_on_use

CACHES = (
    "_divide_cache", "_crop_cache", "_style_cache", "_filter_cache", "_line_length_cache", "_crop_extend_cache",
    "_offsets_cache",
)  # fmt: skip


def created(strip: Strip) -> set[str]:
    """Return the names of the caches that a strip has."""
    slots = {name: Strip.__dict__[name]._slot for name in CACHES}
    found = set()
    for name, slot in slots.items():
        try:
            slot.__get__(strip, Strip)
        except AttributeError:
            continue
        found.add(name)
    return found


def test_a_cache_is_created_when_it_is_used_and_then_kept() -> None:
    create_strip_caches_on_use()
    create_strip_caches_on_use()
    strip = Strip([Segment("Mushishi", Style(bold=True)), Segment(" 26 ep")], 14)
    assert created(strip) == set()
    assert strip.crop(2, 11).text == "shishi 26"
    assert created(strip) == {"_crop_cache"}
    assert strip.crop(2, 11) is strip.crop(2, 11)
    assert [part.text for part in strip.divide([3, 14])] == ["Mus", "hishi 26 ep"]
    assert strip.adjust_cell_length(16).text == "Mushishi 26 ep  "
    assert strip.cell_length == 14
    assert strip.cell_count == 14


def test_the_caches_have_the_sizes_that_textual_gives_them() -> None:
    create_strip_caches_on_use()
    strip = Strip([Segment("Nana" * 20)])
    sizes = [cache._maxsize for name in CACHES if isinstance(cache := getattr(strip, name), FIFOCache)]
    assert sizes == [4, 16, 16, 4, 4, 4, 4]
    for at in range(40):
        strip.crop(0, at)
    assert len(strip._crop_cache) == 16
