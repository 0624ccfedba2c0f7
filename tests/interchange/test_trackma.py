"""Trackma's list: a pickle is read as data, and nothing in it is ever run."""

import io
import json
import os
import pickle
import pickletools
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.errors import BadDataError
from catlog.interchange.pickle_reader import DEPTH_LIMIT, OPCODE_LIMIT, TEXT_LIMIT, begins_pickle, read_pickle
from catlog.interchange.records import ForeignId, ImportedEntry
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from tests.interchange.samples import only, read, rejected


def show(service: str = "myanimelist.net", **changes: object) -> dict[str, Any]:
    """Return a title as Trackma keeps it: Cowboy Bebop, watching."""
    return {
        "id": 1,
        "title": "Cowboy Bebop",
        "url": f"https://{service}/anime/1",
        "aliases": ["カウボーイビバップ"],
        "my_id": None,
        "my_progress": 3,
        "my_status": "watching",
        "my_score": 8,
        "my_start_date": datetime(2021, 5, 3),
        "my_finish_date": None,
        "type": 1,
        "status": 2,
        "total": 26,
        "start_date": datetime(1998, 4, 3),
        "image": "",
        "queued": False,
        **changes,
    }


def listed(*shows: dict[str, Any], protocol: int = 2) -> bytes:
    return pickle.dumps({one["id"]: one for one in shows}, protocol)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_list_is_read_with_everything_it_says(protocol: int) -> None:
    changed = datetime(2021, 5, 4, 10, 30, 0, 5, tzinfo=UTC)
    row = only(listed(show(my_last_update=changed), protocol=protocol))
    assert row.entry == Entry(
        1,
        Status.WATCHING,
        rating=8,
        episodes_watched=3,
        start_date=PartialDate("2021-05-03"),
        updated_at=changed,
    )
    assert (row.listed.title, row.listed.episodes) == ("Cowboy Bebop", 26)
    assert row.provided == {"status", "rating", "episodes_watched", "start_date"}, "no date there says nothing"
    assert read(listed(show()), "trackma").format == "trackma"


@pytest.mark.parametrize(
    ("service", "word", "status", "rewatching"),
    [
        ("myanimelist.net", "plan_to_watch", Status.PLAN_TO_WATCH, False),
        ("myanimelist.net", 3, Status.ON_HOLD, False),
        ("anilist.co", "REPEATING", Status.COMPLETED, True),
        ("anilist.co", "PAUSED", Status.ON_HOLD, False),
        ("kitsu.app", "current", Status.WATCHING, False),
        ("shikimori.org", 0, Status.PLAN_TO_WATCH, False),
        ("shikimori.org", 9, Status.COMPLETED, True),
    ],
)
def test_the_statuses_of_its_services_are_known(service: str, word: object, status: Status, rewatching: bool) -> None:
    entry = only(listed(show(service, my_status=word))).entry
    assert (entry.status, entry.rewatching) == (status, rewatching)


def test_ids_and_scores_are_those_of_the_service_that_the_addresses_name() -> None:
    anilist = only(listed(show("anilist.co", my_score=85)))
    assert (anilist.entry.mal_id, anilist.foreign, anilist.entry.score100) == (0, (ForeignId("anilist", 1),), 85)
    assert only(listed(show("anilist.co", my_score=8.5))).entry.score100 == 85
    kitsu = only(listed(show("kitsu.io", my_score=4.25)))
    assert (kitsu.foreign, kitsu.entry.score100) == ((ForeignId("kitsu", 1),), 85)
    assert only(listed(show("shikimori.one"))).entry.mal_id == 1
    assert "the service of its id is unknown" in rejected(listed(show("vndb.org"))).reason
    assert only(listed(show("anilist.co", idMal=5))).entry.mal_id == 5


def test_one_impossible_score_chooses_no_scale_and_none_is_0() -> None:
    scores = {1: 8, 2: 8.5, 3: 150, 4: 85, 5: "7"}
    shows = [{**show("anilist.co", my_score=score), "id": place, "idMal": place} for place, score in scores.items()]
    rows = read(listed(*shows)).rows
    assert [row.entry.score100 for row in rows if isinstance(row, ImportedEntry)] == [80, 85, None, None, 70]
    assert ["rating" in row.provided for row in rows if isinstance(row, ImportedEntry)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert "rating" not in only(listed(show(my_score=None))).provided
    assert "rating" in only(listed(show(my_score=0))).provided


def test_a_list_of_its_first_versions_has_its_texts_as_bytes() -> None:
    old = {name.encode(): value.encode() if isinstance(value, str) else value for name, value in show().items()}
    row = only(pickle.dumps({1: old}, 2))
    assert (row.entry.status, row.listed.title) == (Status.WATCHING, "Cowboy Bebop")
    # Python 2 wrote texts so: SHORT_BINSTRING.
    written = b"\x80\x02}q\x00K\x01}q\x01(U\x02idK\x01U\tmy_statusU\x08watchingU\x03urlU\x18http://myanimelist.net/1"
    assert only(written + b"us.").entry.status is Status.WATCHING


def test_enumerations_of_trackma_are_the_values_they_stand_for() -> None:
    member = b"ctrackma.utils\nStatus\nK\x02\x85R"
    content = b"\x80\x02" + member + b"."
    assert read_pickle(content, "list") == 2


def test_plain_values_come_out_as_they_went_in() -> None:
    value = {
        "text": "日本語",
        "bytes": b"\x00\xff",
        "none": None,
        "numbers": [1, -1, 2**40, 0.5, True, False],
        "nested": ({"a": (1, 2, 3, 4)}, set(), {1, 2}, frozenset({"x"}), ()),
        "dates": [date(2021, 5, 3), datetime(2021, 5, 3, 1, 2, 3, 4), datetime(2021, 5, 3, tzinfo=UTC)],
        "zone": datetime(2021, 5, 3, tzinfo=timezone(timedelta(hours=9))),
        "empty": b"",
    }
    for protocol in (2, 4):  # protocol 2 calls for bytes, sets and dates, 4 has opcodes for some of them
        plain = {name: given for name, given in value.items() if protocol == 4 or name != "nested"}
        assert read_pickle(pickle.dumps(plain, protocol), "list") == plain


class Trap:
    """Would leave a file behind if it were unpickled."""

    def __init__(self, make: Callable[..., object], *arguments: object) -> None:
        self.call = (make, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


class Built:
    def __init__(self) -> None:
        self.__dict__["a"] = 1


def memo_bomb(depth: int = 40) -> bytes:
    """Return a list of ten lists of ten lists …, each there once and named ten times."""
    content = b"\x80\x02]q\x00"
    for level in range(1, depth):
        content += b"](" + b"h" + bytes([level - 1])
        content += (b"h" + bytes([level - 1])) * 9 + b"eq" + bytes([level])
    return content + b"."


HOSTILE = {
    "a call of the system": pickle.dumps({1: Trap(os.system, "touch /tmp/never")}, 2),
    "a call of the system, protocol 4": pickle.dumps(Trap(os.system, "true"), 4),
    "an evaluation": pickle.dumps(Trap(eval, "1"), 2),
    "an import": pickle.dumps(Trap(__import__, "os"), 2),
    "getattr": pickle.dumps(Trap(getattr, "x", "upper"), 2),
    "codecs for another encoding": b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00xX\x03\x00\x00\x00hex\x86R.",
    "a name that nobody calls": b"\x80\x02}K\x01cos\nsystem\ns.",
    "a name alone": b"\x80\x02cos\nsystem\n.",
    "a name in a tuple": b"\x80\x02cdatetime\ndate\n\x85.",
    "an instance": b"\x80\x02(ios\nsystem\n.",
    "an object": b"\x80\x02(cos\nsystem\no.",
    "a new object": pickle.dumps(Built(), 2),
    "a state": b"\x80\x02}}b.",
    "an extension": b"\x80\x02\x82\x01.",
    "a persistent id": b"\x80\x02Ppid\n.",
    "a nested name": b"\x80\x04\x8c\x08datetime\x8c\x0ddatetime.date\x93.",
    "a date of nonsense": b"\x80\x02cdatetime\ndate\nU\x04\x00\x00\x00\x00\x85R.",
    "a date of nothing": b"\x80\x02cdatetime\ndate\n)R.",
    "a call of a value": b"\x80\x02K\x01)R.",
    "a memo bomb": memo_bomb(),
    "a text told over and over": b"\x80\x02X"
    + struct.pack("<I", 200_000)
    + b"x" * 200_000
    + b"q\x00("
    + b"h\x00" * 900,
    "deep lists": b"\x80\x02" + b"]" * 5_000 + b"a" * 4_999 + b".",
    "deep tuples": b"\x80\x02)" + b"\x85" * 5_000 + b".",
    "deep marks": b"\x80\x02" + b"(" * 20_000 + b".",
    "itself": b"\x80\x02]q\x00h\x00a.",
    "a long text": b"\x80\x02X" + struct.pack("<I", TEXT_LIMIT + 1) + b"x" * (TEXT_LIMIT + 1) + b".",
    "a text of 2**62 bytes": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"x.",
    "a large number": b"\x80\x02\x8b" + struct.pack("<i", 1_000) + b"\x7f" * 1_000 + b".",
    "many digits": b"\x80\x02L" + b"9" * 5_000 + b"L\n.",
    "a key that is a list": b"\x80\x02}]K\x01s.",
    "a key that is a number of many kinds": b"\x80\x02}G?\xf0\x00\x00\x00\x00\x00\x00K\x01s.",
    "an empty stack": b"\x80\x02.",
    "an append to nothing": b"\x80\x02K\x01a.",
    "half a pair": b"\x80\x02}(K\x01u.",
    "no end": b"\x80\x02}",
    "an unknown opcode": b"\x80\x02\xff.",
    "a memo that is not there": b"\x80\x02h\x07.",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_whatever_else_a_pickle_asks_for_is_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("it was unpickled")

    for name in ("load", "loads", "Unpickler", "_Unpickler"):
        monkeypatch.setattr(pickle, name, forbidden)
    with pytest.raises(BadDataError, match="pickle") as refused:
        read(content)
    assert refused.value.exit_code == 65


def test_what_is_plain_and_no_list_of_trackma_is_refused_with_the_way_to_it() -> None:
    for value in ([], {1: 2}, {1: {"id": 1}}, "text", None):
        with pytest.raises(BadDataError, match="no list of Trackma") as refused:
            read(pickle.dumps(value, 2))
        assert "anime.list" in refused.value.hint
    assert read(pickle.dumps({}, 2)).rows == ()


def test_a_pickle_of_endless_opcodes_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catlog.interchange.pickle_reader.OPCODE_LIMIT", 1_000)
    assert OPCODE_LIMIT == 2_000_000
    with pytest.raises(BadDataError, match="more than 1,000 opcodes"):
        read_pickle(b"\x80\x02]" + b"Na" * 2_000 + b".", "list")


def test_lists_are_nested_up_to_a_limit() -> None:
    nested: list[Any] = []
    for _ in range(DEPTH_LIMIT):
        nested = [nested]
    assert read_pickle(pickle.dumps(nested, 2), "list") == nested
    with pytest.raises(BadDataError, match="too deep"):
        read_pickle(pickle.dumps([nested], 2), "list")


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # pickletools reads texts of damaged ones
@given(st.data())
@settings(max_examples=300)
def test_damaged_pickles_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(listed(show(), show("anilist.co", id=2), protocol=data.draw(st.sampled_from([2, 4]))))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(2, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with suppress(BadDataError):
        read(bytes(damaged))


OPCODES = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]


@given(st.lists(st.sampled_from(OPCODES) | st.binary(max_size=4), max_size=30))
@settings(max_examples=300)
def test_any_opcodes_in_any_order_are_read_or_refused(parts: list[bytes]) -> None:
    content = b"\x80\x02" + b"".join(parts) + b"."
    assert begins_pickle(content)
    with suppress(BadDataError):
        read_pickle(content, "list")


def test_a_text_in_json_that_looks_like_a_pickle_is_json() -> None:
    assert not begins_pickle(json.dumps({"a": "\x80\x02"}).encode())
    assert not begins_pickle(io.BytesIO(b"").read())
