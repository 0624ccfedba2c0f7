"""One title in full: how it looks, that its keys do what the table says, and what it does without a source."""

import hashlib
from dataclasses import replace
from io import BytesIO

from PIL import Image
from sqlmodel import col, select, update

from catlog.config import Settings
from catlog.db.models import ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.tui.screens.details.screen import DetailsScreen
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.widgets.labels import Labels
from catlog.tui.widgets.poster_cover import Cover
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.toned import TonedLines
from tests.support.jikan import JikanStandIn
from tests.tui.harness import Driver, golden, longest, opened, statements

SIZES = ((60, 15), (80, 24), (100, 30), (120, 40), (160, 48))
MUSHISHI, NARUTO, STEINS_GATE = 457, 20, 9253
HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


async def open_title(it: Driver, mal_id: int) -> DetailsScreen:
    screen = DetailsScreen(mal_id)
    await it.app.push_screen(screen)
    await it.settle()
    return screen


def entry(settings: Settings, mal_id: int) -> UserAnime | None:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).first()


def told_of(jikan: JikanStandIn) -> int:
    """Return a title of the stand-in of which it tells relations, episodes and recommendations."""
    from tests.support.jikan import details

    for known in jikan.catalogue.entries:
        related = [one for one in details.relations(known, jikan.catalogue) if one["relation"] != "Adaptation"]
        alike = details.recommendations(known, jikan.catalogue)
        if len(related) > 1 and (known["episodes"] or 0) > 10 and alike and not details.episodes_fail(known):
            return int(known["mal_id"])
    raise AssertionError("the stand-in has no such title")


async def test_it_looks_as_it_did_without_a_source(offline: Settings) -> None:
    async with opened(offline, SIZES[0]) as it:
        await open_title(it, STEINS_GATE)
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "details")
        await it.resize(80, 24)
        await it.press("greater_than_sign")
        await golden(it, "details-ranks")


async def test_it_looks_as_it_did_with_what_the_source_told(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced, SIZES[1]) as it:
        await open_title(it, told_of(jikan))
        for size in SIZES[1:]:
            await it.resize(*size)
            await golden(it, "details-told")
        await it.resize(100, 30)
        await it.press("right")
        await golden(it, "details-episodes")
        await it.press("right")
        await golden(it, "details-alike")


async def test_ascii_alone_reads_well(offline: Settings) -> None:
    async with opened(offline, (100, 48), Terminal(color=False, ascii=True)) as it:
        await open_title(it, STEINS_GATE)
        shown = it.text.splitlines()
        assert "".join(shown[:2] + shown[3:]).isascii(), "but for names, which stay what they are"


async def test_the_keys_change_the_entry_and_u_takes_it_back(offline: Settings) -> None:
    async with opened(offline, (100, 40)) as it:
        await open_title(it, NARUTO)
        assert "Not on your list" in it.text
        assert "log an episode" in it.text
        await it.press("plus", "plus", "r", "9", "f")
        changed = entry(offline, NARUTO)
        assert changed is not None
        assert (changed.status, changed.episodes_watched, changed.personal_rating) == ("WATCHING", 2, 9)
        assert changed.is_favorite
        assert "Watching" in it.text
        assert "Score     9" in it.text
        await it.press("n")
        await it.type("so long")
        await it.press("enter", "t")
        await it.type("ninja")
        await it.press("enter", "s", "d")
        changed = entry(offline, NARUTO)
        assert changed is not None
        assert (changed.notes, changed.tags, changed.status) == ("so long", ["ninja"], "DROPPED")
        await it.press("u", "minus", "D")
        assert entry(offline, NARUTO) is None
        await it.press("u")
        assert entry(offline, NARUTO).status == "WATCHING"  # type: ignore[union-attr]  # it is back


async def test_w_on_a_completed_title_begins_it_again(offline: Settings) -> None:
    async with opened(offline) as it:
        await open_title(it, STEINS_GATE)
        await it.press("w")
        again = entry(offline, STEINS_GATE)
        assert again is not None
        assert (again.status, again.rewatching) == ("COMPLETED", True)
        assert "Completed again" in it.text


async def test_the_ranges_are_keys_and_labels(offline: Settings) -> None:
    async with opened(offline, (100, 30)) as it:
        screen = await open_title(it, STEINS_GATE)
        steps = (("less_than_sign", 30), ("less_than_sign", 7), ("less_than_sign", 7), ("greater_than_sign", 30))
        for key, days in steps:
            await it.press(key)
            assert screen.days == days
            assert screen.query_one("#ranges", Labels).chosen == str(days)
            assert screen.query_one("#rank-line", TonedLines).text.endswith(f"{days} d"), "the line of ranks follows"
            assert it.app.current_mode == "home", "no key of a range leaves"
        await it.press("left", "left")
        assert "Oct" in it.text
        await it.pilot.click("#ranges", offset=(2, 0))
        assert screen.days == 7
        await it.pilot.click("#sections", offset=(2, 0))
        await it.settle()
        assert screen.query_one("#order-panel").display
        await it.resize(120, 40)
        assert "Rank " in it.text
        assert " 7 d " in it.text, "the panel has the range in its border"


async def test_names_beyond_ones_progress_are_covered_until_z(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced, (100, 30)) as it:
        screen = await open_title(it, told_of(jikan))
        await it.press("right")
        assert screen.view is not None
        name = screen.view.extras.episodes[2].title
        assert name not in it.text
        await it.press("z")
        assert name in it.text
        await it.press("z")
        assert name not in it.text


async def test_the_entry_is_edited_where_it_stands_and_undo_takes_it_back(offline: Settings) -> None:
    async with opened(offline, (120, 40)) as it:
        screen = await open_title(it, STEINS_GATE)
        before = entry(offline, STEINS_GATE)
        assert before is not None
        await it.press("e", "right", "down", "down")
        await it.type("7")
        await it.press("down", "down", "down", "space", "down")
        await it.type("lab, sern")
        assert entry(offline, STEINS_GATE).personal_rating == before.personal_rating  # type: ignore[union-attr]  # there
        await it.press("escape")
        changed = entry(offline, STEINS_GATE)
        assert changed is not None
        assert (changed.status, changed.personal_rating, changed.tags) == ("ON_HOLD", 7, ["lab", "sern"])
        assert changed.is_favorite is not before.is_favorite
        assert isinstance(it.app.screen, DetailsScreen), "escape ends the editing, not the screen"
        assert "lab, sern" in it.text
        await it.press("u")
        restored = entry(offline, STEINS_GATE)
        assert restored is not None
        assert (restored.status, restored.personal_rating, restored.tags) == (
            before.status,
            before.personal_rating,
            before.tags,
        )
        assert screen.focused is screen.query_one("#order")


async def test_what_cannot_be_stored_is_said_and_dropped_by_a_second_escape(offline: Settings) -> None:
    async with opened(offline, (80, 24)) as it:
        await open_title(it, STEINS_GATE)
        await it.press("e")
        assert "Rewatched" in it.text, "the form has the room of the screen"
        await it.press("down", "down")
        await it.type("eleven")
        await it.press("escape")
        assert "the rating: a whole number is needed" in it.text
        assert "eleven" in it.text, "nothing typed is lost"
        await it.press("escape")
        assert "Steins;Gate" in it.text
        assert entry(offline, STEINS_GATE).personal_rating == 9  # type: ignore[union-attr]  # it is there


async def test_an_episode_is_logged_on_another_day_and_its_date_is_corrected(offline: Settings) -> None:
    async with opened(offline, (100, 40)) as it:
        await open_title(it, NARUTO)
        await it.press("d")
        await it.type("2026-05-01")
        await it.press("enter")
        added = entry(offline, NARUTO)
        assert added is not None
        assert (added.status, added.episodes_watched, added.start_date) == ("WATCHING", 1, "2026-05-01")
        await it.press("left", "left", "left")
        assert "1 May" in it.text
        assert "date given" in it.text
        await it.press("enter")
        await it.type("2999")
        await it.press("enter")
        assert "2999 is in the future" in it.text
        for _ in range(4):
            await it.press("backspace")
        await it.type("2026-04")
        await it.press("enter")
        assert entry(offline, NARUTO).start_date == "2026-04"  # type: ignore[union-attr]  # it is there
        assert "Apr 2026" in it.text
        await it.press("u")
        assert entry(offline, NARUTO).start_date == "2026-05-01"  # type: ignore[union-attr]  # it is there
        assert "1 May" in it.text


async def test_a_wide_screen_has_order_and_alike_beside_the_pages(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced, (160, 48)) as it:
        screen = await open_title(it, told_of(jikan))
        for name in ("#order", "#alike", "#episodes", "#mine"):
            assert screen.query_one(name).region.area > 0, name
        assert screen.query_one("#rank-panel").region.area == 0, "it has no ranks: their room goes to the pages"
        assert screen.focused is screen.query_one("#order")
        await it.press("tab")
        assert screen.focused is screen.query_one("#episodes")
        await it.press("tab")
        assert screen.focused is screen.query_one("#alike")
        await it.resize(100, 30)
        assert screen.query_one("#episodes").region.area == 0, "one page at a time"
        assert screen.query_one("#alike").region.area > 0


async def test_the_synopsis_of_a_sequel_is_covered_until_z(sourced: Settings, jikan: JikanStandIn) -> None:
    from tests.support.jikan import details

    sequel = next(
        one
        for one in jikan.catalogue.entries
        if one["synopsis"]
        and one["synopsis"].isascii()
        and any(group["relation"] == "Prequel" for group in details.relations(one, jikan.catalogue))
    )
    async with opened(sourced, (120, 40)) as it:
        await open_title(it, sequel["mal_id"])
        assert "The synopsis is covered until" in it.text
        screen, opening = it.app.screen, " ".join(sequel["synopsis"].split()[:6])

        def shown() -> str:
            return " ".join(screen.query_one("#told", TonedLines).text.split())

        assert opening not in shown()
        await it.press("z")
        assert opening in shown()
        await it.press("z")
        assert opening not in shown()


async def test_a_logged_episode_is_ticked_dated_and_the_cursor_goes_to_the_next(
    sourced: Settings, jikan: JikanStandIn
) -> None:
    async with opened(sourced, (120, 40)) as it:
        screen = await open_title(it, told_of(jikan))
        await it.press("plus", "plus", "right")
        episodes = screen.query_one("#episodes", RowList)
        assert episodes.record is not None
        assert episodes.record.number == 3
        assert screen.view is not None
        listed = screen.view.extras.episodes
        assert listed[1].title in it.text
        assert listed[2].title not in it.text
        [second] = [line for line in it.text.splitlines() if listed[1].title in line]
        assert second.rstrip().endswith("22 Nov"), "seen on the day of the log"
        [third] = [line for line in it.text.splitlines() if "+ logs it" in line]
        assert "next" in third
        assert screen.view.filler is not None
        assert screen.view.filler.marked in screen.query_one("#note", TonedLines).text
        await it.press("minus")
        assert episodes.record.number == 2


async def test_what_is_missing_is_asked_for_and_kept(sourced: Settings, jikan: JikanStandIn) -> None:
    wanted = told_of(jikan)
    async with opened(sourced) as it:
        screen = await open_title(it, wanted)
        assert screen.query_one("#order", RowList).shown > 1
        assert screen.query_one("#episodes", RowList).shown > 10
        assert "from 127.0.0.1, just now" in it.text
        asked = len(jikan.requests)
        await it.press("escape")
        await open_title(it, wanted)
        assert len(jikan.requests) == asked, "it is kept"


async def test_enter_opens_a_related_title_and_escape_goes_back(sourced: Settings, jikan: JikanStandIn) -> None:
    wanted = told_of(jikan)
    async with opened(sourced) as it:
        first = await open_title(it, wanted)
        await it.press("right", "right", "enter")
        second = it.app.screen
        assert isinstance(second, DetailsScreen)
        assert second.mal_id != wanted
        assert second.view is not None, "what the catalogue did not have came from the source"
        await it.press("escape")
        assert it.app.screen is first
        await it.press("escape")
        assert it.app.current_mode == "home"
        assert len(it.app.screen_stack) == 1


async def test_without_a_source_it_says_what_is_missing(offline: Settings) -> None:
    async with opened(offline, (160, 30)) as it:
        await open_title(it, MUSHISHI)
        assert "not known here: details, episodes, recommendations" in it.text
        assert "127.0.0.1 does not answer; try again later" in it.text
        assert "Errno" not in it.text
        assert "o loads it from the source." in it.text
        await open_title(it, 99_999_999)
        assert "no anime with the id 99999999 is here" in it.text
        await it.press("plus", "n", "s", "r", "7", "right")
        assert it.app.is_running


async def test_nothing_hostile_reaches_the_cells(offline: Settings) -> None:
    fields = ("title", "title_english", "title_japanese", "synopsis", "type", "status", "duration", "source", "rating")
    values = dict.fromkeys(fields, HOSTILE) | {"studios": [HOSTILE], "synonyms": [HOSTILE]}
    with Database(offline.database_url).write() as session:
        session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == MUSHISHI).values(**values))
        session.exec(update(UserAnime).where(col(UserAnime.mal_id) == MUSHISHI).values(notes=HOSTILE, tags=[HOSTILE]))
    async with opened(offline, SIZES[0]) as it:
        await open_title(it, MUSHISHI)
        for size in SIZES:
            await it.resize(*size)
            assert "Re[/]zero" in it.text
            assert not set("\x1b\x07\u202e\x9b") & set(it.text)
        for key in ("left", "left", "r", "escape", "s", "escape", "plus"):
            await it.press(key)
            assert not set("\x1b\x07\u202e\x9b") & set(it.text)
        assert it.app.is_running


async def test_it_takes_few_statements_whatever_it_shows(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced) as it:
        with statements(it.app.pool) as sent:
            await open_title(it, told_of(jikan))
            await it.press("less_than_sign", "greater_than_sign", "greater_than_sign", "right")
        # The screen reads again once what the fetch has stored is seen: each reading counts by itself.
        assert longest(sent["read_title"]) <= 22
        assert len(sent["fetch_title"]) <= 50
        with statements(it.app.pool) as sent:
            await it.press("plus")
        assert longest(sent["read_title"]) <= 22


async def test_the_cover_that_is_on_disk_is_drawn(offline: Settings) -> None:
    url = "https://covers.example/457.png"
    picture = BytesIO()
    Image.new("RGB", (225, 318), (200, 60, 60)).save(picture, "PNG")
    file = offline.paths.cache / "posters" / hashlib.sha256(url.encode()).hexdigest()[:40]
    file.parent.mkdir(parents=True)
    file.write_bytes(picture.getvalue())
    with Database(offline.database_url).write() as session:
        session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == MUSHISHI).values(image_url=url))
    async with opened(replace(offline, posters="half-block"), (100, 30)) as it:
        screen = await open_title(it, MUSHISHI)
        poster = screen.query_one("#cover", Cover)
        while not poster.is_shown:
            await it.pilot.pause()
        assert it.text.count("▀") > 100
