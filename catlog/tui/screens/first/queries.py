"""Queries of the first steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog import clock
from catlog.catalogue.calendar import season_of
from catlog.companion import service

if TYPE_CHECKING:
    from catlog.tui.backend import Backend


@dataclass(frozen=True, slots=True)
class FirstFacts:
    """What the first steps show: the cat's name, and the present season."""

    cat: str
    season: str


def read_facts(backend: Backend) -> FirstFacts:
    """Read what the first steps show."""
    owner = backend.owner()
    with backend.database.read() as session:
        name = service.cat_name(session, owner.user_id)
    season = season_of(clock.utc_today())
    return FirstFacts(name, f"{season.name.capitalize()} {season.year}")


def name_cat(backend: Backend, name: str) -> str:
    """Give the cat a name. Raises InvalidArgumentError."""
    owner = backend.owner()
    return backend.database.run(lambda session: service.rename(session, owner, name, now=clock.now()))
