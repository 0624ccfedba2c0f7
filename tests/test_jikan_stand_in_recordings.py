"""The stand-in Jikan replays recordings word for word, and can be served by hand."""

import gzip
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.jikan import JikanStandIn, make_catalogue
from tests.support.jikan.client import Client

ROOT = Path(__file__).resolve().parent.parent


def recorded_exchange(url: str, status: int, body: object, **headers: str) -> str:
    exchange = {
        "captured_at": "2026-05-07T11:01:35Z",
        "request": {"method": "GET", "url": f"https://api.jikan.moe/v4{url}"},
        "response": {
            "status": status,
            "headers": {"Content-Type": "application/json", "Transfer-Encoding": "chunked", **headers},
            "body": body,
        },
    }
    return json.dumps(exchange)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Return a data folder made by hand, with the layout of the real one."""
    root = tmp_path / "data" / "jikan"
    for folder in ("responses/anime_search", "errors", "top_pages"):
        (root / folder).mkdir(parents=True)
    entries = [{**entry, "mal_id": 100 + place} for place, entry in enumerate(make_catalogue(60, 3).entries)]
    found = {"pagination": {"last_visible_page": 9, "has_next_page": True}, "data": entries[:2]}
    search = recorded_exchange(
        "/anime?q=Hoshi&limit=2", 200, found, **{"last-modified": "Thu, 01 Jan 1970 00:00:00 GMT"}
    )
    (root / "responses/anime_search/01-hoshi.json").write_text(search)
    (root / "errors/500-clubs.json").write_text(recorded_exchange("/clubs?q=x", 500, {"status": 500, "trace": "x"}))
    (root / "errors/observed_bodies.json").write_text("[]")
    top = gzip.compress(json.dumps([*entries[:30], entries[29], *entries[30:]]).encode())
    (root / "top_pages/2025-03-11_top.json.gz").write_bytes(top)
    items = {"count": 25, "total": 26545, "per_page": 25}
    pagination = {"last_visible_page": 1062, "has_next_page": True, "current_page": 1, "items": items}
    whole = {"pagination": pagination, "data": entries[:25]}
    (root / "top_pages/2024-01-29_top.json").write_text(json.dumps(whole))
    return root.parent


def test_recordings_are_replayed_for_exactly_their_path_and_query(recorded: Path) -> None:
    with JikanStandIn(data=recorded) as jikan, Client(jikan.url) as client:
        replayed = client.get("/anime", limit=2, q="Hoshi")
        assert replayed.json["pagination"] == {"last_visible_page": 9, "has_next_page": True}
        assert replayed.ids == [100, 101]
        assert replayed.headers["last-modified"] == "Thu, 01 Jan 1970 00:00:00 GMT"
        assert "transfer-encoding" not in replayed.headers
        assert client.get("/anime", limit=3, q="Hoshi").json["pagination"]["last_visible_page"] < 9
        clubs = client.get("/clubs", q="x")
        assert (clubs.status, clubs.json["trace"]) == (500, "x")
        assert client.get("/anime/100").json["data"]["mal_id"] == 100


def test_the_recorded_ranking_keeps_its_order_and_its_repeats(recorded: Path) -> None:
    with JikanStandIn(data=recorded) as jikan, Client(jikan.url) as client:
        pages = [client.get("/top/anime", page=page) for page in (1, 2, 3, 4)]
        assert [mal_id for page in pages for mal_id in page.ids] == [*range(100, 130), *range(129, 160)]
        assert [page.json["pagination"]["has_next_page"] for page in pages] == [True, True, False, False]
        assert pages[0].json["pagination"]["items"] == {"count": 25, "total": 61, "per_page": 25}


def test_another_ranking_can_be_chosen_or_none(recorded: Path) -> None:
    with JikanStandIn(data=recorded, top="2024-01-29") as jikan, Client(jikan.url) as client:
        assert client.get("/top/anime", page=1).json["pagination"]["last_visible_page"] == 1062
        assert client.get("/top/anime", page=2).json["data"] == []
    with JikanStandIn(data=recorded, top="synthetic", size=90) as jikan, Client(jikan.url) as client:
        assert client.get("/top/anime").json["pagination"]["items"]["total"] == 92
        assert client.get("/anime", limit=2, q="Hoshi").ids == [100, 101]
    with pytest.raises(FileNotFoundError, match="2024-01-29_top"):
        JikanStandIn(data=recorded, top="1999")
    with pytest.raises(FileNotFoundError, match="needs a folder 'responses'"):
        JikanStandIn(data=recorded / "jikan" / "errors")


def test_the_real_recordings_are_replayed_word_for_word(shared_data: Path | None, recorded: Path) -> None:
    data = shared_data or recorded
    exchanges = [json.loads(path.read_bytes()) for path in data.glob("jikan/responses/*/*.json")]
    exchanges.sort(key=lambda exchange: str(exchange["captured_at"]))
    last = {exchange["request"]["url"]: exchange["response"] for exchange in exchanges}
    with JikanStandIn(data=data) as jikan, Client(jikan.url) as client:
        for url, response in last.items():
            answer = client.get(url.removeprefix("https://api.jikan.moe/v4"))
            assert answer.status == response["status"], url
            assert answer.json == response["body"], url
    assert last


def test_the_real_ranking_of_ten_pages_has_its_id_twice_on_page_two(shared_data: Path | None, recorded: Path) -> None:
    with JikanStandIn(data=shared_data or recorded) as jikan, Client(jikan.url) as client:
        pages = [client.get("/top/anime", page=page) for page in range(1, 11)]
    twice = 59571 if shared_data else 129
    assert pages[1].ids.count(twice) == 2
    ranks = [entry["rank"] for page in pages for entry in page.json["data"] if entry["rank"]]
    assert ranks != sorted(ranks)
    if shared_data:
        assert [len(page.ids) for page in pages] == [25] * 10
        assert [page.json["pagination"]["has_next_page"] for page in pages] == [True] * 9 + [False]


def test_served_by_hand_it_prints_its_url_and_ends_when_told(recorded: Path) -> None:
    command = [sys.executable, "-m", "tests.support.jikan", "--data", str(recorded), "--fault", "504*1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{url}/top/anime", timeout=180)
            refused.value.close()
            with urllib.request.urlopen(f"{url}/top/anime", timeout=180) as answer:
                assert len(json.load(answer)["data"]) == 25
            process.send_signal(signal.SIGTERM)
            assert process.wait(180) == 0
        finally:
            process.kill()


def test_by_hand_a_wrong_fault_is_one_line_and_a_failure() -> None:
    command = [sys.executable, "-m", "tests.support.jikan", "--fault", "nonsense"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("no fault 'nonsense'")
    assert done.stderr.count("\n") == 1
