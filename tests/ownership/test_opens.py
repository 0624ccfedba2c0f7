"""Every file that CatLog opens goes through `ownership.py`, or stands here with the reason why it does not."""

import ast
from pathlib import Path

import catlog

PACKAGE = Path(catlog.__file__).parent

OPENING = {
    "open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "makedirs", "touch", "mkstemp",
    "mkdtemp", "mkfifo", "TemporaryDirectory", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile",
    "copyfile", "copy2", "copytree", "link", "symlink", "symlink_to", "hardlink_to", "connect", "create_engine",
    "write_table", "write_parquet", "truncate", "chmod", "chown", "rmtree", "File", "FileHandler", "fromfile",
}  # fmt: skip
"""What opens, makes or changes a file by its name, by the last part of the call's own."""

THE_WAY = {"ownership.py", "atomic_files.py", "paths.py"}
"""The modules through which all others go."""

NO_FILES = {
    "touch": "a session that is in use",
    "env.write_text": "standard output",
    "self.write_text": "standard output",
    "self._open": "a page of the Ops screen",
    "self.open": "a screen or a title of the app",
    "self.query_one(FilterLine).open": "a line of the app",
    "self.query_one(WordsLine).open": "a line of the app",
    "backend.source.open": "the data source",
    "source.open": "the data source",
    "self._source.open": "the data source",
    "Image.open": "bytes in memory",
    "duckdb.connect": "in memory; the files it reads are named by the request",
    "database.engine.connect": "through db/engine.py",
    "scratch.engine.connect": "through db/engine.py",
    "self.engine.connect": "through db/engine.py",
    "dialect.connect": "through db/engine.py",
}
"""Calls that only look like it, by their whole name, wherever they are."""

_JUDGED = "in a folder that make_private has judged"
_NAMED = "whoever runs the command names it: a pipe or a file of somebody else's will do"
_PACKAGE = "a file of the program itself"
_IN_MEMORY = "DuckDB in memory; the files it reads are named by the request"
_OPENED = "of a descriptor that ownership has opened"

REASONED = {
    ("accounts/passwords.py", "COMMON_PASSWORDS.read_text"): _PACKAGE,
    ("analytics/validation/cross_check.py", "tempfile.TemporaryDirectory"): _JUDGED,
    ("analytics/validation/cross_check.py", "connect"): _IN_MEMORY,
    ("analytics/validation/stage_one.py", "connect"): _IN_MEMORY,
    ("analytics/validation/stage_one.py", "tempfile.TemporaryDirectory"): "new, 0700, of a name that nobody foresees",
    (
        "analytics/duckdb_engine/connection.py",
        "rows.write_parquet",
    ): "in a folder made for it, judged or named by the user",
    ("analytics/duckdb_engine/correlation.py", "connect"): _IN_MEMORY,
    ("analytics/duckdb_engine/percentiles.py", "connect"): _IN_MEMORY,
    ("analytics/duckdb_engine/significance.py", "connect"): _IN_MEMORY,
    ("analytics/duckdb_engine/volatility.py", "connect"): _IN_MEMORY,
    ("analytics/duckdb_engine/request.py", "pq.write_table"): "in a folder made for it, judged or named by the user",
    ("analytics/snapshots/freeze.py", "(folder / NAME).write_bytes"): "in the folder made by mkdtemp",
    ("analytics/snapshots/freeze.py", "(folder / part_of).mkdir"): "in the folder made by mkdtemp",
    ("analytics/snapshots/freeze.py", "pq.write_table"): "in the folder made by mkdtemp",
    ("analytics/snapshots/freeze.py", "shutil.rmtree"): _JUDGED,
    ("analytics/snapshots/freeze.py", "tempfile.mkdtemp"): _JUDGED,
    ("analytics/snapshots/manifest.py", "os.fdopen"): _OPENED,
    ("analytics/snapshots/publish.py", "(folder / name).parent.mkdir"): _NAMED,
    ("analytics/snapshots/publish.py", "shutil.copyfile"): _NAMED,
    ("analytics/snapshots/publish.py", "shutil.rmtree"): _NAMED,
    ("analytics/snapshots/publish.py", "store.makedirs"): "a store on the net",
    ("analytics/spark_process.py", "os.fdopen"): _OPENED,
    ("limited_read.py", "file.open"): _NAMED,
    ("catalogue/index_file.py", "os.fdopen"): _OPENED,
    ("catalogue/packed_file.py", "os.fdopen"): _OPENED,
    ("catalogue/posters.py", "os.fdopen"): _OPENED,
    ("cli/context.py", "open"): "the null device",
    ("cli/crash.py", "os.fdopen"): _OPENED,
    ("cli/list_batch.py", "open"): _NAMED,
    ("cli/spark.py", "connect"): "a command of this name",
    ("cli/streams.py", "os.open"): "the null device",
    ("companion/art.py", "resources.files('catlog.companion').joinpath('frames.txt').read_text"): _PACKAGE,
    ("db/backup/read.py", "os.fdopen"): _OPENED,
    ("db/backup/restore.py", "file.touch"): "in the folder made by mkdtemp",
    ("db/backup/restore.py", "os.link"): "beside a database that was judged when its lock was taken",
    ("db/backup/restore.py", "shutil.copy2"): "beside a database that was judged when its lock was taken",
    ("db/backup/restore.py", "shutil.rmtree"): _JUDGED,
    ("db/backup/restore.py", "tempfile.mkdtemp"): _JUDGED,
    ("db/backup/tables.py", "create_engine"): "in memory",
    ("db/engine.py", "create_engine"): "the database, which check_file judges before each connection",
    ("db/schema.py", "os.link"): _JUDGED,
    ("db/schema.py", "sqlite3.connect"): "the file made by mkstemp",
    ("db/schema.py", "tempfile.mkstemp"): _JUDGED,
    ("db/filesystem.py", "mounts.read_text"): "of the system",
    ("demo/titles.py", "resources.files('catlog.demo').joinpath('titles.csv').read_text"): _PACKAGE,
    ("etl/stage_two.py", "shutil.rmtree"): _JUDGED,
    ("etl/stage_two.py", "tempfile.TemporaryDirectory"): _JUDGED,
    ("zones.py", "os.fdopen"): _OPENED,
}
"""What opens a file by itself, and why it may."""


def opening_calls() -> set[tuple[str, str]]:
    """Return each module of the package with the calls in it that open a file."""
    found = set()
    for file in sorted(PACKAGE.rglob("*.py")):
        module = file.relative_to(PACKAGE).as_posix()
        if module in THE_WAY:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                if name.rpartition(".")[2] in OPENING and name not in NO_FILES:
                    found.add((module, name))
    return found


def test_every_file_is_opened_in_one_place_or_for_a_reason() -> None:
    found = opening_calls()
    assert found - REASONED.keys() == set(), "open it through catlog.ownership, or say here why not"
    assert REASONED.keys() - found == set(), "nothing does this any more"
    assert all(REASONED.values())


def test_the_way_itself_opens_only_what_it_judges() -> None:
    calls = {}
    for module in THE_WAY:
        tree = ast.parse((PACKAGE / module).read_text("utf-8"))
        names = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        calls[module] = sorted(name for name in names if name.rpartition(".")[2] in OPENING)
    assert calls == {
        "ownership.py": ["os.fdopen", "os.open", "os.open"],  # read_own; open_own, open_plain
        "atomic_files.py": ["os.fdopen", "os.open", "tempfile.mkstemp"],  # a new file under a random name; sync_folder
        "paths.py": ["missing.mkdir"],
    }
