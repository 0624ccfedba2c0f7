"""The input of a search: words and filters as texts, as the panel and files hold them, and as a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from catlog.tui.glyphs import ASCII, Glyphs

if TYPE_CHECKING:
    from catlog.catalogue.search import SearchQuery

MINE: Mapping[str, tuple[bool | None, str | None]] = {
    "": (None, None),
    "on my list": (True, None),
    "not on my list": (False, None),
    "planned": (None, "PLAN_TO_WATCH"),
    "seen": (None, "COMPLETED"),
}
"""Filters by list membership, and by a status there."""

FIRST, MORE = 100, 300
"""Titles shown at first, and titles added each time the end of the list is in sight."""


class SearchInput(NamedTuple):
    """One search. Several genres, types or statuses are separated by commas; ranges are written 2015..2020."""

    words: str = ""
    genres: str = ""
    without: str = ""
    years: str = ""
    season: str = ""
    score: str = ""
    type: str = ""
    status: str = ""
    mine: str = ""
    order: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return any(self[1:-1])

    @property
    def is_empty(self) -> bool:
        """Whether neither words nor filters are set."""
        return not self.words.strip() and not self.is_filtered

    @property
    def saved_fields(self) -> dict[str, str]:
        """The non-empty fields, for a file."""
        return {name: text for name, text in self._asdict().items() if text}

    def to_query(self, user_id: int | None) -> SearchQuery:
        """Return the query. Raises InvalidArgumentError for an invalid field."""
        from catlog.catalogue import filters as f
        from catlog.catalogue.orders import parse_order
        from catlog.catalogue.search import SearchQuery

        on_list, list_status = MINE.get(self.mine, (None, None))
        wanted = f.Filters(
            genres=names(self.genres),
            without_genres=names(self.without),
            years=f.parse_years(self.years) if self.years else None,
            scores=f.parse_scores(self.score) if self.score else None,
            types=tuple(map(f.parse_type, names(self.type))),
            statuses=tuple(map(f.parse_status, names(self.status))),
            season=f.parse_season(self.season) if self.season else None,
            on_list=on_list,
            list_status=list_status,
        )
        return SearchQuery(self.words, wanted, parse_order(self.order) if self.order else "", user_id)


def input_from(fields: Mapping[str, str]) -> SearchInput:
    """Return the input from saved fields, without unknown ones."""
    return SearchInput(**{name: fields[name] for name in SearchInput._fields if name in fields})


def names(text: str) -> tuple[str, ...]:
    """Return the names separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def chips(search: SearchInput, glyphs: Glyphs) -> Iterator[tuple[str, str]]:
    """Yield the filters as (field, text), in the order of the panel."""
    if search.genres:
        yield "genres", _several(names(search.genres), "and")
    if search.without:
        yield "without", f"not {_several(names(search.without), 'or')}"
    if search.years:
        yield "years", _range(search.years, glyphs, "from ")
    least = ">= " if glyphs is ASCII else "≥ "
    if search.score:
        shown = _range(search.score, glyphs, least) if ".." in search.score else f"{least}{search.score}"
        yield "score", f"{glyphs.score} {shown}"
    for name in ("type", "season", "status", "mine"):
        if text := getattr(search, name):
            yield name, _several(names(text), "or")


def order_words(search: SearchInput) -> str:
    """Return the order in words: by fit, by score, by year, turned."""
    name = search.order.removeprefix("-")
    fallback = "fit" if search.words.strip() else "popularity"
    shown = fallback if name in ("", "relevance") else name
    return f"by {shown}{', turned' if search.order.startswith('-') else ''}"


def describe(search: SearchInput, glyphs: Glyphs) -> str:
    """Return words and filters as one line, the name of a recent search."""
    filters = [words for _, words in chips(search, glyphs)]
    if search.order:
        filters.append(order_words(search))
    return f" {glyphs.separator} ".join([*([search.words.strip()] if search.words.strip() else []), *filters])


def _several(listed: tuple[str, ...], joint: str) -> str:
    """Return one or two names joined, and of more the first and how many others there are."""
    return f" {joint} ".join(listed) if len(listed) < 3 else f"{listed[0]} +{len(listed) - 1}"


def _range(text: str, glyphs: Glyphs, least: str) -> str:
    low, ranged, high = text.partition("..")
    if not ranged:
        return low
    return f"{low}{glyphs.dash}{high}" if low and high else f"{least}{low}" if low else f"up to {high}"
