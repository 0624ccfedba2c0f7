"""What the client costs: nothing at start-up, and no more memory under a bomb than the caps allow."""

import ast
import subprocess
import sys
from pathlib import Path

import catlog
from tests.support.jikan import JikanStandIn

PACKAGE = Path(catlog.__file__).parent

UNDER_ATTACK = """
import re, resource, sys
from pathlib import Path
from catlog.jikan.client import JikanClient
from catlog.jikan.request import ApiRequest
from catlog.net.errors import BadResponseError

def peak():
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands the peak of the parent down to getrusage, but not to this
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6

with JikanClient((sys.argv[1],), Path(sys.argv[2]), rate=1000.0, first_wait=0.0) as client:
    session = client.open_session()
    session.get(ApiRequest("/seasons/now")).read_page()
    before = peak()
    for _ in range(3):
        try:
            session.get(ApiRequest("/top/anime"))
        except BadResponseError as problem:
            assert "larger than 8 MB" in problem.message, problem
        else:
            raise SystemExit("the bomb was read")
    print(peak() - before)
"""


def run(script: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_bomb_of_200_megabytes_costs_less_than_30(tmp_path: Path) -> None:
    with JikanStandIn(faults=["bomb=200@/top/anime"], size=60) as jikan:
        grown = float(run(UNDER_ATTACK, jikan.url, str(tmp_path)))
    print(f"memory grew by {grown:.1f} MB")
    assert grown < 30


def test_httpx_is_imported_in_one_module_alone() -> None:
    importing = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in ("httpx", "httpcore") for name in names):
                importing.add(str(file.relative_to(PACKAGE)))
    assert importing == {"net/transport.py"}


def test_reading_stored_answers_loads_no_http_client() -> None:
    script = (
        "import sys, catlog.jikan.response, catlog.jikan.details, catlog.net.limiter; print('httpx' in sys.modules)"
    )
    assert run(script).strip() == "False"
    assert run("import sys, catlog.jikan.client; print('httpx' in sys.modules)").strip() == "True"
