"""The help: what comes first, and what the signs mean."""

from __future__ import annotations

from catlog.config import Settings
from tests.tui.harness import opened


async def test_the_help_begins_with_the_present_screen_and_explains_the_signs(library: Settings) -> None:
    async with opened(library, (100, 120)) as it:
        await it.press("f5", "question_mark")
        at = [it.text.index(words) for words in ("Look back 7, 14, 30", "Leave CatLog", "a note of yours", "Elsewhere")]
        assert at == sorted(at)
