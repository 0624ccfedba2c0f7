"""What the terminal says of edits: toasts, the banner, rows. A drawn word counts, whatever becomes of it."""

import re
import time
from collections.abc import Sequence

from catlog.config import Settings
from catlog.library.entries import Entry
from tests.support.saved.library import ANCHOR, NAMES, TOTALS, Model
from tests.support.saved.operations import Operation, rows
from tests.support.terminal import Terminal
from tests.tui.trouble.libraries import environ_as_here

LIST, SEARCH, ALL, BACK = "\x1bOQ", "\x1bOR", "h", "\x1b"

_BANNER = re.compile(r"(\d+) edits? waiting")
_REFUSED = re.compile(r"(?:cannot be (?:kept|written|reached)|could not be saved|nothing was changed)[^▌]*")

_TOAST_SECONDS = 20.0

Look = tuple[int, str, bool]
"""What a row shows of an entry: episodes watched, rating, favourite."""


class Screen:
    """One run of the app in a terminal, and the edits that were sent to it."""

    def __init__(self, settings: Settings) -> None:
        self.terminal = Terminal(environ=environ_as_here(settings), columns=100, rows=36)
        self.sent: list[Operation] = []
        self.used: set[str] = set()
        self._looked = -1
        self._looks: dict[int, set[Look]] = {}
        self._awaited: list[tuple[Operation, int, Look]] = []

    def open(self, model: Model) -> None:
        """Wait until the list is there, all of it."""
        self.terminal.wait_for("? help")
        self.terminal.press(LIST)
        self.terminal.wait_for(ANCHOR)
        self.terminal.press(ALL)
        self.wait_for_rows(model)
        for mal_id, entry in model.entries.items():
            self._looks[mal_id] = {_look(entry)}

    # Pressing.

    def send(self, operation: Operation, model: Model) -> None:
        """Press the keys of an operation; `model` is the list before it. Only what the keys are for is waited for."""
        terminal, at = self.terminal, operation.at
        if operation.screen == "search" and at is not None:
            terminal.press(SEARCH)
            terminal.wait_for("filters:")
            terminal.press(f"/\x15{NAMES[at]}\r")
            terminal.wait_until(
                lambda: any(re.search(rf"▌ +{NAMES[at]}\b", row) for row in self.terminal.lines), "the title"
            )
        elif at is not None:
            self.wait_for_rows(model)
            terminal.press(f"#{rows(model).index(at) + 1}G")
        if operation.screen == "details":
            terminal.press("\r")
            terminal.wait_for("Watch order")
        self.used.add(operation.toast)
        self.sent.append(operation)
        operation.sent = True
        terminal.press(operation.keys)

    def foresee(self, operation: Operation, after: Model) -> None:
        """Take note of what the row of an operation will look like; `after` is the list after it."""
        at = operation.at
        if operation.kind != "bulk" and at in after.entries:
            look = _look(after.entries[at])
            if look not in self._looks.get(at, set()):
                self._awaited.append((operation, at, look))
        for mal_id, entry in after.entries.items():
            self._looks.setdefault(mal_id, set()).add(_look(entry))

    def leave(self, operation: Operation) -> None:
        """Return to the list from wherever the operation was made."""
        if operation.screen == "search":
            self.terminal.press(LIST)
            self.terminal.wait_for(f"  {ANCHOR}")
        elif operation.screen == "details":
            self.terminal.press(BACK)
            self.terminal.wait_for(f"  {ANCHOR}")

    # Looking.

    @property
    def toasts(self) -> str:
        """The words of all toasts that are drawn, one after the other."""
        said = [row.rpartition("▌ ")[2].removesuffix("──").strip(" ─") for row in self.terminal.lines if "▌ " in row]
        return " ".join(" ".join(said).split())

    @property
    def waiting(self) -> int:
        """How many edits the banner says are waiting."""
        found = _BANNER.search(self.terminal.lines[1])
        return int(found[1]) if found else 0

    @property
    def refusal(self) -> str:
        """What a toast says cannot be done, "" for nothing."""
        found = _REFUSED.search(self.toasts)
        return found[0] if found else ""

    def look(self) -> None:
        """Note which edits the terminal now says are saved."""
        if self._looked == len(self.terminal.received):
            return
        self._looked = len(self.terminal.received)
        toasts = self.toasts
        for operation in self.sent:
            if not operation.shown and operation.toast in toasts:
                operation.shown = True
        for awaited in list(self._awaited):
            operation, at, look = awaited
            if look == self._drawn(at):
                operation.shown = True
                self._awaited.remove(awaited)

    def watch(self, seconds: float) -> None:
        """Look at what is drawn for some seconds."""
        for _ in range(max(1, int(seconds / 0.01))):
            self.terminal.rest(0.01, first=0.01)
            self.look()

    def wait_until_shown(self, operation: Operation) -> None:
        """Wait until an operation is shown as saved.

        After a while it is left as one that was not: where other processes take all the time there is, a toast comes
        and goes between two looks.
        """
        until = time.monotonic() + _TOAST_SECONDS
        while not operation.shown and time.monotonic() < until:
            self.watch(0.02)

    def wait_for_rows(self, model: Model) -> None:
        """Wait until the list has just the titles of a model."""
        wanted = {NAMES[mal_id] for mal_id in model.entries}

        def is_there() -> bool:
            self.look()
            text = self.terminal.text
            return {name for name in NAMES.values() if re.search(rf"[▸✓◇‖×] [♥ ] {name}\b", text)} == wanted

        self.terminal.wait_until(is_there, f"the titles {sorted(wanted)}")

    def _drawn(self, mal_id: int) -> Look | None:
        name, total = NAMES[mal_id], TOTALS[mal_id] or r"\?"
        row = rf"[▸✓◇‖×] ([♥ ]) {name}(?: ◌ waits)? .*? (\d+) / {total}(?!\d).* (\S+) +\S+ *│"
        found = re.search(row, self.terminal.text)
        return (int(found[2]), found[3], found[1] == "♥") if found else None


def unshown(operations: Sequence[Operation]) -> list[Operation]:
    """Return those that nothing was said of."""
    return [operation for operation in operations if not (operation.shown or operation.refused)]


def _look(entry: Entry) -> Look:
    return entry.episodes_watched, str(entry.rating or "–"), entry.favorite
