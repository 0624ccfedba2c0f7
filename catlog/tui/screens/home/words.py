"""What the panels of Home say where they have nothing to show: what to do next, with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.access import Right, Role, way
from catlog.tui.screens.home.when import MONTHS

if TYPE_CHECKING:
    from catlog.tui.screens.home.records import ChartMovers, Home


def nothing_lately(home: Home) -> str:
    """Return the text of Lately without a change of the list."""
    if home.cat is None:
        return "What you log, rate and plan is told here, and a cat moves in with you."
    return "What you log, rate and plan is told here."


def no_titles(home: Home) -> str:
    """Return the text of Continue without a title in progress."""
    if home.cat is None:
        return "Nobody is signed in: F9 signs in."
    if home.entries:
        return "Nothing under way: s begins a title, R picks one of those planned."
    return "Your list is empty.\n\n3 finds titles for it.\n2 and then I brings a list from elsewhere."


def no_episodes(home: Home) -> str:
    """Return the text of a week without an episode."""
    if home.cat is None:
        return "What airs of your list comes here."
    watching = [row.broadcast for row in home.in_progress if row.status == "WATCHING"]
    if any(broadcast is None or broadcast.airing_status is None for broadcast in watching):
        return "When your titles air is not known yet: 2 and then C fetches what your list lacks."
    begins = next((row for row in home.premieres if row.list_status is not None), None)
    following = f" {begins.title} begins on {begins.day.day} {MONTHS[begins.day.month - 1]}." if begins else ""
    return f"Nothing of your list airs tonight or in the next 7 days.{following}"


def no_offers_yet(home: Home) -> str:
    """Return the text of For you without a list."""
    if home.cat is None:
        return "What fits your list comes here. 3 searches without an account, and 5 shows the chart."
    return "What fits your list comes here, as soon as there is a title on it."


def no_offers(role: Role) -> str:
    """Return the text of For you without anything to recommend."""
    return f"Nothing to recommend yet: {_way(role, '6 and then r loads titles')}."


def no_movers(movers: ChartMovers, role: Role, *, only_mine: bool) -> str:
    """Return the text of Moving without a title."""
    if movers.day is None:
        return f"No ranks yet: {_way(role, '6 and then r loads those of today')}."
    if movers.single_day:
        return f"{movers.single_day}."
    return "None of your titles moved in 7 days: m shows all." if only_mine else "Nothing moved in 7 days."


def _way(role: Role, words: str) -> str:
    return way(role, Right.LOAD_CHARTS, words)
