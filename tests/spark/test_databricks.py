"""What can be checked of the Databricks files without a workspace: they parse, and what they name is there."""

import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from spark.run import parser

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "databricks"

Yaml = Mapping[str, Any]


@pytest.fixture
def bundle(session: SparkSession) -> Yaml:
    """Return the bundle as the YAML parser among Spark's jars reads it."""
    found: Yaml = session._jvm.org.yaml.snakeyaml.Yaml().load((FOLDER / "databricks.yml").read_text())
    return found


def test_the_bundle_runs_the_entry_point_of_the_wheel(bundle: Yaml) -> None:
    tasks = {task["task_key"]: task for task in bundle["resources"]["jobs"]["stage_two"]["tasks"]}
    wheel = tasks["jobs"]["python_wheel_task"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert wheel["package_name"] == project["project"]["name"]
    module, _, name = project["project"]["scripts"][wheel["entry_point"]].partition(":")
    assert callable(getattr(import_module(module), name))
    assert "spark" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_the_parameters_of_the_bundle_are_those_of_the_command(bundle: Yaml) -> None:
    (task,) = [task for task in bundle["resources"]["jobs"]["stage_two"]["tasks"] if task["task_key"] == "jobs"]
    words = [str(word) for word in task["python_wheel_task"]["parameters"]]
    asked = parser().parse_args(words)
    names = {word.strip("${}").removeprefix("var.") for word in words if word.startswith("$")}
    assert names <= set(bundle["variables"])
    assert asked.snapshot == "${var.snapshot}"
    assert asked.target == "submitted"


def test_the_files_that_the_bundle_names_are_there(bundle: Yaml) -> None:
    tasks = bundle["resources"]["jobs"]["stage_two"]["tasks"]
    files = [task["spark_python_task"]["python_file"] for task in tasks if task.containsKey("spark_python_task")]
    assert files
    assert all((FOLDER / file).is_file() for file in files)


@pytest.mark.parametrize("name", ["stage_two.py", "check_connection.py"])
def test_the_scripts_compile_and_what_they_import_of_ours_is_there(name: str) -> None:
    text = (FOLDER / name).read_text()
    compile(text, name, "exec")
    for line in text.splitlines():
        if line.startswith("from spark"):
            module, _, names = line.removeprefix("from ").partition(" import ")
            found = import_module(module)
            for each in names.split(", "):
                assert hasattr(found, each) or import_module(f"{module}.{each}")


def test_the_notebook_is_in_the_source_format_of_databricks() -> None:
    lines = (FOLDER / "stage_two.py").read_text().splitlines()
    assert lines[0] == "# Databricks notebook source"
    assert lines.count("# COMMAND ----------") >= 4
