"""The franchise of one title: by relations, else by the names that begin alike."""

from datetime import date

from catlog.db.session import Database
from catlog.jikan.details import Relation
from catlog.recommendations.order import read_order
from tests.catalogue.samples import anime, write


def test_names_tell_the_order_where_no_relations_are_known(database: Database) -> None:
    write(
        database,
        anime(1, "Kaze", type="TV", members=900, aired_from=date(2015, 4, 1)),
        anime(2, "Kaze 2nd Season", type="TV", members=800, aired_from=date(2018, 4, 1)),
        anime(3, "Kazeyomi", type="TV", members=700, aired_from=date(2016, 4, 1)),
        anime(4, "Umi", type="TV", members=900, aired_from=date(2010, 4, 1)),
    )
    with database.read() as session:
        for mal_id in (1, 2):
            assert [work.mal_id for work in read_order(session, mal_id, {}.get)] == [1, 2]
        assert [work.mal_id for work in read_order(session, 3, {}.get)] == [3]
        related = {4: (Relation("Sequel", "anime", 3, "Kazeyomi"),)}
        assert [work.mal_id for work in read_order(session, 4, related.get)] == [4, 3]
