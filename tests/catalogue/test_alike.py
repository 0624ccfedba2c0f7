"""Titles alike: what viewers recommend first, then what shares most genres."""

from catlog.catalogue.alike import read_alike
from catlog.db.session import Database
from catlog.jikan.details import Recommendation
from tests.catalogue.samples import anime, write


def test_recommended_titles_come_first_and_shared_genres_fill_up(database: Database) -> None:
    write(
        database,
        anime(1, "Kaze", "Drama", "Sea", "Wind", members=900),
        anime(2, "Umi", "Drama", "Sea", "Wind", members=10),
        anime(3, "Yama", "Drama", "Sea", "Wind", "Fight", "Mecha", members=9_000),
        anime(4, "Sora", "Fight", members=900),
        anime(5, "Yoru", "Drama", "Sea", "Wind", members=900, rating="Rx - Hentai"),
        anime(6, "Kaze 2", "Drama", "Sea", "Wind", members=900),
    )
    voted = (Recommendation(99, "Unknown", 50), Recommendation(4, "Sora", 7), Recommendation(6, "Kaze 2", 8))
    with database.read() as session:
        assert [one.mal_id for one in read_alike(session, 1, voted, limit=3, without=(6,))] == [4, 2, 3]
        assert [one.mal_id for one in read_alike(session, 1, (), limit=1)] == [6], "by viewers where all is shared"
        assert read_alike(session, 99, (), limit=3) == ()
