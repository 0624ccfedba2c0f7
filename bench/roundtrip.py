"""Real lists out and in again: how many values of every field come back the same, by form, and how long it takes.

`python -m bench.roundtrip FILE...` takes any files that `catlog list import` reads; without files it takes those of
`../shared/data/lists`, where there are recordings, else a list made up here.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from pathlib import Path

from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from catlog.errors import CatLogError
from catlog.interchange.crossids import import_crossids
from catlog.interchange.merge import RowOutcome, Strategy
from tests.interchange.samples import mal_xml
from tests.library.people import new_owner
from tests.support.roundtrip import ROUND_TRIPS, against_the_source, give_out, take_in, there_and_back

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


def measure(file: Path, folder: Path) -> None:
    """Import one file into a database of its own, send it through every form, and print what was the same."""
    content = file.read_bytes()
    database = Database(f"sqlite:///{folder / 'catlog.sqlite'}")
    make_ready(database)
    for ids in sorted((RECORDINGS / "catalogue").glob("crossids*")):
        import_crossids(database, ids)
    owner = new_owner(database)
    begun = time.perf_counter()
    try:
        done = take_in(database, owner, content, name=file.name)
    except CatLogError as problem:
        print(f"{file.name}: {problem.message}\n")
        return
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    again = take_in(database, owner, content, Strategy.OVERWRITE, name=file.name)
    second = time.perf_counter() - begun
    counts = ", ".join(f"{done.count(outcome):,} {outcome}" for outcome in RowOutcome if done.count(outcome))
    print(f"{file.name} ({done.format}): {counts} in {first:.2f} s; again: {again.count(RowOutcome.CHANGED)} changed,")
    remarked = sum(bool(row.reason) for row in done.rows)
    print(f"  {again.count(RowOutcome.ADDED)} added in {second:.2f} s; remarks on {remarked} rows")
    columns = {form: {one.field: one for one in there_and_back(database, owner, form)} for form in ROUND_TRIPS}
    print(f"  {'field':<18}" + "".join(f"{form:>14}" for form in columns))
    for field in next(iter(columns.values())):
        cells = (columns[form][field] for form in columns)
        print(f"  {field:<18}" + "".join(f"{f'{one.equal}/{one.total}':>14}" for one in cells))
    if done.format == "mal-xml":
        source = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        same = against_the_source(source, give_out(database, owner, "mal-xml"))
        print("  the elements of the file itself in the mal-xml export, read by another parser:")
        print("    " + ", ".join(f"{one.field} {one.equal}/{one.total}" for one in same))
    print()
    database.close()


def main() -> None:
    """Measure every file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files or sorted((RECORDINGS / "lists").glob("*/*"))
    with tempfile.TemporaryDirectory() as folder:
        if not files:
            files = [Path(folder, "made-up.xml")]
            files[0].write_bytes(mal_xml(*({"series_animedb_id": str(number)} for number in range(1, 1_001))))
        for number, file in enumerate(files):
            place = Path(folder, str(number))
            place.mkdir()
            measure(file, place)


if __name__ == "__main__":
    main()
