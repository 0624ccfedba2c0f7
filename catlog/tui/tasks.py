"""What can be done anywhere in the app, beside the actions of screens: the palette offers it by its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from catlog.access import Right
from catlog.errors import BusyError
from catlog.tui.content import line
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.navigation import screen_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catlog.tui import queries
    from catlog.tui.host import Host
else:
    queries = deferred("catlog.tui.queries")


@dataclass(frozen=True, slots=True)
class Task:
    """A task: `text` names it, `note` tells more, `key` is the action whose key does the same.

    It is offered to those with its `right`, and only where `when` says so.
    """

    name: str
    text: str
    right: Right
    run: Callable[[Host], object]
    note: Callable[[Host], str]
    key: str = ""
    is_setting: bool = False
    when: Callable[[Host], bool] = lambda _: True

    def offered(self, app: Host) -> bool:
        """Say whether the user can do it now."""
        return app.may(self.right) and self.when(app)


class TimeZoneForm(FormDialog[str]):
    """Asks for the time zone of the account."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(self, zone: str) -> None:
        super().__init__(
            line(("Time zone", "bold $accent"), "\nDays, streaks and times of episodes follow it."),
            FormField("zone", "Zone", zone, hint="such as Europe/Berlin; nothing for that of the machine"),
        )

    def send(self, values: Mapping[str, str]) -> None:
        """Set the zone."""
        with self.app.pool.holding_keys():
            setting = self.app.pool.run(self, queries.set_timezone, values["zone"].strip() or None)
            setting.then(self.dismiss, self.refuse)


def ask_for_import(app: Host) -> None:
    """Import a list."""
    from catlog.tui.transfer.import_dialog import ask_for_import

    ask_for_import(app)


def ask_for_export(app: Host) -> None:
    """Export the list."""
    from catlog.tui.transfer.export_dialog import ask_for_export

    ask_for_export(app)


def back_up(app: Host) -> None:
    """Back the whole library up in the background."""
    from catlog.tui.operations.operation import OperationKind
    from catlog.tui.operations.work import backup

    try:
        app.operations.start(OperationKind.BACKUP, "backup", backup())
    except BusyError as error:
        app.show_error(error)


def cancel_running(app: Host) -> None:
    """Cancel the operation that began last."""
    if app.operations.running:
        app.operations.cancel(app.operations.running[0])


def sign_out(app: Host) -> None:
    """End the session of the user."""

    def signed_out(_: object) -> bool:
        app.ask_to_sign_in(accounts=True)
        return True

    app.pool.run(app, queries.sign_out).then(signed_out)


def set_timezone(app: Host) -> None:
    """Ask for the time zone of the account."""

    def chosen(name: str | None) -> None:
        if name is not None:
            app.tell(f"time zone {name}")
            app.list_changed()

    app.push_screen(TimeZoneForm(app.zone.own or ""), chosen)


def open_first_screen(app: Host) -> None:
    """Show the screen of the first start."""
    app.push_screen(screen_named("first"))


def _can_sign_out(app: Host) -> bool:
    return app.status.locks and bool(app.status.user)


TASKS: tuple[Task, ...] = (
    Task(
        "import",
        "Import a list",
        Right.KEEP_LIST,
        ask_for_import,
        lambda app: "from a file of any service" if app.may(Right.USE_MACHINE) else "paste its content",
        "list.bring",
    ),
    Task(
        "export",
        "Export my list",
        Right.KEEP_LIST,
        ask_for_export,
        lambda app: f"xml, json, csv {'to a file' if app.may(Right.USE_MACHINE) else 'as text'}",
        "list.export",
    ),
    Task("backup", "Save a backup", Right.BACK_UP, back_up, lambda _: "the whole library", "ops.backup"),
    Task(
        "cancel",
        "Cancel what runs",
        Right.KEEP_LIST,
        cancel_running,
        lambda app: app.operations.running[0].title,
        when=lambda app: bool(app.operations.running),
    ),
    Task("first", "First steps", Right.KEEP_LIST, open_first_screen, lambda _: "a list, titles, the cat"),
    Task("account.out", "Sign out", Right.SIGN_IN, sign_out, lambda app: app.status.user, when=_can_sign_out),
    Task(
        "timezone",
        "Time zone",
        Right.KEEP_LIST,
        set_timezone,
        lambda app: app.zone.own or "of this machine",
        is_setting=True,
        when=lambda app: bool(app.status.user),
    ),
)
"""The tasks, in the order in which the palette offers them."""
