"""Rules for user names and e-mail addresses, and when two of them are equal."""

from __future__ import annotations

import unicodedata

from catlog.errors import InvalidArgumentError
from catlog.text import cleaned

USERNAME_LENGTH = (3, 32)
"""The least and the most characters of a user name."""

EMAIL_LIMIT = 254
"""The most characters of an e-mail address, a limit of SMTP."""

_SIGNS = frozenset("_-.")
_NOT_IN_LOCAL_PART = frozenset('"(),:;<>[\\]')


def check_username(value: str) -> str:
    """Return the user name as stored (NFKC). Raises InvalidArgumentError with the rule."""
    text, lossy = cleaned(value)
    name = unicodedata.normalize("NFKC", text)
    shortest, longest = USERNAME_LENGTH
    if lossy or not shortest <= len(name) <= longest or not all(c in _SIGNS or _letter_or_digit(c) for c in name):
        raise InvalidArgumentError(f"a user name has {shortest} to {longest} letters, digits, or any of _ - .")
    return name


def check_email(value: str) -> str:
    """Return the e-mail address. Raises InvalidArgumentError.

    A simple rule, because nothing is ever sent there: one @, a name of 1 to 64 characters before it, and after it a
    domain with a dot, or localhost. It finds typing errors; it does not prove that the address exists.
    """
    address, lossy = cleaned(value)
    name, at, domain = address.partition("@")
    if lossy or not at or len(address) > EMAIL_LIMIT or not _is_local_part(name) or not _is_domain(domain):
        raise InvalidArgumentError("this is not an e-mail address", hint="it looks like name@example.org")
    return address


def check_optional_email(value: str | None) -> str | None:
    """Return the e-mail address, None for an empty one. Raises InvalidArgumentError."""
    return check_email(value) if value and value.strip() else None


def fold(name: str) -> str:
    """Return a key that is equal for names that differ only in case or in the encoding of their characters.

    It is Unicode's NFKC_Casefold without the invisible characters, which no name has.
    """
    decomposed = unicodedata.normalize("NFD", name)
    once = unicodedata.normalize("NFKC", decomposed.casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def _letter_or_digit(char: str) -> bool:
    category = unicodedata.category(char)
    return category.startswith("L") or category == "Nd"


def _is_local_part(name: str) -> bool:
    readable = all(c.isprintable() and not c.isspace() and c not in _NOT_IN_LOCAL_PART for c in name)
    return 1 <= len(name) <= 64 and readable and not name.startswith(".") and not name.endswith(".")


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return domain.casefold() == "localhost" or (len(labels) > 1 and all(_is_label(label) for label in labels))


def _is_label(label: str) -> bool:
    # Marks as well: some scripts cannot write a word without them.
    known = all(c == "-" or _letter_or_digit(c) or unicodedata.category(c) in ("Mn", "Mc") for c in label)
    return 1 <= len(label) <= 63 and known and not label.startswith("-") and not label.endswith("-")
