"""The grid of Home: which panels there are at a size, where, and how much each of them tells.

What gives way where there is less room, in this order: For you, Lately, covers, the season, the movers, the whole cat
(its face stays), all but three lines of the week. Continue never has fewer than three titles.
"""

from __future__ import annotations

from typing import NamedTuple

WIDE, MIDDLE, NARROW = 132, 100, 80
"""Columns from which the screen has three columns, two columns, and the whole cat above one column."""

LEAST_TITLES = 3
"""The titles that Continue shows at least, where it has as many."""

_USUAL_TITLES = 6
_LEFT, _RIGHT, _MIDDLE_LEFT = 40, 50, 38
_CAT, _SMALL_CAT, _BANNER = 17, 13, 7
_FRAME = 3
"""Lines of a panel that are no content: two borders and the air below the upper one."""

_FOR_YOU, _MIDDLE_WEEK = 18, 13
_LEAST_WEEK, _LEAST_LATELY, _LEAST_MOVERS = 6, 8, 8
_GAP = 1

_AIRY_HEIGHT = 20
"""Lines from which one stays empty above the keys, where there are no borders."""

_MOST_EPISODES = 9
"""Episodes for which the week of a wide screen makes room."""


class Place(NamedTuple):
    """Where a panel is, in cells of the body."""

    x: int
    y: int
    width: int
    height: int


class Density(NamedTuple):
    """Lines of a title in Continue, and the empty ones below it."""

    lines: int
    gap: int
    cover: bool = False

    def spare(self, room: int, titles: int) -> int:
        """Return how many more titles fit into `room` lines, below a heading of their own."""
        return max((room - titles * (self.lines + self.gap) - 1 + self.gap) // (self.lines + self.gap), 0)

    def height(self, titles: int) -> int:
        """Return the lines of so many titles; the last needs no air below."""
        return titles * (self.lines + self.gap) - self.gap if titles else 1


PICTURE, ROOMY, AIRY, CLOSE, ROW = Density(3, 1, cover=True), Density(3, 1), Density(2, 1), Density(2, 0), Density(1, 0)


class Grid(NamedTuple):
    """The places of the panels, None for those that gave way, and the density of Continue.

    `face` is the line with the cat's face, where the whole `cat` has no room.
    """

    going: Place
    density: Density
    face: Place | None = None
    cat: Place | None = None
    lately: Place | None = None
    for_you: Place | None = None
    week: Place | None = None
    movers: Place | None = None


def grid(width: int, height: int, titles: int, episodes: int, premieres: int = 3, *, has_cat: bool = True) -> Grid:
    """Return the grid of a body of this size.

    There are so many titles in progress, episodes of the week, and titles that begin soon. Without a cat, as nobody is
    signed in, its lines go to what stands below it.
    """
    if width >= WIDE and height >= _SMALL_CAT:
        return _three_columns(width, height, titles, episodes, premieres, has_cat)
    if width >= MIDDLE and height >= _SMALL_CAT:
        return _two_columns(width, height, titles, episodes, has_cat)
    return _one_column(width, height, titles, episodes, has_cat)


def _three_columns(width: int, height: int, titles: int, episodes: int, premieres: int, has_cat: bool) -> Grid:
    cat, lately = _cat_and(_LEFT, height, _CAT if has_cat else 0, _LEAST_LATELY)
    middle = width - _LEFT - _RIGHT
    wanted = _FRAME + PICTURE.height(min(max(titles, LEAST_TITLES), LEAST_TITLES + 1))
    for_you = _FOR_YOU if height - _FOR_YOU >= wanted else 0
    going = Place(_LEFT, 0, middle, height - for_you)
    week = _week_height(height, episodes, premieres)
    right = width - _RIGHT
    return Grid(
        going,
        _density(going.height - _FRAME + 1, titles, (PICTURE, CLOSE, ROW), LEAST_TITLES),
        cat=cat,
        lately=lately,
        for_you=Place(_LEFT, height - for_you, middle, for_you) if for_you else None,
        week=Place(right, 0, _RIGHT, week),
        movers=Place(right, week, _RIGHT, height - week) if height > week else None,
    )


def _two_columns(width: int, height: int, titles: int, episodes: int, has_cat: bool) -> Grid:
    cat, movers = _cat_and(_MIDDLE_LEFT, height, _SMALL_CAT if has_cat else 0, _LEAST_MOVERS)
    right = width - _MIDDLE_LEFT
    enough = _FRAME + ROOMY.height(max(titles, LEAST_TITLES)) + 1
    for_you = _FOR_YOU if height - _FOR_YOU - _MIDDLE_WEEK >= enough else 0
    least = _FRAME + LEAST_TITLES
    week = min(_MIDDLE_WEEK, max(height - for_you - least, 0), max(_FRAME + 5 + episodes, _LEAST_WEEK + 3))
    week = week if week >= _LEAST_WEEK else 0
    going = Place(_MIDDLE_LEFT, 0, right, height - week - for_you)
    return Grid(
        going,
        _density(going.height - _FRAME + 1, titles, (ROOMY, AIRY, CLOSE, ROW), _USUAL_TITLES),
        cat=cat,
        movers=movers,
        for_you=Place(_MIDDLE_LEFT, going.height, right, for_you) if for_you else None,
        week=Place(_MIDDLE_LEFT, height - week, right, week) if week else None,
    )


def _one_column(width: int, height: int, titles: int, episodes: int, has_cat: bool) -> Grid:
    bordered = width >= MIDDLE
    frame = _FRAME if bordered else 1
    height -= not bordered and height >= _AIRY_HEIGHT
    least = frame + LEAST_TITLES
    top, whole = 0, False
    if not has_cat:
        top = 1
    elif NARROW <= width < MIDDLE and height >= _BANNER + least + 2 * _GAP + 4:
        top, whole = _BANNER, True
    elif height >= least + 2:
        top = 2 if height >= least + 2 + _GAP + frame + 3 else 1
    room = height - top
    beside = width >= NARROW
    gap = 0 if bordered else _GAP
    below = room - least - gap
    below = below if below >= frame + 3 else 0
    wanted = frame + max(titles, LEAST_TITLES)
    shared = frame + max(episodes, 5 if beside else 2)
    going_height = room if not below else min(max(room - gap - shared, least), max(wanted, least))
    y = top + going_height + (gap if below else 0)
    below = height - y if below else 0
    going = Place(0, top, width, going_height)
    week = movers = None
    if below and beside:
        half = (width + (0 if bordered else 1)) // 2
        week, movers = Place(0, y, half, below), Place(half, y, width - half, below)
    elif below:
        lines = min(below, frame + max(episodes, 1))
        rest = below - lines - gap
        week = Place(0, y, width, lines if rest >= frame + 4 else below)
        movers = Place(0, y + lines + gap, width, rest) if rest >= frame + 4 else None
    return Grid(
        going,
        ROW,
        face=Place(0, 0, width, 1) if top and has_cat and not whole else None,
        cat=Place(0, 0, width, top) if whole else None,
        week=week,
        movers=movers,
    )


def _cat_and(width: int, height: int, whole: int, least: int) -> tuple[Place | None, Place | None]:
    """Return the places of the cat, none with `whole` 0, and of what stands below it, if there is room."""
    if not whole:
        return None, Place(0, 0, width, height)
    cat = whole if height >= whole + least else _SMALL_CAT if height >= _SMALL_CAT + least else height
    return Place(0, 0, width, cat), Place(0, cat, width, height - cat) if height > cat else None


def _week_height(height: int, episodes: int, premieres: int) -> int:
    """Return the lines of the week: as many as it fills, unless the movers below need them."""
    strip, season, soon = 4, 3, premieres + 2 if premieres else 0
    rows = max(min(episodes, _MOST_EPISODES), 2)
    least = _FRAME + min(rows, 3)
    for lines in (season + soon, season, 0):
        whole = _FRAME + strip + rows + lines + 1
        if height - whole >= _LEAST_MOVERS + _FRAME:
            return whole
    return next((lines for lines in (_FRAME + strip + min(rows, 3), least) if height - lines >= _LEAST_MOVERS), height)


def _density(room: int, titles: int, allowed: tuple[Density, ...], wanted: int) -> Density:
    """Return the first density that shows all titles, or `wanted` of them; else the closest."""
    count = min(titles, wanted)
    return next((each for each in allowed if each.height(count) + 1 <= room), allowed[-1])
