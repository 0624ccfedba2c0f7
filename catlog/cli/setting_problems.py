"""Settings of the look that are not usable: the app says so when it starts, and these commands say it too."""

from __future__ import annotations

from catlog.config import Settings


def setting_problems(settings: Settings) -> tuple[str, ...]:
    """Return a sentence on each setting that has its default because its value is not usable."""
    if not settings.keys:
        return settings.problems
    from catlog.tui.keymap import keymap  # with Textual, which only lines of [keys] need

    return (*settings.problems, *keymap(settings).problems)
