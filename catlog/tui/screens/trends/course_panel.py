"""The panel under the lists: the chart of the titles under the cursor or selected, and the facts of a single one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from catlog.access import Right, way
from catlog.charts.picture import NARROWEST, Canvas
from catlog.tui.screens.trends.chart import draw_series
from catlog.tui.screens.trends.course import TitleCourse, facts, facts_line, sentence_lines, slope_lines
from catlog.tui.screens.trends.pages import COMPUTE_HINT, ChartSeries
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.picture import Draw, PictureView
from catlog.tui.widgets.poster_cover import NARROW, Cover
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    import threading

_COVER_HEIGHT, _COVER_WIDTH = 20, 132
"""Lines of the panel and columns of the screen from which there is a cover."""


class CoursePanel(Panel):
    """Shows a chart; of one title also its cover, its facts and its slope, as far as there is room."""

    DEFAULT_CSS = """
    CoursePanel {
        & > #course { padding: 0 1; layout: horizontal; height: 1fr; }
        & #course-left { height: 1fr; width: 1fr; }
        & #picture { height: 1fr; }
        & #course-words { height: auto; margin-left: 7; }
        & #course-line { height: 1; }
        & #course-right { width: 22; height: 1fr; margin-left: 3; display: none; }
        & #course-head { height: auto; }
        & #course-slope { height: auto; margin-top: 1; }
        & Cover { margin-right: 3; display: none; }
        &.-facts #course-right { display: block; }
        &.-facts #course-line { display: none; }
        &.-cover #course-right { width: 41; }
        &.-flat > #course { margin: 1 0 0 0; padding: 0 2; }
    }
    """

    def __init__(self) -> None:
        super().__init__(key="enter", id="chart")
        self._course: TitleCourse | None = None
        self._draw: Draw | None = None

    def compose(self) -> ComposeResult:
        """Lay out chart, cover and facts."""
        app = self.app
        with Horizontal(id="course"):
            with Vertical(id="course-left"):
                yield TonedLines(id="course-line")
                yield PictureView(ascii=app.ascii, id="picture")
                yield TonedLines(id="course-words")
            with Vertical(id="course-right"):
                with Horizontal(id="course-head"):
                    yield Cover(
                        NARROW,
                        mode=app.settings.posters,
                        ascii=app.ascii,
                        color=app.terminal.color,
                        id="course-cover",
                    )
                    yield TonedLines(id="course-facts")
                yield TonedLines(id="course-slope")

    def on_resize(self) -> None:
        """Draw what there is room for."""
        super().on_resize()
        self.set_class(not self.has_border, "-flat")
        self._show_facts()

    def show_titles(self, series: ChartSeries, style: str, words: str, *, hint: str) -> None:
        """Show the chart of several titles, or of none."""
        self._course = None
        names = [course.name for course in series.ranks]
        title = names[0] if len(names) == 1 else f"{len(names)} titles" if names else ""
        self.caption(title, words if names else "")
        self.picture.show(draw_series(style, series), hint=hint)
        self._show_facts()

    def show_title(self, course: TitleCourse, style: str, words: str) -> None:
        """Show one title."""
        self._course = course
        self.caption(course.title, words)
        series = ChartSeries((course.ranks,), (course.scores,))
        self.picture.show(draw_series(style, series), hint="No course to draw.")
        self._show_facts()

    @property
    def picture(self) -> PictureView:
        """The chart."""
        return self.query_one("#picture", PictureView)

    def _show_facts(self) -> None:
        course, glyphs, (width, height) = self._course, self.app.glyphs, self.size
        roomy = height >= _COVER_HEIGHT and self.app.size.width >= _COVER_WIDTH
        has_cover = roomy and self.app.settings.posters != "off"
        self.set_class(course is not None and self.has_border, "-facts")
        self.set_class(course is not None and roomy, "-cover")
        slope, lines = self.query_one("#course-slope", TonedLines), self.query_one("#course-facts", TonedLines)
        words, line = self.query_one("#course-words", TonedLines), self.query_one("#course-line", TonedLines)
        cover = self.query_one("#course-cover", Cover)
        cover.display = has_cover and course is not None
        if course is None:
            for each in (slope, lines, words, line):
                each.set_lines(())
            return
        lines.set_lines(facts(course, glyphs))
        line.set_lines((facts_line(course, glyphs, max(width - 4, 1)),))
        words.set_lines(((), *sentence_lines(course, width - 60)) if height >= _COVER_HEIGHT else ())
        canvas = Canvas(max(40, NARROWEST), self.app.ascii)
        missing = f"No slope of {course.window} days yet: {way(self.app.role, Right.COMPUTE, COMPUTE_HINT)}."
        slope.set_lines(slope_lines(course, canvas, missing) if roomy else ())
        if has_cover and cover.mal_id != course.mal_id:
            posters = self.app.pool.backend.posters

            def find(address: str, cancel: threading.Event) -> bytes | None:
                return posters.find(address, cancel)

            cover.show(course.mal_id, course.title, course.image_url, find)
