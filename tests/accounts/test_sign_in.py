"""Signing in: one refusal for all, hashes renewed, and the password changed."""

import fcntl
import time as stopwatch

import bcrypt
import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from catlog.accounts.identity import signed_in_by
from catlog.accounts.passwords import needs_rehash
from catlog.accounts.sign_in import REFUSAL_SECONDS, NewSession, change_password, sign_in
from catlog.accounts.throttle import TooManyTriesError
from catlog.accounts.users import register, set_disabled
from catlog.config import Settings
from catlog.db.models import User, UserSession
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError, NotAllowedError
from tests.accounts.conftest import PASSWORD, Clock, Register


def stored_password(database: Database, name: str = "mika") -> str:
    with database.read() as session:
        return session.exec(select(User.password).where(User.username == name)).one()


def store_password(database: Database, stored: str) -> None:
    with database.write() as session:
        session.exec(select(User)).one().password = stored


def slots_held(settings: Settings) -> int:
    """Return how many of the host's slots for hashing somebody holds now."""
    held = 0
    for file in (settings.paths.state / "sign-in").glob("slot-*.lock"):
        with file.open() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held += 1
    return held


def refusal(database: Database, settings: Settings, name: str, password: str = "wrong password") -> NotAllowedError:
    with pytest.raises(NotAllowedError) as problem:
        sign_in(database, settings, name=name, password=password)
    return problem.value


@pytest.mark.parametrize("name", ["mika", "MIKA", "mika@example.org", "Mika@EXAMPLE.org"])
def test_name_and_address_both_sign_in(database: Database, settings: Settings, registered: Register, name: str) -> None:
    registered("mika")
    begun = sign_in(database, settings, name=name, password=PASSWORD)
    assert signed_in_by(database, settings, begun.token) == begun.signed_in
    assert begun.signed_in.username == "mika"
    assert begun.failed == 0
    assert begun.token not in repr(begun)


@pytest.mark.usefixtures("at_once")
def test_every_refusal_reads_the_same(database: Database, settings: Settings, registered: Register) -> None:
    registered("mika")
    names = ["mika", "mika@example.org", "nobody", "nobody@example.org", "", "x" * 9999, "m\x00\ud800@", "' OR 1=1 --"]
    refusals = [refusal(database, settings, name) for name in names]
    assert {(r.message, r.hint, r.exit_code) for r in refusals} == {("the name or the password is wrong", "", 77)}


def test_every_refusal_takes_the_same_time(database: Database, settings: Settings, registered: Register) -> None:
    """Not a timed test: what is asserted is the least time, which no slow machine can undercut."""
    registered("mika")
    for stored in (None, bcrypt.hashpw(b"x", bcrypt.gensalt(4)).decode()):
        if stored:
            store_password(database, stored)
        for name in ("mika", "nobody"):
            began = stopwatch.monotonic()
            refusal(database, settings, name)
            assert stopwatch.monotonic() - began >= REFUSAL_SECONDS


@pytest.mark.usefixtures("at_once")
def test_every_refusal_is_the_same_work(
    database: Database, settings: Settings, registered: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashes are counted, each with a slot held, instead of timing them."""
    registered("mika")
    registered("noah")
    set_disabled(database, "noah", disabled=True)
    hashed: list[tuple[str, int]] = []

    def counted(name: str) -> None:
        original = getattr(PasswordHasher, name)

        def count(*args: str) -> object:
            hashed.append((name, slots_held(settings)))
            return original(*args)

        monkeypatch.setattr(PasswordHasher, name, count)

    counted("hash")
    counted("verify")
    for name in ("mika", "noah", "nobody", "nobody@example.org", ""):
        hashed.clear()
        refusal(database, settings, name)
        assert hashed == [("verify", 1)], name


@pytest.mark.usefixtures("at_once")
def test_every_hash_is_made_with_a_slot(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, light_hashes: None
) -> None:
    held: list[int] = []
    for name in ("hash", "verify"):
        original = getattr(PasswordHasher, name)
        monkeypatch.setattr(
            PasswordHasher, name, lambda *args, call=original: held.append(slots_held(settings)) or call(*args)
        )
    register(database, settings, username="mika", email="mika@example.org", password=PASSWORD)
    store_password(database, bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode())
    begun = sign_in(database, settings, name="mika", password=PASSWORD)
    change_password(database, settings, begun.signed_in, current=PASSWORD, new="seven louder otters")
    assert held == [1, 1, 1, 1], "register, the renewed hash, the proof of the old password, the new one"


@pytest.mark.usefixtures("at_once")
def test_known_and_unknown_names_wait_alike(
    database: Database, settings: Settings, registered: Register, time: Clock
) -> None:
    registered("mika")
    shown = {}
    for name in ("mika", "nobody"):
        shown[name] = []
        for _ in range(7):
            problem = refusal(database, settings, name)
            shown[name].append((type(problem), problem.message, problem.hint))
        time.turn(minutes=20)
    assert shown["mika"] == shown["nobody"]
    assert [kind for kind, *_ in shown["mika"]] == [NotAllowedError] * 5 + [TooManyTriesError] * 2


@pytest.mark.usefixtures("at_once")
def test_name_and_address_are_one_account_to_the_throttle(
    database: Database, settings: Settings, registered: Register, time: Clock
) -> None:
    registered("mika")
    for number in range(5):
        refusal(database, settings, "mika" if number % 2 else "mika@example.org")
    assert isinstance(refusal(database, settings, "mika", PASSWORD), TooManyTriesError)
    assert isinstance(refusal(database, settings, "MIKA@example.org", PASSWORD), TooManyTriesError)
    time.turn(seconds=1)
    assert sign_in(database, settings, name="mika", password=PASSWORD).failed == 5
    assert sign_in(database, settings, name="mika", password=PASSWORD).failed == 0


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
@pytest.mark.usefixtures("at_once")
def test_an_imported_account_signs_in_and_is_rehashed(
    database: Database, settings: Settings, registered: Register, prefix: bytes
) -> None:
    registered("mika")
    store_password(database, bcrypt.hashpw(b"old web password", bcrypt.gensalt(4, prefix)).decode())
    refusal(database, settings, "mika")
    assert stored_password(database).startswith(f"${prefix.decode()}$")
    sign_in(database, settings, name="mika", password="old web password")
    assert stored_password(database).startswith("$argon2id$")
    sign_in(database, settings, name="mika", password="old web password")


def test_a_hash_of_weaker_parameters_is_replaced_at_sign_in(
    database: Database, settings: Settings, registered: Register
) -> None:
    registered("mika")
    fresh = stored_password(database)
    sign_in(database, settings, name="mika", password=PASSWORD)
    assert stored_password(database) == fresh
    store_password(database, PasswordHasher(time_cost=1, memory_cost=512, parallelism=1).hash(PASSWORD))
    sign_in(database, settings, name="mika", password=PASSWORD)
    assert not needs_rehash(stored_password(database))


@pytest.mark.usefixtures("at_once")
def test_a_new_password_ends_the_other_sessions_and_the_old_password(
    database: Database, settings: Settings, mika: NewSession
) -> None:
    other = sign_in(database, settings, name="mika", password=PASSWORD)
    refusal(database, settings, "mika")
    new = "seven louder otters"
    assert change_password(database, settings, mika.signed_in, current=PASSWORD, new=new) == 1
    assert signed_in_by(database, settings, other.token) is None
    assert signed_in_by(database, settings, mika.token) == mika.signed_in
    refusal(database, settings, "mika", PASSWORD)
    sign_in(database, settings, name="mika", password=new)


@pytest.mark.usefixtures("at_once")
def test_a_password_changes_only_with_the_current_one_for_a_good_one_in_an_open_session(
    database: Database, settings: Settings, mika: NewSession, time: Clock
) -> None:
    stored = stored_password(database)
    new = "seven louder otters"
    with pytest.raises(InvalidArgumentError):
        change_password(database, settings, mika.signed_in, current=PASSWORD, new="password1")
    for _ in range(5):
        with pytest.raises(NotAllowedError, match="wrong"):
            change_password(database, settings, mika.signed_in, current="wrong password", new=new)
    with pytest.raises(TooManyTriesError):
        change_password(database, settings, mika.signed_in, current=PASSWORD, new=new)
    time.turn(minutes=15)
    set_disabled(database, "mika", disabled=True)
    with pytest.raises(NotAllowedError):
        change_password(database, settings, mika.signed_in, current=PASSWORD, new=new)
    assert stored_password(database) == stored


def test_a_password_that_changes_while_it_is_verified_signs_nobody_in(
    database: Database, settings: Settings, registered: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catlog.accounts import sign_in as module

    registered("mika")
    verify = module.verify_password

    def verify_and_change(stored: str | None, password: str) -> bool:
        right = verify(stored, password)
        store_password(database, "changed meanwhile")
        return right

    monkeypatch.setattr(module, "verify_password", verify_and_change)
    refusal(database, settings, "mika", PASSWORD)
    with database.read() as session:
        assert session.exec(select(UserSession)).all() == []
