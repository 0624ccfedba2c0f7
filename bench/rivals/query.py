"""The least a script can do that imports SQLModel and shows a table: one statement, and its rows as aligned text.

Arguments: the database's URL, and as JSON the statement, its parameters, the title and the columns (name, heading,
whether it stands right, whether it shows a sign).
"""

import json
import sys

from sqlmodel import create_engine

task = json.loads(sys.argv[2])
engine = create_engine(sys.argv[1])
with engine.connect() as connection:
    result = connection.exec_driver_sql(task["sql"], tuple(task["parameters"]))
    places = {name: place for place, name in enumerate(result.keys())}
    rows = result.all()


def shown(value: object, signed: bool) -> str:
    """Write a value as CatLog does."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:+.2f}" if signed and value else f"{value:.2f}"
    return f"{value:+d}" if signed and isinstance(value, int) and value else str(value)


cells = [[heading for _, heading, _, _ in task["columns"]]]
cells += [[shown(row[places[name]], signed) for name, _, _, signed in task["columns"]] for row in rows]
widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
right = [to_the_right for _, _, to_the_right, _ in task["columns"]]
lines = [
    "   ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)) for line in cells
]
lines.insert(1, "─" * (sum(widths) + 3 * (len(widths) - 1)))
if task["title"]:
    lines.insert(0, task["title"])
print("\n".join(line.rstrip() for line in lines))
