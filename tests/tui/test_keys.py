"""The table of keys is what binds, what is shown, what is documented and what a user may change."""

import ast
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from catlog.config import Settings, load_settings
from catlog.tui.keymap import SCREENS, SECTIONS, keymap, written
from catlog.tui.keys import EVERYWHERE, Section, key_name
from catlog.tui.widgets.rows.keys import KEYS as ROWS
from tests.tui.harness import opened

ROOT = Path(__file__).resolve().parents[2]


def having(settings: Settings, **keys: str) -> Settings:
    named = {name.replace("__", "."): value for name, value in keys.items()}
    return replace(settings, keys=named, origins={**settings.origins, "keys": "test"})


def test_the_page_of_the_keys_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "docs" / "keys_reference.py"), "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.id)
def test_no_key_means_two_things_in_one_place(section: object) -> None:
    keys = Counter(key_name(key) for action in section.actions for key in action.keys.split(","))  # type: ignore[attr-defined]  # a Section
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_section_of_the_package_is_in_the_table() -> None:
    declared = set()
    for file in (ROOT / "catlog" / "tui").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Section":
                assert isinstance(call.args[0], ast.Constant)
                declared.add(call.args[0].value)
    assert declared == {section.id for section in SECTIONS}


def test_every_action_says_what_it_does_in_a_sentence() -> None:
    for section in SECTIONS:
        for action in section.actions:
            assert action.help.endswith("."), action
            assert action.help[0].isupper(), action
            assert written(action), action


async def test_a_key_of_the_users_own_replaces_the_old_one(library: Settings) -> None:
    async with opened(having(library, app__help="f12", app__theme="ctrl+t")) as it:
        assert it.text.splitlines()[-1].endswith("f12 help")
        await it.press("f8")
        assert it.app.theme == "dark"
        await it.press("ctrl+t")
        assert it.app.theme == "light"


@pytest.mark.parametrize(
    ("keys", "words", "taken"),
    [
        ({"app__undoo": "z"}, "'app.undoo' is no action: did you mean app.undo?", {}),
        ({"app__undo": "hyper+z"}, "'hyper+z' for app.undo is no key", {}),
        ({"app__undo": "ctrl+r"}, "ctrl+r would be both app.undo and app.redo", {}),
        ({"app__undo": "f11", "app__redo": "f11"}, "f11 would be both app.undo and app.redo", {"app.undo": "f11"}),
        ({"trends__range": "ctrl+g"}, "trends.range is called trends.longer now", {"trends.longer": "ctrl+g"}),
        ({"list__rate": "3"}, "3 would be both list.rate and app.search", {}),
    ],
)
def test_a_line_that_cannot_be_is_a_notice_and_the_others_hold(
    no_library: Settings, keys: dict[str, str], words: str, taken: dict[str, str]
) -> None:
    found = keymap(having(no_library, app__theme="ctrl+t", **keys))
    assert found.keys == {"app.theme": "ctrl+t", **taken}
    (problem,) = found.problems
    assert problem.startswith("keys from test: ")
    assert words in problem


async def test_the_app_starts_with_a_wrong_line_and_says_so(library: Settings) -> None:
    async with opened(having(library, app__undoo="z", app__theme="ctrl+t")) as it:
        assert "'app.undoo' is no action" in " ".join(toast.message for toast in it.app._notifications)
        await it.press("ctrl+t")
        assert it.app.theme == "light"


def test_two_actions_may_change_places(no_library: Settings) -> None:
    assert keymap(having(no_library, app__undo="ctrl+r", app__redo="u")).keys == {"app.undo": "ctrl+r", "app.redo": "u"}


@pytest.mark.parametrize(
    "toml", ['[keys]\n"app.undo" = "ctrl+z"\n', '[keys]\napp.undo = "ctrl+z"\n', '[keys.app]\nundo = ["ctrl+z"]\n']
)
def test_config_toml_may_write_them_as_it_likes(tmp_path: Path, toml: str) -> None:
    file = tmp_path / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text(toml)
    settings = load_settings({"CATLOG_HOME": str(tmp_path)})
    assert settings.keys == {"app.undo": "ctrl+z"}
    assert settings.origins["keys"] == str(file)


DIALOGS = {
    *("dialog", "form", "login", "register", "choice", "confirm", "pick", "palette", "help"),
    *("import", "paste", "review", "browser", "export", "text_out"),
}
"""Sections of dialogs, under which the keys of everywhere do not work."""


def keys_of(section: Section) -> set[str]:
    return {key_name(key) for action in section.actions for key in action.keys.split(",")}


OTHER_FOCUS = {"cat", "stats", "ops", "first"}
"""Sections of screens whose focus is no list, or a list that leaves some keys to them."""


@pytest.mark.parametrize(
    "section", [one for one in SCREENS if one.id not in OTHER_FOCUS], ids=lambda section: section.id
)
def test_no_key_of_a_screen_is_hidden_by_the_list_that_has_the_focus(section: Section) -> None:
    assert not (keys_of(section) & keys_of(ROWS)) - {"escape"}  # esc undoes the innermost thing first


def test_dialogs_are_told_from_screens() -> None:
    assert {section.id for section in SECTIONS} >= DIALOGS
    assert not DIALOGS & {section.id for section in (*SCREENS, ROWS, EVERYWHERE)}


@pytest.mark.parametrize(
    "section",
    [section for section in SECTIONS if section.id not in DIALOGS and section is not EVERYWHERE],
    ids=lambda section: section.id,
)
def test_no_screen_redefines_a_key_that_works_everywhere(section: Section) -> None:
    assert not keys_of(section) & (keys_of(EVERYWHERE) - {"escape"})  # esc undoes the innermost thing first


async def test_no_widget_of_a_screen_binds_a_key_of_everywhere_behind_the_table(library: Settings) -> None:
    everywhere = {
        key_name(key): action.textual_action for action in EVERYWHERE.actions for key in action.keys.split(",")
    }
    del everywhere["escape"]
    async with opened(library, (160, 48)) as it:
        for number in range(1, 7):
            await it.press("escape", f"f{number}")
            it.app.screen.set_focus(next(iter(it.app.screen.query("RowList")), None))
            await it.settle()
            bound = {key: active.binding.action for key, active in it.app.screen.active_bindings.items()}
            assert {key: bound[key].removeprefix("app.") for key in everywhere if key in bound} == {
                key: action for key, action in everywhere.items() if key in bound
            }
            assert set(everywhere) <= set(bound)


def test_the_pages_of_the_screens_show_what_the_tests_see() -> None:
    command = [sys.executable, str(ROOT / "docs" / "screens_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def test_a_broken_theme_is_a_notice_and_the_app_opens_in_its_own(library: Settings, tmp_path: Path) -> None:
    file = library.paths.config_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('theme = "pink"\nmotion = "off"\n')
    settings = load_settings({"CATLOG_HOME": str(library.paths.config.parent)})
    assert tmp_path in file.parents
    async with opened(settings) as it:
        assert it.app.theme == "dark"
        assert "theme 'pink'" in " ".join(toast.message for toast in it.app._notifications)
