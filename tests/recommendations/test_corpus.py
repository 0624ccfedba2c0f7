"""The corpus in a file: the same one comes back, and a damaged, foreign or older file is computed anew."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from catlog.catalogue.store import catalogue_version
from catlog.db.session import Database
from catlog.recommendations.corpus import Corpus, current_corpus, read_corpus, read_opinions
from catlog.recommendations.recommend import choose
from tests.catalogue.samples import anime, write
from tests.recommendations.catalogues import fill, watcher


@pytest.fixture
def corpus(database: Database) -> Corpus:
    fill(database)
    write(
        database,
        anime(5_001, "Kumo", type="TV", score=7.0, members=900, aired_from=date(2001, 1, 1)),
        anime(5_002, "Kumo Season 2", type="TV", score=8.0, members=800, aired_from=date(2003, 1, 1)),
        anime(5_003, "Kumo Gaiden", "Hentai", type="OVA", members=100, aired_from=date(2004, 1, 1)),
        anime(5_004, "Kumo CM", type="CM", members=100),
    )
    with database.read() as session:
        return read_corpus(session.connection())


def _facts(corpus: Corpus) -> list[object]:
    ids = list(corpus.features.ids)
    each = [
        (mal_id, corpus.franchise.get(mal_id), corpus.offers(mal_id), corpus.is_adult(mal_id), *corpus.before(mal_id))
        for mal_id in ids
    ]
    return [each, list(corpus.scored(adult=True)), list(corpus.scored(adult=False)), corpus.votes]


def test_it_knows_order_franchise_and_what_is_offered(corpus: Corpus) -> None:
    assert list(corpus.before(5_002)) == [5_001]
    assert list(corpus.before(5_001)) == []
    assert corpus.franchise.get(5_001) == corpus.franchise.get(5_003) is not None
    assert corpus.franchise.get(99) is None
    assert [corpus.offers(mal_id) for mal_id in (5_001, 5_003, 5_004, 99)] == [True, True, False, False]
    assert [corpus.is_adult(mal_id) for mal_id in (5_001, 5_003)] == [False, True]
    assert {5_001, 5_002} <= set(corpus.scored(adult=False))
    assert 5_003 not in set(corpus.scored(adult=True))


def test_what_was_stored_chooses_the_same(database: Database, corpus: Corpus, tmp_path: Path) -> None:
    owner = watcher(database, {101: 10, 201: 3})
    corpus.save(tmp_path / "corpus", "v1")
    again = Corpus.load(tmp_path / "corpus", "v1")
    assert again is not None
    assert _facts(again) == _facts(corpus)
    with database.read() as session:
        opinions = read_opinions(session.connection(), owner.user_id)
    assert choose(again, opinions, 10) == choose(corpus, opinions, 10) != []


def test_a_damaged_or_foreign_file_is_as_if_there_were_none(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "corpus"
    corpus.save(file, "v1")
    content = file.read_bytes()
    assert Corpus.load(file, "v2") is None
    assert Corpus.load(tmp_path / "other", "v1") is None
    head, _, body = content.partition(b"\n")
    for damaged in (
        b"", b"{}\n", content[:-1], head, head + b"\n", content[: len(head) + 40] + b"\xff" + content[len(head) + 41 :],
        b"[" * 5_000, b"\0" * 5_000, head.replace(b'"v1"', b'["v1"]') + b"\n" + body,
    ):  # fmt: skip
        file.write_bytes(damaged)
        assert Corpus.load(file, "v1") is None


def test_a_small_catalogue_has_no_file_and_a_large_one_is_computed_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    file = tmp_path / "corpus"
    with database.read() as session:
        version = catalogue_version(session.connection())
        current_corpus(session.connection(), version, None, file)
        assert not file.exists()
        monkeypatch.setattr("catlog.recommendations.corpus.MIN_TITLES", 1)
        first = current_corpus(session.connection(), version, None, file)
        monkeypatch.setattr("catlog.recommendations.corpus.read_titles", lambda _: pytest.fail("was read again"))
        assert _facts(current_corpus(session.connection(), version, None, file)) == _facts(first)
    assert file.stat().st_mode & 0o777 == 0o600


def test_recommending_needs_neither_numpy_nor_sqlmodel() -> None:
    code = "import sys, catlog.recommendations.service; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "sqlmodel", "pydantic"} & set(ran.stdout.split())
