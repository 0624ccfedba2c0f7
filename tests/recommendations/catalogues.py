"""A catalogue with two tastes in it, and lists that have one of them."""

from collections.abc import Sequence
from datetime import date

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.jikan.schema import AnimeRecord
from catlog.library.edits import Add, Rate, SetStatus
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from tests.catalogue.samples import anime, write
from tests.library.people import new_owner

QUIET, LOUD = ("Slice of Life", "Mystery"), ("Action", "Mecha")
EACH = 30
"""Titles of each taste: quiet ones from 100 on, loud ones from 200 on."""


def shelf() -> list[AnimeRecord]:
    """Return the titles: of both tastes equally popular ones, and some that nobody should be offered."""
    found = [_of_taste(100 + n, f"Quiet {chr(65 + n)}", QUIET, "Artland", n) for n in range(EACH)]
    found += [_of_taste(200 + n, f"Loud {chr(65 + n)}", LOUD, "Sunrise", n) for n in range(EACH)]
    return [
        *found,
        anime(301, "Quiet A Season 2", *QUIET, type="TV", score=9.9, members=90, year=2020, studios=("Artland",)),
        anime(302, "Quiet Z: Final Season", *QUIET, type="TV", score=9.9, members=90, year=2020),
        anime(303, "Quiet Hush", *QUIET, type="TV", score=9.9, members=9_999, status="Not yet aired"),
        anime(304, "Quiet Song", *QUIET, type="Music", score=9.9, members=9_999),
        anime(305, "Quiet Night", *QUIET, "Hentai", type="OVA", score=9.9, members=9_999),
        anime(306, "Quiet Bath", *QUIET, type="OVA", score=9.9, members=9_999, rating="Rx - Hentai"),
    ]


def _of_taste(mal_id: int, title: str, genres: Sequence[str], studio: str, n: int) -> AnimeRecord:
    began = date(1990 + n, 4, 1)
    facts = {"type": "TV", "members": 1_000, "score": 7.5, "aired_from": began, "studios": (studio,)}
    return anime(mal_id, title, *genres, **facts)


def fill(database: Database) -> None:
    """Write the titles."""
    write(database, *shelf())


def watcher(
    database: Database, ratings: dict[int, int] | None = None, others: dict[int, Status] | None = None
) -> SignedIn:
    """Add a user who watched the rated titles, and has the others on the list with a status."""
    owner = new_owner(database)
    for mal_id, rating in (ratings or {}).items():
        edit(database, owner, mal_id, Add(), origin=Origin.CLI)
        edit(database, owner, mal_id, SetStatus(Status.COMPLETED), origin=Origin.CLI)
        edit(database, owner, mal_id, Rate(rating), origin=Origin.CLI)
    for mal_id, status in (others or {}).items():
        edit(database, owner, mal_id, Add(), origin=Origin.CLI)
        edit(database, owner, mal_id, SetStatus(status), origin=Origin.CLI)
    return owner
