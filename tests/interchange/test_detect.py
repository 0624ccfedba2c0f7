"""Any file: its format is detected, or it is refused with a reason, soon and with little memory."""

import gzip
import io
import json
import pickle
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.errors import BadDataError
from catlog.interchange.detect import read_list
from catlog.interchange.formats import IMPORTS
from catlog.interchange.records import FILE_LIMIT, ROW_LIMIT, RejectedRow
from catlog.limited_read import capped
from catlog.zones import UTC_ZONE
from tests.interchange import samples
from tests.interchange.samples import mal_xml, only, packed, read

GDPR = json.dumps({"user": {}, "lists": [{"series_id": 1, "series_type": 0, "status": 0}]}).encode()
NATIVE = b'{"kind": "list", "rows": [{"malId": 1, "status": "WATCHING"}]}'
LINES = b'{"malId": 1, "status": "WATCHING"}\n{"malId": 5, "status": "DROPPED"}\n'
MAL_JSON = b'{"data": [{"node": {"id": 1}, "list_status": {"status": "watching"}}]}'
KNOWN = [
    ("mal-xml", samples.mal_xml({})),
    ("anilist", samples.anilist(samples.anilist_entry())),
    ("anilist-gdpr", GDPR),
    ("kitsu", samples.kitsu({})),
    ("simkl", samples.simkl(anime=[samples.simkl_item()])),
    ("mal-json", MAL_JSON),
    ("catlog", NATIVE),
    ("catlog", LINES),
    ("yamtrack", samples.yamtrack("1,mal,anime,T,,,,,Completed,,,,,,")),
    ("csv", b"malId,status\n1,watching\n"),
    ("mal-csv", b"series_animedb_id,my_status\n1,Watching\n"),
    ("shikimori", b'[{"target_id": 1, "target_type": "Anime", "status": "watching"}]'),
    ("shikimori", samples.mal_xml({"shiki_status": "Watching"})),
    ("anime-planet", b'{"export": {"type": "anime"}, "entries": [{"name": "T", "status": "watched"}]}'),
]
ALSO = {("mal-csv", "csv"), ("shikimori", "mal-xml")}
"""Formats that are special forms of another, and can be read as that."""


@pytest.mark.parametrize(("format", "content"), KNOWN)
def test_every_format_is_known_by_its_content_packed_or_not(format: str, content: bytes) -> None:
    white = b"\n \n" if content[:1] in b"<{[" else b""
    for stored in (content, packed(content), b"\xef\xbb\xbf" + content, white + content):
        found = read(stored)
        assert found.format == format
        assert found.rows
        assert read(stored, format) == found


@pytest.mark.parametrize(("format", "content"), KNOWN)
def test_a_named_format_that_is_another_one_is_refused(format: str, content: bytes) -> None:
    for other in IMPORTS:
        if other != format and (format, other) not in ALSO:
            with pytest.raises(BadDataError):
                read(content, other)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"some text\n", "no list of a known format"),
        (b"{}", "no list of a known format"),
        (b"[]", "no list of a known format"),
        (b'{"kind": "climbers", "rows": []}', "no list of a known format"),
        (b'{"data": [', "not whole JSON"),
        (b'malId,status\n1,"watching\n', "not CSV"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"SQLite format 3\x00rest", "SQLite database"),
        (b"\x00\x01\x02\x03", "no list of a known format"),
        (b"<html><body>Log in</body></html>", "begins with <html>"),
        (b"<myanimelist><anime>", "not whole XML"),
        (b"<myanimelist><anime><series_title>a < b</series_title></anime></myanimelist>", "not whole XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><myanimelist/>', "not whole XML"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(BadDataError, match=reason):
        read(content)


class Trap:
    sprung = False

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import tests.interchange.test_detect as t; t.Trap.sprung = True",)


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_is_never_unpickled(protocol: int) -> None:
    content = pickle.dumps(Trap(), protocol)
    for format in (None, *IMPORTS):
        with pytest.raises(BadDataError, match="pickle"):
            read(content, format)
    assert not Trap.sprung


DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{}]>'
ENTITIES = DTD.format("".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)).replace("&a0;", "&a;"))


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE myanimelist>",
        ENTITIES,
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_types_and_entities_are_refused_wherever_they_stand(declared: str) -> None:
    body = "<myanimelist><anime><series_title>&e;&a9;</series_title></anime></myanimelist>"
    for content in (declared + body, '<?xml version="1.0"?>\n' + declared + body):
        with pytest.raises(BadDataError, match="document type"):
            read(content.encode())


def stream(start: bytes, repeated: bytes, mib: int) -> bytes:
    """Return a gzip file of `mib` MiB made of one repeated piece."""
    packer = zlib.compressobj(9, wbits=31)
    block = repeated * (1024**2 // len(repeated))
    return packer.compress(start) + b"".join(packer.compress(block) for _ in range(mib)) + packer.flush()


@pytest.mark.parametrize(
    ("start", "repeated"),
    [
        (b"<myanimelist>", b"<a>"),
        (b"<myanimelist><anime>", b"<a></a>" + b"<b/>" * 9),
        (b"<myanimelist><anime><my_comments>", b"text "),
        (b"<myanimelist>", b"<anime></anime>"),
        (b"<myanimelist><!--", b"comment "),
        (b'<myanimelist a="', b"attribute "),
        (b"[", b"["),
        (b'{"a":', b'{"a":'),
        (b"malId,status\n", b"1,watching\n"),
        (b'malId,status\n1,"', b"quoted\n"),
        (b"malId,status\n1,", b"one line "),
    ],
)
def test_a_file_that_would_unpack_to_gigabytes_is_refused(start: bytes, repeated: bytes) -> None:
    with pytest.raises(BadDataError):
        read(stream(start, repeated, 40))


@pytest.mark.parametrize(("start", "repeated"), [(b"<myanimelist>", b"<a>"), (b"[", b"["), (b"malId,", b"x")])
def test_gigabytes_of_nested_tags_lists_or_text_end_with_little_memory(start: bytes, repeated: bytes) -> None:
    content = stream(start, repeated, 200)
    tracemalloc.start()
    try:
        with pytest.raises(BadDataError):
            read(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 80 * 1024**2


def test_too_many_entries_are_no_list() -> None:
    content = b"malId,status\n" + b"1,watching\n" * (ROW_LIMIT + 1)
    with pytest.raises(BadDataError, match="more than 100,000 entries"):
        read(content)


@pytest.mark.parametrize(("format", "content"), KNOWN)
def test_a_list_that_is_cut_off_is_refused_whole(format: str, content: bytes) -> None:
    stored = gzip.compress(content)
    for cut in (len(stored) // 2, len(stored) - 4):
        with pytest.raises(BadDataError):
            read(stored[:cut])


@given(st.sampled_from(KNOWN), st.data())
@settings(max_examples=200)
def test_damaged_lists_are_read_or_refused_and_nothing_else(known: tuple[str, bytes], data: st.DataObject) -> None:
    damaged = bytearray(known[1])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        damaged = damaged or bytearray(b"x")
    with suppress(BadDataError):
        read_list(capped(io.BytesIO(bytes(damaged)), "list", limit=FILE_LIMIT), "list", zone=UTC_ZONE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([known for known in KNOWN if known[1][:1] in b"{["]), st.data())
@settings(max_examples=200)
def test_json_with_any_value_anywhere_is_read_or_refused(known: tuple[str, bytes], data: st.DataObject) -> None:
    lines = [json.loads(line) for line in known[1].splitlines()]
    place = data.draw(st.sampled_from(list(_places(lines))))
    place[0][place[1]] = data.draw(JSON)
    with suppress(BadDataError):
        read("\n".join(map(json.dumps, lines)).encode())


def _places(value: object) -> "list[tuple[object, object]]":
    keys = range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else ()
    return [place for key in keys for place in ((value, key), *_places(value[key]))]  # type: ignore[index]


@pytest.mark.parametrize("value", [{}, {1: {"id": 1, "my_status": 2}}, [], [1], [{"id": 1}]])
@pytest.mark.parametrize("protocol", [0, 1])
def test_a_pickle_of_the_first_protocols_is_named_as_one(protocol: int, value: object) -> None:
    content = pickle.dumps(value, protocol)
    for format in (None, "trackma"):
        with pytest.raises(BadDataError, match="pickle of protocol 0 or 1, which Trackma does not write"):
            read(content, format)


ANSWERS = {
    "User not found": {"data": {"MediaListCollection": None}, "errors": [{"message": "User not found", "status": 404}]},
    "Private User": {"errors": [{"message": "Private User"}], "data": None},
    "it is gone": {"errors": [{"title": "", "detail": "it is gone", "code": "404"}]},
    "invalid request": {"errors": "invalid request"},
    "not_found": {"error": "not_found", "message": ""},
    "user_token_failed": {"error": "user_token_failed", "code": 401},
}


@pytest.mark.parametrize("said", ANSWERS)
def test_the_answer_of_a_service_with_an_error_is_called_that_and_its_words_are_shown(said: str) -> None:
    for format in (None, "anilist", "kitsu"):
        with pytest.raises(BadDataError, match=f"error response of a service, and no list: {said}") as refused:
            read(json.dumps(ANSWERS[said]).encode(), format)
        assert "user name" in refused.value.hint


def test_words_of_a_service_reach_no_terminal_as_they_are() -> None:
    with pytest.raises(BadDataError) as refused:
        read(json.dumps({"errors": [{"message": "\x1b[31m" + "x" * 999}]}).encode())
    assert "\x1b" not in refused.value.message
    assert len(refused.value.message) < 300


EMPTY = {
    "simkl": [{"anime": [], "shows": [], "movies": []}, {"anime": []}, {"anime": None, "shows": None, "movies": None}],
    "kitsu": [{"data": [], "meta": {"count": 0}, "links": {"first": "x"}}, {"data": [], "jsonapi": {"version": "1.0"}}],
    "mal-json": [{"data": [], "paging": {}}],
    "anilist": [{"data": {"MediaListCollection": {"lists": []}}}],
    "anime-planet": [{"export": {"type": "anime"}, "entries": []}],
    "catlog": [{"kind": "list", "version": 1, "rows": [], "history": []}],
}


@pytest.mark.parametrize(("format", "value"), [(format, value) for format, some in EMPTY.items() for value in some])
def test_an_empty_list_is_one_of_its_format_and_says_that_it_is_empty(format: str, value: object) -> None:
    for named in (None, format):
        found = read(json.dumps(value).encode(), named)
        assert (found.format, found.rows) == (format, ())
        assert "the list is empty" in found.warnings


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{}", b"null", b" [ ]\n", b'{"data": []}', b'{"data": {"MediaListCollection": null}}', b"[[], {}]"],
)
def test_nothing_at_all_is_said_to_be_empty(content: bytes) -> None:
    with pytest.raises(BadDataError, match="it is empty"):
        read(content)


@pytest.mark.parametrize("cut", [30, 60, 200, -1, -20, -180])
def test_xml_that_ends_too_early_is_told_so_and_of_no_sign_in_a_text(cut: int) -> None:
    with pytest.raises(BadDataError, match="not whole XML") as refused:
        read(mal_xml({})[:cut])
    assert "ends too early" in refused.value.hint


def test_a_status_with_a_broken_byte_is_shown_with_the_sign_for_it() -> None:
    [bad] = read(elements("").replace(b"Watching", b"Watching\xe2\x80")).rows
    assert isinstance(bad, RejectedRow)
    assert bad.reason == "the status 'Watching\ufffd' is unknown"


def elements(inside: str) -> bytes:
    told = "<series_animedb_id>1</series_animedb_id><my_status>Watching</my_status>"
    return f"<myanimelist><anime>{told}{inside}</anime></myanimelist>".encode()


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("bold <b>x</b>", "bold x"),
        ("<p>a <i>b<b>c</b></i> d</p>", "a bc d"),
        ("one<br/>two<br></br>three", "one\ntwo\nthree"),
        ("<![CDATA[<b>]]><b><![CDATA[x]]></b>", "<b>x"),
    ],
)
def test_elements_inside_a_text_are_read_as_their_texts_with_a_remark(text: str, notes: str) -> None:
    row = only(elements(f"<my_comments>{text}</my_comments><my_score>8</my_score>"))
    assert (row.entry.notes, row.entry.rating) == (notes, 8)
    assert row.remarks == ("my_comments has elements inside: their texts are taken",)
    assert only(elements("<my_tags>a, <b>c</b></my_tags>")).entry.tags == ("a", "c")


def test_elements_inside_a_number_make_it_unreadable() -> None:
    row = only(elements("<my_score>1<b>0</b></my_score><my_watched_episodes><i>3</i></my_watched_episodes>"))
    assert {"rating", "episodes_watched"}.isdisjoint(row.provided)
    assert len(row.remarks) == 2
    [bad] = read(elements("").replace(b">1<", b">1<b>2</b><")).rows
    assert isinstance(bad, RejectedRow)


@pytest.mark.parametrize("inside", ["<b>" * 40, "<b/>" * 300_000, "<b></b>" * 300_000])
def test_elements_inside_a_text_end_at_a_limit(inside: str) -> None:
    with pytest.raises(BadDataError, match=r"that is no list|no list of MyAnimeList"):
        read(elements(f"<my_comments>{inside}</my_comments>"))


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;", "sep=;;;;"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_that_names_what_separates_cells_is_read(line: str, end: str) -> None:
    row = only(end.join((line, "malId;status;notes", "1;watching;a, b, c, d", "")).encode())
    assert (row.entry.mal_id, row.entry.notes) == (1, "a, b, c, d")
    for sign in "\t|,^":
        row = only(end.join((f"sep={sign}", f"malId{sign}status", f"1{sign}watching", "")).encode("utf-16"))
        assert row.entry.mal_id == 1


def test_a_bare_sign_of_xml_is_refused_with_the_way_to_write_it() -> None:
    for text in (b"a < b", b"a ]]> b"):
        with pytest.raises(BadDataError) as refused:
            read(b"<myanimelist><anime><series_title>" + text + b"</series_title></anime></myanimelist>")
        assert "&lt;" in refused.value.hint
        assert "line 1" in refused.value.message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" + b"{}," * 2_600_000 + b"{}]", "2,000,000 objects"),
        (b"{}\n" * 2_600_000, "2,000,000 objects"),
        (b"[" + b"1," * (ROW_LIMIT + 1) + b"1]", "entries"),
        (b"<myanimelist><anime " + b'a="1" ' * 1_000_000, "a tag of more than"),
    ],
    ids=["list", "lines", "rows", "attributes"],
)
def test_a_file_that_would_take_many_times_its_size_is_refused_before_it_does(
    monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    monkeypatch.setattr("catlog.interchange.detect._OBJECT_LIMIT", 2_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(BadDataError, match=reason):
            read(content)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 10 * len(content) + 64 * 1024**2
