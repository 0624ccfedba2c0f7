"""`catlog list add`, `set`, `watch` and `rm`: turn options into edits and apply them.

Each command has a function that turns its parameters into edits; `list_batch` calls the same ones for each line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catlog.cli.completers import ANIME, MY_ANIME
from catlog.cli.context import Environment, pass_env
from catlog.cli.list_options import EPISODES, NONE, PARTIAL_DAY, RATING, STATUS, WATCHED_DAY, Episodes
from catlog.cli.options import format_option
from catlog.cli.output import Format
from catlog.cli.prompts import disambiguate
from catlog.errors import InvalidArgumentError, NotFoundError

if TYPE_CHECKING:
    from catlog.catalogue.resolve import Match
    from catlog.library.edits import Edit, Relative
    from catlog.library.partial_date import PartialDate

Command = TypeVar("Command", bound=Callable[..., Any])

UNDO_HINT = "undo: catlog list undo"


def _entry_options(command: Command) -> Command:
    """Add the options for the fields of an entry."""
    for option in reversed(
        (
            click.option("--status", type=STATUS, help="watching, completed, on-hold, dropped or planned."),
            click.option("--score", type=RATING, help="Your rating, 1 to 10, or none."),
            click.option("--note", help="Your notes; an empty text removes them."),
            click.option("--watched", type=click.IntRange(0), help="Number of episodes watched."),
            click.option(
                "--start", type=PARTIAL_DAY, help="When you began: 2021, 2021-05, 2021-05-03, today, yesterday or none."
            ),
            click.option("--finish", type=PARTIAL_DAY, help="When you finished, in the same forms."),
            click.option("--tag", "tags", multiple=True, help="Add a tag; may be given several times."),
            click.option("--untag", "untags", multiple=True, help="Remove a tag; may be given several times."),
            click.option("--favorite/--no-favorite", default=None, help="Mark or unmark as a favourite."),
            click.option("--rewatching/--no-rewatching", default=None, help="Begin or stop a rewatch."),
            click.option("--rewatches", type=click.IntRange(0), help="Number of rewatches."),
            click.option(
                "--offset",
                type=int,
                help="Number added to the source's episode numbers when airing episodes are shown; may be negative.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.argument("anime", type=ANIME)
@_entry_options
@format_option
@pass_env
def add(env: Environment, /, anime: str, format: Format, **entry: Any) -> None:  # noqa: ANN401 - the options
    """Add ANIME to my list (default status: planned).

    ANIME is a MAL id, a title or a part of a title. If several titles match, a prompt on a terminal offers them.
    """
    _apply(env, format, "add", anime, add_edits(**entry))


@click.command("set")
@click.argument("anime", type=MY_ANIME)
@_entry_options
@format_option
@pass_env
def set_(env: Environment, /, anime: str, format: Format, **entry: Any) -> None:  # noqa: ANN401 - the options
    """Change the entry of ANIME on my list.

    Status completed also sets the watched episodes, if their total is known. Fields without an option stay as they are.

    With --offset N the airing episode that the source calls E is shown as E + N, in catlog next, schedule and the app:
    -1 where the source counts one more than you do. Watched episodes, totals and episodes behind stay in the source's
    numbering. 0 removes the offset.
    """
    _apply(env, format, "set", anime, set_edits(**entry))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("anime", type=MY_ANIME)
@click.argument("episodes", type=EPISODES, default="+1", metavar="[+N|=N|-N|all]")
@click.option("--on", type=WATCHED_DAY, help="When they were watched: 2021, 2021-05, 2021-05-03, today or yesterday.")
@format_option
@pass_env
def watch(env: Environment, anime: str, episodes: Episodes, on: PartialDate | Relative | None, format: Format) -> None:
    """Add one watched episode of ANIME, or set their number.

    +N adds N episodes, -N subtracts N, =N sets their number to N, and all means every episode. The first episode starts
    a planned title, the last one completes it; after that, the next one begins a rewatch.

    With --on the episodes count on that day in statistics, the calendar and streaks, and the dates of start and finish
    follow it. The history keeps when they were logged. Correct a wrong date with: catlog list redate.
    """
    _apply(env, format, "watch", anime, watch_edits(episodes=episodes, on=on))


@click.command()
@click.argument("anime", type=MY_ANIME)
@click.argument("on", type=WATCHED_DAY, metavar="DATE")
@click.option("--step", type=click.IntRange(1), help="The step that logged them; default: the last one that did.")
@format_option
@pass_env
def redate(env: Environment, anime: str, on: PartialDate | Relative, step: int | None, format: Format) -> None:
    """Correct when episodes of ANIME were watched.

    DATE is 2021, 2021-05, 2021-05-03, today or yesterday, in your time zone. The episodes are those logged last, or
    with --step in another step: catlog list history ANIME shows them. A start or finish date that the step set follows.
    """
    from catlog.cli.list_changes import print_steps
    from catlog.library import watch_log
    from catlog.library.entries import Origin
    from catlog.library.lookup import TitleFinder
    from catlog.library.writer import edit

    user = env.signed_in()

    def find(words: str) -> Match:
        with env.database.read() as session:
            return TitleFinder(session, user.user_id).on_list(words)

    match = disambiguate(env, anime, find, forgives=True)
    with env.database.read() as session:
        logs = watch_log.watch_logs(session, user.user_id, match.mal_id, user.zone)
    try:
        wanted = watch_log.redate(watch_log.find_log(logs, step), on)
    except NotFoundError as problem:
        raise NotFoundError(f"{match.title}: {problem.message}", hint=problem.hint) from None
    done = edit(env.database, user, match.mal_id, wanted, origin=Origin.CLI)
    print_steps(env, format, "list-redate", [done], hint=UNDO_HINT)


@click.command()
@click.argument("anime", type=MY_ANIME)
@format_option
@pass_env
def rm(env: Environment, anime: str, format: Format) -> None:
    """Remove ANIME from my list; undo restores the whole entry.

    A mistyped title is never taken for another here; those that come close are listed.
    """
    _apply(env, format, "rm", anime, rm_edits())


def add_edits(**entry: Any) -> list[Edit]:  # noqa: ANN401 - the options
    """Return the edits of `add`."""
    from catlog.library.edits import Add
    from catlog.library.entries import Status

    status = entry.pop("status") or Status.PLAN_TO_WATCH
    return [Add(status), *_edits(status=None, **entry)]


def set_edits(**entry: Any) -> list[Edit]:  # noqa: ANN401 - the options
    """Return the edits of `set`. Raises InvalidArgumentError when there are none."""
    edits = _edits(**entry)
    if not edits:
        raise InvalidArgumentError("nothing to change was given", hint="catlog list set --help")
    return edits


def watch_edits(*, episodes: Episodes, on: PartialDate | Relative | None = None) -> list[Edit]:
    """Return the edit of `watch`."""
    from catlog.library.edits import Watch, WatchAll, WatchTo

    if episodes.to is not None:
        return [WatchTo(episodes.to, on)]
    return [WatchAll(on) if episodes.more is None else Watch(episodes.more, on)]


def rm_edits() -> list[Edit]:
    """Return the edit of `rm`."""
    from catlog.library.edits import Remove

    return [Remove()]


def _edits(
    *,
    status: Any,  # noqa: ANN401 - a Status, which is imported on use
    score: Any,  # noqa: ANN401
    note: str | None,
    watched: int | None,
    start: Any,  # noqa: ANN401
    finish: Any,  # noqa: ANN401
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    favorite: bool | None,
    rewatching: bool | None,
    rewatches: int | None,
    offset: int | None,
) -> list[Edit]:
    from catlog.library import edits as e

    made: list[Edit | None] = [
        e.SetStatus(status) if status is not None else None,
        e.WatchTo(watched) if watched is not None else None,
        e.Rate(None if score == NONE else score) if score is not None else None,
        e.SetDates(*(e.UNCHANGED if day is None else None if day == NONE else day for day in (start, finish)))
        if (start, finish) != (None, None)
        else None,
        e.SetNotes(note) if note is not None else None,
        e.AddTags(tags) if tags else None,
        e.RemoveTags(untags) if untags else None,
        e.SetFavorite(favorite) if favorite is not None else None,
        e.SetRewatching(rewatching) if rewatching is not None else None,
        e.SetRewatchCount(rewatches) if rewatches is not None else None,
        e.SetOffset(offset) if offset is not None else None,
    ]
    return [edit for edit in made if edit is not None]


def _apply(env: Environment, format: Format, name: str, anime: str, edits: list[Edit]) -> None:
    from catlog.cli.list_changes import print_steps
    from catlog.library.entries import Origin
    from catlog.library.lookup import TitleFinder
    from catlog.library.writer import edit

    user = env.signed_in()

    def find(words: str) -> Match:
        with env.database.read() as session:
            finder = TitleFinder(session, user.user_id)
            return finder.in_catalogue(words) if name == "add" else finder.on_list(words)

    match = disambiguate(env, anime, find, forgives=name != "rm")
    step = edit(env.database, user, match.mal_id, *edits, origin=Origin.CLI)
    print_steps(env, format, f"list-{name}", [step], hint=UNDO_HINT)
