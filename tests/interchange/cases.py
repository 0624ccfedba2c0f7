"""Situations from public bug reports of similar programs, as small inputs with the expected results."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catlog.library.entries import Status
from tests.interchange.samples import anilist, anilist_entry, mal_xml, simkl, simkl_item, yamtrack

WATCHING, COMPLETED, ON_HOLD, DROPPED, PLANNED = Status


@dataclass(frozen=True)
class Case:
    """An input; the fields, and words of the remarks, that it comes to by MAL id; words of a warning; rejected rows."""

    file: str
    content: bytes
    entries: Mapping[int, Mapping[str, Any]]
    remarks: Mapping[int, str] = field(default_factory=dict)
    warning: str = ""
    rejected: int = 0
    not_in_mal_xml: tuple[str, ...] = ()


def title(mal_id: int, **changes: str) -> dict[str, str]:
    """Return the elements of an anime of MyAnimeList's export."""
    told = {"series_title": "T", "my_score": "0", "my_start_date": "0000-00-00", "my_watched_episodes": "0"}
    return {**told, "series_animedb_id": str(mal_id), **changes}


def scored(scale: str, scores: Mapping[int, float]) -> bytes:
    """Return an answer of AniList with these scores by MAL id."""
    entries = [
        anilist_entry(id=mal_id, mediaId=mal_id, score=score, media={"id": mal_id, "idMal": mal_id})
        for mal_id, score in scores.items()
    ]
    return anilist(*entries, scale=scale)


def status_of_list() -> bytes:
    """Return an answer of AniList in which the lists say the status, and the entries do not."""
    entry = {name: value for name, value in anilist_entry(score=8).items() if name != "status"}
    one = {"name": "Watching", "isCustomList": False, "status": "CURRENT", "entries": [entry]}
    return json.dumps({"data": {"MediaListCollection": {"lists": [one]}}}).encode()


def alias() -> bytes:
    """Return an answer of AniList under names of the asker's own."""
    listed = [{"name": "Planning", "isCustomList": False, "entries": [anilist_entry(score=7)]}]
    manga = [{"name": "Reading", "isCustomList": False, "entries": [anilist_entry(id=2, media={"idMal": 2})]}]
    return json.dumps({"data": {"anime": {"lists": listed}, "my_manga": {"lists": manga}}}).encode()


def encoded(encoding: str, declared: str | None) -> bytes:
    """Return an export in an encoding."""
    text = mal_xml(title(1, series_title="Café", my_watched_episodes="3")).decode()
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (head + text[text.index("<myanimelist") :]).encode(encoding)


_STATUS_WORDS = ("1", "2", "3", "4", "6", "5", "7", "Rewatching", "On Hold", "on-hold", "Currently Watching")
_STATUS_WORDS += ("Won't Watch", "", "Plan To Watch", "plantowatch")
PUBLIC = {
    "status": 2,
    "score": 8,
    "tags": "",
    "is_rewatching": 0,
    "num_watched_episodes": 26,
    "anime_title": "Cowboy Bebop",
    "anime_num_episodes": 26,
    "anime_id": 1,
    "start_date_string": "01-31-16",
    "finish_date_string": "02-15-16",
    "anime_start_date_string": "04-03-98",
    "priority_string": "High",
    "storage_string": "Hard Drive",
}
SHIKIMORI_XML = (
    b"<myanimelist><anime><series_animedb_id>1</series_animedb_id><my_watched_episodes>3</my_watched_episodes>"
    b"<my_times_watched>1</my_times_watched><my_status>Plan to Watch</my_status><shiki_status>Rewatching</shiki_status>"
    b"</anime></myanimelist>"
)
RATE = {"target_title": "T", "target_id": 1, "target_type": "Anime", "score": 7, "status": "rewatching", "rewatches": 1}
PLANET = {"name": "Cowboy Bebop", "status": "watched", "started": None, "rating": 4.5, "times": 1, "eps": 26}


CASES = (
    Case(
        "01-invalid-utf8-comment/list.xml",
        mal_xml(title(1, my_comments="caf? then"), title(5)).replace(b"caf?", b"caf\xe9\x81,"),
        {1: {}, 5: {}},
        {1: "bytes that are no text"},
    ),
    Case(
        "02-bare-ampersand/list.xml",
        mal_xml(title(8795), title(1)).replace(b"<![CDATA[T]]>", b"Panty & Stocking with Garterbelt", 1),
        {8795: {"title": "Panty & Stocking with Garterbelt"}, 1: {}},
        {8795: "bare &"},
    ),
    Case("03-double-entities/list.xml", mal_xml(title(1604, my_comments="plut&Atilde;&acute;t<br />")), {1604: {}}),
    Case(
        "04-partial-dates/list.xml",
        mal_xml(
            title(1, my_start_date="2019-00-00", my_finish_date="2020-05-00"),
            title(5, my_start_date="2019", my_finish_date="2020-05"),
            title(6, my_start_date="0000-05-12", my_finish_date="2021-00-07"),
            title(7, my_start_date="2021-02-30", my_finish_date="2021-13-01"),
        ),
        {
            1: {"start_date": "2019", "finish_date": "2020-05"},
            5: {"start_date": "2019", "finish_date": "2020-05"},
            6: {"start_date": "0000-05-12", "finish_date": "2021-00-07"},
            7: {"start_date": "2021-02", "finish_date": "2021"},
        },
        {7: "my_start_date 2021-02-30 is no date: 2021-02 taken"},
    ),
    Case(
        "05-beyond-total/list.xml",
        mal_xml(
            title(52991, series_episodes="28", my_watched_episodes="38"),
            title(5114, my_watched_episodes="2147483647"),
            title(1, my_watched_episodes="-3"),
        ),
        {52991: {"episodes_watched": 38}, 5114: {"episodes_watched": 0}, 1: {"episodes_watched": 0}},
        {52991: "38 episodes of 28", 5114: "cannot be", 1: "cannot be"},
    ),
    Case(
        "06-rewatch-count/list.xml",
        mal_xml(
            title(1, my_status="Completed", my_times_watched="3", my_rewatching="1"),
            title(5114, my_status="Completed", my_times_watched="2"),
            title(30, my_status="On-Hold", my_times_watched="1", my_rewatching="1"),
            title(20, my_status="Watching", my_times_watched="1", my_rewatching="1"),
            title(21, my_status="Dropped", my_times_watched="1", my_rewatching="1"),
        ),
        {
            1: {"rewatch_count": 3, "rewatching": True},
            5114: {"rewatch_count": 2, "rewatching": False},
            30: {"rewatch_count": 1, "status": ON_HOLD, "rewatching": False, "extra": {"my_rewatching": "1"}},
            20: {"rewatch_count": 1, "status": COMPLETED, "rewatching": True},
            21: {"rewatch_count": 1, "status": DROPPED, "rewatching": False, "extra": {"my_rewatching": "1"}},
        },
        {30: "stored for exports", 21: "stored for exports"},
    ),
    Case(
        "07-scores/list.csv",
        'malId,status,score\n1,C,5.0\n5,C,8.5\n6,C,0\n7,C,0.4\n8,C,10.0\n9,C,85\n15,C,"8,5"\n16,C,9/10\n17,C,★★\n'.replace(
            "C", "Completed"
        ).encode(),
        {
            mal_id: {"rating": rating}
            for mal_id, rating in {1: 5, 5: 9, 6: None, 7: 1, 8: 10, 9: None, 15: 9, 16: None, 17: None}.items()
        },
        {9: "not 1 to 10", 15: "is read as 8.5", 16: "no number", 17: "no number"},
    ),
    Case(
        "08-yamtrack-dates/list.csv",
        yamtrack(
            '1,mal,anime,T,,,,8.5,Completed,"line one\nline two, with ""quotes""",01/31/2024,02/15/2024,26,,',
            "5,mal,anime,T,,,,9.0,Completed,,2024-02-01,,1,,",
            "6,mal,anime,T,,,,,Paused,,,,13,,",
            "7,mal,anime,T,,,,7.25,Repeating,,,,3,,",
        ),
        {
            1: {
                "start_date": "2024-01-31",
                "finish_date": "2024-02-15",
                "notes": 'line one\nline two, with "quotes"',
                "score100": 85,
            },
            5: {"start_date": "2024-02-01"},
            6: {"status": ON_HOLD, "episodes_watched": 13},
            7: {"rewatching": True, "score100": 73},
        },
    ),
    Case(
        "09-anilist-scores/dec.json",
        scored("POINT_10_DECIMAL", {1: 8.5, 5: 10, 6: 0.5, 7: 7.4, 8: 0}),
        {mal_id: {"score100": score} for mal_id, score in {1: 85, 5: 100, 6: 5, 7: 74, 8: None}.items()},
    ),
    Case(
        "09-anilist-scores/p100.json",
        scored("POINT_100", {1: 85, 5: 84, 6: 4, 7: 100, 8: 0}),
        {mal_id: {"rating": rating} for mal_id, rating in {1: 9, 5: 8, 6: 1, 7: 10, 8: None}.items()},
    ),
    Case(
        "09-anilist-scores/p5.json",
        scored("POINT_5", {1: 5, 5: 3, 6: 1, 7: 3.5}),
        {mal_id: {"score100": score} for mal_id, score in {1: 90, 5: 50, 6: 10, 7: 50}.items()},
    ),
    Case(
        "09-anilist-scores/p3.json",
        scored("POINT_3", {1: 3, 5: 2, 6: 1}),
        {mal_id: {"score100": score} for mal_id, score in {1: 85, 5: 60, 6: 35}.items()},
    ),
    Case(
        "10-anilist-hidden-custom/list.json",
        anilist(
            anilist_entry(score=0),
            custom={
                "With, friends": [
                    anilist_entry(score=0),
                    anilist_entry(id=2, mediaId=5, hiddenFromStatusLists=True, media={"id": 5, "idMal": 5}, score=0),
                ]
            },
        ),
        {1: {"tags": ("With, friends",)}, 5: {"tags": ("With, friends",), "extra": {"anilist:hidden": "true"}}},
        not_in_mal_xml=("tags", "extra"),
    ),
    Case(
        "11-anilist-alias/list.json",
        alias(),
        {1: {"status": WATCHING, "rating": 7, "score100": 70}},
        warning="does not name the user's scale",
    ),
    Case(
        "12-export-type-swapped/list.xml",
        mal_xml(title(1, my_watched_episodes="3"), info={"user_export_type": "2"}),
        {1: {"episodes_watched": 3}},
        warning="list of manga",
    ),
    Case(
        "13-mal-csv/list.csv",
        b"series_animedb_id,series_title,my_watched_episodes,my_start_date,my_score,my_status,my_comments,"
        b'my_times_watched,my_tags,my_rewatching\n1,T,5,2020-01-02,8,Watching,nice,1,"a, b",0\n',
        {
            1: {
                "status": WATCHING,
                "episodes_watched": 5,
                "rating": 8,
                "start_date": "2020-01-02",
                "tags": ("a", "b"),
                "rewatch_count": 1,
                "notes": "nice",
            }
        },
    ),
    Case("14-encodings/bom.xml", encoded("utf-8-sig", None), {1: {"episodes_watched": 3}}),
    Case("14-encodings/cp1252.xml", encoded("cp1252", "windows-1252"), {1: {"episodes_watched": 3}}),
    Case("14-encodings/decl16body8.xml", encoded("utf-8", "utf-16"), {1: {"episodes_watched": 3}}),
    Case("14-encodings/utf16.xml", encoded("utf-16", "utf-16"), {1: {"episodes_watched": 3}}),
    Case(
        "14-encodings/utf16.csv", "malId,status,progress\n1,Watching,3\n".encode("utf-16"), {1: {"episodes_watched": 3}}
    ),
    Case(
        "14-encodings/utf16.json",
        '{"data": [{"node": {"id": 1}, "list_status": {"status": "watching", "num_episodes_watched": 3}}]}'.encode(
            "utf-16"
        ),
        {1: {"episodes_watched": 3}},
    ),
    Case(
        "15-loadjson-dates/load.json",
        json.dumps([PUBLIC]).encode(),
        {
            1: {
                "start_date": "2016-01-31",
                "finish_date": "2016-02-15",
                "extra": {"my_priority": "HIGH", "my_storage": "Hard Drive"},
            }
        },
    ),
    Case(
        "16-shikimori/list.xml",
        SHIKIMORI_XML,
        {1: {"status": COMPLETED, "rewatching": True, "episodes_watched": 3, "rewatch_count": 1}},
    ),
    Case(
        "16-shikimori/list.json",
        json.dumps([{**RATE, "episodes": 3, "text": "note"}]).encode(),
        {
            1: {
                "status": COMPLETED,
                "rewatching": True,
                "episodes_watched": 3,
                "rewatch_count": 1,
                "rating": 7,
                "notes": "note",
            }
        },
    ),
    Case(
        "17-simkl/list.json",
        simkl(
            anime=[
                simkl_item({"mal": "1"}, status="completed", watched_episodes_count=0, last_watched=None),
                simkl_item({"mal": "5"}, status="completed", watched_episodes_count=1, total_episodes_count=0),
                simkl_item({"mal": "21"}, watched_episodes_count=5, total_episodes_count=1100),
                simkl_item({"mal": "30"}, status="hold", watched_episodes_count=7),
                simkl_item({"mal": "6"}, status="plantowatch", watched_episodes_count=0),
                simkl_item({"mal": "7"}, status="notinteresting", watched_episodes_count=2),
                simkl_item({"mal": "8"}, status="completed", watched_episodes_count=20, total_episodes_count=52),
            ]
        ),
        {
            1: {"episodes_watched": 26, "status": COMPLETED},
            5: {"episodes_watched": 1},
            21: {"episodes_watched": 5, "status": WATCHING},
            30: {"episodes_watched": 7, "status": ON_HOLD},
            6: {"status": PLANNED},
            7: {"status": DROPPED, "episodes_watched": 2},
            8: {"episodes_watched": 52},
        },
    ),
    Case(
        "19-hostile-titles/list.xml",
        mal_xml(
            title(990001, series_title="👨‍👩‍👧 ⭐ & <b>bold</b>"),
            title(990002, series_title='=HYPERLINK("x")'),
            title(990003, series_title="a]]>b"),
            title(990004, series_title="\u202eabc"),
            title(990005, series_title="  - lead"),
            title(990006, series_title="86"),
            title(990007, series_title="-5+3"),
        ),
        {
            990001: {},
            990002: {"title": '=HYPERLINK("x")'},
            990003: {"title": "a]]>b"},
            990004: {"title": "abc"},
            990005: {"title": "- lead"},
            990006: {"title": "86"},
            990007: {"title": "-5+3"},
        },
        {990004: "cleaned"},
    ),
    Case(
        "20-dups/list.xml",
        mal_xml(title(1, my_score="8"), title(1, my_status="Plan to Watch")),
        {1: {"status": PLANNED, "rating": None}},
        {1: "is also in row 2"},
        rejected=1,
    ),
    Case(
        "21-status-values/list.xml",
        mal_xml(
            *(
                title(place, my_status=word)
                for place, word in enumerate(
                    _STATUS_WORDS,
                    start=1,
                )
            )
        ),
        {
            mal_id: {"status": status}
            for mal_id, status in {
                1: WATCHING,
                2: COMPLETED,
                3: ON_HOLD,
                4: DROPPED,
                5: PLANNED,
                8: COMPLETED,
                9: ON_HOLD,
                10: ON_HOLD,
                11: WATCHING,
                14: PLANNED,
                15: PLANNED,
            }.items()
        },
        {6: "'5' is unknown", 13: "no status"},
        rejected=4,
    ),
    Case("22-tags/list.xml", mal_xml(title(1, my_tags="a, b,,a ,  Sci-Fi , A")), {1: {"tags": ("a", "b", "Sci-Fi")}}),
    Case(
        "23-anime-planet/list.json",
        json.dumps(
            {"export": {"type": "anime"}, "entries": [{**PLANET, "completed": "2016-04-27 12:14:15-07"}]}
        ).encode(),
        {
            1: {
                "status": COMPLETED,
                "score100": 90,
                "rating": 9,
                "episodes_watched": 26,
                "rewatch_count": 0,
                "finish_date": "2016-04-27",
            }
        },
        warning="the file has no ids",
    ),
    Case(
        "25-known-without-total/list.xml",
        mal_xml(title(101, series_episodes="12"), title(232, series_episodes="70")),
        {101: {"episodes": 12, "type": "TV"}, 232: {"episodes": 70, "type": "TV"}},
    ),
    Case(
        "26-old-yamtrack/list.csv",
        b'"media_id","media_type","title","score","progress","status","start_date","end_date","notes",'
        b'"season_number","episode_number"\n'
        b'"1","anime","T","8.0","26","Completed","2024-02-01","2024-02-09","","",""\n',
        {1: {"status": COMPLETED, "rating": 8, "start_date": "2024-02-01", "finish_date": "2024-02-09"}},
    ),
    Case(
        "27-score-columns/list.csv",
        b"mal_id,my_score,score,status,progress\n1,6,8.75,completed,26\n",
        {1: {"rating": 6}},
        warning="the column score is left out: my_score counts",
    ),
    Case(
        "27-score-columns/ids.csv",
        b"id,mal_id,score,status,progress\n77,5114,9,completed,64\n",
        {5114: {"rating": 9}},
        warning="the column id is left out: mal_id counts",
    ),
    Case(
        "29-split-ids/list.json",
        anilist(
            anilist_entry(media={"id": 101, "idMal": 5114}),
            anilist_entry(id=2, media={"id": 102, "idMal": 5114}, score=90, progress=5),
        ),
        {5114: {"episodes_watched": 5, "score100": 90}},
        {5114: "is also in row 2"},
        rejected=1,
    ),
    Case(
        "33-anilist-status-of-list/list.json",
        status_of_list(),
        {1: {"status": WATCHING, "score100": 80}},
    ),
)
PAIRS = (
    ("34-unreadable-erases/first.csv", "34-unreadable-erases/second.csv"),
    ("35-missing-elements-erase/f2.csv", "35-missing-elements-erase/short.xml"),
    ("35-missing-elements-erase/f2.csv", "35-missing-elements-erase/simkl-short.json"),
)
WRITTEN = {
    "34-unreadable-erases/first.csv": b"malId,status,rating,progress,startDate,finishDate\n"
    b"5114,Completed,9,64,2020-01-01,2020-02-02\n",
    "34-unreadable-erases/second.csv": b"malId,status,rating,progress,startDate,finishDate\n"
    b'5114,Completed,"8,5",64 eps,01/31/2024,15.02.2024\n',
    "35-missing-elements-erase/f2.csv": b"malId,status,rating,progress,startDate,finishDate,notes,tags,rewatchCount\n"
    b'5114,Completed,9,64,2020-01-01,2020-02-02,my note,"a,b",2\n',
    "35-missing-elements-erase/short.xml": b"<myanimelist><anime><series_animedb_id>5114</series_animedb_id>"
    b"<my_watched_episodes>64</my_watched_episodes><my_status>Completed</my_status></anime></myanimelist>",
    "35-missing-elements-erase/simkl-short.json": simkl(
        anime=[
            {
                "status": "completed",
                "watched_episodes_count": 64,
                "total_episodes_count": 64,
                "anime_type": "tv",
                "show": {"title": "T", "ids": {"mal": "5114"}},
            }
        ]
    ),
}
