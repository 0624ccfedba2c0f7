"""What a terminal claims of itself is believed up to what a screen may be."""

from typing import Any

import pytest
from textual import events
from textual.geometry import Size
from textual.message import Message

from catlog.config import Settings
from catlog.tui.app import CatLogApp
from catlog.tui.terminal.driver import MAX_COLUMNS, MAX_LINES, TerminalDriver


async def test_no_terminal_is_larger_than_what_is_drawn(library: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither at the start, nor when its window changes, nor by a sequence among the keys: each line costs memory."""
    monkeypatch.setenv("COLUMNS", "65535")
    monkeypatch.setenv("LINES", "65535")
    driver = TerminalDriver(CatLogApp(library))
    assert driver._size == driver._get_terminal_size() == (MAX_COLUMNS, MAX_LINES)
    told: list[Any] = []
    monkeypatch.setattr(driver, "send_message", told.append)

    def taken(message: Message) -> events.Resize:
        driver.process_message(message)
        resized: events.Resize = told[-1]
        return resized

    for claimed in (Size(20_000_000, 30), Size(80, 20_000_000), Size(200, 60)):
        drawn = taken(events.Resize(claimed, claimed))
        assert drawn.size == drawn.virtual_size == Size(min(claimed.width, 1000), min(claimed.height, 400))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("LINES", "40")
    assert driver._get_terminal_size() == (120, 40)
