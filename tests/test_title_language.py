"""The language of titles: one choice that records follow, with the main title where the source has none."""

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.accounts.users import set_title_language
from catlog.catalogue.details import read_details
from catlog.catalogue.search import read_titles
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.errors import ConfigError
from catlog.library.changes import read_heartbeat
from catlog.library.edits import Add, Watch
from catlog.library.entries import Origin
from catlog.library.listing import load_list
from catlog.library.writer import edit
from catlog.title_language import TitleLanguage
from tests.catalogue.samples import anime, write
from tests.library.people import FRIEREN, fill_catalogue, new_owner

PLAIN = 77
NAMES = {
    TitleLanguage.ROMAJI: "Sousou no Frieren",
    TitleLanguage.ENGLISH: "Frieren: Beyond Journey's End",
    TitleLanguage.NATIVE: "葬送のフリーレン",
}


@pytest.fixture
def owner(database: Database) -> SignedIn:
    """Give a user with two titles, one of them with its main title alone."""
    fill_catalogue(database)
    write(database, anime(PLAIN, "Yama", title_english="", title_japanese=None))
    owner = new_owner(database)
    for mal_id in (FRIEREN, PLAIN):
        edit(database, owner, mal_id, Add(), origin=Origin.CLI)
    return owner


@pytest.mark.parametrize("language", list(TitleLanguage))
def test_every_record_has_the_title_in_the_language_and_finds_it_by_the_main_one(
    database: Database, owner: SignedIn, language: TitleLanguage
) -> None:
    database.titles = language
    with database.read() as session:
        rows = {row.mal_id: row for row in load_list(session, owner.user_id)}
        details = read_details(session, FRIEREN, days=1)
        (title,) = read_titles(session, [FRIEREN])
    assert rows[FRIEREN].title == details.title == title.title == NAMES[language]
    assert rows[PLAIN].title == "Yama"
    assert "sousou no frieren" in rows[FRIEREN].search_text
    assert rows[FRIEREN].titles[0] == NAMES[language]
    assert ("Sousou no Frieren" in details.synonyms) == (language is not TitleLanguage.ROMAJI)


def test_another_connection_to_the_same_database_keeps_its_own_language(database: Database, owner: SignedIn) -> None:
    database.titles = TitleLanguage.ENGLISH
    other = Database(database.url)
    with database.read():
        pass
    with other.read() as beside:
        titles = {row.mal_id: row.title for row in load_list(beside, owner.user_id)}
    other.close()
    assert titles[FRIEREN] == NAMES[TitleLanguage.ROMAJI]


def test_the_message_of_an_edit_names_the_title_that_is_shown(database: Database, owner: SignedIn) -> None:
    database.titles = TitleLanguage.ENGLISH
    step = edit(database, owner, FRIEREN, Watch(1), origin=Origin.APP)
    assert [change.title for change in step.changes] == [NAMES[TitleLanguage.ENGLISH]]


def test_the_choice_of_the_account_is_kept_and_counts_before_the_setting(database: Database, owner: SignedIn) -> None:
    settings = load_settings({"CATLOG_TITLES": "native", "CATLOG_HOME": "/nowhere"})
    assert settings.titles_of() is TitleLanguage.NATIVE
    assert settings.titles_of("english") is TitleLanguage.ENGLISH
    assert settings.titles_of("klingon") is TitleLanguage.NATIVE, "a newer CatLog may know more languages"
    set_title_language(database, owner, TitleLanguage.ENGLISH)
    with database.read() as session:
        assert read_heartbeat(session, owner).titles == "english"
    set_title_language(database, owner, None)
    with database.read() as session:
        assert read_heartbeat(session, owner).titles is None


def test_another_language_is_no_setting() -> None:
    with pytest.raises(ConfigError, match="romaji, english or native"):
        load_settings({"CATLOG_TITLES": "latin", "CATLOG_HOME": "/nowhere"})


def test_the_languages_follow_one_another_in_a_circle() -> None:
    assert [one.following for one in TitleLanguage] == [*list(TitleLanguage)[1:], TitleLanguage.ROMAJI]
