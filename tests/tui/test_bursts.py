"""Keys that arrive together: each finds what the one before it brought about, in one write or byte by byte."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pytest
from sqlmodel import col, select
from textual import events
from textual.keys import key_to_character
from textual.message import Message
from textual.widgets import Input

from catlog.config import Settings
from catlog.db.models import ActivitySteps, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.errors import ExitCode
from catlog.tui import keyboard
from catlog.tui.dialogs.accounts import Login
from catlog.tui.dialogs.pick import Pick
from catlog.tui.keymap import SECTIONS
from catlog.tui.keys import key_name
from catlog.tui.screens.search.filter_edits import Stop
from catlog.tui.screens.search.range_form import RangeForm
from catlog.tui.screens.search.screen import SearchScreen
from catlog.tui.terminal import driver
from catlog.tui.terminal.driver import KEY_TIMEOUT, FragmentParser
from catlog.tui.widgets.text_field import TextField
from tests.support.terminal import Terminal
from tests.tui.harness import Driver, opened
from tests.tui.sources import without_source
from tests.tui.test_accounts import PASSWORD, somebody

__all__ = ["somebody"]

F1, F2, F3, F4, F6, F9 = "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[17~", "\x1b[20~"
ESC = "\x1b[27u"
"""Escape as a terminal with the newer protocol sends it: what follows it in the same write is no alt key."""

LOST = "r9rx+D0s"
"""What is typed first: as keys of a list it would rate, take the rating back, count an episode and take a title off."""


class Opener(NamedTuple):
    """`way` leads to the place from wherever the last one ended, `keys` open a field, `back` leaves it."""

    way: str
    keys: str
    back: str = ESC


OPENERS = {
    "list.filter": Opener(F2, "/"),
    "list.notes": Opener(F2, "n"),
    "list.tags": Opener(F2, "t"),
    "list.views k": Opener(F2, "Vk"),
    "app.search": Opener(F1, "3", ESC * 2),
    "app.next_tab": Opener(F2, "]", ESC * 2),
    "app.last_tab": Opener(F4, "[", ESC * 2),
    "search.words": Opener(F3 + "\r", "/", ESC * 2),
    "search.clear_all": Opener(F3 + "word\r", ESC, ESC * 2),
    "search.next_panel": Opener(F3 + "word\r", "\t", ESC * 2),
    "filters.find": Opener(F3 + "\rf", "/", ESC * 2 + "/"),
    "home.find": Opener(F1, "/", ESC * 2),
    "list.bring": Opener(F2, "I"),
    "details.watch_on": Opener(F2 + "\r", "d", ESC * 2),
    "palette.choose": Opener(F2 + ":import a list", "\r"),
    "search.searches k": Opener(F3 + "word\r", "Vk", ESC * 2),
    "details.notes": Opener(F2 + "\r", "n", ESC * 2),
    "details.tags": Opener(F2 + "\r", "t", ESC * 2),
    "app.palette": Opener(F1, ":"),
    "app.account": Opener(F1, F9),
    "login.other": Opener(F1 + F9, "\x0e"),
    "register.other": Opener(F1 + F9 + "\x0e", "\x0e"),
    "choice.submit": Opener(F2 + "e", "\r"),
    "form.next_field": Opener(F2 + "e", "\x1b[B"),
    "form.field_before": Opener(F2 + "e", "\x1b[A"),
}
"""Every action after which a field has the focus, and how its keys reach it."""


@pytest.fixture
def environ(no_library: Settings) -> Mapping[str, str]:
    return {
        "CATLOG_HOME": str(no_library.paths.config.parent),
        "CATLOG_NOW": "2026-11-22T18:00:00Z",
        "CATLOG_JIKAN_URLS": "http://127.0.0.1:9/v4",
        "CATLOG_POSTERS": "off",
        "ESCDELAY": "60000",  # milliseconds: bytes that are written one by one may come late, and none is a lone escape
    }


def entries(settings: Settings) -> list[str]:
    """Return the whole list and all that was ever done to it."""
    database = Database(settings.database_url)
    with database.read() as session:
        found = [repr(row.model_dump()) for row in session.exec(select(UserAnime).order_by(col(UserAnime.mal_id)))]
        found += [repr(step) for step in session.exec(select(ActivitySteps.step))]
    database.close()
    return found


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


@pytest.mark.parametrize("name", OPENERS)
def test_what_is_typed_or_pasted_with_the_key_that_opens_a_field_arrives_whole_in_it(
    library: Settings, environ: Mapping[str, str], name: str
) -> None:
    opener, before = OPENERS[name], entries(library)
    with Terminal(environ=environ, columns=100, rows=40) as terminal:
        terminal.wait_for("? help")
        for number, part in enumerate((LOST, pasted(LOST), LOST, f"{LOST[:3]}{pasted(LOST[3:])}")):
            text = f"{LOST}{number}"
            terminal.press(f"{opener.way}{opener.keys}{part}{number}")
            terminal.wait_for(text)
            assert terminal.text.count(text) == 1
            assert terminal.text.count(LOST) == 1, "a paste arrives once"
            terminal.press(opener.back)
        for byte in f"{opener.way}{opener.keys}{LOST}".encode():
            terminal.send(bytes([byte]))
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
    assert entries(library) == before


PLACES = (
    "f1", "f2", "f2 slash", "f3", "f3 down", "f3 down f", "f3 down S", "f3 down W", "f3 down M", "f2 enter", "f4", "f5",
    "f6", "f1 f9", "f1 f9 ctrl+n", "f1 colon", "f2 e",
)  # fmt: skip
"""The keys to every place that has keys of its own."""

LAST = ("remove", "tab_right", "tab_left", "unfilter")
"""Actions that may leave nothing under the cursor for the others."""


async def test_every_action_that_opens_a_field_is_among_the_openers(library: Settings) -> None:
    found, tried = set(), {"app.leave", "dialog.leave", "filters.to_results"}  # the last: where nothing was found
    async with opened(without_source(library)) as it:
        app = it.app

        async def go(place: str) -> object:
            while len(app.screen_stack) > 1:
                await app.pop_screen()
            if isinstance(app.focused, Input):
                await it.press("escape")  # a tab is left as it is: with the focus in its field
            await it.press("f1", *place.split())
            return app.screen, app.focused

        for place in PLACES:
            start = await go(place)
            active = [one.binding for one in app.screen.active_bindings.values() if one.enabled and one.binding.id]
            for binding in sorted(active, key=lambda one: str(one.id).rpartition(".")[2] in LAST):
                name = str(binding.id)
                if name in tried:
                    continue
                tried.add(name)
                if (app.screen, app.focused) != start:
                    start = await go(place)
                await it.press(binding.key)
                if app.keyboard.prefix is not None:
                    await it.press("escape")  # else it takes the next key
                if isinstance(app.screen, Pick) and any(thing.letter == "k" for thing in app.screen._options):
                    name += " k"
                    await it.press("k")
                if isinstance(app.focused, Input) and (app.screen, app.focused) != start:
                    found.add(name)
    assert found <= set(OPENERS), "what opens a field has its burst above"
    assert {"list.filter", "list.notes", "home.find", "app.palette", "login.other"} <= found
    known = {section.full_name(action) for section in SECTIONS for action in section.actions}
    assert {name.partition(" ")[0] for name in OPENERS} <= known


def test_who_types_name_and_password_at_once_is_signed_in_and_shows_no_password(
    somebody: Settings, environ: Mapping[str, str]
) -> None:
    with Terminal(environ=environ, columns=100) as terminal:
        terminal.wait_for("User name or e-mail")
        terminal.press(f"mika\r{PASSWORD}\r3{LOST}")
        terminal.wait_for(LOST)
        terminal.wait_for("mika")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
        assert PASSWORD.encode() not in terminal.received
        assert b"afternoon" not in terminal.received


def test_a_character_that_comes_in_two_pieces_is_one(library: Settings, environ: Mapping[str, str]) -> None:
    with Terminal(environ=environ, columns=100) as terminal:
        terminal.wait_for("? help")
        terminal.press(f"{F2}/")
        terminal.wait_for("words, score")
        first, second = "é".encode()
        for byte in (first, second):
            terminal.send(bytes([byte]))
            terminal.rest()
        terminal.press("t")
        terminal.wait_for("ét")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK


# In process: what is sent to the driver's queue at once is what a terminal sends in one write.


def key(name: str) -> events.Key:
    name = "space" if name == " " else name
    return events.Key(key_name(name), name if len(name) == 1 else key_to_character(key_name(name)))


async def burst(it: Driver, *parts: str | events.Paste) -> None:
    """Send keys (`/`, `enter`), words (after a backtick) and pastes, and only then let the app go on."""
    driver = it.app._driver
    assert driver is not None
    for part in parts:
        if isinstance(part, events.Paste):
            driver.send_message(part)
        else:
            for name in part[1:] if part.startswith("`") else [part]:
                driver.send_message(key(name))
    await it.settle()


def row(settings: Settings, mal_id: int) -> UserAnime | None:
    with Database(settings.database_url).read() as session:
        return session.exec(select(UserAnime).where(UserAnime.mal_id == mal_id)).one_or_none()


def title(settings: Settings, *, mine: bool) -> ProcessedAnime:
    """Return a title whose name no other one has, on the list or not."""
    with Database(settings.database_url).read() as session:
        on_list = set(session.exec(select(UserAnime.mal_id)))
        everything = session.exec(select(ProcessedAnime).order_by(col(ProcessedAnime.mal_id))).all()
    for anime in everything:
        alike = [other for other in everything if anime.title.casefold() in other.title.casefold()]
        if (anime.mal_id in on_list) is mine and len(alike) == 1 and anime.title.isascii():
            return anime
    raise AssertionError("the demo library has such a title")


async def test_an_edit_behind_a_filter_is_of_what_was_filtered(library: Settings) -> None:
    anime = title(library, mine=True)
    others = [one for one in entries(library) if f"'mal_id': {anime.mal_id}," not in one]
    async with opened(library) as it:
        await burst(it, "f2", "h", "/", f"`{anime.title}", "enter", "r", "x", "r", "9")
    changed = row(library, anime.mal_id)
    assert changed is not None
    assert changed.personal_rating == 9
    left = [one for one in entries(library) if f"'mal_id': {anime.mal_id}," not in one]
    assert [one for one in left if one.startswith("{")] == [one for one in others if one.startswith("{")]


async def test_a_mark_behind_a_search_is_of_what_was_searched(library: Settings) -> None:
    anime = title(library, mine=False)
    async with opened(without_source(library)) as it:
        await burst(it, "3", f"`{anime.title}", "enter", "s", "p", "1")
        assert it.app.current_mode == "home"
    added = row(library, anime.mal_id)
    assert added is not None
    assert added.status == "PLAN_TO_WATCH"


async def test_a_form_that_enter_closes_is_closed_for_the_next_key(library: Settings) -> None:
    async with opened(library) as it:
        await burst(it, "f2", "n", "`Nine out of 10", "enter", "/", f"`{LOST}")
        field = it.app.focused
        assert isinstance(field, TextField)
        assert (field.id, field.value) == ("filter", LOST)
    notes = [one for one in entries(library) if "Nine out of 10" in one]
    assert len(notes) == 1


async def test_a_rating_in_one_write_goes_to_the_title_under_the_cursor_and_to_no_screen(library: Settings) -> None:
    async with opened(library) as it:
        await burst(it, "f2", "r", "9", "r", "7")
        assert it.app.current_mode == "list"
        await it.settle()
    rated = entries(library)
    async with opened(library) as it:
        await it.press("f2", "r", "7")
        await it.settle()
        assert it.app.current_mode == "list"
    assert entries(library) == rated


async def test_what_the_palette_runs_has_the_next_keys(library: Settings) -> None:
    async with opened(library) as it:
        await burst(it, "f2", ":", "`filter as you", "enter", f"`{LOST}")
        assert isinstance(it.app.focused, TextField)
        assert (it.app.focused.id, it.app.focused.value) == ("filter", LOST)


async def test_fields_are_filled_in_one_after_the_other(library: Settings) -> None:
    async with opened(without_source(library)) as it:
        await burst(it, "3", "down", "f", "down", "space")
        screen = it.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen.state.input.genres, "the keys behind f are for the filters"
        assert screen.filters is not None
        screen.filters.list.cursor = Stop("years", "low")
        await burst(it, "enter", "`2016", "enter", "`8")
        form = it.app.screen
        assert isinstance(form, RangeForm)
        assert form.values == {"years": "2016", "score": "8"}


async def test_a_paste_arrives_once_in_the_field_that_has_the_focus_by_then_and_sends_nothing(
    somebody: Settings,
) -> None:
    async with opened(somebody) as it:
        await burst(it, events.Paste("mi"), events.Paste("ka\r\nnobody\n"), "enter", events.Paste(f"{PASSWORD}\n"))
        login = it.app.screen
        assert isinstance(login, Login)
        assert login.values == {"name": "mika nobody", "password": PASSWORD}
        await burst(it, "up", events.Paste("mika"), "enter", "enter")
        assert it.app.status.user == "mika"


async def test_a_long_paste_is_not_cut(library: Settings) -> None:
    notes = "word " * 1000 + "end"
    async with opened(library) as it:
        await burst(it, "f2", "n", events.Paste(notes), "enter")
    assert any(notes in one for one in entries(library))


async def test_keys_whose_target_never_comes_are_dropped_and_that_is_said(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = entries(library)
    async with opened(library) as it:
        await it.press("f2")
        monkeypatch.setattr(keyboard, "MAX_WAIT", 0.01)
        it.app.keyboard.hold()
        await burst(it, "9", "x", "D")
        while "3 keys were dropped: the screen they were typed for did not open in 0.01 s" not in it.text:
            await asyncio.sleep(0.01)
        await burst(it, "/", "`abc")
        assert isinstance(it.app.focused, TextField)
        assert it.app.focused.value == "abc"
    assert entries(library) == before


async def test_more_keys_than_can_wait_are_dropped_together(library: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "MAX_QUEUED", 3)
    async with opened(library) as it:
        hold = it.app.keyboard.hold()
        await burst(it, "2", "/", "a", "b", "c")
        assert "4 keys were dropped: no more than 3 wait" in it.text
        hold.release()
        await it.settle()
        assert it.app.current_mode == "home"


async def test_held_keys_are_handled_in_order_and_the_key_that_leaves_waits_for_nothing(library: Settings) -> None:
    async with opened(library) as it:
        first, second = it.app.keyboard.hold(), it.app.keyboard.hold()
        await burst(it, "2", "/", f"`{LOST}")
        assert it.app.current_mode == "home"
        first.release()
        await it.settle()
        assert it.app.current_mode == "home"
        second.release()
        await it.settle()
        assert isinstance(it.app.focused, TextField)
        assert it.app.focused.value == LOST


@pytest.mark.parametrize("before", [(), ("2",)])
async def test_who_wants_out_waits_for_nothing_that_is_stuck(
    library: Settings, monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...]
) -> None:
    async with opened(library) as it:
        it.app.keyboard.hold()
        await burst(it, *before, "ctrl+q")
        assert it.app._exit is not bool(before)
        monkeypatch.setattr(keyboard, "STUCK_SECONDS", -1.0)
        await burst(it, "ctrl+q")
        assert it.app._exit


# The parser.


class Clock:
    """A time that only tests move on, in place of the module `time`."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(driver, "time", made)
    monkeypatch.setattr("textual._parser.get_time", made.monotonic)
    return made


def read(clock: Clock, parser: FragmentParser, *pieces: str, after: float = 0.0) -> list[str]:
    """Return what the pieces are, when `after` seconds pass behind each of them."""
    found: list[Message] = []
    for piece in pieces:
        found += parser.feed(piece)
        clock.now += after
        found += parser.tick()
    return names(found)


def names(found: Iterable[Message]) -> list[str]:
    return [
        one.text if isinstance(one, events.Paste) else one.key
        for one in found
        if isinstance(one, events.Key | events.Paste)
    ]


@pytest.mark.parametrize("sequence", ["\x1bOR", "\x1b[20~", "\x1b[1;5C"])
def test_a_key_in_pieces_is_the_same_key(clock: Clock, sequence: str) -> None:
    whole = read(clock, FragmentParser(), sequence)
    assert len(whole) == 1
    for cut in range(2, len(sequence)):
        assert read(clock, FragmentParser(), sequence[:cut], sequence[cut:], after=KEY_TIMEOUT / 2) == whole


@pytest.mark.parametrize("text", ["9x", "a\x1bb\rc\r" * 9, "\x1b[201", ""])
def test_a_paste_in_pieces_is_one_paste_and_ends(clock: Clock, text: str) -> None:
    sent = f"a{pasted(text)}q"
    for cut in range(3, len(sent)):
        assert read(clock, FragmentParser(), sent[:cut], sent[cut:], after=KEY_TIMEOUT / 2) == ["a", text, "q"]
    assert read(clock, FragmentParser(), *sent) == ["a", text, "q"]


@pytest.mark.parametrize("left", ["", "\x1b", "\x1b[20", "\x1b[201"])
def test_a_paste_whose_end_never_comes_is_over_after_a_silence(clock: Clock, left: str) -> None:
    parser = FragmentParser()
    assert read(clock, parser, f"a\x1b[200~9x{left}") == ["a"]
    clock.now += driver.PASTE_SILENCE - 0.1
    assert read(clock, parser, "\x11") == [], "it may be a part of the paste yet"
    clock.now += driver.PASTE_SILENCE
    assert names(parser.tick()) == [f"9x{left}\x11"]
    assert read(clock, parser, "\x11", "q") == ["ctrl+q", "q"]
    assert read(clock, parser, "\x1b[201~", pasted("b")) == ["b"], "an end that comes after all is no key"


def test_a_sequence_that_is_cut_off_with_the_paste_is_no_text(clock: Clock) -> None:
    parser = FragmentParser()
    assert read(clock, parser, "\x1b[200~9x\x1b[20") == []
    clock.now += driver.PASTE_SILENCE
    assert names(parser.tick()) == ["9x"]
    assert read(clock, parser, "\x11") == ["ctrl+q"]


def test_typing_on_does_not_keep_a_paste_without_end_alive(clock: Clock) -> None:
    parser = FragmentParser()
    found = read(clock, parser, "\x1b[200~")
    seconds = 0
    while not found:
        seconds += 1
        clock.now += 1
        found = read(clock, parser, "\x11")
        assert seconds <= driver.PASTE_TIMEOUT
    assert found == ["\x11" * seconds]
    assert read(clock, parser, "\x11") == ["ctrl+q"]


@pytest.mark.parametrize("ends", [True, False])
def test_a_paste_is_cut_at_its_most_and_the_rest_is_for_no_key(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    monkeypatch.setattr(driver, "MAX_PASTE", 10)
    parser = FragmentParser()
    found = read(clock, parser, "\x1b[200~abcdefgh", "9x9x9x", "DDDD", *(["\x1b[201~"] if ends else []))
    clock.now += driver.PASTE_SILENCE
    assert found + names(parser.tick()) == ["abcdefgh9x"]
    assert read(clock, parser, "q") == ["q"]


def test_an_escape_is_a_key_soon_and_what_never_ends_is_none(clock: Clock) -> None:
    assert read(clock, FragmentParser(), "\x1b", after=KEY_TIMEOUT / 2) == ["escape"]
    assert read(clock, FragmentParser(), "\x1b", "\x1b", "q", after=KEY_TIMEOUT / 2) == ["escape", "escape", "q"]
    assert read(clock, FragmentParser(), "\x1b[2", "q", after=KEY_TIMEOUT * 2) == ["q"]
