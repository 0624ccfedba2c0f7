"""Lines of toned spans, the base of charts and the cat."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from catlog.charts.picture import Line, Tone


def class_of(tone: Tone) -> str:
    """Return the component class of a tone, as in `tone--on-hold`."""
    return f"tone--{tone.value.replace(' ', '-')}"


class TonedLines(Widget):
    """Shows lines of spans: no markup, no wrapping; lines wider than the widget are cut.

    Each tone is a component class, so that themes colour it and a style sheet may change it for one widget.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {class_of(tone) for tone in Tone}
    DEFAULT_CSS = """
    TonedLines {
        width: 1fr;
        height: auto;
        & > .tone--strong { color: $bright; text-style: bold; }
        & > .tone--dim { color: $dim; }
        & > .tone--line { color: $line; }
        & > .tone--rest { color: $rest; }
        & > .tone--accent { color: $accent; }
        & > .tone--chart { color: $chart; }
        & > .tone--favorite { color: $favorite; }
        & > .tone--heat-0 { color: $heat-0; }
        & > .tone--heat-1 { color: $heat-1; }
        & > .tone--heat-2 { color: $heat-2; }
        & > .tone--heat-3 { color: $heat-3; }
        & > .tone--heat-4 { color: $heat-4; }
        & > .tone--watching { color: $watching; }
        & > .tone--completed { color: $completed; }
        & > .tone--on-hold { color: $on-hold; }
        & > .tone--dropped { color: $dropped; }
        & > .tone--planned { color: $planned; }
        & > .tone--up { color: $up; }
        & > .tone--down { color: $down; }
        & > .tone--line-1 { color: $chart; }
        & > .tone--line-2 { color: $accent; }
        & > .tone--line-3 { color: $completed; }
        & > .tone--line-4 { color: $planned; }
        & > .tone--line-5 { color: $on-hold; }
        & > .tone--line-6 { color: $dropped; }
    }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled, markup=False)
        self._lines: tuple[Line, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._plain: Style | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines shown."""
        return self._lines

    @property
    def text(self) -> str:
        """The text shown, without tones."""
        return "\n".join("".join(span.text for span in line) for line in self._lines)

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show these lines; only those that differ are drawn, and only another number of lines needs a layout."""
        before, self._lines = self._lines, lines
        if len(before) != len(lines):
            self._strips.clear()
            self.refresh(layout=True)
            return
        changed = [row for row, (old, new) in enumerate(zip(before, lines, strict=True)) if old != new]
        for row in changed:
            self._strips.pop(row, None)
        if changed:
            self.refresh(*(self._region_of(row) for row in changed))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the number of lines."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """Return one line in the colours of its tones; lines are cached until they or the styles change."""
        width, plain = self.content_size.width, self._plain_style
        if y >= len(self._lines):
            return Strip.blank(width, plain)
        if y not in self._strips:
            self._strips[y] = Strip([Segment(span.text, self._style(span.tone)) for span in self._lines[y]])
        return self._strips[y].adjust_cell_length(width, plain)

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old colours."""
        self._strips.clear()
        self._plain = None
        super().notify_style_update()

    @property
    def _plain_style(self) -> Style:
        """The style of the widget: Textual computes it from all its ancestors each time, once for each line drawn."""
        if self._plain is None:
            self._plain = self.rich_style
        return self._plain

    def _style(self, tone: Tone) -> Style:
        return self._plain_style if tone is Tone.PLAIN else self.get_component_rich_style(class_of(tone))

    def _region_of(self, row: int) -> Region:
        return Region(0, row, self.content_size.width, 1)
