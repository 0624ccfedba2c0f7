"""Registering, being disabled, and leaving."""

from dataclasses import replace

import pytest
from sqlmodel import select

from catlog.accounts.sessions import end_other_sessions, is_open, list_sessions
from catlog.accounts.sign_in import NewSession, begin_session, sign_in
from catlog.accounts.throttle import TooManyTriesError
from catlog.accounts.users import delete_account, find_account, register, set_disabled, set_timezone
from catlog.config import Settings
from catlog.db.models import LoginThrottle, User, UserSession
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError, NotAllowedError, NotFoundError
from tests.accounts.conftest import PASSWORD, Clock, Register


def test_a_new_database_knows_nobody(database: Database) -> None:
    with database.read() as session:
        assert session.exec(select(User)).all() == []


def test_who_registers_is_found_by_name_and_address_in_any_case(database: Database, registered: Register) -> None:
    made = registered("Mika_Ō")
    assert made.username == "Mika_Ō"
    for name in ("mika_ō", "MIKA_O\u0304", "mika_ō@EXAMPLE.org"):
        assert find_account(database, name) == made
    assert find_account(database, "mika") is None


@pytest.mark.parametrize(
    ("username", "email", "what"),
    [
        ("MIKA", "new@example.org", "user name"),
        ("ｍｉｋａ", "new@example.org", "user name"),
        ("another", "Mika@Example.Org", "e-mail address"),
    ],
)
def test_a_name_or_an_address_is_taken_once(
    database: Database, settings: Settings, registered: Register, username: str, email: str, what: str
) -> None:
    registered("mika")
    with pytest.raises(InvalidArgumentError, match=f"{what} .* is taken"):
        register(database, settings, username=username, email=email, password=PASSWORD)


def test_asking_for_taken_names_is_throttled(
    database: Database, settings: Settings, registered: Register, time: Clock
) -> None:
    registered("mika")
    for _ in range(10):
        with pytest.raises(InvalidArgumentError, match="taken"):
            registered("mika")
    with pytest.raises(TooManyTriesError):
        registered("mika")


@pytest.mark.parametrize(
    ("username", "email", "password"),
    [("m", "m@example.org", PASSWORD), ("mika", "nowhere", PASSWORD), ("mika.mika", "m@example.org", "Mika.Mika")],
)
def test_what_breaks_a_rule_is_refused_and_leaves_nothing(
    database: Database, settings: Settings, username: str, email: str, password: str
) -> None:
    with pytest.raises(InvalidArgumentError):
        register(database, settings, username=username, email=email, password=password)
    with database.read() as session:
        assert session.exec(select(User)).all() == []


def test_leaving_takes_everything_along_and_nobody_else(
    database: Database, settings: Settings, mika: NewSession, registered: Register
) -> None:
    other = begin_session(database, settings, registered("noah").id)
    with pytest.raises(NotAllowedError):
        sign_in(database, settings, name="mika", password="wrong password")
    delete_account(database, mika.signed_in, typed_name="MIKA")
    with database.read() as session:
        assert [row.username for row in session.exec(select(User)).all()] == ["noah"]
        assert [row.user_id for row in session.exec(select(UserSession)).all()] == [other.signed_in.user_id]
        assert not [row for row in session.exec(select(LoginThrottle)).all() if row.subject.startswith("user:")]
    registered("mika")


def test_a_session_of_an_account_that_is_gone_is_nobody_elses(
    database: Database, settings: Settings, mika: NewSession, registered: Register
) -> None:
    """SQLite gives the numbers of the last account and of its session out again."""
    delete_account(database, mika.signed_in, typed_name="mika")
    new = begin_session(database, settings, registered("noah").id).signed_in
    # As SQLite numbers them; elsewhere the old session is made to name the new one.
    old = replace(mika.signed_in, user_id=new.user_id, session_id=new.session_id)
    with pytest.raises(NotAllowedError, match="ended"):
        set_timezone(database, old, "Asia/Tokyo")
    with database.read() as session:
        assert not session.execute(select(is_open(old))).scalar_one()
        assert session.execute(select(is_open(new))).scalar_one()


def test_leaving_needs_the_own_name_and_an_open_session(
    database: Database, settings: Settings, mika: NewSession, registered: Register
) -> None:
    registered("noah")
    with pytest.raises(InvalidArgumentError, match="nothing was removed"):
        delete_account(database, mika.signed_in, typed_name="noah")
    set_disabled(database, "mika", disabled=True)
    with pytest.raises(NotAllowedError):
        delete_account(database, mika.signed_in, typed_name="mika")
    assert find_account(database, "mika") is not None


def test_a_disabled_user_is_out_at_once_and_told_so_only_with_the_right_password(
    database: Database, settings: Settings, mika: NewSession, at_once: None
) -> None:
    set_disabled(database, "mika@example.org", disabled=True)
    assert list_sessions(database, mika.signed_in) == []
    with pytest.raises(NotAllowedError, match="ended"):
        end_other_sessions(database, mika.signed_in)
    with pytest.raises(NotAllowedError, match="name or the password"):
        sign_in(database, settings, name="mika", password="wrong password")
    with pytest.raises(NotAllowedError, match="disabled"):
        sign_in(database, settings, name="mika", password=PASSWORD)
    with pytest.raises(NotAllowedError, match="disabled"):
        begin_session(database, settings, mika.signed_in.user_id)
    set_disabled(database, "mika", disabled=False)
    assert sign_in(database, settings, name="mika", password=PASSWORD).signed_in.username == "mika"


def test_only_a_user_who_exists_can_be_disabled(database: Database) -> None:
    with pytest.raises(NotFoundError):
        set_disabled(database, "nobody", disabled=True)
