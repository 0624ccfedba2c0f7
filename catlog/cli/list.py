"""`catlog list`: the group of all commands about my list, and those that read it, undo and redo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import click

from catlog.cli.columns import TableColumn, shown
from catlog.cli.completers import MY_ANIME, VIEW
from catlog.cli.context import Environment, pass_env
from catlog.cli.lazy import LazyCommand, LazyGroup
from catlog.cli.list_options import STATUS
from catlog.cli.options import count_option, format_option, limit_option
from catlog.cli.output import Format, emit
from catlog.cli.prompts import disambiguate
from catlog.errors import NotFoundError

if TYPE_CHECKING:
    from catlog.library.edit_kinds import EditKind
    from catlog.library.entries import Status
    from catlog.library.partial_date import PartialDate
    from catlog.library.query import ListQuery
    from catlog.library.records import ListRow, LoggedChange
    from catlog.zones import Zone


class ListGroup(LazyGroup):
    """`catlog list` itself."""

    entries: ClassVar[Mapping[str, LazyCommand]] = {
        "ls": LazyCommand("catlog.cli.list:ls", "Show my list, filtered and sorted."),
        "add": LazyCommand("catlog.cli.list_edit:add", "Add ANIME to my list (default status: planned)."),
        "set": LazyCommand("catlog.cli.list_edit:set_", "Change the entry of ANIME on my list."),
        "watch": LazyCommand("catlog.cli.list_edit:watch", "Add one watched episode of ANIME, or set their number."),
        "redate": LazyCommand("catlog.cli.list_edit:redate", "Correct when episodes of ANIME were watched."),
        "rm": LazyCommand("catlog.cli.list_edit:rm", "Remove ANIME from my list; undo restores the whole entry."),
        "edit": LazyCommand("catlog.cli.list_batch:edit", "Apply the edits in FILE as one step: all of them or none."),
        "complete": LazyCommand("catlog.cli.list_complete:complete", "Fetch what the titles of my list lack."),
        "history": LazyCommand("catlog.cli.list:history", "Show the changes of my list, newest first."),
        "undo": LazyCommand("catlog.cli.list:undo", "Undo the last steps, whichever session made them."),
        "redo": LazyCommand("catlog.cli.list:redo", "Redo the steps that were undone last."),
        "import": LazyCommand("catlog.cli.interchange:import_command", "Import a list from FILE, plain or gzip."),
        "export": LazyCommand("catlog.cli.interchange:export_command", "Export my whole list, by MAL id."),
        "leftovers": LazyCommand(
            "catlog.cli.interchange:leftovers_command", "List rows that imports could not use, and why."
        ),
    }


@click.group("list", cls=ListGroup)
def list_() -> None:
    """Show, edit, import and export my list; undo and redo."""


LIST_COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("mal_id", "id", "right", gives_way=2),
    TableColumn("title", "title", wrap=True),
    TableColumn("status", "status", wrap=True, format=lambda status: status.words),
    TableColumn("rating", "rating", "right"),
    TableColumn("watched", "watched", "right"),
    TableColumn("type", "type", gives_way=1),
    TableColumn("start_date", "started", gives_way=5),
    TableColumn("finish_date", "finished", gives_way=3),
    TableColumn("favorite", "fav", format=lambda favorite: "yes" if favorite else "", gives_way=4),
    TableColumn("tags", "tags", wrap=True, format=lambda tags: shown(tags), gives_way=6),
)


@dataclass(frozen=True, slots=True)
class ShownActivity:
    """One change as `list history` prints it; `kind` is that of `library.edit_kinds`, `change` both sides in words.

    `watched_on` is when its episodes were watched, null where it logged none.
    """

    at: datetime
    step: int
    origin: str
    mal_id: int
    title: str
    action: str
    change: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    kind: EditKind
    watched_on: str | None = None


HISTORY_COLUMNS = (
    TableColumn("step", "step", "right", gives_way=1),
    TableColumn("origin", "from", gives_way=2),
    TableColumn("title", "title", wrap=True),
    TableColumn("change", "change", wrap=True),
    TableColumn("watched_on", "watched", gives_way=3),
)


@click.command()
@click.option("--status", type=STATUS, multiple=True, help="Only this status; may be given several times.")
@click.option("--query", "-q", default="", help="The filter language, see above.")
@click.option("--sort", help="Sort key; -KEY reverses the order. Default: title, or the view's.")
@click.option("--view", type=VIEW, help="A view saved in the app; the other options narrow it.")
@limit_option(None)
@format_option
@pass_env
def ls(
    env: Environment,
    status: tuple[Status, ...],
    query: str,
    sort: str | None,
    view: str | None,
    limit: int | None,
    format: Format,
) -> None:
    """Show my list, filtered and sorted.

    The filter language: fields with : = != < <= > >=, ranges a..b, several values with commas, words and "quoted words"
    that match any of the titles, brackets, "and", "or" and "not" in any case. Adjacent conditions are joined by "and";
    - is "not" and | is "or". "not" binds before "and", "and" before "or"; to search for these words, quote them.

    \b
      score>=8 genre:drama -tag:rewatch year:2015..2020
      (status:watching or status:onhold) and not updated<30d "free words"

    \b
    Fields: score mal genre tag studio year season status type title notes episodes
    watched progress favorite rewatching rewatches started finished updated added.
    `none` and `any` test whether there is a value.

    \b
    Sort keys: title status score mal progress watched episodes year type started
    finished updated added id.
    """  # noqa: D301 - click reads the character
    from catlog.library.entries import Status
    from catlog.library.listing import load_list
    from catlog.library.records import ListRow
    from catlog.library.sorting import sort_rows

    user = env.signed_in()
    saved = _view(env, user.username, view) if view else {}
    sort = sort or saved.get("sort") or "title"
    of_view = Status(saved["status"]) if saved.get("status") in list(Status) else None
    if saved.get("filter"):
        query = f"({saved['filter']}) ({query})" if query else saved["filter"]
    parsed = _parsed(env, query, user.zone)
    with env.database.read() as session:
        mine = load_list(session, user.user_id)
    asked = [one for one in Status if one in (status or Status) and of_view in (None, one)]
    found = list(parsed.filter(mine))
    selected = sort_rows((row for row in found if row.status in asked), sort)
    rows: list[Any] = selected[:limit] if limit else selected
    columns = LIST_COLUMNS
    if format != "table":
        rows = [row._asdict() for row in rows]
        columns = tuple(TableColumn(name, name) for name in ListRow._fields)
    empty = _why_empty(mine, found if query.strip() else (), asked)
    emit(env, format, "list", rows, columns, empty=empty, query=query, sort=sort, total=len(selected))


def _why_empty(mine: Sequence[ListRow], found: Sequence[ListRow], asked: Sequence[Status]) -> str:
    """Return what is said where no row is shown: `found` are the rows that match the query in any status."""
    if not mine:
        return "your list is empty: catlog list add TITLE, or catlog list import FILE"
    if not found:
        return "no entry matches"
    searched = sum(row.status in asked for row in mine)
    elsewhere = Counter(row.status for row in found)
    first, *others = (status for status in type(found[0].status) if elsewhere[status])
    verb = "matches" if elsewhere[first] == 1 else "match"
    where = [f"{elsewhere[first]} {verb} in {first.words}", *(f"{elsewhere[one]} in {one.words}" for one in others)]
    return f"0 of {searched}; {', '.join(where)}"


def _view(env: Environment, user: str, name: str) -> Mapping[str, str]:
    from catlog.saved_views import SavedViews

    views = SavedViews(env.settings.paths.state, user).all("list")
    if name not in views:
        hint = "save views in the app: V in the list"
        raise NotFoundError(f"no view is called {name!r}", hint=hint, candidates=tuple(views))
    return views[name]


def _parsed(env: Environment, query: str, zone: Zone) -> ListQuery:
    """Parse a query; on a syntax error, first print it with a caret under the column."""
    from catlog.library.query import QueryError, parse_query
    from catlog.text import clean

    try:
        return parse_query(clean(query), zone)
    except QueryError as wrong:
        env.note(f"  {wrong.query}")
        env.note(f"  {wrong.caret}")
        raise


@click.command()
@click.argument("anime", type=MY_ANIME, required=False)
@limit_option(20)
@format_option
@pass_env
def history(env: Environment, anime: str | None, limit: int, format: Format) -> None:
    """Show the changes of my list, newest first.

    With ANIME, only the changes of that title. A step is all that one command or key press changed: undo and redo take
    whole steps, and appear in the history too. The time is when a change was made; `watched` is when its episodes were
    watched, by default the same day (catlog list watch --on, catlog list redate).
    """
    from catlog.library.history import logged_changes
    from catlog.library.lookup import TitleFinder
    from catlog.library.own_edits import load_given_days

    user = env.signed_in()

    def find(words: str) -> int:
        with env.database.read() as session:
            return TitleFinder(session, user.user_id).on_list(words).mal_id

    mal_id = disambiguate(env, anime, find) if anime else None
    with env.database.read() as session:
        rows = logged_changes(session, user.user_id, mal_id=mal_id, limit=limit)
        days = load_given_days(session, user.user_id)
    emit(
        env,
        format,
        "list-history",
        [_shown(row, env, days, user.zone) for row in rows],
        (TableColumn("at", "when", format=lambda at: f"{user.zone.local(at):%Y-%m-%d %H:%M}"), *HISTORY_COLUMNS),
        record=ShownActivity,
        empty="nothing has happened yet",
        mal_id=mal_id,
    )


def _shown(
    row: LoggedChange, env: Environment, days: Mapping[tuple[int, datetime], PartialDate], zone: Zone
) -> ShownActivity:
    from catlog.cli.list_changes import arrow
    from catlog.library.describe import describe_sides
    from catlog.library.edit_kinds import WATCH, episodes_logged, kind_of

    change = describe_sides(row.before, row.after, arrow=arrow(env))
    title = row.title or f"#{row.mal_id}"
    kind = kind_of(row.origin, row.action, row.before, row.after, row.episodes)
    seen = (row.action, change, row.before, row.after, kind)
    watched_on = None
    if row.action == WATCH and episodes_logged(row.action, row.before, row.after, row.episodes) > 0:
        watched_on = str(days.get((row.mal_id, row.at)) or zone.day_of(row.at))
    return ShownActivity(row.at, row.step, row.origin, row.mal_id, title, *seen, watched_on)


@click.command()
@count_option("--steps", 1, "Number of steps to undo.")
@format_option
@pass_env
def undo(env: Environment, steps: int, format: Format) -> None:
    """Undo the last steps, whichever session made them.

    Undo works across restarts. A bulk edit or an import is one step. Undone steps can be redone until the next edit.
    """
    from catlog.cli.list_changes import print_steps
    from catlog.library import history

    done = history.undo(env.database, env.signed_in(), steps)
    print_steps(env, format, "list-undo", done, hint="redo: catlog list redo")


@click.command()
@count_option("--steps", 1, "Number of steps to redo.")
@format_option
@pass_env
def redo(env: Environment, steps: int, format: Format) -> None:
    """Redo the steps that were undone last.

    Redo is possible until the next edit.
    """
    from catlog.cli.list_changes import print_steps
    from catlog.library import history

    done = history.redo(env.database, env.signed_in(), steps)
    print_steps(env, format, "list-redo", done, hint="undo: catlog list undo")
