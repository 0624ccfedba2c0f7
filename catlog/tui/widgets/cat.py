"""The cat on the screen: it moves as much as it may, reacts at once, and costs nothing while nobody looks."""

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

from catlog.charts.portrait import CatAppearance, Portrait, portrait
from catlog.companion.art import Shot, film
from catlog.companion.speech import REACTIONS, invitation
from catlog.text import counted
from catlog.tui.keyboard import say
from catlog.tui.keys import bindings
from catlog.tui.widgets.cat_keys import CAT
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.companion.service import Cat

WORDS_SECONDS = 3.0
"""How long words to what happened stay where nothing may move."""


@dataclass(frozen=True, slots=True)
class _Reaction:
    kind: str
    words: str


class CatView(TonedLines, can_focus=True):
    """Shows the cat that `show` was given last; `react` interrupts it for the moment that a reaction takes.

    There is no timer while the app is in the background, another screen or a dialog is on top, or the picture does not
    change.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CAT)]
    DEFAULT_CSS = """
    CatView { min-width: 12; max-width: 60; }
    """

    motion: reactive[str] = reactive("full", init=False)
    """`full`; `reduced`: it moves only when something happens; `off`: it only speaks."""

    ascii: reactive[bool] = reactive(False, init=False)
    """Whether bubble and gauges are ASCII too; the cat always is."""

    class Petted(Message):
        """Somebody pets the cat: the deed is to be stored, and the cat shown anew."""

    class Fed(Message):
        """Somebody feeds the cat."""

    @dataclass
    class Followed(Message):
        """Somebody does what the cat suggests: `action` is the name of the suggestion, `command` what does the same."""

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
        self._look: Cat | None = None
        self._key = ""
        self._reaction: _Reaction | None = None
        self._shots: Sequence[Shot] = ()
        self._at = 0
        self._timer: Timer | None = None
        self._hidden = False
        self._spoken = 0
        self._drawn: Portrait | None = None
        self.set_reactive(CatView.motion, motion)
        self.set_reactive(CatView.ascii, ascii)

    @property
    def is_moving(self) -> bool:
        """Whether a timer runs that will change the picture."""
        return self._timer is not None

    def show(self, look: Cat, *, key: str = "") -> None:
        """Show a cat; `key` is that of the action it suggests, as it is written in the footer.

        A reaction under way goes on and ends with the new cat.
        """
        mood_stays = self._look is not None and self._look.state.mood == look.state.mood
        self._look, self._key = look, key
        if self._reaction is None and not mood_stays:
            self._play()
        else:
            self._paint()

    def react(self, kind: str, words: str = "") -> None:
        """Show the cat's reaction, one of `catlog.companion.speech.REACTIONS`, in the next frame, and then itself."""
        self._reaction = _Reaction(kind, words or REACTIONS[kind])
        self._play()

    def action_pet(self) -> None:
        """React to being petted, and tell."""
        self.react("pet")
        self.post_message(self.Petted())

    def action_feed(self) -> None:
        """React to food, and tell."""
        self.react("feed")
        self.post_message(self.Fed())

    def action_follow(self) -> None:
        """Tell that the suggestion is taken."""
        if self._look is not None:
            say(self, self.Followed(self._look.suggestion.action, self._look.suggestion.command))

    def on_mount(self) -> None:
        """Follow whether anybody looks."""
        self.watch(self.app, "app_focus", self._go_on, init=False)
        self.app.screen_change_signal.subscribe(self, self._screen_changed)

    def on_show(self) -> None:
        """Go on where it stopped."""
        self._hidden = False
        self._go_on()

    def on_hide(self) -> None:
        """Stop."""
        self._hidden = True
        self._go_on()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._paint()

    def on_click(self, event: events.Click) -> None:
        """Take a click on the bubble for a yes, and one on the cat for a stroke."""
        event.stop()
        at = event.get_content_offset(self)
        if self._drawn is not None and at is not None and at.y in self._drawn.bubble:
            self.action_follow()
        else:
            self.action_pet()

    def watch_motion(self) -> None:
        """Begin anew with as much motion as there may be now."""
        self._play()

    def watch_ascii(self) -> None:
        """Draw in the other characters."""
        self._paint()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the lines of the whole portrait."""
        drawn = self._portrait(width, None)
        return len(drawn.picture.lines) if drawn else 0

    def _screen_changed(self, _screen: Screen[object]) -> None:
        self._go_on()

    def _play(self) -> None:
        """Begin the film of the reaction or the mood."""
        if self._look is None:
            return
        whole = film(self._reaction.kind if self._reaction else self._look.state.mood)
        if self._reaction is None:
            self._shots = whole if self.motion == "full" else whole[:1]
        elif self.motion == "full":
            self._shots = whole
        elif self.motion == "reduced":
            self._shots = (Shot(whole[-1].frame, sum(shot.seconds for shot in whole)),)
        else:
            self._shots = (Shot(film(self._look.state.mood)[0].frame, WORDS_SECONDS),)
        self._at = 0
        self._paint()
        self._go_on()

    def _go_on(self, *_: object) -> None:
        """Wait for the next shot, if there is one and somebody who sees it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self.is_attached or not self._shots or self._hidden or not self.app.app_focus:
            return
        if (self._reaction is not None or len(self._shots) > 1) and self.screen.is_active:
            self._timer = self.set_timer(self._shots[self._at].seconds, self._next)

    def _next(self) -> None:
        self._timer = None
        if self._at + 1 < len(self._shots):
            self._at += 1
        elif self._reaction is not None:
            self._reaction = None
            self._play()
            return
        else:
            self._at = 0
        self._paint()
        self._go_on()

    def _paint(self) -> None:
        size = self.content_size
        height = self.styles.height
        free = height is None or height.is_auto
        self._drawn = self._portrait(size.width, None if free else size.height) if size.width else None
        if self._drawn is not None:
            if self._reaction is None:
                self._spoken = self._drawn.spoken
            self.set_lines(self._drawn.picture.lines)
        elif self._look is not None:
            self.refresh(layout=True)

    def _portrait(self, width: int, height: int | None) -> Portrait | None:
        look = self._look
        if look is None or not self._shots:
            return None
        mind, reaction = look.state, self._reaction
        episodes, days = mind.episodes_this_week, mind.streak_days
        week = [f"{counted(episodes, 'episode')} this week"] if episodes else []
        week += [f"{days}-day streak"] if days > 1 else []
        sitter = CatAppearance(
            look.name,
            str(mind.mood),
            mind.energy,
            mind.affection,
            mind.level,
            mind.days_together,
            words=reaction.words if reaction else look.suggestion.text,
            invitation="" if reaction else invitation(look.suggestion, self._key),
            key=self._key,
            least=self._spoken if reaction else 0,
            week=(", " if self.ascii else " · ").join(week),
        )
        return portrait(sitter, self._shots[self._at].frame, width=width, height=height, ascii=self.ascii)
