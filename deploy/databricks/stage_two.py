# Databricks notebook source
# ruff: noqa: D100 - a notebook begins with the line above
# MAGIC %md
# MAGIC # CatLog: stage two
# MAGIC Computes rolling momentum, volatility, genre percentiles, trend significance and trend correlation from a frozen
# MAGIC snapshot of the rankings. `catlog analytics freeze --out FOLDER` writes one; put it on a volume first, and
# MAGIC beside it the wheel that `python -m build --wheel` makes of CatLog's source: no package index has it.

# COMMAND ----------

# MAGIC %pip install --quiet /Volumes/main/catlog/stage_two/catlog-0.2.0-py3-none-any.whl

# COMMAND ----------

from datetime import date
from pathlib import Path

from spark import rankings, results
from spark.jobs import NAMES, Parameters, find

dbutils.widgets.text("snapshot", "/Volumes/main/catlog/stage_two/snapshot")  # noqa: F821 - the notebook's own
dbutils.widgets.text("results", "/Volumes/main/catlog/stage_two/results")  # noqa: F821
dbutils.widgets.text("windows", "7,14,30,90")  # noqa: F821

# COMMAND ----------

snapshot = dbutils.widgets.get("snapshot")  # noqa: F821
out = Path(dbutils.widgets.get("results"))  # noqa: F821
windows = tuple(int(days) for days in dbutils.widgets.get("windows").split(","))  # noqa: F821
parameters = Parameters(date.fromisoformat(rankings.manifest(snapshot)["asOf"]), windows)
# `from spark import` above does not touch the notebook's session, which is called spark as well.
inputs = rankings.from_parquet(spark, snapshot)  # noqa: F821

# COMMAND ----------

for name in NAMES:
    job = find(name)
    rows = results.write(job, job.transform(inputs, parameters), out, by_executors=False)
    print(f"{name}: {rows:,} rows in {out / name}")

# COMMAND ----------

display(spark.read.parquet(f"{out}/significance").where("direction <> 'flat'").orderBy("qValue"))  # noqa: F821
