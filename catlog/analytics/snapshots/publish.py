"""Copy a frozen snapshot to another folder, or to object storage such as S3 where fsspec is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from catlog.analytics.snapshots.manifest import DAYS, GENRES, NAME, RANKINGS, RankingsSnapshot
from catlog.errors import ConfigError, InvalidArgumentError, UnavailableError


def publish(snapshot: RankingsSnapshot, target: str) -> str:
    """Copy the snapshot to `target`, a folder or a URL, and return where it is; the manifest comes last.

    Raises InvalidArgumentError when the folder holds something else, ConfigError when no installed package handles
    the URL, UnavailableError when the target cannot be written.
    """
    if "://" in target:
        _upload(snapshot, target.rstrip("/"))
        return target
    folder = Path(target).expanduser()
    if folder.exists() and any(folder.iterdir()) and not (folder / NAME).exists():
        raise InvalidArgumentError(f"{folder} is not empty and holds no snapshot", hint="name another folder")
    try:
        for part in (RANKINGS, GENRES, DAYS):
            shutil.rmtree(folder / part, ignore_errors=True)
        (folder / NAME).unlink(missing_ok=True)
        for name in _files(snapshot):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(snapshot.folder / name, folder / name)
    except OSError as problem:
        raise UnavailableError(f"{folder} cannot be written: {problem.strerror or problem}") from None
    return str(folder)


def _files(snapshot: RankingsSnapshot) -> Iterator[str]:
    """Yield the names of all files, the manifest last: where it exists, all others do."""
    yield from snapshot.manifest.rankings
    yield from snapshot.manifest.genres
    yield from snapshot.manifest.depths
    yield NAME


def _upload(snapshot: RankingsSnapshot, url: str) -> None:
    try:
        fsspec: Any = import_module("fsspec.core")
    except ImportError:
        raise ConfigError(
            f"{url} needs fsspec, which is not installed", hint="pip install fsspec, or name a folder"
        ) from None
    try:
        store, root = fsspec.url_to_fs(url)
        for name in _files(snapshot):
            store.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            store.put_file(str(snapshot.folder / name), f"{root}/{name}")
    except (ValueError, ImportError) as problem:
        raise ConfigError(f"nothing installed here knows {url}: {problem}", hint="name a folder") from None
    except OSError as problem:
        raise UnavailableError(f"{url} cannot be written: {problem}") from None
