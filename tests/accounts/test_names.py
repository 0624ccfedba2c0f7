"""User names and e-mail addresses: what is accepted, and what is the same."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.accounts.names import check_email, check_username, fold
from catlog.errors import InvalidArgumentError

LETTERS = st.characters(categories=["Lu", "Ll", "Lt", "Lm", "Lo", "Nd"], include_characters="_-.")


@pytest.mark.parametrize(
    "name", ["bob", "Bob_the-2nd.", "___", "żółw", "猫猫猫", "ﬁsh", "Ｗｉｄｅ", "a" * 32, " bob\n"]
)
def test_letters_digits_and_three_signs_make_a_user_name(name: str) -> None:
    assert check_username(name) == unicodedata.normalize("NFKC", name.strip())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 33,
        "a b c",
        "bob@home",
        "b\x00ob",
        "b\u200dob",
        "bob\u202e",
        "bob!",
        "[/]bob",
        "ﷺ",
        "😺😺😺",
        "bo\u0301\u0301b",
        "bob\ud800",
        "../bob",
        "bob'",
    ],
)
def test_anything_else_is_no_user_name(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match="3 to 32"):
        check_username(name)


@given(st.text(LETTERS, min_size=3, max_size=32))
def test_an_accepted_name_is_accepted_again_as_it_is_kept(name: str) -> None:
    try:
        kept = check_username(name)
    except InvalidArgumentError:
        return
    assert check_username(kept) == kept
    assert 3 <= len(kept) <= 32
    assert kept.isprintable()


@given(st.text(max_size=40))
def test_any_text_is_accepted_or_refused_in_words(name: str) -> None:
    for check in (check_username, check_email):
        with suppress(InvalidArgumentError):
            assert check(name).isprintable()


@given(st.text(LETTERS, min_size=3, max_size=32))
def test_names_that_differ_in_case_or_in_the_way_they_are_written_are_the_same(name: str) -> None:
    folded = fold(name)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, name)) == folded
    assert fold(name.casefold()) == folded
    assert fold(folded) == folded


def test_names_that_read_alike_to_a_person_are_the_same() -> None:
    assert fold("STRASSE") == fold("straße")
    assert fold("ＭＩＫＡ") == fold("mika")
    assert fold("ﬁsh") == fold("Fish")
    assert fold("mika") != fold("mikä")


@pytest.mark.parametrize(
    "address", ["a@b.de", "first.last+tag@sub.example.org", "me@localhost", "üser@bücher.example", f"{'a' * 64}@b.org"]
)
def test_an_address_with_one_at_and_a_domain_is_accepted(address: str) -> None:
    assert check_email(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "bob",
        "bob@",
        "@example.org",
        "bob@example",
        "a@b@c.org",
        "bob@exam ple.org",
        "bob@-a.org",
        "bob@a-.org",
        "bob@example..org",
        "bob@.org",
        "bob@example.org.",
        ".bob@example.org",
        "bob.@example.org",
        "b ob@example.org",
        "<bob@example.org>",
        "bob@example.org\x1b[31m",
        f"{'a' * 65}@b.org",
        f"a@{'b' * 64}.org",
        f"a@{'b.' * 130}org",
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    with pytest.raises(InvalidArgumentError, match="e-mail"):
        check_email(address)
