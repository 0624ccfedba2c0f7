"""Textual's private names are used in `catlog/tui/terminal` alone."""

import ast
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

import textual

import catlog.tui

EXCEPTIONS: dict[str, str] = {}
"""Uses elsewhere, as `_uses` describes them, each with its reason. There is none."""

ROOT = Path(catlog.tui.__file__).parent


def test_private_names_of_textual_are_used_in_one_room() -> None:
    defined = _defined_by_textual()
    uses = {use for file in sorted(ROOT.rglob("*.py")) if _is_outside(file) for use in _uses(file, defined)}
    assert uses == set(EXCEPTIONS)


def test_the_reader_of_sources_sees_every_kind_of_use() -> None:
    defined = _defined_by_textual()
    seen = set(chain.from_iterable(_uses(file, defined) for file in sorted((ROOT / "terminal").rglob("*.py"))))
    assert {
        "terminal/partial_updates.py imports textual._compositor",
        "terminal/dispatch.py imports _character_to_key",
        "terminal/partial_updates.py defines PartialCompositor._get_renders",
        "terminal/crash.py uses self._close_messages_no_wait",
        "terminal/dispatch.py uses node._get_dispatch_methods",
    } <= seen


def _is_outside(file: Path) -> bool:
    return ROOT / "terminal" not in file.parents


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _defined_by_textual() -> dict[str, set[str]]:
    """Return the private methods and attributes of Textual by the name of their class."""
    defined: dict[str, set[str]] = {}
    for file in Path(textual.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                defined.setdefault(node.name, set()).update(filter(_is_private, _names_in(node)))
    return defined


def _names_in(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        for target in statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]:
            if isinstance(target, ast.Name):
                yield target.id
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part.name
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and _is_self(part.value):
            yield part.attr


def _uses(file: Path, defined: dict[str, set[str]]) -> Iterator[str]:
    """Yield the imports, accesses and overrides of Textual's private names in a file of `catlog.tui`."""
    where = file.relative_to(ROOT).as_posix()
    tree = ast.parse(file.read_text("utf-8"))
    everything = set(chain.from_iterable(defined.values()))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "textual":
            if any(map(_is_private, (node.module or "").split("."))):
                yield f"{where} imports {node.module}"
            yield from (f"{where} imports {name.name}" for name in node.names if _is_private(name.name))
        elif isinstance(node, ast.Attribute) and node.attr in everything and not _is_self(node.value):
            yield f"{where} uses {ast.unparse(node)}"
    module = import_module(".".join(("catlog", "tui", *file.relative_to(ROOT).with_suffix("").parts)))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [base for base in getattr(module, node.name).__mro__ if base.__module__.startswith("textual")]
            names = set(chain.from_iterable(defined.get(base.__name__, ()) for base in bases))
            for part in ast.walk(node):
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name in names:
                    yield f"{where} defines {node.name}.{part.name}"
                elif isinstance(part, ast.Attribute) and part.attr in names and _is_self(part.value):
                    yield f"{where} uses self.{part.attr}"


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")
