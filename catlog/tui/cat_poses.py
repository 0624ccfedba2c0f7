"""The cat's pose in the app: that of its mood at rest, and a pose of its own for what happens, once."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import TYPE_CHECKING

from textual.signal import Signal

from catlog import clock
from catlog.companion.events import ActivityEvent
from catlog.companion.faces import FACES
from catlog.tui.operations.operation import OperationState
from catlog.tui.topbar_status import SourceState

if TYPE_CHECKING:
    from textual.timer import Timer

    from catlog.companion.cat import Cat
    from catlog.tui.app import CatLogApp
    from catlog.tui.operations.operation import Operation

SLEEPS_AFTER = 600.0
"""Seconds without a key after which the cat sleeps."""

NIGHT = range(1, 6)
"""The hours of the user's clock in which it sleeps."""

LONG = 5.0
"""Seconds after which a running operation is long."""

RUN_KEYS, RUN_SECONDS = 30, 2.0
"""So many equal keys in so many seconds make the cursor run."""

STREAKS = (7, 30, 100)
"""Days of a streak that are celebrated."""

_TICK = 30.0


class CatPoses:
    """Chooses the pose at rest, shows the cat's face in the bar of all screens, and finds causes in keys and clock.

    `resting` is the pose at rest. Poses of keys, clock and operations are the app's alone: the mood, its words and
    `catlog cat` follow from the log, the list and the clock.
    """

    def __init__(self, app: CatLogApp) -> None:
        self._app = app
        self.resting = "happy"
        self.resting_changed: Signal[str] = Signal(app, "resting")
        self._cat: Cat | None = None
        self._calming: Timer | None = None
        self._day: date | None = None
        self._checked = self._yawned = -SLEEPS_AFTER
        self._key, self._since, self._repeats = "", 0.0, 0
        self._ended: Operation | None = None
        self._feasted: date | None = None
        self._unpacks = False
        self._celebrated: set[tuple[int, int]] = set()

    def start(self) -> None:
        """Follow the activity, the operations and the clock, once the app runs."""
        self._app.activity.subscribe(self._app, self._react, immediate=True)
        self._app.operations.changed.subscribe(self._app, lambda _: self._operations_changed())
        self._app.set_interval(_TICK, self.rest, name="rest of the cat")

    def meet(self, cat: Cat) -> None:
        """Take the cat as it was read last; its birthday and a long streak are celebrated once."""
        before, self._cat = self._cat, cat
        today = self._app.zone.day_of(cat.at)
        if self._day is None and cat.state.last_event is not None:
            self._day = self._app.zone.day_of(cat.state.last_event)
        self.rest()
        if self._feasted != today and is_birthday(today, cat.state.days_together):
            self._feasted = today
            self._app.publish(ActivityEvent("party"))
        elif before is not None and any(before.state.streak_days < days <= cat.state.streak_days for days in STREAKS):
            self._app.publish(ActivityEvent("streak"))

    def unpack(self, unpacks: bool) -> None:
        """Sit in the box as long as the first steps are shown."""
        self._unpacks = unpacks
        self.rest()

    def celebrate_rank(self, mal_id: int, rank: int) -> None:
        """Celebrate once that a favorite reached the best rank it ever had."""
        if (mal_id, rank) not in self._celebrated:
            self._celebrated.add((mal_id, rank))
            self._app.publish(ActivityEvent("rank"))

    def rest(self) -> None:
        """Choose the pose at rest anew."""
        pose = self._pose_at_rest(clock.now())
        if pose != self.resting:
            self.resting = pose
            self.resting_changed.publish(pose)
        if self._calming is None:
            self._app.show_face(FACES[pose])

    def calm(self) -> None:
        """End a reaction."""
        if self._calming is not None:
            self._calming.stop()
            self._calming = None
        self.rest()

    def on_key(self, key: str, now: float) -> None:
        """Find causes in a key that comes at `now` (monotonic, in s), before `last_input` is set to it."""
        idle = now - self._app.last_input
        if key == self._key and now - self._since < RUN_SECONDS:
            self._repeats += 1
            if self._repeats == RUN_KEYS and self._runs_in_a_list():
                self._app.publish(ActivityEvent("chase"))
        else:
            self._key, self._since, self._repeats = key, now, 1
        if idle < SLEEPS_AFTER and now - self._checked < _TICK:
            return
        self._checked = now
        local = self._app.zone.local(clock.now())
        if idle >= SLEEPS_AFTER or (local.hour in NIGHT and now - self._yawned >= SLEEPS_AFTER):
            self._yawned = now
            self._app.publish(ActivityEvent("yawn"))
        elif self._day is not None and self._day != local.date():
            self._app.publish(ActivityEvent("stretch"))
        self._day = local.date()
        self._app.call_later(self.rest)

    def _runs_in_a_list(self) -> bool:
        from catlog.tui.widgets.rows.widget import RowList

        return isinstance(self._app.focused, RowList)

    def _pose_at_rest(self, now: datetime) -> str:
        if self._unpacks or (self._cat is not None and not self._cat.has_list):
            return "box"
        if any(operation.took(self._app.operations.now()) >= LONG for operation in self._app.operations.running):
            return "barnap"
        if time.monotonic() - self._app.last_input >= SLEEPS_AFTER or self._app.zone.local(now).hour in NIGHT:
            return "sleeping"
        if self._app.status.state is SourceState.OFFLINE:
            return "offline"
        return self._cat.pose if self._cat is not None else "happy"

    def _react(self, event: ActivityEvent) -> None:
        """Show the face of an event for as long as its film plays; without motion, faces follow the mood alone."""
        if self._app.motion == "off":
            return
        from catlog.companion.art import film  # reads its drawings by importlib.resources: not before the first frame

        self._app.show_face(FACES[event.kind])
        if self._calming is not None:
            self._calming.stop()
        self._calming = self._app.set_timer(sum(shot.seconds for shot in film(event.kind)), self.calm)

    def _operations_changed(self) -> None:
        self.rest()
        last = next((operation for operation in self._app.operations.recent if not operation.is_running), None)
        if last is None or last is self._ended:
            return
        self._ended = last
        if last.state is OperationState.DONE:
            self._app.publish(ActivityEvent("wash"))
        elif last.state is OperationState.FAILED:
            self._app.publish(ActivityEvent("startled"))


def is_birthday(today: date, days: int) -> bool:
    """Say whether a cat that moved in `days` days ago has its birthday; one of 29 Feb has it on 28 Feb as well."""
    born = date.fromordinal(today.toordinal() - days) if days > 0 else today
    same = (born.month, born.day) == (today.month, today.day)
    leap = (born.month, born.day, today.month, today.day) == (2, 29, 2, 28) and _has_no_leap_day(today.year)
    return days > 0 and (same or leap)


def _has_no_leap_day(year: int) -> bool:
    return date(year, 3, 1).toordinal() - date(year, 2, 28).toordinal() == 1
