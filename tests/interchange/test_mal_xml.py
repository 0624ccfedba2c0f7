"""MyAnimeList's XML: exports as they are in practice, and reading of written files."""

import io
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.errors import BadDataError
from catlog.interchange import mal_xml
from catlog.interchange.records import ImportedEntry, ListedTitle, ListExport
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from tests.interchange import samples
from tests.interchange.samples import only, read, rejected
from tests.interchange.strategies import listed

# The elements that importers of other programs need, in the order of the format's description.
ORDER = (
    "series_animedb_id",
    "series_title",
    "series_type",
    "series_episodes",
    "my_id",
    "my_watched_episodes",
    "my_start_date",
    "my_finish_date",
    "my_rated",
    "my_score",
    "my_storage",
    "my_storage_value",
    "my_status",
    "my_comments",
    "my_times_watched",
    "my_rewatch_value",
    "my_priority",
    "my_tags",
    "my_rewatching",
    "my_rewatching_ep",
    "my_discuss",
    "my_sns",
    "update_on_import",
)


def written(*rows: ListedTitle, username: str = "someone") -> bytes:
    return "".join(mal_xml.write(ListExport(rows, username))).encode()


def test_a_row_is_read_with_everything_it_says() -> None:
    row = only(
        samples.mal_xml(
            {
                "my_watched_episodes": "5",
                "my_status": "Completed",
                "my_rewatching": "1",
                "my_times_watched": "2",
                "my_finish_date": "2021-06-30",
                "my_comments": "good\nvery good",
                "my_tags": ",space, jazz ,, Space",
                "my_priority": "HIGH",
                "my_storage_value": "0.00",
            }
        )
    )
    assert row.listed == ListedTitle(
        Entry(
            1,
            Status.COMPLETED,
            rating=8,
            notes="good\nvery good",
            tags=("space", "jazz"),
            episodes_watched=5,
            start_date=PartialDate("2021-05"),
            finish_date=PartialDate("2021-06-30"),
            rewatching=True,
            rewatch_count=2,
            extra={"my_priority": "HIGH"},
        ),
        "Cowboy Bebop",
        "TV",
        26,
    )
    assert row.remarks == ()


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Watching", Status.WATCHING),
        ("watching", Status.WATCHING),
        ("On-Hold", Status.ON_HOLD),
        ("On Hold", Status.ON_HOLD),
        ("OnHold", Status.ON_HOLD),
        ("plan to watch", Status.PLAN_TO_WATCH),
        (" Completed ", Status.COMPLETED),
        ("1", Status.WATCHING),
        ("2", Status.COMPLETED),
        ("3", Status.ON_HOLD),
        ("4", Status.DROPPED),
        ("6", Status.PLAN_TO_WATCH),
    ],
)
def test_status_words_are_read_as_people_and_programs_write_them(word: str, status: Status) -> None:
    assert only(samples.mal_xml({"my_status": word})).entry.status is status


@pytest.mark.parametrize("word", ["", "5", "Reading", "Completed?"])
def test_a_status_that_nobody_knows_rejects_the_row_and_no_other(word: str) -> None:
    bad, good = read(samples.mal_xml({"my_status": word}, {"series_animedb_id": "5"})).rows
    assert "status" in bad.reason  # type: ignore[union-attr]  # it is rejected
    assert isinstance(good, ImportedEntry)


@pytest.mark.parametrize("mal_id", ["", "0", "-1", "x", "99999999999", "1.5"])
def test_a_row_without_an_id_is_rejected_with_its_title(mal_id: str) -> None:
    row = rejected(samples.mal_xml({"series_animedb_id": mal_id}))
    assert "series_animedb_id" in row.reason
    assert row.title == "Cowboy Bebop"


@pytest.mark.parametrize(
    ("score", "rating", "remarked"),
    [("0", None, False), ("", None, False), ("10", 10, False), ("7.5", 8, False), ("0.2", 1, False)]
    + [(bad, None, True) for bad in ("11", "-3", "ten", "nan", "1e400")],
)
def test_scores_are_rounded_and_those_that_cannot_be_are_left_out_with_a_remark(
    score: str, rating: int | None, remarked: bool
) -> None:
    row = only(samples.mal_xml({"my_score": score}))
    assert row.entry.rating == rating
    assert any("my_score" in remark for remark in row.remarks) == remarked


@pytest.mark.parametrize(
    ("written_as", "read_as", "remarked"),
    [
        ("0000-00-00", None, False),
        ("", None, False),
        ("2021-05-03", "2021-05-03", False),
        ("2021-05-00", "2021-05", False),
        ("2021-00-00", "2021", False),
        ("2021-05", "2021-05", False),
        ("2021", "2021", False),
        ("2021-00-03", "2021-00-03", False),
        ("2021-02-31", "2021-02", True),
        ("2021-13-01", "2021", True),
        ("0000-13-01", None, True),
        ("yesterday", None, True),
        ("03.05.2021", None, True),
    ],
)
def test_dates_keep_what_is_known_and_never_stop_an_import(
    written_as: str, read_as: str | None, remarked: bool
) -> None:
    row = only(samples.mal_xml({"my_start_date": written_as}))
    assert row.entry.start_date == read_as
    assert any("my_start_date" in remark for remark in row.remarks) == remarked


def test_255_rewatches_are_none() -> None:
    row = only(samples.mal_xml({"my_times_watched": "255"}))
    assert row.entry.rewatch_count == 0
    assert "255" in row.remarks[0]
    assert only(samples.mal_xml({"my_times_watched": "254"})).entry.rewatch_count == 254


@pytest.mark.parametrize(
    ("changes", "watched", "remark"),
    [
        ({"my_watched_episodes": "27"}, 27, "27 episodes of 26, as in the file"),
        ({"my_watched_episodes": "20", "my_status": "Completed"}, 20, "Completed with 20 of 26"),
        ({"my_watched_episodes": "-1"}, 0, "cannot be"),
        ({"my_watched_episodes": "9999999"}, 0, "cannot be"),
    ],
)
def test_counts_that_do_not_fit_the_total_stay_as_the_file_says_and_impossible_ones_do_not(
    changes: dict[str, str], watched: int, remark: str
) -> None:
    row = only(samples.mal_xml(changes))
    assert row.entry.episodes_watched == watched
    assert remark in "; ".join(row.remarks)


def test_a_rewatch_of_a_title_that_is_watching_is_taken_as_completed_as_old_exports_write_it() -> None:
    row = only(samples.mal_xml({"my_status": "Watching", "my_rewatching": "1"}))
    assert (row.entry.status, row.entry.rewatching) == (Status.COMPLETED, True)
    assert "taken as Completed" in row.remarks[0]
    row = only(samples.mal_xml({"my_status": "Dropped", "my_rewatching": "1"}))
    assert (row.entry.status, row.entry.rewatching) == (Status.DROPPED, False)


def test_hostile_and_long_titles_are_cleaned_with_a_remark() -> None:
    long = "x" * 300
    row = only(samples.mal_xml({"series_title": f"{long}\x0b\u202e\u009b31m", "my_comments": "a\u202eb\n\tc"}))
    assert row.listed.title == f"{long}31m"
    assert row.entry.notes == "ab\n\tc"
    assert "the title was cleaned or cut" in row.remarks


def test_controls_that_xml_forbids_and_white_space_before_it_do_not_stop_an_import() -> None:
    content = b"\xef\xbb\xbf \r\n\x00" + samples.mal_xml({"my_comments": "a\x0b\x1bb"})
    assert only(content).entry.notes == "ab"


def test_entities_that_every_xml_has_and_texts_without_cdata_are_read() -> None:
    content = samples.mal_xml({}).replace(b"<![CDATA[Cowboy Bebop]]>", b"Tom &amp; Jerry &#12459; &lt;3")
    assert only(content).listed.title == "Tom & Jerry カ <3"


def test_utf_16_is_read_as_its_mark_says() -> None:
    content = samples.mal_xml({"series_title": "カウボーイ"}).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert only(content, "mal-xml").listed.title == "カウボーイ"


def test_totals_of_the_header_that_do_not_fit_are_warned_of() -> None:
    info = {"user_total_anime": "3", "user_total_watching": "1", "user_total_completed": "2", "user_total_dropped": "x"}
    assert read(samples.mal_xml({}, info=info)).warnings == (
        "the file says user_total_anime 3, and has 1",
        "the file says user_total_completed 2, and has 0",
    )


def test_a_list_of_manga_is_refused_politely() -> None:
    content = b"<myanimelist><myinfo><user_export_type>2</user_export_type></myinfo><manga></manga></myanimelist>"
    with pytest.raises(BadDataError, match="list of manga") as refused:
        read(content)
    assert "Anime List" in refused.value.hint


def test_manga_among_anime_is_left_out() -> None:
    found = read(samples.mal_xml({}).replace(b"</myanimelist>", b"<manga></manga></myanimelist>"))
    assert len(found.rows) == 1
    assert found.warnings == ("1 manga left out: CatLog lists anime only",)


def test_an_empty_list_is_a_list() -> None:
    assert read(samples.mal_xml()).rows == ()


@given(listed(for_mal=True))
@settings(max_examples=150)
def test_what_is_written_comes_back_the_same(row: ListedTitle) -> None:
    back = only(written(row))
    assert back.listed == row


@given(st.lists(listed(for_mal=True), max_size=4, unique_by=lambda row: row.entry.mal_id))
@settings(max_examples=30)
def test_totals_of_what_is_written_are_right(rows: list[ListedTitle]) -> None:
    assert read(written(*rows)).warnings == (() if rows else ("the list is empty",))


def test_what_is_written_is_what_other_importers_read() -> None:
    kept = {"my_priority": "HIGH", "my_sns": "allow", "my_dvd": "1"}
    entry = Entry(1, Status.ON_HOLD, notes="a ]]> b", tags=("x", "y, z"), start_date=PartialDate("2021"), extra=kept)
    root = ElementTree.fromstring(written(ListedTitle(entry, "Title & more"), username="a&b"))
    info = root.find("myinfo")
    assert info is not None
    assert info.findtext("user_name") == "a&b"
    assert [child.tag for child in root] == ["myinfo", "anime"]
    anime = {child.tag: child.text or "" for child in root[1]}
    names = [name for name in anime if name != "my_dvd"]
    assert tuple(names) == ORDER
    assert anime["my_comments"] == "a ]]> b"
    assert anime["my_status"] == "On-Hold"
    assert anime["my_tags"] == "x, y z"
    assert anime["my_start_date"] == "2021-00-00"
    assert anime["my_finish_date"] == "0000-00-00"
    assert anime["my_score"] == "0"
    assert anime["series_type"] == "Unknown"
    assert anime["update_on_import"] == "1"
    assert (anime["my_priority"], anime["my_sns"], anime["my_dvd"]) == ("HIGH", "allow", "1")


def test_what_it_has_no_place_for_is_told_with_counts() -> None:
    plain = ListedTitle(
        Entry(1, rating=8, score100=80, tags=("a",), extra={"my_priority": "HIGH", "my_rewatching": "1"})
    )
    assert list(mal_xml.losses(ListExport([plain]))) == []
    odd = Entry(
        2, rating=8, score100=84, tags=("x, y",), favorite=True, episode_offset=2, extra={"anilist:private": "true"}
    )
    skipped = ListedTitle(Entry(3, extra={"update_on_import": "0"}))
    assert list(mal_xml.losses(ListExport([plain, ListedTitle(odd), skipped]))) == [
        "1 favourites are not in it",
        "1 scores of 100 are rounded to 1-10",
        "1 entries have tags with commas, which are written as spaces",
        "1 entries have marks of other services, which are not in it",
        "1 offsets of episode numbers are not in it",
        "1 entries have update_on_import 0, and MyAnimeList skips them",
    ]


def test_a_rewatch_that_is_paused_or_dropped_is_written_and_an_old_mark_of_another_status_is_not() -> None:
    marked = {"my_rewatching": "1"}
    for status, flag in ((Status.ON_HOLD, b"1"), (Status.DROPPED, b"1"), (Status.COMPLETED, b"0")):
        assert b"<my_rewatching>%s<" % flag in written(ListedTitle(Entry(1, status, extra=marked), "T"))


def test_an_element_that_stands_twice_is_remarked_when_the_two_differ() -> None:
    content = samples.mal_xml({}, {"series_animedb_id": "5"})
    doubled = content.replace(b"<my_status>", b"<my_score>3</my_score><my_score>3</my_score><my_status>", 1)
    first, second = read(doubled).rows
    assert isinstance(first, ImportedEntry)
    assert isinstance(second, ImportedEntry)
    assert (first.entry.rating, first.remarks, second.remarks) == (
        3,
        ("my_score occurs twice: the last one counts",),
        (),
    )


def test_bare_ampersands_are_mended_wherever_the_file_is_cut_and_nowhere_else() -> None:
    title = "A&B & C &nbsp; &amp; &#38; &lt;"
    content = samples.mal_xml({"my_comments": "a & b &nbsp;"}).replace(b"<![CDATA[Cowboy Bebop]]>", title.encode())
    content = content.replace(b"<anime>", b"<!-- a & b --><anime>")
    for size in (*range(1, 40), 1_000_000):

        class Drops(io.BytesIO):
            def read(self, _: int | None = -1, size: int = size) -> bytes:
                return super().read(size)

        [row] = mal_xml.read(Drops(content), "list").rows
        assert isinstance(row, ImportedEntry)
        assert row.listed.title == "A&B & C &nbsp; & & <"
        assert row.entry.notes == "a & b &nbsp;"
        assert row.remarks == ("a bare & was read as one",)


def test_a_broken_byte_is_told_on_its_row_and_a_sign_that_stands_for_one_is_not() -> None:
    content = samples.mal_xml(
        {"my_comments": "caf?", "my_tags": "x?"}, {"series_animedb_id": "5", "my_comments": "\ufffd"}
    )
    first, second = read(content.replace(b"?]", b"\xe9\x93]")).rows
    assert isinstance(first, ImportedEntry)
    assert isinstance(second, ImportedEntry)
    assert (first.entry.notes, first.entry.tags) == ("caf\ufffd", ("x\ufffd",))
    assert [remark.split()[0] for remark in first.remarks] == ["my_comments", "my_tags"]
    assert (second.entry.notes, second.remarks) == ("\ufffd", ())


@pytest.mark.parametrize("declared", ["base64", "zlib", "unicode_escape", "punycode", "utf-7"])
def test_an_encoding_that_is_none_of_texts_is_refused(declared: str) -> None:
    with pytest.raises(BadDataError, match="unknown encoding"):
        read(samples.mal_xml({}, head=f'<?xml version="1.0" encoding="{declared}"?>'))


def test_a_list_without_unusual_values_is_written_with_those_of_myanimelist() -> None:
    text = written(ListedTitle(Entry(1), "Title")).decode()
    for name, value in {
        "my_priority": "LOW",
        "my_storage_value": "0.00",
        "my_discuss": "1",
        "my_sns": "default",
    }.items():
        assert f"<{name}>{value}</{name}>" in text


def test_reading_is_the_same_however_the_file_is_cut_into_parts() -> None:
    content = samples.mal_xml({"series_title": "日本語 & more"}, {"series_animedb_id": "5"})

    class Drops(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(7)

    assert mal_xml.read(Drops(content), "list") == replace(read(content), format="mal-xml")
    positions = [row.position for row in read(content).rows]
    assert all(b == a + 1 for a, b in pairwise(positions))


FORBIDDEN = "my_comments has characters that XML forbids: left out"


@pytest.mark.parametrize("sign", ["&#0;", "&#xD800;", "&#11;", "&#x1b;", "&#xFFFE;", "&#9999999;", "&#xFFFFFF;"])
def test_a_reference_to_what_is_no_character_is_left_out_with_a_remark_on_its_row(sign: str) -> None:
    content = samples.mal_xml({"my_comments": "a?b"}, {"series_animedb_id": "5"})
    first, second = read(content.replace(b"<![CDATA[a?b]]>", f"a{sign}b&#12459;".encode())).rows
    assert isinstance(first, ImportedEntry)
    assert isinstance(second, ImportedEntry)
    assert (first.entry.notes, first.remarks, second.remarks) == ("abカ", (FORBIDDEN,), ())


@pytest.mark.parametrize("cdata", [True, False])
@pytest.mark.parametrize("sign", [b"\x00", b"\x0b", b"\x1b\x0b"])
def test_what_xml_forbids_is_left_out_with_a_remark_where_it_is_text(sign: bytes, cdata: bool) -> None:
    content = samples.mal_xml({"my_comments": "a?b"}).replace(b"?b", sign + b"b")
    if not cdata:
        content = content.replace(b"<![CDATA[a", b"a").replace(b"b]]></my_comments>", b"b</my_comments>")
    content = content.replace(b"<my_tags>", b"<my_t" + sign + b"ags>") + b"\n" + sign
    content = sign + content.replace(b"<myanimelist>", sign + b"<myanimelist>")
    for size in (1, 7, 1_000_000):

        class Drops(io.BytesIO):
            def read(self, _: int | None = -1, size: int = size) -> bytes:
                return super().read(size)

        [row] = mal_xml.read(Drops(content), "list").rows
        assert isinstance(row, ImportedEntry)
        assert (row.entry.notes, row.remarks) == ("ab", (FORBIDDEN,)), size
