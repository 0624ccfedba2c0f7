"""Test the connection to a Databricks workspace: start or reach a session, count on it, print versions and times.

On a cluster it takes that cluster's session. Elsewhere it needs databricks-connect, in an environment without pyspark,
and a profile or DATABRICKS_HOST and its like: python deploy/databricks/check_connection.py
"""

import os
import time

ROWS = 1_000_000


def main() -> None:
    """Count to a million, there."""
    began = time.monotonic()
    if "DATABRICKS_RUNTIME_VERSION" in os.environ:
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
    else:
        from databricks.connect import DatabricksSession

        session = DatabricksSession.builder.getOrCreate()
    started = time.monotonic()
    counted = session.range(ROWS).count()
    assert counted == ROWS, counted
    print(f"Spark {session.version}, ANSI {session.conf.get('spark.sql.ansi.enabled')}")
    print(f"session {started - began:.1f} s, counted {counted:,} rows in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
