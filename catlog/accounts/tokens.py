"""Tokens: JSON web tokens, HS256 alone, that refer to a session's row and are invalid without it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from catlog import clock
from catlog.accounts import keys
from catlog.paths import Paths

ALGORITHM = "HS256"
"""The only algorithm that signs and is accepted."""

AUDIENCE = "catlog"
"""The audience of the tokens."""

CLOCK_LEEWAY = timedelta(minutes=1)
"""How far in the future a token's time of issue may be: the clocks of machines that share a database differ."""

_REQUIRED = ["exp", "iat", "sub", "jti", "aud"]
_LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid token: its user and its session."""

    user_id: int
    jti: str


def make_token(paths: Paths, claims: Claims, issued_at: datetime, expires_at: datetime) -> str:
    """Return a signed token for one session."""
    import jwt  # 30 ms that a command without a user does not need

    key = keys.signing_key(paths)
    payload = {
        "sub": str(claims.user_id),
        "jti": claims.jti,
        "aud": AUDIENCE,
        "iat": int(issued_at.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    return jwt.encode(payload, key.secret, ALGORITHM, headers={"kid": key.kid})


def read_token(paths: Paths, token: str) -> Claims | None:
    """Return the claims of a token, or None for a forged, damaged, early or expired one.

    Only the exact text of `make_token` is a token: no other encoding of the same bytes or values is.
    """
    import jwt

    if len(token) > _LONGEST or not all(map(_is_canonical, token.split("."))):
        return None
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = keys.verifying_key(paths, str(kid))
        if key is None:
            return None
        # The two times are compared below, with CatLog's clock.
        payload = jwt.decode(
            token,
            key.secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": _REQUIRED, "strict_aud": True, "verify_exp": False, "verify_iat": False},
        )
        issued_at, expires_at = (_moment(payload[name]) for name in ("iat", "exp"))
        claims = Claims(int(payload["sub"]), str(payload["jti"]))
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError, RecursionError):
        return None
    now = clock.now()
    is_ours = payload["sub"] == str(claims.user_id)  # and not one of the other ways to write that number
    return claims if is_ours and issued_at <= now + CLOCK_LEEWAY and now < expires_at else None


def _moment(seconds: object) -> datetime:
    if type(seconds) is not int:
        raise TypeError
    return datetime.fromtimestamp(seconds, UTC)


def _is_canonical(part: str) -> bool:
    """Say whether a part of a token is canonical base64: decoders also accept padding, blanks and the like."""
    try:
        decoded = base64.b64decode(part + "=" * (-len(part) % 4), "-_", validate=True)
    except ValueError:
        return False
    return base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() == part
