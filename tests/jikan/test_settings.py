"""The settings of the client: what they accept, and that they arrive."""

from dataclasses import replace
from pathlib import Path

import pytest

from catlog.config import load_settings
from catlog.errors import ConfigError
from catlog.jikan.client import JikanClient
from catlog.jikan.request import ApiRequest
from catlog.net.errors import SourceUnavailableError
from tests.support.jikan import JikanStandIn


def test_the_client_is_made_of_the_settings(tmp_path: object) -> None:
    with JikanStandIn(size=30) as jikan:
        settings = load_settings(
            {
                "CATLOG_HOME": str(tmp_path),
                "CATLOG_JIKAN_URLS": f"{jikan.url}/",
                "CATLOG_JIKAN_RATE": "500",
                "CATLOG_JIKAN_BACKOFF": "0.01",
            }
        )
        jikan.set_faults("429*2", "504*2")
        with JikanClient.from_settings(settings) as client:
            answer = client.open_session().get(ApiRequest("/top/anime"))
            assert client.limiter.rate(client.instances.ordered[0].host) == 125
    assert answer.source == jikan.url
    assert (settings.paths.state / "jikan-health.json").exists()


@pytest.mark.parametrize(
    ("variable", "value"), [("RATE", "0"), ("RATE", "1001"), ("RATE", "nan"), ("BACKOFF", "-1"), ("BACKOFF", "61")]
)
def test_a_setting_out_of_range_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"jikan_{variable.lower()} .* CATLOG_JIKAN_{variable}"):
        load_settings({f"CATLOG_JIKAN_{variable}": value})


def test_an_error_names_the_setting_of_the_url_only_where_somebody_has_set_it(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9/v4"
    settings = load_settings({"CATLOG_HOME": str(tmp_path), "CATLOG_JIKAN_URLS": nobody, "CATLOG_JIKAN_BACKOFF": "0"})
    request = ApiRequest("/anime/1")
    for told, given in ((True, settings), (False, replace(settings, origins={}))):
        with JikanClient.from_settings(given) as client, pytest.raises(SourceUnavailableError) as problem:
            client.open_session(tries=1).get(request)
        assert problem.value.hint.startswith("try again later, or check the network")
        assert ("CATLOG_JIKAN_URLS" in problem.value.hint) is told
