"""The sources of the app, read: nothing but what `content.py` makes may carry a variable to the screen.

A text is safe when it is a constant, or made by a function that returns content (`plain`, `line`, any function of the
app annotated `-> Content` or `-> Text`), or a name that was given such a value or annotation in the same function, or
built of safe texts. Everything else in the place of a text is found here.
"""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "catlog" / "tui").rglob("*.py"))

SAFE_TYPES = {"Content", "Text"}
MAKERS = {"plain", "line", "lines", "Text", "Content", "Padding"}
"""Functions and types whose result is text that is never read as markup."""

SINKS = {
    "Static": (0, "content"), "Label": (0, "content"), "Button": (0, "label"), "Checkbox": (0, "label"),
    "RadioButton": (0, "label"), "Collapsible": (-1, "title"), "Option": (0, "prompt"), "Link": (0, "text"),
    "TabPane": (0, "title"), "Tab": (0, "label"), "Digits": (0, "value"), "Rule": (-1, "label"),
    "DiscoveryHit": (0, "display"), "Hit": (1, "match_display"), "Placeholder": (0, "label"),
}  # fmt: skip
"""Widgets that read markup, with the place and the name of their text."""

METHODS = {"update", "set_content", "add_option"}
"""Methods that hand a text to such a widget; `update` of a dict or a set takes no text and is told by its receiver."""

ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "label", "content"}
"""Attributes that are read as markup when a str is assigned."""

BANNED = {"from_markup", "notify", "DataTable", "Tree", "DirectoryTree", "Markdown", "MarkdownViewer", "RichLog", "Log"}
"""Names that have no place in the app: markup by design, and widgets that send control characters through."""

ALLOWED = {("core.py", "notify")}
"""`CatLogApp.tell` is the one that notifies, without markup."""


@cache
def parsed() -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text("utf-8")) for file in SOURCES}


def name_of(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_safe_type(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.BinOp):  # Content | None
        return is_safe_type(annotation.left) or is_safe_type(annotation.right)
    return name_of(annotation) in SAFE_TYPES


@cache
def makers() -> frozenset[str]:
    """Collect the functions, properties and fields of the app that are content by their annotation."""
    found = set(MAKERS)
    for tree in parsed().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_safe_type(node.returns):
                found.add(node.name)
            if isinstance(node, ast.AnnAssign) and is_safe_type(node.annotation):
                found.add(name_of(node.target))
    return frozenset(found)


@cache
def heirs() -> dict[str, str]:
    """Return the app's own widgets that are one of `SINKS`, with which; an own __init__ speaks for itself."""
    return {
        node.name: name_of(base)
        for tree in parsed().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and not any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body)
        for base in node.bases
        if name_of(base) in SINKS
    }


class Reader(ast.NodeVisitor):
    """Reads one module and collects what is not safe as `line: what`."""

    def __init__(self, safe_makers: Iterable[str]) -> None:
        self.makers = set(safe_makers)
        self.faults: list[str] = []
        self.sinks, self.methods = SINKS, METHODS
        self.draws_text = True
        self.safe_names: list[set[str]] = [set()]
        self.collections = {"keys"}  # what lists call the sets they hand to others

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        self.safe_names.append({arg.arg for arg in arguments if is_safe_type(arg.annotation)})
        if node.name == "render" and (
            node.returns is None or name_of(node.returns) in ("str", "RenderResult", "object")
        ):
            self.faults.append(f"{node.lineno}: render() must say that it returns Content")
        self.generic_visit(node)
        self.safe_names.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the visitor's name

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        before, self.draws_text = self.draws_text, any(name_of(base) in {*SINKS, *heirs()} for base in node.bases)
        self.generic_visit(node)
        self.draws_text = before

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and self.is_safe(node.value):
                self.safe_names[-1].add(target.id)
            elif isinstance(target, ast.Name):
                self.safe_names[-1].discard(target.id)
            elif isinstance(target, ast.Attribute):
                if target.attr in ATTRIBUTES and not self.is_safe(node.value):
                    self.faults.append(f"{node.lineno}: {target.attr} is given a text of unknown origin")
                if self.is_safe(node.value) and not isinstance(node.value, ast.Constant):
                    self.makers.add(target.attr)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = name_of(node.func)
        if name in self.sinks:
            place, keyword = self.sinks[name]
            self.check(node, name, place, keyword)
        elif name in self.methods and isinstance(node.func, ast.Attribute) and not self.is_collection(node):
            self.check(node, name, 0, "content")
        self.generic_visit(node)

    def check(self, node: ast.Call, name: str, place: int, keyword: str) -> None:
        given = [word.value for word in node.keywords if word.arg == keyword]
        given += node.args[place : place + 1] if place >= 0 else []
        for value in given:
            if not self.is_safe(value):
                self.faults.append(f"{value.lineno}: {name}() is given a text of unknown origin")

    def is_collection(self, node: ast.Call) -> bool:
        """Tell whether `update` is that of a set or a dict, which the module itself made."""
        assert isinstance(node.func, ast.Attribute)
        if name_of(node.func.value) == "self" and not self.draws_text:
            return True
        literal = len(node.args) != 1 or isinstance(
            node.args[0], ast.Starred | ast.Dict | ast.Set | ast.DictComp | ast.SetComp
        )
        return literal or name_of(node.func.value) in self.collections

    def visit_Module(self, node: ast.Module) -> None:
        for part in ast.walk(node):
            match part:
                case ast.AnnAssign(target=target, annotation=ast.Subscript(value=ast.Name(id="set" | "dict"))):
                    self.collections.add(name_of(target))
                case ast.Assign(targets=[target], value=ast.Set() | ast.Dict() | ast.SetComp() | ast.DictComp()):
                    self.collections.add(name_of(target))
                case ast.Assign(targets=[target], value=ast.Call(func=ast.Name(id="set" | "dict"))):
                    self.collections.add(name_of(target))
        own = {
            alias.asname or alias.name
            for part in ast.walk(node)
            if isinstance(part, ast.ImportFrom) and (part.module or "").startswith("catlog")
            for alias in part.names
        } | {part.name for part in ast.walk(node) if isinstance(part, ast.ClassDef | ast.FunctionDef)}
        self.sinks = {name: place for name, place in SINKS.items() if name not in own}
        self.sinks |= {name: SINKS[base] for name, base in heirs().items() if name in own}
        self.methods = METHODS - own
        self.generic_visit(node)

    def is_safe(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return any(name in names for names in self.safe_names) or name.isupper()
            case ast.Attribute(attr=name):
                return name in self.makers
            case ast.Call(func=func):
                return name_of(func) in self.makers or (
                    isinstance(func, ast.Attribute)
                    and func.attr in ("assemble", "styled", "join", "append", "copy")
                    and self.is_safe(func.value)
                )
            case ast.IfExp(body=body, orelse=other):
                return self.is_safe(body) and self.is_safe(other)
            case ast.BoolOp(values=values):
                return all(self.is_safe(value) for value in values)
            case ast.BinOp(left=left, right=right):
                return self.is_safe(left) and self.is_safe(right)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.is_safe(value)
        return False


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT / "catlog" / "tui")))
def test_no_text_of_unknown_origin_reaches_a_widget(file: Path) -> None:
    reader = Reader(makers())
    reader.visit(parsed()[file])
    assert reader.faults == [], f"wrap it in plain() or line(): {file.name}: {reader.faults}"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT / "catlog" / "tui")))
def test_nothing_in_the_app_reads_markup(file: Path) -> None:
    names = {name_of(node) for node in ast.walk(parsed()[file]) if isinstance(node, ast.expr)}
    imported = {
        alias.name
        for node in ast.walk(parsed()[file])
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("textual", "rich"))
        for alias in node.names
    }
    found = {
        name for name in (names & {"from_markup", "notify"}) | (imported & BANNED) if (file.name, name) not in ALLOWED
    }
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        "Static(title)",
        "Static(f'{title}')",
        "Label(anime.title)",
        "Button(label=title)",
        "self.query_one(Static).update(anime.title)",
        "self.border_title = title",
        "self.tooltip = f'x {title}'",
        "name = anime.title\nStatic(name)",
        "Static('x ' + title)",
        "Static(str(title))",
        "def render(self) -> str:\n    return title",
    ],
)
def test_the_reader_finds_what_it_is_there_for(code: str) -> None:
    reader = Reader(MAKERS)
    reader.visit(ast.parse(code))
    assert reader.faults


@pytest.mark.parametrize(
    "code",
    [
        "Static('nothing here')",
        "Static(plain(title))",
        "Static(line(title, (score, '$dim')))",
        "words = plain(title)\nStatic(words)",
        "def show(words: Content | None = None):\n    Static(words)",
        "seen.update({1: 2})",
        "Static(plain(title) if title else 'no title')",
    ],
)
def test_the_reader_lets_safe_texts_pass(code: str) -> None:
    reader = Reader(MAKERS)
    reader.visit(ast.parse(code))
    assert reader.faults == []
