"""The encodings of lists, declared or not."""

import json

import pytest

from catlog.interchange.records import ImportedEntry
from tests.interchange.samples import mal_xml, only, read

WINDOWS = "the file is no UTF-8: it is read as Windows-1252"
XML = mal_xml({"my_comments": "caf?"}, head="\n")
TEXTS = {
    "xml": XML.decode(),
    "csv": "malId,status,notes\n1,watching,caf?\n",
    "json": json.dumps({"kind": "list", "rows": [{"malId": 1, "status": "WATCHING", "notes": "caf?"}]}),
    "lines": '{"malId": 1, "status": "WATCHING", "notes": "caf?"}\n',
}


def with_notes(form: str, notes: bytes) -> bytes:
    """Return a list in single bytes with these notes."""
    return TEXTS[form].encode().replace(b"caf?", notes)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("form", TEXTS)
def test_every_form_is_read_in_every_encoding_of_unicode_with_and_without_a_mark(form: str, encoding: str) -> None:
    assert only(TEXTS[form].replace("caf?", "カフェ").encode(encoding)).entry.notes == "カフェ"


@pytest.mark.parametrize("form", ["xml", "csv"])
def test_what_is_no_utf_8_and_can_be_windows_1252_is_read_as_that_with_a_warning(form: str) -> None:
    found = read(with_notes(form, b"caf\xe9 \x93x\x94"))
    [row] = found.rows
    assert isinstance(row, ImportedEntry)
    assert (row.entry.notes, row.remarks, found.warnings) == ("café “x”", (), (WINDOWS,))


BROKEN = [b"caf\xe9 \x81", b"caf\xe9 \xe3\x82\xab", b"\xc3\xa9 caf\xe9"]
CUT = [b"good \xe2\x80", b"good \xe2\x80 then", b"caf\xc3", b"caf\xc3 then", b"good \xe3", b"\xe6\x9c", b"\xf0\x9f\x98"]


@pytest.mark.parametrize("notes", BROKEN + CUT)
@pytest.mark.parametrize("form", TEXTS)
def test_bytes_that_windows_1252_has_not_or_beside_or_of_real_utf_8_are_broken(form: str, notes: bytes) -> None:
    assert_broken(with_notes(form, notes))


@pytest.mark.parametrize("notes", [*CUT, b"caf\xe9", b"\x93x\x94"])
@pytest.mark.parametrize("form", ["declared", "json", "lines"])
def test_what_says_that_it_is_utf_8_is_believed(form: str, notes: bytes) -> None:
    declared = mal_xml({"my_comments": "caf?"}).replace(b"caf?", notes)
    assert_broken(declared if form == "declared" else with_notes(form, notes))


def assert_broken(content: bytes) -> None:
    found = read(content)
    [row] = found.rows
    assert isinstance(row, ImportedEntry)
    assert "\ufffd" in row.entry.notes
    assert found.warnings == ()
    assert "bytes that are no text" in row.remarks[0]
    assert "notes" not in row.provided


PROSE = (
    "«café» … déjà-vu, né – “l’été”, «très bien»: il a dit «oui, à côté…, Ã la carte»",
    "NÃO É BOM: IRMÃ, Ângela, à, é, É bom, MAÇÃ e maçã®, 100 º",
    "Übergröße, ÄRGER, „schön“, süß – größer",
    "España: «¿qué?», ñandú, ÑU, 2×3, güe²",
    "Å være på ø, æ, är, hör då!",
)


@pytest.mark.parametrize("text", PROSE)
def test_prose_of_any_language_that_windows_1252_can_write_is_read_as_it(text: str) -> None:
    found = read(b'malId,status,notes\n1,watching,"' + text.encode("cp1252") + b'"\n')
    [row] = found.rows
    assert isinstance(row, ImportedEntry)
    assert (row.entry.notes, found.warnings) == (text, (WINDOWS,))


@pytest.mark.parametrize("word", ["caf\xe9", "caf\xe9s", "l'\xe9t\xe9", "\xe0", "\xe9\xbb.", "na\xefve"])
def test_one_letter_is_enough_for_windows_1252(word: str) -> None:
    found = read(f"malId,status,notes\n1,watching,{word}\n".encode("latin-1"))
    assert found.warnings == (WINDOWS,)


def test_an_encoding_that_is_declared_counts() -> None:
    content = mal_xml({"my_comments": "caf?"}, head='<?xml version="1.0" encoding="iso-8859-2"?>').replace(
        b"f?", b"f\xb1"
    )
    found = read(content)
    [row] = found.rows
    assert isinstance(row, ImportedEntry)
    assert (row.entry.notes, found.warnings) == ("cafą", ())


@pytest.mark.parametrize(
    "place", [b"malId,status,notes\n1,watching,a\x00b\n", b"malId,status,notes\n1,watching,ab\x00\n"]
)
def test_a_nul_byte_in_a_csv_is_dropped_with_a_remark(place: bytes) -> None:
    row = only(place)
    assert row.entry.notes == "ab"
    assert row.remarks == ("the notes were cleaned or cut",)
    tagged = only(b"malId,status,tags\n1,watching,a\x00b\n")
    assert (tagged.entry.tags, tagged.remarks) == (("ab",), ("the tags were cleaned or cut",))


def test_the_end_of_a_long_list_is_read_as_its_beginning() -> None:
    content = b"malId,status,notes\n" + b"".join(b"%d,watching,%s\n" % (i, b"x" * 100_000) for i in range(1, 181))
    assert len(content) > 16 * 1024**2
    assert [row.entry.mal_id for row in read(content).rows if isinstance(row, ImportedEntry)] == list(range(1, 181))
