"""The settings of the client: what they accept, and that they arrive."""

import pytest

from catlog.config import load_settings
from catlog.errors import ConfigError
from catlog.jikan.client import JikanClient
from catlog.jikan.request import ApiRequest
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
