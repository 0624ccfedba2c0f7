"""Analytics of the stored charts.

Stage one: queries in one SQL for SQLite and PostgreSQL, functions of (session, parameters) that return frozen records;
`registry` lists them. Stage two: jobs over a frozen snapshot, on DuckDB or Spark, into result tables.
"""
