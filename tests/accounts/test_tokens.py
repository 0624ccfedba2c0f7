"""Keys and tokens: what is accepted, and all that is not."""

import base64
import hashlib
import hmac
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog import clock
from catlog.accounts import keys
from catlog.accounts.tokens import Claims, make_token, read_token
from catlog.errors import ConfigError
from catlog.paths import Paths, paths_under
from tests.accounts.conftest import Clock

CLAIMS = Claims(7, "the-session")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return paths_under(tmp_path / "home")


def token_for(paths: Paths, hours: float = 1) -> str:
    return make_token(paths, CLAIMS, clock.now(), clock.now() + timedelta(hours=hours))


def forged(paths: Paths, *, key: bytes | str | None = None, algorithm: str = "HS256", **changes: object) -> str:
    """Return a token like ours but for `changes` of its claims (None leaves one out)."""
    ours = keys.signing_key(paths)
    now = int(clock.now().timestamp())
    payload = {"sub": "7", "jti": "the-session", "aud": "catlog", "iat": now, "exp": now + 3600} | changes
    left = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(left, ours.secret if key is None else key, algorithm, headers={"kid": ours.kid})


def test_a_token_says_whose_it_is(paths: Paths, time: Clock) -> None:
    token = token_for(paths)
    assert read_token(paths, token) == CLAIMS
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert read_token(paths, forged(paths)) == CLAIMS  # or the refusals below would prove nothing


@pytest.mark.parametrize("claim", ["exp", "iat", "sub", "jti", "aud"])
def test_every_claim_is_required(paths: Paths, time: Clock, claim: str) -> None:
    assert read_token(paths, forged(paths, **{claim: None})) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": ["catlog", "another"]},
        {"sub": "x"},
        {"sub": 7},
        {"exp": "soon"},
        {"exp": 1e300},
        {"iat": float("nan")},
        {"jti": 5},
        {"nbf": 99999999999},
    ],
)
def test_a_claim_that_is_not_ours_is_refused(paths: Paths, time: Clock, changes: dict[str, object]) -> None:
    assert read_token(paths, forged(paths, **changes)) is None


def test_a_token_without_a_signature_is_refused(paths: Paths, time: Clock) -> None:
    assert read_token(paths, forged(paths, key="", algorithm="none")) is None
    header, payload, _ = token_for(paths).split(".")
    for name in ("none", "None", "NONE"):
        kid = keys.signing_key(paths).kid
        bare = base64.urlsafe_b64encode(json.dumps({"alg": name, "typ": "JWT", "kid": kid}).encode()).decode()
        assert read_token(paths, f"{bare.rstrip('=')}.{payload}.") is None
    assert read_token(paths, f"{header}.{payload}.") is None


def test_a_token_of_another_algorithm_is_refused_even_with_our_key(paths: Paths, time: Clock) -> None:
    key = keys.signing_key(paths)
    header = {"alg": "HS512", "kid": key.kid}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, {"sub": "7"})]
    signature = hmac.new(key.secret, b".".join(parts), hashlib.sha512).digest()
    token = b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()
    assert read_token(paths, token) is None


def test_a_token_with_another_key_is_refused(paths: Paths, time: Clock) -> None:
    assert read_token(paths, forged(paths, key=b"k" * 32)) is None


def test_a_token_from_another_machine_is_refused(paths: Paths, time: Clock, tmp_path: Path) -> None:
    assert read_token(paths_under(tmp_path / "other"), token_for(paths)) is None


def test_a_changed_character_is_found(paths: Paths, time: Clock) -> None:
    token = token_for(paths)
    for place in range(0, len(token) - 1, 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert read_token(paths, changed) is None, place


@given(text=st.text(max_size=60))
def test_no_text_is_taken_for_a_token(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    paths = paths_under(tmp_path_factory.getbasetemp() / "fuzzed")
    keys.signing_key(paths)
    assert read_token(paths, text) is None
    assert read_token(paths, f"e30.{text}.e30") is None


def test_a_token_ends_at_its_time(paths: Paths, time: Clock) -> None:
    token = token_for(paths, hours=1)
    time.turn(minutes=59)
    assert read_token(paths, token) == CLAIMS
    time.turn(minutes=1)
    assert read_token(paths, token) is None


def test_a_token_from_the_future_is_refused_but_for_a_minute(paths: Paths, time: Clock) -> None:
    token = token_for(paths)
    time.turn(seconds=-60)
    assert read_token(paths, token) == CLAIMS
    time.turn(seconds=-1)
    assert read_token(paths, token) is None


def test_a_rotated_key_signs_anew_and_old_tokens_live_on(paths: Paths, time: Clock) -> None:
    old = token_for(paths, hours=24 * 30)
    keys.rotate(paths)
    new = token_for(paths, hours=24 * 30)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    assert read_token(paths, old) == read_token(paths, new) == CLAIMS


def test_a_key_is_replaced_after_a_month_and_forgotten_when_its_last_token_has_ended(paths: Paths, time: Clock) -> None:
    first = keys.signing_key(paths)
    time.turn(days=29)
    assert keys.signing_key(paths) == first
    token = token_for(paths, hours=24 * 30)
    time.turn(days=1)
    second = keys.signing_key(paths)
    assert second.kid != first.kid
    time.turn(days=28)
    assert read_token(paths, token) == CLAIMS
    time.turn(days=4)
    keys.signing_key(paths)
    assert keys.verifying_key(paths, first.kid) is None
    assert keys.verifying_key(paths, second.kid) == second


def test_without_the_key_file_every_token_is_void(paths: Paths, time: Clock) -> None:
    token = token_for(paths)
    keys.key_file(paths).unlink()
    assert read_token(paths, token) is None


def test_a_key_is_32_random_bytes_in_a_private_file_and_not_in_its_repr(paths: Paths) -> None:
    key = keys.signing_key(paths)
    assert len(key.secret) == 32
    assert stat.S_IMODE(keys.key_file(paths).stat().st_mode) == 0o600
    assert repr(key) == f"Key(kid='{key.kid}')"


def test_many_first_starts_at_once_make_one_key(paths: Paths) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: keys.signing_key(paths).kid, range(32)))
    assert len(made) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_file_that_others_may_open_is_refused(paths: Paths, mode: int) -> None:
    keys.signing_key(paths)
    keys.key_file(paths).chmod(mode)
    with pytest.raises(ConfigError, match="open to other users"):
        keys.signing_key(paths)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"keys": [{"kid": "a"}]}', '{"keys": 5}', "\xff"])
def test_a_damaged_key_file_is_named_with_the_way_out(paths: Paths, content: str) -> None:
    keys.signing_key(paths)
    keys.key_file(paths).write_text(content, "latin-1")
    with pytest.raises(ConfigError, match="damaged") as problem:
        keys.signing_key(paths)
    assert "remove it" in problem.value.hint


def test_a_short_key_is_refused(paths: Paths) -> None:
    keys.signing_key(paths)
    stored = json.loads(keys.key_file(paths).read_text())
    stored["keys"][0]["secret"] = base64.b64encode(b"short").decode()
    keys.key_file(paths).write_text(json.dumps(stored))
    with pytest.raises(ConfigError, match="damaged"):
        keys.signing_key(paths)
