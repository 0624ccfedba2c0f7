"""What CatLog is built from: every file that `make` installs has a hash, and no package comes without being known."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "requirements"))

import audit  # noqa: E402 - it is a script beside what it examines

HASH = "--hash=sha256:" + "0123456789abcdef" * 4


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", audit.LOCKS)
def test_every_line_of_a_lock_has_hashes(name: str) -> None:
    lock = text_of(f"requirements/{name}.txt")
    assert audit.unhashed(lock) == []
    assert len(audit.pins(lock)) >= 8


@pytest.mark.parametrize(
    "line",
    [
        "left-pad==1.0",
        f"left-pad>=1.0 \\\n    {HASH}",
        f"left-pad==1.0 \\\n    {HASH[:-1]}",
        "left-pad==1.0 \\\n    --hash=md5:0123456789abcdef",
        f"left-pad @ https://example.org/left-pad.zip \\\n    {HASH}",
        "-e ../left-pad",
        "-r others.txt",
        "--extra-index https://example.org",
        "./left-pad.zip",
    ],
)
def test_a_line_without_a_hash_is_found_wherever_it_stands(line: str) -> None:
    lock = f"# a comment\nclick==8.4 \\\n    {HASH}\n{line}\nrich==15 ; python_version < '3.12' \\\n    {HASH}\n"
    assert audit.unhashed(lock) == [line]
    assert audit.unhashed(f"{line}\n{lock}")[0] == line


@pytest.mark.parametrize("script", ["requirements/venv.sh", "Makefile"])
def test_nothing_is_installed_without_asking_for_its_hash(script: str) -> None:
    text = text_of(script)
    assert audit.unhashed_installs(text) == []
    assert audit.unhashed_installs(f"{text}\n\t$(PY) -m pip install left-pad\n") == ["$(PY) -m pip install left-pad"]


def test_what_is_built_from_source_is_built_with_pinned_tools() -> None:
    installs = [line for line in text_of("requirements/venv.sh").splitlines() if line.startswith("install --")]
    assert installs[0].endswith("--only-binary :all: -r requirements/build.txt")
    assert all("--no-build-isolation" in line for line in installs[1:])
    build = audit.pins(text_of("requirements/build.txt"))
    assert {"hatchling", "editables", "setuptools"} <= set(build)
    developed = audit.pins(text_of("requirements/dev.txt"))
    assert {name: developed[name] for name in build if name in developed} == {
        name: version for name, version in build.items() if name in developed
    }


def test_every_dependency_says_what_it_is_trusted_with() -> None:
    found = audit.dependencies(text_of("pyproject.toml"))
    assert len(found) >= 30
    assert audit.untold(found) == []


@pytest.mark.parametrize(
    ("comment", "fault"),
    [
        ("    # Columns.\n", "says not what it is trusted with"),
        ("", "says not what it is trusted with"),
        ("    # Trust: everything.\n", "['everything']"),
        ("    # Trust: nothing.\n", "has native code, and is not trusted with it"),
    ],
)
def test_a_trust_that_is_missing_or_wrong_is_found(comment: str, fault: str) -> None:
    other = '    # Trust: network.\n    "left-pad>=1",\n'
    text = f'[project]\ndependencies = [\n{other}{comment}    "numpy>=2",\n]\n[project.optional-dependencies]\n'
    [told] = audit.untold(audit.dependencies(text))
    assert told.startswith("pyproject.toml: numpy (catlog)")
    assert fault in told


def test_an_installation_weighs_what_it_may_and_large_packages_are_known() -> None:
    weights = audit.sizes(audit.pins(text_of("requirements/run.txt")))
    assert sum(weights.values()) > 100 << 20, "nothing of it is installed here"
    assert audit.too_heavy(weights) == []
    heavy = {**weights, "left-pad": 900 << 20}
    assert [fault.partition(":")[0] for fault in audit.too_heavy(heavy)][:1] == ["left-pad weighs 900 MiB"]
    assert len(audit.too_heavy(heavy)) == 2


def test_a_service_that_knows_nothing_has_not_been_asked() -> None:
    answer = """{"dependencies": [
        {"name": "click", "version": "8.4", "vulns": []},
        {"name": "rich", "version": "15", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]},
        {"name": "numpy", "skip_reason": "Dependency not found"}
    ], "fixes": []}"""
    assert audit.judge_answers(answer) == (["rich 15: PYSEC-1"], ["numpy"])
    with pytest.raises(ValueError, match="Expecting value"):
        audit.judge_answers("ConnectionError")


@pytest.mark.parametrize(
    ("known", "unasked", "code", "said"),
    [
        ([], [], 0, "vulnerabilities: 0 known"),
        (["rich 15: PYSEC-1"], [], 1, "fault: rich 15: PYSEC-1"),
        ([], ["click", "rich"], 69, "nobody could be asked about 2 pins (no network)"),
    ],
)
def test_the_exit_code_is_good_only_where_somebody_was_asked(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    known: list[str],
    unasked: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(audit, "_asked", lambda: (known, unasked, "no network"))
    assert audit.main() == code
    out = capsys.readouterr().out
    assert said in out
    assert out.splitlines()[-1] == f"audit: {len(known)} faults; exit code {code}"
