"""`catlog account`: register, sign in and out, and look after one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import COUNT, WORDS, format_option, yes_option
from catlog.cli.output import Format, emit, emit_one
from catlog.cli.prompts import password_stdin_option, prompt, prompt_passwords
from catlog.errors import InvalidArgumentError, NotAllowedError, NotFoundError
from catlog.text import counted
from catlog.title_language import TitleLanguage

ACCOUNT_COLUMNS = (
    TableColumn("username", "user"),
    TableColumn("email", "e-mail"),
    TableColumn("created_at", "since"),
    TableColumn("role", "role"),
)


@dataclass(frozen=True, slots=True)
class ShownTitles:
    """The language of titles and where it was set."""

    titles: str
    origin: str


TITLES_COLUMNS = (
    TableColumn("titles", "titles"),
    TableColumn("origin", "set by"),
)


@dataclass(frozen=True, slots=True)
class ShownZone:
    """A person's zone, who says so, and what day and time it is there at the instant `at`."""

    timezone: str
    origin: str
    today: date
    local: str
    at: datetime


ZONE_COLUMNS = (
    TableColumn("timezone", "time zone"),
    TableColumn("origin", "from"),
    TableColumn("local", "it is"),
)

SESSION_COLUMNS = (
    TableColumn("id", "session", "right"),
    TableColumn("source", "from", wrap=True),
    TableColumn("created_at", "signed in"),
    TableColumn("last_used_at", "last used"),
    TableColumn("ends_at", "ends"),
    TableColumn("current", "this one"),
)

username_option = click.option("--username", type=WORDS, help="User name: 3 to 32 letters, digits, or any of _ - .")


@click.group()
def account() -> None:
    """Register, sign in and out, manage your account.

    On a database of your own (an SQLite file that nobody else can change) you need none of it: the first command that
    uses a list gives you one without a password. "catlog account password" protects it.
    """


@account.command()
@username_option
@click.option("--email", type=WORDS, help="E-mail address, optional; nothing is ever sent there.")
@password_stdin_option
@pass_env
def register(env: Environment, username: str | None, email: str | None, password_stdin: bool) -> None:
    """Create an account and sign in.

    The password has 8 to 1024 characters and is not one of the most common ones.
    """
    from catlog.accounts import identity, sign_in, users
    from catlog.accounts.names import check_optional_email, check_username

    # Before the prompt for a password: an invalid name makes it useless.
    username = check_username(username or prompt(env, "User name", "--username"))
    email = check_optional_email(email)
    [password] = prompt_passwords(env, "Password", stdin=password_stdin, new=True)
    made = users.register(env.database, env.settings, username=username, email=email, password=password)
    begun = sign_in.begin_session(env.database, env.settings, made.id)
    identity.remember(env.database, env.settings, begun)
    env.note(f"welcome, {made.username}: you are signed in")


@account.command()
@click.option("--username", type=WORDS, help="User name or e-mail address.")
@click.option("--email", type=WORDS, help="E-mail address, instead of the user name.")
@password_stdin_option
@pass_env
def login(env: Environment, username: str | None, email: str | None, password_stdin: bool) -> None:
    """Sign in with the user name or the e-mail address.

    A session ends after 12 hours without use, at the latest after 30 days. Failed attempts delay the next one.
    """
    from catlog.accounts import identity, sign_in

    if username and email:
        raise InvalidArgumentError("give --username or --email, not both")
    name = username or email or prompt(env, "User name or e-mail", "--username")
    [password] = prompt_passwords(env, "Password", stdin=password_stdin, new=False)
    begun = sign_in.sign_in(env.database, env.settings, name=name, password=password)
    identity.remember(env.database, env.settings, begun)
    env.note(f"signed in as {begun.signed_in.username}")
    _warn_of_failures(env, begun.failed)


@account.command()
@pass_env
def logout(env: Environment) -> None:
    """Sign out and end this session."""
    from catlog.accounts.identity import sign_out

    was_signed_in = sign_out(env.database, env.settings)
    try:
        local = env.signed_in(make_local=False)
    except NotAllowedError:
        env.note("signed out" if was_signed_in else "nobody was signed in")
    else:
        now = "signed out: now" if was_signed_in else "nothing to sign out of:"
        env.note(f"{now} you use {local.username}, this machine's own list without a password")


@account.command()
@format_option
@pass_env
def whoami(env: Environment, format: Format) -> None:
    """Show the account that is signed in; exit 77 when none is."""
    from catlog.accounts.users import account_of

    user = env.signed_in()
    emit_one(env, format, "account", account_of(env.database, user), ACCOUNT_COLUMNS)
    if user.local:
        env.note("this is the machine's own list, without a password; to protect it: catlog account password")


@account.command()
@click.argument("zone", required=False)
@click.option("--clear", is_flag=True, help="Remove your zone: the default applies again.")
@format_option
@pass_env
def timezone(env: Environment, zone: str | None, clear: bool, format: Format) -> None:
    """Show your time zone, or set it to ZONE, such as Europe/Berlin.

    It decides which day it is for you: start and finish dates, streaks, the calendar, the year, the cat, what airs
    today. The default is the setting timezone, else the zone of the machine. Snapshots of the rankings always use days
    in UTC.
    """
    from catlog.accounts.users import set_timezone

    user = env.signed_in()
    if zone is not None and clear:
        raise InvalidArgumentError("give ZONE or --clear, not both")
    user_zone, now = user.zone, env.now()
    if zone is not None or clear:
        user_zone = env.settings.zone_of(set_timezone(env.database, user, zone))
    origin = env.settings.origins["timezone"] if user_zone.origin == "setting" else user_zone.origin
    shown = ShownZone(user_zone.name, origin, user_zone.today(), f"{user_zone.local(now):%Y-%m-%d %H:%M}", now)
    emit_one(env, format, "account-timezone", shown, ZONE_COLUMNS)


@account.command()
@click.argument("language", required=False, type=click.Choice([one.value for one in TitleLanguage]))
@click.option("--clear", is_flag=True, help="Remove your choice: the default applies again.")
@format_option
@pass_env
def titles(env: Environment, language: str | None, clear: bool, format: Format) -> None:
    """Show the language of titles, or set it to LANGUAGE.

    Tables, messages and the app show titles in it, and the main one, which is romaji, where the source has none. The
    default is the setting titles. JSON, CSV and exported lists always have the main title.
    """
    from catlog.accounts.users import set_title_language

    user = env.signed_in()
    if language is not None and clear:
        raise InvalidArgumentError("give LANGUAGE or --clear, not both")
    own = user.titles
    if language is not None or clear:
        own = language
        set_title_language(env.database, user, TitleLanguage(language) if language else None)
    origin = "account" if own is not None else env.settings.origins.get("titles", "default")
    emit_one(env, format, "account-titles", ShownTitles(env.settings.titles_of(own).value, origin), TITLES_COLUMNS)


@account.command()
@password_stdin_option
@pass_env
def password(env: Environment, password_stdin: bool) -> None:
    """Change the password and end all other sessions.

    With --password-stdin, the first line is the current password and the second the new one. The list without a
    password of a database of your own has no current one: it gets its first, and asks for it from then on.
    """
    from catlog.accounts.sign_in import change_password

    signed_in = env.signed_in()
    if signed_in.local:
        from catlog.accounts import identity, local

        [new] = prompt_passwords(env, "New password", stdin=password_stdin, new=True)
        identity.remember(env.database, env.settings, local.protect(env.database, env.settings, signed_in, new))
        env.note(f"the list of {signed_in.username} now has a password; you are signed in")
        return
    current, new = prompt_passwords(env, "Current password", "New password", stdin=password_stdin, new=True)
    failed = change_password(env.database, env.settings, signed_in, current=current, new=new)
    env.note("the password is changed; all other sessions have ended")
    _warn_of_failures(env, failed)


@account.command()
@click.option("--revoke", "session_id", type=COUNT, help="End the session with this number.")
@click.option("--all-others", is_flag=True, help="End all sessions but this one.")
@format_option
@pass_env
def sessions(env: Environment, session_id: int | None, all_others: bool, format: Format) -> None:
    """List your sessions, or end some of them."""
    from catlog.accounts.sessions import SessionInfo, end_other_sessions, end_session, list_sessions

    signed_in = env.signed_in()
    if session_id is not None:
        if not end_session(env.database, signed_in, session_id):
            raise NotFoundError(f"you have no session {session_id}", hint="catlog account sessions")
        env.note(f"session {session_id} has ended")
    if all_others:
        ended = end_other_sessions(env.database, signed_in)
        env.note(counted(ended, "other session has ended", "other sessions have ended"))
    if session_id is None and not all_others:
        rows = list_sessions(env.database, signed_in)
        emit(env, format, "account-sessions", rows, SESSION_COLUMNS, record=SessionInfo)


@account.command()
@click.option("--username", type=WORDS, help="Your user name, as confirmation.")
@yes_option
@pass_env
def delete(env: Environment, username: str | None, yes: bool) -> None:
    """Delete your account and all its data for good.

    It asks for the user name as confirmation; --yes with --username NAME skips the question.
    """
    from catlog.accounts import identity, users
    from catlog.library.journal.file import forget
    from catlog.saved_views import SavedViews

    signed_in = env.signed_in()
    if not (yes and username):
        question = f"This removes {signed_in.username}, the list and its history. Type the user name"
        username = prompt(env, question, f"--yes --username {signed_in.username}")
    users.delete_account(env.database, signed_in, typed_name=username)
    identity.forget(env.database, env.settings)
    state = env.settings.paths.state
    forget(state / "journal", f"{env.database.identity}-{signed_in.user_id}")
    SavedViews(state, signed_in.username).forget()
    env.note(f"{signed_in.username} and all data of the account are deleted")


def _warn_of_failures(env: Environment, failed: int) -> None:
    from catlog.accounts.throttle import describe_failures

    if failed:
        env.note(f"warning: {describe_failures(failed)}")
