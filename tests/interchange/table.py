"""Print the result of importing every list in a folder as a table: `python -m tests.interchange.table FOLDER`.

Each file is imported into an account of its own, in an SQLite database with the catalogue and the map of ids of that
folder; what came in goes out in each format and comes back, and is compared field by field.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from catlog.accounts.sessions import SignedIn
from catlog.catalogue.importing import import_titles
from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from catlog.errors import CatLogError
from catlog.interchange.crossids import import_crossids
from catlog.interchange.importing import ImportResult
from catlog.interchange.merge import RowOutcome
from tests.library.people import fill_catalogue, new_owner
from tests.support.roundtrip import ROUND_TRIPS, faults, stored, take_in, there_and_back

FOLDERS = ("cases/lists", "lists/more", "lists/mal_xml", "lists/anilist", "lists/kitsu")
LOST = {"mal-xml": ("created_at", "updated_at"), "json": (), "jsonl": (), "csv": ()}
"""What a format has no place for in any list."""


def files_of(data: Path) -> Iterator[Path]:
    """Yield the lists of a folder of test data, cases first."""
    for folder in FOLDERS:
        for file in sorted((data / folder).rglob("*")):
            if file.is_file() and file.name not in ("README", "SOURCES"):
                yield file


def happened(done: ImportResult) -> str:
    """Return the counts of an import, and its first warnings and remarks."""
    counts = ", ".join(f"{count} {kind.value}" for kind in RowOutcome if (count := done.count(kind)))
    remarks = [f"{row.title or row.mal_id}: {row.reason}" for row in done.rows if row.reason]
    more = f" (+{len(remarks) - 3} more)" if len(remarks) > 3 else ""
    return "; ".join((f"{done.format}: {counts or 'nothing'}", *done.warnings, *remarks[:3])) + more


def there_and_back_again(database: Database, owner: SignedIn) -> str:
    """Return what did not come back the same, by format."""
    if not stored(database, owner):
        return "nothing on the list"
    lost = [
        f"{form}: {', '.join(f'{one.field} {one.equal}/{one.total}' for one in found)}"
        for form in ROUND_TRIPS
        if (found := faults(there_and_back(database, owner, form), *LOST[form]))
    ]
    return "; ".join(lost) or "all fields equal"


def table(database: Database, data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield file, what happened, and what came back, for every list."""
    for file in files_of(data):
        owner = new_owner(database)
        try:
            done = take_in(database, owner, file.read_bytes(), name=file.name)
        except CatLogError as refused:
            yield str(file.relative_to(data)), f"{refused.exit_code}: {refused.message} ({refused.hint})", "-"
            continue
        yield str(file.relative_to(data)), happened(done), there_and_back_again(database, owner)


def main() -> None:
    """Print the table for the folder that is named."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_ready(Database(f"sqlite:///{folder}/catlog.db"))
        fill_catalogue(database)
        data = Path(sys.argv[1])
        for file in sorted((data / "catalogue").glob("merged_catalogue*")):
            import_titles(database, file)
        for file in sorted((data / "catalogue").glob("crossids*")):
            import_crossids(database, file)
        for cells in table(database, data):
            print(" | ".join(cells))
        database.close()


if __name__ == "__main__":
    main()
