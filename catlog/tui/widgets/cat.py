"""The cat on the screen: animated as far as `motion` allows, and without a timer while it is not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer

from catlog.charts.portrait import CatAppearance, Portrait, banner, portrait
from catlog.companion.art import Shot, film
from catlog.companion.speech import REACTIONS, invitation
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import bindings
from catlog.tui.widgets.cat_keys import CAT
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.companion.cat import Cat

WORDS_SECONDS = 3.0
"""Seconds that the words of a reaction stay where nothing may move."""


BANNER_WIDTH = 60
"""Columns from which the words stand beside the drawing."""

LEAST_SPEECH = 2
"""Lines kept for what it says, so that the drawing stays where it is."""


@dataclass(frozen=True, slots=True)
class _Reaction:
    kind: str
    words: str


class CatView(TonedLines, can_focus=True):
    """Shows the cat last given to `show`; `react` interrupts it for the time of a reaction.

    There is no timer while the app has no focus, another screen or a dialog is on top, or the picture does not
    change. `care` are the keys that care for it, with what they do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CAT)]
    DEFAULT_CSS = """
    CatView { min-width: 12; }
    """

    motion: reactive[str] = reactive("full", init=False)
    """`full`; `reduced`: it moves only for reactions; `off`: it only speaks."""

    ascii: reactive[bool] = reactive(False, init=False)
    """Whether bubble and gauges are ASCII too; the cat always is."""

    class Petted(Message):
        """The cat was petted: the event is to be stored, and the cat shown again."""

    class Fed(Message):
        """The cat was fed."""

    @dataclass
    class Followed(Message):
        """The suggestion was taken: `action` is its name, `command` the command line with the same effect."""

        action: str
        command: str

    def __init__(
        self,
        *,
        motion: str = "full",
        ascii: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.care: tuple[tuple[str, str], ...] = ()
        self._cat: Cat | None = None
        self._pose = ""
        self._key = ""
        self._reaction: _Reaction | None = None
        self._shots: Sequence[Shot] = ()
        self._shot = 0
        self._timer: Timer | None = None
        self._hidden = False
        self._spoken = 0
        self._drawn: Portrait | None = None
        self.set_reactive(CatView.motion, motion)
        self.set_reactive(CatView.ascii, ascii)

    @property
    def is_moving(self) -> bool:
        """Whether a timer will change the picture."""
        return self._timer is not None

    def show(self, look: Cat, *, key: str = "") -> None:
        """Show a cat; `key` is the key of the suggested action, as written in the footer.

        A running reaction goes on, and ends with the new cat.
        """
        before, self._key = self._resting, key
        self._cat = look
        if self._reaction is None and self._resting != before:
            self._play()
        else:
            self._paint()

    def rest(self, pose: str) -> None:
        """Take the pose at rest that the app has chosen, after a running reaction; "" is that of the cat's mood."""
        before, self._pose = self._resting, pose
        if self._reaction is None and self._resting != before:
            self._play()

    @property
    def _resting(self) -> str:
        """The pose at rest, "" before there is a cat."""
        return self._pose or (self._cat.pose if self._cat is not None else "")

    def react(self, kind: str, words: str = "") -> None:
        """Show a reaction (`catlog.companion.speech.REACTIONS`) in the next frame, and then the cat again."""
        self._reaction = _Reaction(kind, words or REACTIONS[kind])
        self._play()

    def action_pet(self) -> None:
        """Post `Petted`."""
        self.post_message(self.Petted())

    def action_feed(self) -> None:
        """Post `Fed`."""
        self.post_message(self.Fed())

    def action_follow(self) -> None:
        """Post `Followed`."""
        if self._cat is not None:
            post_in_order(self, self.Followed(self._cat.suggestion.action, self._cat.suggestion.command))

    def on_mount(self) -> None:
        """Follow the focus of the app and the screen on top."""
        self.watch(self.app, "app_focus", self._schedule_shot, init=False)
        self.app.screen_change_signal.subscribe(self, self._screen_changed)

    def on_show(self) -> None:
        """Resume the animation."""
        self._hidden = False
        self._schedule_shot()

    def on_hide(self) -> None:
        """Stop."""
        self._hidden = True
        self._schedule_shot()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._paint()

    def on_click(self, event: events.Click) -> None:
        """Take the suggestion on a click on the bubble; pet the cat on any other."""
        event.stop()
        at = event.get_content_offset(self)
        drawn = self._drawn
        if drawn is not None and at is not None and at.y in drawn.bubble and at.x >= drawn.left:
            self.action_follow()
        else:
            self.action_pet()

    def watch_motion(self) -> None:
        """Restart with the new amount of motion."""
        self._play()

    def watch_ascii(self) -> None:
        """Draw in the other characters."""
        self._paint()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the lines of the whole portrait."""
        drawn = self._portrait(width, None)
        return len(drawn.picture.lines) if drawn else 0

    def _screen_changed(self, _screen: Screen[object]) -> None:
        self._schedule_shot()

    def _play(self) -> None:
        """Start the film of the reaction or the mood."""
        if self._cat is None:
            return
        whole = film(self._reaction.kind if self._reaction else self._resting)
        if self._reaction is None:
            self._shots = whole if self.motion == "full" else whole[:1]
        elif self.motion == "full":
            self._shots = whole
        elif self.motion == "reduced":
            self._shots = (Shot(whole[-1].frame, sum(shot.seconds for shot in whole)),)
        else:
            self._shots = (Shot(film(self._resting)[0].frame, WORDS_SECONDS),)
        self._shot = 0
        self._paint()
        self._schedule_shot()

    def _schedule_shot(self, *_: object) -> None:
        """Schedule the next shot, if there is one and the widget is seen."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self.is_attached or not self._shots or self._hidden or not self.app.app_focus:
            return
        if (self._reaction is not None or len(self._shots) > 1) and self.screen.is_active:
            self._timer = self.set_timer(self._shots[self._shot].seconds, self._next)

    def _next(self) -> None:
        self._timer = None
        if self._shot + 1 < len(self._shots):
            self._shot += 1
        elif self._reaction is not None:
            self._reaction = None
            self._play()
            return
        else:
            self._shot = 0
        self._paint()
        self._schedule_shot()

    def _paint(self) -> None:
        size = self.content_size
        height = self.styles.height
        free = height is None or height.is_auto
        self._drawn = self._portrait(size.width, None if free else size.height) if size.width else None
        if self._drawn is not None:
            if self._reaction is None:
                self._spoken = self._drawn.spoken
            self.set_lines(self._drawn.picture.lines)
        elif self._cat is not None:
            self.refresh(layout=True)

    def _portrait(self, width: int, height: int | None) -> Portrait | None:
        look = self._cat
        if look is None or not self._shots:
            return None
        mind, reaction = look.state, self._reaction
        sitter = CatAppearance(
            look.name,
            str(mind.mood),
            mind.energy,
            mind.affection,
            mind.days_together,
            words=reaction.words if reaction else look.suggestion.text,
            invitation="" if reaction else invitation(look.suggestion, self._key),
            key=self._key,
            episodes=mind.week,
            weekdays=self._weekdays(look),
            streak=mind.streak_days,
            keys=self.care,
            least=self._spoken if reaction else LEAST_SPEECH,
        )
        frame, color = self._shots[self._shot].frame, not self.app.no_color
        if width >= BANNER_WIDTH:
            return banner(sitter, frame, width=width, ascii=self.ascii, color=color)
        return portrait(sitter, frame, width=width, height=height, ascii=self.ascii, color=color)

    @staticmethod
    def _weekdays(look: Cat) -> str:
        today = look.today.weekday()
        return "".join("MTWTFSS"[(today + 1 + day) % 7] for day in range(len(look.state.week)))
