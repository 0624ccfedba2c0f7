"""What CatLog is built from, examined: ``make audit``. See docs/dependencies.md.

Every line that `make` installs has a hash; every dependency says what it is trusted with; what an installation weighs
stays within a budget; and pip-audit asks a vulnerability service about every pin. Exits with 1 at a fault, and with 69
where there is none but nobody could be asked: not having been asked is no good answer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("build", "run", "dev", "audit")
"""The files that `make` installs from, without their ending."""

TRUST = {
    "network": "what it sends, and to whom",
    "untrusted input": "texts, files or answers that strangers have made",
    "files": "reading and writing what is its user's",
    "secrets": "passwords, tokens, or a database with them",
    "terminal": "what is written to the terminal",
    "native code": "compiled code, which no check of Python holds in",
    "build": "running while CatLog is installed",
    "nothing": "data alone",
    "tests": "running where CatLog is developed, and nowhere else",
}
"""What a dependency may be trusted with: the words behind `Trust:` beside it in pyproject.toml."""

BUDGET_MIB = 500
"""What all of requirements/run.txt may weigh, installed; it is 337 on Linux."""

LARGE_MIB = 50
LARGE = ("duckdb", "numpy", "pyarrow")
"""Packages of requirements/run.txt that may weigh more than that, for the statistics over the whole history."""

FAULT, NOBODY = 1, 69

_VENV = ROOT / ".venv-audit"
_HASHED = re.compile(r"[A-Za-z0-9][\w.-]*==[^\s;@]+(?: ?; [^\\]+?)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+", re.ASCII)


@dataclass(frozen=True)
class Dependency:
    """One requirement of pyproject.toml: the part of CatLog that needs it, and what it is trusted with."""

    name: str
    part: str
    trust: tuple[str, ...]


def unhashed(lock: str) -> list[str]:
    """Return the entries of a requirements file that are no pinned version with the SHA-256 of each of its files."""
    whole = re.sub(r"(?m)^\s*#.*\n?", "", lock)
    entries = re.split(r"\n(?=\S)", whole.strip("\n")) if whole.strip() else []
    return [entry for entry in entries if not _HASHED.fullmatch(entry.rstrip())]


def unhashed_installs(script: str) -> list[str]:
    """Return the lines of a script that install something without asking for its hash.

    The checkout itself is installed from this folder, with nothing from elsewhere, by tools that are there already.
    """
    here = "--no-deps --no-build-isolation -e ."
    said = (re.sub(r'"[^"]*"|#.*', "", line) for line in script.splitlines())  # what is only printed installs nothing
    asks = [line.strip() for line in said if re.search(r"\binstall\s", line) and "install()" not in line]
    return [line for line in asks if "--require-hashes" not in line and here not in line]


def pins(lock: str) -> dict[str, str]:
    """Return the versions of a requirements file by name; of several for different machines, the first."""
    found: dict[str, str] = {}
    for name, version in re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", lock):
        found.setdefault(canonicalize_name(name), version)
    return found


def dependencies(pyproject: str) -> list[Dependency]:
    """Return the requirements of a pyproject.toml, each with the words behind `Trust:` in the comment before it."""
    project: Mapping[str, Any] = tomllib.loads(pyproject)["project"]
    parts = {"catlog": project["dependencies"], **project["optional-dependencies"]}
    found = []
    for part, requirements in parts.items():
        for requirement in requirements:
            name = canonicalize_name(Requirement(requirement).name)
            if name != "catlog":
                found.append(Dependency(name, part, _trust(pyproject, requirement)))
    return found


def untold(found: Iterable[Dependency]) -> list[str]:
    """Return the faults of a list of dependencies: without a trust, or with another one than it needs."""
    faults = []
    told = list(found)
    direct = {dependency.name for dependency in told}
    for dependency in told:
        where = f"pyproject.toml: {dependency.name} ({dependency.part})"
        if not dependency.trust or (wrong := [word for word in dependency.trust if word not in TRUST]):
            faults.append(f"{where} says not what it is trusted with" if not dependency.trust else f"{where}: {wrong}")
        elif "native code" not in dependency.trust and (files := list(_compiled(dependency.name, direct))):
            faults.append(f"{where} has native code, and is not trusted with it: {files[0]}")
    return faults


def sizes(names: Iterable[str]) -> dict[str, int]:
    """Return the bytes of those packages that are installed here, by name."""
    return {name: sum(file.size or 0 for file in _files(name)) for name in names}


def too_heavy(weights: Mapping[str, int]) -> list[str]:
    """Return what is wrong with the bytes of all packages of an installation."""
    faults = [
        f"{name} weighs {size >> 20} MiB: a package above {LARGE_MIB} is named in requirements/audit.py, with a reason"
        for name, size in weights.items()
        if size >> 20 > LARGE_MIB and name not in LARGE
    ]
    total = sum(weights.values()) >> 20
    return faults + ([f"an installation weighs {total} MiB, more than {BUDGET_MIB}"] if total > BUDGET_MIB else [])


def judge_answers(answer: str) -> tuple[list[str], list[str]]:
    """Return (known vulnerabilities, pins that nobody was asked about) of pip-audit's JSON. Raises ValueError."""
    rows = json.loads(answer)["dependencies"]
    # It calls this "no known vulnerabilities found", and exits with 0.
    skipped = [str(row["name"]) for row in rows if "skip_reason" in row]
    known = [f"{row['name']} {row['version']}: {each['id']}" for row in rows for each in row.get("vulns", ())]
    return known, skipped


def main() -> int:
    """Print what was found, a line each; return the exit code."""
    faults = list(_faults())
    known, unasked, why = _asked()
    for fault in [*faults, *known]:
        print(f"fault: {fault}")
    if unasked:
        print(f"vulnerabilities: nobody could be asked about {len(unasked)} pins ({why})")
    else:
        print(f"vulnerabilities: {len(known)} known in requirements/dev.txt")
    code = FAULT if faults or known else NOBODY if unasked else 0
    print(f"audit: {len(faults) + len(known)} faults; exit code {code}")
    return code


def _faults() -> Iterator[str]:
    for name in LOCKS:
        lock = _lock(name)
        print(f"requirements/{name}.txt: {len(pins(lock))} pins, {len(unhashed(lock))} without hashes")
        yield from (f"requirements/{name}.txt has no hash for {entry.split()[0]}" for entry in unhashed(lock))
    for script in ("requirements/venv.sh", "Makefile"):
        yield from (f"{script}: no hashes: {line}" for line in unhashed_installs((ROOT / script).read_text("utf-8")))
    found = dependencies((ROOT / "pyproject.toml").read_text("utf-8"))
    for dependency in found:
        print(f"{dependency.name} ({dependency.part}) is trusted with: {', '.join(dependency.trust) or '?'}")
    yield from untold(found)
    weights = sizes(pins(_lock("run")))
    largest = sorted(weights, key=lambda name: -weights[name])[:4]
    shown = ", ".join(f"{name} {weights[name] >> 20}" for name in largest)
    print(f"an installation weighs {sum(weights.values()) >> 20} MiB of {BUDGET_MIB}: {shown}, …")
    yield from too_heavy(weights)


def _asked() -> tuple[list[str], list[str], str]:
    """Return (known vulnerabilities, pins that nobody was asked about, why not)."""
    everything = list(pins(_lock("dev")))
    try:
        _install_auditor()
        done = _run(
            str(_VENV / "bin" / "pip-audit"),
            *("--disable-pip", "--no-deps", "--require-hashes", "--progress-spinner", "off", "--format", "json"),
            *("--requirement", str(ROOT / "requirements" / "dev.txt")),
        )
        known, skipped = judge_answers(done.stdout)
    except (OSError, ValueError, LookupError, subprocess.SubprocessError) as problem:
        return [], everything, f"pip-audit does not run here: {type(problem).__name__}"
    return known, skipped, "the service does not know them: is it one of vulnerabilities at all?"


def _install_auditor() -> None:
    """Make pip-audit's own environment, of pinned files, where it is not there yet."""
    stamp, lock = _VENV / "catlog-audit", _lock("audit")
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    pip = str(_VENV / "bin" / "pip")
    requirements = str(ROOT / "requirements" / "audit.txt")
    _run(sys.executable, "-m", "venv", "--clear", str(_VENV)).check_returncode()
    _run(pip, "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", requirements).check_returncode()
    stamp.write_text(lock, "utf-8")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def _lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")


def _trust(pyproject: str, requirement: str) -> tuple[str, ...]:
    written = re.escape(json.dumps(requirement)).replace("'", "['\"]")
    before = re.search(rf"((?:^\s*#.*\n)+)\s*{written},?\s*$", pyproject, re.MULTILINE)
    told = re.search(r"Trust: ([\w, ]+)\.", before[1]) if before else None
    return tuple(word.strip() for word in told[1].split(",")) if told else ()


def _compiled(name: str, direct: set[str]) -> Iterator[str]:
    """Yield the compiled files of a package and of what it alone brings, as far as they are installed here."""
    waiting, seen = [name], {*direct}
    while waiting:
        one = waiting.pop()
        yield from (str(file) for file in _files(one) if re.search(r"\.(so|dylib|pyd)(\.\d+)*$", file.name))
        for requirement in map(Requirement, _requires(one)):
            # Of the options of a package none is asked about: those that we take are named in pyproject.toml.
            inner = canonicalize_name(requirement.name)
            if inner not in seen and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                seen.add(inner)
                waiting.append(inner)


def _files(name: str) -> list[metadata.PackagePath]:
    try:
        return metadata.files(name) or []
    except metadata.PackageNotFoundError:  # for another machine, or of another Python
        return []


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


if __name__ == "__main__":
    sys.exit(main())
