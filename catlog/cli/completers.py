"""Shell completion of values in the database: titles, genres, saved views of the list.

Completion never fails and prints no message: without a database or a signed-in user, or after any error, there are no
suggestions. It creates and upgrades nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from catlog.cli.context import Environment
from catlog.cli.options import TextParam
from catlog.text import clean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MAX_SUGGESTIONS = 50
"""Suggestions at most, those with most members first."""


class StoredWordParam(TextParam, ABC):
    """Text that the shell completes by its beginning."""

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click calls it so
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return the suggestions, without those that a command would parse as an option."""
        from click.shell_completion import CompletionItem

        env = ctx.find_object(Environment)
        from catlog.catalogue.normalize import starts_with

        with suppress(Exception):  # an error message would spoil the line that is being typed
            safe = (clean(name) for name in self.names(env, incomplete)) if env else ()
            begun = (name for name in dict.fromkeys(safe) if starts_with(name, incomplete))
            return [CompletionItem(name) for name in begun if name[0] != "-"]
        return []

    @abstractmethod
    def names(self, env: Environment, incomplete: str) -> Iterable[str]:
        """Return candidates; they need not all begin with `incomplete`."""


class AnimeParam(StoredWordParam):
    """A MAL id, or a title or a part of one; `listed` where it is to be on the list."""

    name = "anime"

    def __init__(self, *, listed: bool = False) -> None:
        self._listed = listed

    def names(self, env: Environment, incomplete: str) -> Iterator[str]:
        """Return titles; without a letter, those of the list that are being watched."""
        from catlog.db.schema import schema_state
        from catlog.library.lookup import titles_starting_with

        if not incomplete and not self._listed:
            return
        database = env.unready_database
        if not schema_state(database).is_current:
            return
        user = env.signed_in().user_id if self._listed else None
        with database.read() as session:
            yield from titles_starting_with(session, incomplete, user_id=user, limit=MAX_SUGGESTIONS)


class GenreParam(StoredWordParam):
    """A genre, theme or demographic."""

    name = "text"

    def names(self, env: Environment, incomplete: str) -> Iterable[str]:  # noqa: ARG002 - there are few
        """Return all of them."""
        from catlog.catalogue.vocabulary import GENRE_IDS

        return sorted(GENRE_IDS)


class ViewParam(StoredWordParam):
    """The name of a view saved in the app."""

    name = "name"

    def names(self, env: Environment, incomplete: str) -> Iterable[str]:  # noqa: ARG002 - there are few
        """Return the views of the user who is signed in."""
        from catlog.db.schema import schema_state
        from catlog.saved_views import SavedViews

        if not schema_state(env.unready_database).is_current:
            return ()
        return SavedViews(env.settings.paths.state, env.signed_in().username).all("list")


ANIME = AnimeParam()
MY_ANIME = AnimeParam(listed=True)
GENRE = GenreParam()
VIEW = ViewParam()
