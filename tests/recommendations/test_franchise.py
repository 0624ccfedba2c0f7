"""What comes before what: as the names say, as the source says, and never in a circle."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.recommendations.franchise import Related, RelatedTitle, first_unseen, franchises, prequels

FIRST = date(2010, 1, 1)


def _works(*titles: str, english: tuple[str | None, ...] = (), types: str = "") -> list[RelatedTitle]:
    """Return works in the order they began, each with fewer viewers than the one before."""
    found = []
    for place, title in enumerate(titles):
        other = english[place] if english else None
        names = (title, other) if other else (title,)
        kind = "Movie" if types[place : place + 1] == "M" else "TV"
        found.append(RelatedTitle(place + 1, names, kind, 1_000_000 - place, FIRST.replace(year=2010 + place)))
    return found


@pytest.mark.parametrize(
    "titles",
    [
        ("Shingeki no Kyojin", "Shingeki no Kyojin Season 2", "Shingeki no Kyojin Season 3"),
        ("Haikyuu!!", "Haikyuu!! Second Season", "Haikyuu!! To the Top", "Haikyuu!! To the Top Part 2"),
        ("Kimetsu no Yaiba", "Kimetsu no Yaiba: Yuukaku-hen", "Kimetsu no Yaiba: Katanakaji no Sato-hen"),
        ("Overlord", "Overlord II", "Overlord III"),
        ("K-On!", "K-On!!"),
        ("Natsume Yuujinchou", "Zoku Natsume Yuujinchou", "Natsume Yuujinchou San"),
        ("Fruits Basket 1st Season", "Fruits Basket 2nd Season", "Fruits Basket: The Final"),
        ("Gintama", "Gintama'", "Gintama°"),
        ("86", "86 Part 2"),
        ("Ookami to Koushinryou", "Ookami to Koushinryou II"),
        ("Sora Film 1: Begin", "Sora Film 2: More", "Sora Film 3: End"),
        ("[Oshi no Ko]", "[Oshi no Ko] 2nd Season", "[Oshi no Ko] 3rd Season"),
    ],
)
def test_names_tell_the_order_of_a_story(titles: tuple[str, ...]) -> None:
    before = prequels(_works(*titles))
    assert before == {number: (number - 1,) for number in range(2, len(titles) + 1)}


@pytest.mark.parametrize(
    "titles",
    [
        ("Monster", "Monster Musume no Iru Nichijou"),
        ("Air", "Air Gear"),
        ("K", "K-On!"),
        ("Another", "Anotherland"),
        ("Hunter x Hunter", "Hunter"),
        ("Mob Psycho 100", "Mob Psycho"),
        ("Aria", "Hidan no Aria"),
    ],
)
def test_names_that_only_begin_alike_are_no_story(titles: tuple[str, ...]) -> None:
    assert prequels(_works(*titles)) == {}


def test_the_english_names_tell_it_too() -> None:
    works = _works("Kyoushitsu e", "Tsugi no Gakunen", english=("Classroom", "Classroom Season 2"))
    assert prequels(works) == {2: (1,)}


def test_what_has_more_viewers_than_what_came_before_begins_anew() -> None:
    works = [
        RelatedTitle(1, ("Hagane no Renkin",), "TV", 1_000, FIRST),
        RelatedTitle(2, ("Hagane no Renkin: Brotherhood",), "TV", 1_900, FIRST.replace(year=2012)),
        RelatedTitle(3, ("Hagane no Renkin: Brotherhood 2nd Season",), "TV", 1_000, FIRST.replace(year=2013)),
    ]
    assert prequels(works) == {3: (2,)}


def test_a_film_goes_on_from_the_last_series_before_it() -> None:
    works = _works("Yama", "Yama 2nd Season", "Yama Movie", "Yama 3rd Season", types="TTMT")
    assert prequels(works) == {2: (1,), 3: (2,), 4: (2,)}


def test_relations_of_the_source_stand_above_names() -> None:
    works = _works("Sora", "Sora Season 2", "Umi", "Kaze")
    assert prequels(works, [Related(2, "Alternative Version", 1)]) == {}
    told = [Related(3, "Prequel", 4), Related(1, "Sequel", 2), Related(4, "Sequel", 3), Related(4, "Adaptation", 1)]
    assert prequels(works, told) == {2: (1,), 3: (4,)}
    assert prequels(works, [Related(3, "Prequel", 999), Related(998, "Sequel", 1)]) == {2: (1,)}


def test_circles_in_what_the_source_tells_are_cut() -> None:
    works = _works("Sora", "Umi", "Kaze")
    circle = [Related(1, "Prequel", 2), Related(2, "Prequel", 3), Related(3, "Prequel", 1), Related(1, "Prequel", 1)]
    before = prequels(works, circle)
    assert first_unseen(1, _lookup(before), ()) in (1, 2, 3)
    assert len(before) == 2


@given(st.lists(st.text("ab :!I2", min_size=1, max_size=8), max_size=12))
def test_every_way_back_has_an_end(names: list[str]) -> None:
    before = prequels(_works(*names))
    for number in range(1, len(names) + 1):
        begin = first_unseen(number, _lookup(before), ())
        assert not before.get(begin)


def test_the_first_unseen_part_is_where_to_begin() -> None:
    before = {2: (1,), 3: (2,), 9: (8,)}
    assert [first_unseen(3, _lookup(before), seen) for seen in ((), (1,), (1, 2), (2,))] == [1, 2, 3, 3]
    groups = franchises([1, 2, 3, 4, 8, 9], before)
    assert groups[1] == groups[2] == groups[3]
    assert len({groups[each] for each in (1, 4, 8)}) == 3


def _lookup(before: Mapping[int, Sequence[int]]) -> Callable[[int], Sequence[int]]:
    return lambda mal_id: before.get(mal_id, ())
