"""The least a script can do that imports SQLModel and shows a table: one statement, its rows as tab-separated text.

Arguments: the database's URL, the statement, its parameters as JSON.
"""

import json
import sys

from sqlmodel import create_engine

url, statement, parameters = sys.argv[1:]
values = json.loads(parameters)
engine = create_engine(url)
with engine.connect() as connection:
    for row in connection.exec_driver_sql(statement, values if isinstance(values, dict) else tuple(values)):
        print(*row, sep="\t")
