"""Pictures on the screen: drawn for their room, in the colours of the theme, and never read as markup."""

import threading

from rich.color import Color

from catlog.charts.line_chart import TimeSeries
from catlog.charts.picture import Canvas, Picture, Tone, TonedText, picture
from catlog.tui.themes import own_themes
from catlog.tui.widgets import charts
from catlog.tui.widgets.picture import PictureView
from catlog.tui.widgets.toned import TonedLines, class_of
from tests.tui.widgets.stage import on_stage, rest


class Drawer:
    """Draws what it was asked for, and remembers who asked."""

    def __init__(self, *, ascii_only: str = "plain") -> None:
        self.asked: list[tuple[int, bool, int | None]] = []
        self.threads: list[int] = []
        self.tone = Tone.ON_HOLD

    def __call__(self, canvas: Canvas, rows: int | None) -> Picture:
        self.asked.append((canvas.width, canvas.ascii, rows))
        self.threads.append(threading.get_ident())
        sign = "#" if canvas.ascii else "█"
        return picture(
            [[TonedText(sign * canvas.width, self.tone)], [TonedText("[bold red]銀魂[/] [@click=app.quit]x[/]")]]
        )


async def test_a_picture_is_drawn_for_its_width_once_and_first_beside_the_app() -> None:
    draw = Drawer()
    async with on_stage(PictureView(draw), (50, 10)) as (stage, pilot):
        assert stage.texts()[0] == "█" * 50
        assert draw.asked == [(50, False, None)]
        assert draw.threads[0] != threading.get_ident()
        stage.widget.refresh()
        await pilot.pause()
        assert len(draw.asked) == 1


async def test_markup_in_a_title_is_letters() -> None:
    async with on_stage(PictureView(Drawer()), (60, 10)) as (stage, pilot):
        assert stage.texts()[1] == "[bold red]銀魂[/] [@click=app.quit]x[/]"
        await pilot.click(offset=(20, 1))
        assert stage.is_running


async def test_a_new_size_draws_anew_and_a_quick_picture_at_once() -> None:
    draw = Drawer()
    view = PictureView(draw)
    async with on_stage(view, (50, 10)) as (stage, pilot):
        view._seconds = 0.0
        await pilot.resize_terminal(70, 10)
        await rest(stage, pilot)
        assert stage.texts()[0] == "█" * 70
        assert draw.threads[-1] == threading.get_ident()


async def test_less_than_the_narrowest_is_cut_and_no_crash() -> None:
    draw = Drawer()
    async with on_stage(PictureView(draw), (12, 5)) as (stage, _):
        assert draw.asked == [(30, False, None)]
        assert stage.texts()[0] == "█" * 12


async def test_a_fixed_height_is_told_to_who_draws() -> None:
    draw = Drawer()
    view = PictureView(draw)
    view.styles.height = 9
    async with on_stage(view, (50, 20)):
        assert draw.asked == [(50, False, 9)]


async def test_ascii_is_drawn_when_it_is_asked_for() -> None:
    draw = Drawer()
    view = PictureView(draw)
    async with on_stage(view, (40, 10)) as (stage, pilot):
        view.ascii = True
        await rest(stage, pilot)
        assert stage.texts()[0] == "#" * 40


async def test_nothing_to_draw_says_what_to_do() -> None:
    view = PictureView(lambda canvas, rows: Picture(), hint="nothing yet: catlog etl run --source rankings")
    async with on_stage(view, (30, 10)) as (stage, pilot):
        assert stage.texts()[:2] == ["nothing yet: catlog etl run", "--source rankings"]
        view.show(Drawer())
        await rest(stage, pilot)
        assert stage.texts()[0] == "█" * 30
        view.show(None, hint="gone")
        await pilot.pause()
        assert stage.texts()[0] == "gone"


async def test_the_theme_colours_the_tones() -> None:
    draw = Drawer()
    async with on_stage(PictureView(draw), (40, 5), "dark") as (stage, pilot):
        for theme in own_themes()[:3]:
            stage.theme = theme.name
            await rest(stage, pilot)
            [style] = stage.styles_of("█" * 40)
            assert style.color == Color.parse(theme.variables["on-hold"])
            assert style.bgcolor == Color.parse(theme.background or "")


async def test_every_tone_has_a_style_of_its_own() -> None:
    view = TonedLines()
    async with on_stage(view):
        for tone in Tone:
            if tone is not Tone.PLAIN:
                assert view.get_component_rich_style(class_of(tone), partial=True)


async def test_only_changed_lines_are_drawn_anew() -> None:
    view = TonedLines()
    async with on_stage(view) as (_, pilot):
        view.set_lines(tuple((TonedText(f"line {number}"),) for number in range(5)))
        await pilot.pause()
        asked: list[int] = []
        whole = view.render_line
        view.render_line = lambda y: asked.append(y) or whole(y)  # type: ignore[func-returns-value,method-assign]  # spies on it
        view.set_lines(tuple((TonedText(f"line {number if number != 3 else 'x'}"),) for number in range(5)))
        await pilot.pause()
        assert asked == [3]


async def test_a_line_chart_fills_the_height_it_has() -> None:
    from datetime import date, timedelta

    course = TimeSeries("One", tuple((date(2026, 1, 1) + timedelta(days=day), 50 - day) for day in range(40)))
    for draw in (charts.ranks([course]), charts.scores([course])):
        view = PictureView(draw)
        view.styles.height = 18
        async with on_stage(view, (80, 24)) as (stage, _):
            drawn = [number for number, line in enumerate(stage.texts(), 1) if line]
            assert drawn[-1] == 18
            assert len(drawn) == 17, "only the line above the days is empty"
