"""Tokens: JSON web tokens, HS256 alone, that point at a session's row and are worth nothing without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from catlog import clock
from catlog.accounts import keys
from catlog.paths import Paths

ALGORITHM = "HS256"
"""The only algorithm that signs and is accepted."""

AUDIENCE = "catlog"
"""Who the tokens are for."""

CLOCK_LEEWAY = timedelta(minutes=1)
"""How far in the future a token may say it was made: machines that share a database differ a little."""

_REQUIRED = ["exp", "iat", "sub", "jti", "aud"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says: whose it is, and which session."""

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
    """Return what a token says, or None for one that is not ours, not whole, not yet or no longer valid."""
    import jwt

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
        issued_at, expires_at = (datetime.fromtimestamp(int(payload[name]), UTC) for name in ("iat", "exp"))
        claims = Claims(int(payload["sub"]), str(payload["jti"]))
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError):
        return None
    now = clock.now()
    return claims if issued_at <= now + CLOCK_LEEWAY and now < expires_at else None
