"""Tokens that a forger could try: each is one way in that has been open elsewhere, and none may say who somebody is."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from catlog import clock
from catlog.accounts import keys
from catlog.accounts.identity import signed_in_by
from catlog.accounts.sign_in import NewSession, begin_session
from catlog.accounts.tokens import Claims, make_token, read_token
from catlog.config import Settings
from catlog.db.session import Database
from catlog.paths import Paths, paths_under
from tests.accounts.conftest import Clock, Register

CLAIMS = Claims(7, "the-session")
OWN = b"forger's own key of 32 bytes....."


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def packed(value: object) -> str:
    return encoded(value if isinstance(value, bytes) else json.dumps(value).encode())


class Forger:
    """What makes tokens: with the real key where a test is about what else a signature must not excuse."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.key = keys.signing_key(paths)
        now = clock.now()
        self.real = make_token(paths, CLAIMS, now, now + timedelta(hours=1))
        self.header = {"alg": "HS256", "typ": "JWT", "kid": self.key.kid}
        at = int(now.timestamp())
        self.payload = {"sub": "7", "jti": "the-session", "aud": "catlog", "iat": at, "exp": at + 3600}

    def signed(self, header: object, payload: object, key: bytes | None = None, digest: str = "sha256") -> str:
        """Return a token of any two parts, signed with a key: ours, unless another is given."""
        body = f"{packed(header)}.{packed(payload)}"
        return f"{body}.{encoded(hmac.new(key or self.key.secret, body.encode(), digest).digest())}"

    def headed(self, key: bytes | None = None, digest: str = "sha256", **changes: object) -> str:
        """Return a token with our claims and another header; None leaves a field out."""
        header = {name: value for name, value in (self.header | changes).items() if value is not None}
        return self.signed(header, self.payload, key, digest)

    def claiming(self, **changes: object) -> str:
        """Return a token with our header and other claims."""
        return self.signed(self.header, self.payload | changes)

    def part(self, place: int, change: Callable[[str], str]) -> str:
        """Return the real token with one part written in another way."""
        parts = self.real.split(".")
        parts[place] = change(parts[place])
        return ".".join(parts)


def last_bits_changed(part: str) -> str:
    """Return base64 that decodes to the same bytes: the last character of 32 bytes has two bits too many."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return part[:-1] + alphabet[alphabet.index(part[-1]) ^ 1]


def twice(name: str, first: object, second: object, rest: dict[str, Any]) -> bytes:
    """Return JSON in which one name stands twice."""
    body = json.dumps({key: value for key, value in rest.items() if key != name})[1:-1]
    return f'{{"{name}": {json.dumps(first)}, {body}, "{name}": {json.dumps(second)}}}'.encode()


FORGERIES: dict[str, Callable[[Forger], str]] = {
    # Another algorithm than ours.
    "the algorithm RS256, checked with our key as if it were public": lambda f: f.headed(alg="RS256"),
    "the algorithm ES256": lambda f: f.headed(alg="ES256"),
    "the algorithm HS384 with our key": lambda f: f.headed(alg="HS384", digest="sha384"),
    "the algorithm in small letters": lambda f: f.headed(alg="hs256"),
    "the algorithm nOnE with a signature": lambda f: f.headed(alg="nOnE"),
    "no algorithm named": lambda f: f.headed(alg=None),
    "an algorithm that is a list": lambda f: f.headed(alg=["HS256"]),
    "two algorithms, ours first": lambda f: f.signed(twice("alg", "HS256", "none", f.header), f.payload),
    # Another key than ours.
    "no key named": lambda f: f.headed(kid=None),
    "a key that is a number": lambda f: f.headed(kid=1),
    "a key that is a list": lambda f: f.headed(kid=[f.key.kid]),
    "a key without a name": lambda f: f.headed(kid=""),
    "a key that is a path of an empty file": lambda f: f.headed(key=b"\0", kid="../../../dev/null"),
    "a key that is a statement": lambda f: f.headed(key=b"a", kid="x' UNION SELECT 'a' --"),
    "the name of our key with something behind a NUL": lambda f: f.headed(kid=f"{f.key.kid}\0.pem"),
    "a key in the header": lambda f: f.headed(
        key=OWN, kid="own", jwk={"kty": "oct", "kid": "own", "k": encoded(OWN), "alg": "HS256"}
    ),
    "a key in the header under the name of ours": lambda f: f.headed(
        key=OWN, jwk={"kty": "oct", "kid": f.key.kid, "k": encoded(OWN)}
    ),
    "a key to be fetched": lambda f: f.headed(key=OWN, kid="own", jku="http://127.0.0.1:9/keys.json"),
    "a certificate to be fetched": lambda f: f.headed(key=OWN, x5u="http://127.0.0.1:9/a.pem", x5c=[encoded(OWN)]),
    "the name of our key as the key": lambda f: f.headed(key=f.key.kid.encode()),
    "the file of the keys as the key": lambda f: f.headed(key=keys.key_file(f.paths).read_bytes()),
    "two keys, a forger's first": lambda f: f.signed(twice("kid", "own", f.key.kid, f.header), f.payload, OWN),
    # Headers that change what is signed.
    "a critical extension that nobody knows": lambda f: f.headed(crit=["exp2"], exp2=1),
    "a payload that is not encoded": lambda f: f.headed(crit=["b64"], b64=False),
    "a header that is a list": lambda f: f.signed([f.header], f.payload),
    "a header that is nothing": lambda f: f.signed(b"", f.payload),
    "a header nested a thousand deep": lambda f: f.signed(b"[" * 700, b""),
    # Claims of another type, signed by us: a signature is no excuse.
    "a user that is true": lambda f: f.claiming(sub=True),
    "a user in other digits": lambda f: f.claiming(sub="٧"),
    "a user with a blank": lambda f: f.claiming(sub=" 7"),
    "a user with a nought": lambda f: f.claiming(sub="07"),
    "a user with an underscore": lambda f: f.claiming(sub="0_7"),
    "a list of users": lambda f: f.claiming(sub=["7"]),
    "a session that is a list": lambda f: f.claiming(jti=["the-session"]),
    "an audience in other letters": lambda f: f.claiming(aud="CatLog"),
    "an audience in a list of one": lambda f: f.claiming(aud=["catlog"]),
    "an end written as text": lambda f: f.claiming(exp=str(2**33)),
    "an end that is true": lambda f: f.claiming(exp=True),
    "an end with a fraction": lambda f: f.claiming(exp=f.payload["exp"] + 0.5),
    "an end beyond all calendars": lambda f: f.claiming(exp=10**30),
    "an end below zero": lambda f: f.claiming(exp=-1),
    "an issue written as text": lambda f: f.claiming(iat="0"),
    "an issue in the next hour": lambda f: f.claiming(iat=f.payload["iat"] + 3600),
    "two ends, a late one first": lambda f: f.signed(f.header, twice("exp", 2**33, 1, f.payload)),
    "claims in a list": lambda f: f.signed(f.header, [f.payload]),
    "claims nested a thousand deep": lambda f: f.signed(f.header, b"[" * 600),
    "a token within a token": lambda f: f.signed(f.header | {"cty": "JWT"}, f.real.encode()),
    # The real token, written in another way or not wholly.
    "cut short by a character": lambda f: f.real[:-1],
    "without its signature": lambda f: f.real.rpartition(".")[0],
    "with four parts": lambda f: f"{f.real}.{f.real.rpartition('.')[2]}",
    "with five parts, as if encrypted": lambda f: f"{f.real}..",
    "with padding": lambda f: f.part(2, lambda part: part + "="),
    "with padding in the payload": lambda f: f.part(1, lambda part: part + "=" * (-len(part) % 4 or 4)),
    "with a new line behind it": lambda f: f"{f.real}\n",
    "with a new line in the signature": lambda f: f.part(2, lambda part: f"{part[:9]}\n{part[9:]}"),
    "with a sign that base64 skips": lambda f: f.part(2, lambda part: f"{part[:9]}!{part[9:]}"),
    "with other last bits": lambda f: f.part(2, last_bits_changed),
    "with letters that look alike": lambda f: f.part(2, lambda part: part.replace(part[0], "\u0430", 1)),
    "the claims of another token": lambda f: f.part(1, lambda _: packed(f.payload | {"sub": "8"})),
    "the signature of another token": lambda f: f.part(2, lambda _: f.claiming(sub="8").rpartition(".")[2]),
    "a megabyte of one": lambda f: f.claiming(jti="x" * 2**20),
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return paths_under(tmp_path / "home")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_forged_token_says_who_somebody_is(paths: Paths, time: Clock, forgery: str) -> None:
    forger = Forger(paths)
    assert read_token(paths, forger.real) == read_token(paths, forger.claiming()) == CLAIMS  # or nothing is shown below
    forged = FORGERIES[forgery](forger)
    assert forged != forger.real
    assert read_token(paths, forged) is None


def test_no_two_keys_stand_in_for_each_other(paths: Paths, time: Clock) -> None:
    old = Forger(paths)
    new = keys.rotate(paths)
    assert read_token(paths, old.real) == CLAIMS
    assert read_token(paths, old.headed(key=new.secret)) is None
    assert read_token(paths, old.headed(kid=new.kid)) is None


def test_a_retired_key_verifies_no_longer_than_its_last_token_could_live(paths: Paths, time: Clock) -> None:
    forger = Forger(paths)
    forever = forger.claiming(exp=2**33)
    time.turn(days=60, hours=23)
    assert read_token(paths, forever) == CLAIMS
    time.turn(hours=2)
    assert read_token(paths, forever) is None, "also where nobody signed in since, and no new key was made"
    keys.rotate(paths)
    assert read_token(paths, forever) is None


def test_a_replaced_key_verifies_a_month_and_not_until_the_next_one_comes(paths: Paths, time: Clock) -> None:
    forever = Forger(paths).claiming(exp=2**33)
    keys.rotate(paths)
    time.turn(days=30, hours=23)
    assert read_token(paths, forever) == CLAIMS
    time.turn(hours=2)
    assert read_token(paths, forever) is None


@pytest.mark.parametrize("jti", ["", "%", "_" * 22, "the-session' OR '1'='1", "jti"])
def test_a_right_signature_without_its_session_is_nobody(
    database: Database, settings: Settings, mika: NewSession, jti: str
) -> None:
    forged = make_token(
        settings.paths, Claims(mika.signed_in.user_id, jti), clock.now(), clock.now() + timedelta(days=1)
    )
    assert signed_in_by(database, settings, forged) is None
    assert signed_in_by(database, settings, mika.token) == mika.signed_in


def test_each_users_number_fits_that_users_sessions_alone(
    database: Database, settings: Settings, mika: NewSession, registered: Register
) -> None:
    noah = begin_session(database, settings, registered("noah").id)
    jti = {begun.signed_in.username: read_token(settings.paths, begun.token) for begun in (mika, noah)}
    assert jti["mika"] is not None
    crossed = Claims(noah.signed_in.user_id, jti["mika"].jti)
    token = make_token(settings.paths, crossed, clock.now(), clock.now() + timedelta(days=1))
    assert signed_in_by(database, settings, token) is None
