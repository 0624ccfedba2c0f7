"""Checks on the repository's text that no test makes: ``python docs/check.py``, or ``make check``.

Imports nothing of CatLog. Prints each fault as ``path:line: what is wrong`` and exits 1 when there is one;
otherwise prints the module sizes.
"""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

LONGEST_MODULE = 500
"""Lines; a module above it holds more than one idea."""

OPENING = ["make demo", "make test"]
"""What the README's first code block runs."""

# Written with brackets so that this file does not find itself.
_NOT_OURS = {
    "a package index or its settings": r"pypi[.]org|pythonhosted[.]org|npmjs[.]org|deb[.]debian[.]org"
    r"|index[-_]url|find[-_]links|https?://\S+[.](?:whl|tar[.]gz)\b",
    "a path of one machine": r"(?<![\w.~-])/(?:root|work|farm|opt/pypi|opt/wheels)/|(?<![\w.~-])/(?:home|Users)/\w",
}

_LINK = re.compile(r"!?\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)\n]*\)|^\[[^\]\n]+\]:\s*(\S+)", re.MULTILINE)
_TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Run every check; return the process's exit code."""
    files = list(text_files())
    modules = {path: text for path, text in files if path.suffix == ".py" and path.parts[0] in {"catlog", "spark"}}
    faults = [
        *broken_links(files),
        *foreign_words(files),
        *unknown_tests(files),
        *readme_opening(),
        *module_shapes(modules),
        *unpinned(),
    ]
    for fault in faults:
        print(fault)
    sizes = sorted(len(text.splitlines()) for text in modules.values())
    if sizes:
        print(f"{len(sizes)} modules: median {statistics.median(sizes):g} lines, longest {sizes[-1]}.")
    print(f"{len(faults)} faults in {len(files)} files.")
    return 1 if faults else 0


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield (path from the root, text) of every text file that is in git, or would be with ``git add --all``."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in sorted(filter(None, listing.split("\0"))):
        try:
            yield Path(name), (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # not text; deleted but still listed; a link to a folder


def broken_links(files: list[tuple[Path, str]]) -> Iterator[str]:
    """Yield the links of Markdown files that lead to no file of ours; addresses on the net are not followed."""
    for path, text in files:
        if path.suffix != ".md":
            continue
        prose = _FENCE.sub(lambda block: "\n" * block.group().count("\n"), text)
        for link in _LINK.finditer(prose):
            target = (link.group(1) or link.group(2)).partition("#")[0]
            if not target or re.match(r"[a-z][a-z+.-]*:", target):
                continue
            if not (ROOT / path.parent / target).exists():
                yield f"{path}:{_line(prose, link.start())}: the link to {target} leads nowhere"


def foreign_words(files: list[tuple[Path, str]]) -> Iterator[str]:
    """Yield the lines that tie the repository to one machine or to one package index."""
    for path, text in files:
        for what, pattern in _NOT_OURS.items():
            for found in re.finditer(pattern, text):
                yield f"{path}:{_line(text, found.start())}: names {what}: {found.group()}"


def unknown_tests(files: list[tuple[Path, str]]) -> Iterator[str]:
    """Yield the tests that Markdown names, as ``tests/path.py::name``, and that do not exist."""
    named: dict[str, set[str]] = {}
    for path, text in files:
        if path.suffix != ".md":
            continue
        for found in _TEST.finditer(text):
            file, name = found.groups()
            if file not in named:
                whole = ROOT / file
                tree = ast.parse(whole.read_text(encoding="utf-8") if whole.is_file() else "")
                named[file] = {node.name for node in tree.body if isinstance(node, _FUNCTION)}
            if name not in named[file]:
                yield f"{path}:{_line(text, found.start())}: there is no test {found.group()}"


def readme_opening() -> Iterator[str]:
    """Yield a fault unless the README's first code block is the two commands."""
    block = _FENCE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    lines = block.group().splitlines()[1:-1] if block else []
    commands = [command for line in lines if (command := line.partition("#")[0].strip())]
    if commands != OPENING:
        yield f"README.md:1: the first code block must run {' and '.join(OPENING)}, not {commands}"


def module_shapes(modules: dict[Path, str]) -> Iterator[str]:
    """Yield the modules that do not say what lives in them, and those that are too long."""
    for path, text in modules.items():
        if not ast.get_docstring(ast.parse(text)):
            yield f"{path}:1: the module has no docstring"
        if (length := len(text.splitlines())) > LONGEST_MODULE:
            yield f"{path}:{LONGEST_MODULE}: the module has {length} lines"


def unpinned() -> Iterator[str]:
    """Yield what pyproject.toml asks for and the requirements files do not pin, or pin outside its range."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {"run": project["dependencies"]}
    extras = project["optional-dependencies"]
    wanted["dev"] = [
        *wanted["run"],
        *(each for extra in extras.values() for each in extra if not each.startswith("catlog[")),
    ]
    wanted["run"] = [*wanted["run"], *extras["checkout"]]
    for kind, requirements in wanted.items():
        file = f"requirements/{kind}.txt"
        pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))
        for requirement in map(Requirement, requirements):
            pin = pins.get(canonicalize_name(requirement.name))
            if pin is None or not requirement.specifier.contains(pin, prereleases=True):
                yield f"{file}:1: {requirement} is not pinned here (found: {pin}): run make lock"


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


if __name__ == "__main__":
    sys.exit(main())
