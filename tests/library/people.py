"""Users with a session, and a small catalogue, for the tests of the list."""

import itertools
from datetime import UTC, datetime

from sqlmodel import Session

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.bulk import upsert
from catlog.db.models import AnimeGenre, ProcessedAnime, User, UserSession
from catlog.db.session import Database
from catlog.zones import UTC_ZONE, Zone

BEBOP, FRIEREN, ONE_PIECE, PERFECT_BLUE, GINTAMA = 1, 52991, 21, 437, 918

TITLES = (
    # malId, title, English, Japanese, synonyms, type, episodes, score, year, season, studios
    (BEBOP, "Cowboy Bebop", "Cowboy Bebop", "カウボーイビバップ", [], "TV", 26, 8.75, 1998, "spring", ["Sunrise"]),
    (
        FRIEREN,
        "Sousou no Frieren",
        "Frieren: Beyond Journey's End",
        "葬送のフリーレン",
        ["Frieren at the Funeral"],
        "TV",
        28,
        9.3,
        2023,
        "fall",
        ["Madhouse"],
    ),
    (ONE_PIECE, "One Piece", "One Piece", "ワンピース", ["OP"], "TV", None, 8.73, 1999, "fall", ["Toei Animation"]),
    (
        PERFECT_BLUE,
        "Perfect Blue",
        "Perfect Blue",
        "パーフェクトブルー",
        [],
        "Movie",
        1,
        8.55,
        None,
        None,
        ["Madhouse"],
    ),
    (GINTAMA, "Gintama", "Gintama", "銀魂", ["Silver Soul"], "TV", 201, 8.93, 2006, "spring", ["Sunrise"]),
)
GENRES = (
    (BEBOP, "Action", "genre"),
    (BEBOP, "Sci-Fi", "genre"),
    (FRIEREN, "Drama", "genre"),
    (FRIEREN, "Fantasy", "genre"),
    (PERFECT_BLUE, "Drama", "genre"),
    (PERFECT_BLUE, "Psychological", "theme"),
    (GINTAMA, "Comedy", "genre"),
)
EPISODES = {row[0]: row[6] for row in TITLES}

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When sessions of the tests end: they stop the clock at any time they like."""

_numbers = itertools.count(1)


def new_owner(database: Database, zone: Zone = UTC_ZONE) -> SignedIn:
    """Add a user with an open session, who lives in `zone`: each test has its own list."""
    number = next(_numbers)
    name = f"person{number}"

    def unit(session: Session) -> SignedIn:
        now = clock.now()
        folded = {"username_folded": name, "email_folded": f"{name}@example.org"}
        user = User(username=name, email=f"{name}@example.org", password="!", created_at=now, updated_at=now, **folded)
        session.add(user)
        session.flush()
        opened = UserSession(
            jti=name,
            user_id=user.id,
            source="tests",
            created_at=now,
            last_used_at=NEVER,
            expires_at=NEVER,
        )
        session.add(opened)
        session.flush()
        return SignedIn(user.id, name, opened.id, zone, jti=name)

    return database.run(unit)


def fill_catalogue(database: Database) -> None:
    """Write the five titles."""
    names = (
        "mal_id",
        "title",
        "title_english",
        "title_japanese",
        "synonyms",
        "type",
        "episodes",
        "score",
        "year",
        "season",
        "studios",
        "processed_at",
    )
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, names, [(*row, clock.now()) for row in TITLES])
        upsert(connection, AnimeGenre, ("mal_id", "genre", "kind"), GENRES)
