"""The palettes: contrast of text, and hues that stay apart also for colour-blind people; computed, not looked at."""

from itertools import combinations, pairwise

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from catlog.charts.palettes import PALETTES
from catlog.config import OWN_THEMES, TEXTUAL_THEMES, THEMES
from catlog.tui.themes import MONO, contrast, own_themes, theme_named
from tests.support.color_vision import SIGHTS, difference, seen_by

STATUSES = ("watching", "completed", "planned", "on-hold", "dropped")
FLOORS = {"foreground": 7, "bright": 7, **dict.fromkeys(("dim", "accent", "favorite", "chart", "up", "down"), 4.5)}


@pytest.mark.parametrize("name", PALETTES)
def test_own_palettes_can_be_read(name: str) -> None:
    palette = {role: Color.parse(color) for role, color in PALETTES[name].items()}
    for role, floor in {**FLOORS, **dict.fromkeys(STATUSES, 4.5)}.items():
        assert contrast(palette[role], palette["background"]) >= floor, role
    for role, floor in (("foreground", 7), ("dim", 4.5), ("accent", 4.5)):
        assert contrast(palette[role], palette["raised"]) >= floor, role
    for role in ("line", "rest"):
        assert contrast(palette[role], palette["background"]) >= 1.4, role


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_statuses_and_directions_stay_apart_for_every_sight(name: str, sight: str) -> None:
    palette = {role: Color.parse(color) for role, color in PALETTES[name].items()}
    for one, other in (*combinations(STATUSES, 2), ("up", "down")):
        assert difference(seen_by(sight, palette[one]), seen_by(sight, palette[other])) >= 13, (one, other)


def test_the_days_of_a_calendar_get_stronger_step_by_step() -> None:
    for name, colors in PALETTES.items():
        palette = {role: Color.parse(color) for role, color in colors.items()}
        strengths = [contrast(palette[f"heat-{step}"], palette["background"]) for step in range(5)]
        assert strengths == sorted(strengths), name
        assert all(b / a >= 1.15 for a, b in pairwise(strengths)), name


@pytest.mark.parametrize("name", TEXTUAL_THEMES)
def test_what_is_borrowed_from_textual_can_be_read_too(name: str) -> None:
    theme = theme_named(name)
    assert theme.background is not None
    ground = Color.parse(theme.background)
    for role in ("dim", "bright", "chart", "favorite", "up", "down", *STATUSES):
        assert contrast(Color.parse(theme.variables[role]), ground) >= 4.5, role
    assert contrast(Color.parse(theme.accent or ""), ground) >= 4.5


def test_the_names_are_those_of_the_settings() -> None:
    assert tuple(theme.name for theme in own_themes()) == OWN_THEMES
    assert set(TEXTUAL_THEMES) <= set(BUILTIN_THEMES)
    assert [theme_named(name).name for name in THEMES] == list(THEMES)
    assert theme_named(MONO).ansi
