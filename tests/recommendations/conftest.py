"""Answers of a source that were kept: what viewers of a title recommend, and what another one goes on from."""

import json
from pathlib import Path

import pytest

from catlog import clock
from catlog.jikan.request import ApiRequest
from catlog.jikan.response import JikanResponse
from catlog.jikan.response_cache import ResponseCache

ANSWERS = {
    "/anime/101/recommendations": [
        {"entry": {"mal_id": 110, "title": "Quiet K"}, "votes": 12},
        {"entry": {"mal_id": 0, "title": ""}, "votes": 99},
    ],
    "/anime/111/full": {
        "mal_id": 111,
        "title": "Quiet L",
        "relations": [
            {"relation": "Prequel", "entry": [{"mal_id": 112, "type": "anime", "name": "Quiet M"}]},
            {"relation": "Adaptation", "entry": [{"mal_id": 113, "type": "manga", "name": "Quiet N"}]},
        ],
    },
    "/anime/113/relations": "not a list",
    "/anime/114/full": {"mal_id": None},
    "/seasons/now": [],
}


@pytest.fixture
def kept(tmp_path: Path) -> ResponseCache:
    """Keep good answers and odd ones."""
    answers = ResponseCache(tmp_path / "answers")
    for path, data in ANSWERS.items():
        body = json.dumps({"data": data}).encode()
        url = f"http://127.0.0.1/v4{path}"
        response = JikanResponse("http://127.0.0.1/v4", "127.0.0.1", url, path, None, 200, clock.now(), {}, body)
        answers.store(ApiRequest(path), response)
    (answers.folder / "broken.answer").write_bytes(b"no answer at all")
    return answers
