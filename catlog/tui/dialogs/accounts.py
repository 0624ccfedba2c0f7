"""Who is here: the first start, signing in, and the lock of a session that was left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from catlog.access import Right
from catlog.errors import InvalidArgumentError
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.keys import Action, Section, bindings

if TYPE_CHECKING:
    from catlog.tui import queries
    from catlog.tui.queries import SignInResult
else:
    queries = deferred("catlog.tui.queries")

REGISTER = Section(
    "register", "New account", Right.REGISTER, (Action("other", "ctrl+n", "sign in", "Sign in instead."),)
)
"""The keys of the first start."""

LOGIN = Section(
    "login", "Sign in", Right.SIGN_IN, (Action("other", "ctrl+n", "new account", "Make a new account instead."),)
)
"""The keys of the dialog to sign in."""


class AccountDialog(FormDialog[str]):
    """A form that ends with the name of the account signed in."""

    def _signed_in(self, result: SignInResult) -> None:
        from catlog.accounts.throttle import describe_failures

        if result.failed:
            self.app.tell(describe_failures(result.failed), problem=True)
        self.dismiss(result.name)

    def action_other(self) -> None:
        """Switch between a new account and an existing one."""
        self.dismiss(None)
        self.app.ask_to_sign_in(accounts=isinstance(self, Register))


class Register(AccountDialog):
    """The first start: creates an account and signs in."""

    RIGHT: ClassVar[Right] = Right.REGISTER
    BINDINGS: ClassVar[list[BindingType]] = bindings(REGISTER)

    def __init__(self) -> None:
        super().__init__(
            line(("Welcome to CatLog", "bold $accent"), "\nYour list belongs to an account on this machine."),
            FormField("username", "User name", hint="3 to 32 letters, digits, or any of _ - ."),
            FormField("email", "E-mail", hint="optional; nothing is ever sent there"),
            FormField("password", "Password", secret=True, hint="8 characters or more"),
        )

    def send(self, values: Mapping[str, str]) -> None:
        """Check what can be checked at once, then register."""
        from catlog.accounts.names import check_optional_email, check_username

        username, email = check_username(values["username"]), check_optional_email(values["email"])
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.register, username, email, values["password"]).then(
                self._signed_in, self.refuse
            )


class Login(AccountDialog):
    """Sign in by user name or e-mail address."""

    RIGHT: ClassVar[Right] = Right.SIGN_IN
    BINDINGS: ClassVar[list[BindingType]] = bindings(LOGIN)

    def __init__(self, why: str = "") -> None:
        heading = line(("Sign in", "bold $accent"), "\n", plain(why)) if why else line(("Sign in", "bold $accent"))
        super().__init__(
            heading,
            FormField("name", "User name or e-mail"),
            FormField("password", "Password", secret=True),
        )

    def send(self, values: Mapping[str, str]) -> None:
        """Ask whether they fit."""
        if not values["name"].strip():
            raise InvalidArgumentError("type your user name or e-mail address")
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.sign_in, values["name"], values["password"]).then(
                self._signed_in, self.refuse
            )


class Lock(AccountDialog):
    """Covers everything until the password of the account is typed.

    Users who came in by an SSH key (`keyed`) may never have typed theirs: the text says that reconnecting works too.
    """

    RIGHT: ClassVar[Right] = Right.KEEP_LIST
    COVERS: ClassVar[bool] = True

    def __init__(self, user: str, *, keyed: bool = False) -> None:
        again = " So does leaving, and connecting again." if keyed else ""
        super().__init__(
            line(
                ("Locked", "bold $accent"),
                "\nNobody was here for a while. ",
                plain(user),
                f", your password opens it.{again}",
            ),
            FormField("password", "Password", secret=True),
        )

    def send(self, values: Mapping[str, str]) -> None:
        """Check the password."""
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.unlock, values["password"]).then(self._signed_in, self.refuse)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the key that closes dialogs."""
        return False if action == "close" else super().check_action(action, parameters)

    def action_close(self) -> None:
        """Do nothing: escape must not open the lock."""
