"""Crash reports: the tracebacks and messages of a bug, without locals, arguments or secrets."""

from __future__ import annotations

import os
import platform
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import catlog
from catlog import clock
from catlog.ownership import open_own
from catlog.paths import make_private
from catlog.redaction import redact as without_settings
from catlog.text import clean

MAX_REPORTS = 20
"""Stored reports at most: a bug in a shell prompt must not fill the disk."""

MESSAGE_LIMIT = 500
"""Characters of one exception's message at most."""

_CHAIN_LIMIT = 10

_SECRETS = (
    (re.compile(r"://.*@"), "://***@"),
    (re.compile(r"\b(bearer|basic)\s+\S+", re.IGNORECASE), r"\1 ***"),
    (
        re.compile(
            r"(pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|authorization|cookie|credentials?)"
            r"(\w*[\"']?(?:\s*[=:]\s*|\s+))(\"[^\"]*\"?|'[^']*'?|[^\s,;&)}\]]+)",
            re.IGNORECASE,
        ),
        r"\1\2***",
    ),
    (re.compile(r"\beyJ[\w-]+\.[\w.-]*"), "***"),  # a JSON web token
    (re.compile(r"\$argon2\S+"), "***"),
    (re.compile(r"(?<![\w+=-])(?=[\w+=-]*\d)[\w+=-]{32,}"), "***"),  # a key in hex or base64
)


def redact(text: str) -> str:
    """Return `text` without what looks like a password, token, key or URL credential: too much, rather than less."""
    text = without_settings(text)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def describe(error: BaseException) -> str:
    """Return an exception as `Type: message`: the first line of the message alone, cleaned and redacted.

    Further lines are where database drivers put statements, parameters and row contents.
    """
    try:
        message = str(error).strip().partition("\n")[0]
    except Exception:  # an exception that cannot print itself must not hide the crash
        message = ""
    shown = redact(clean(message, limit=4 * MESSAGE_LIMIT))[:MESSAGE_LIMIT]
    return f"{type(error).__name__}: {shown}" if shown else type(error).__name__


def report(error: BaseException) -> str:
    """Return the text of a crash report: versions, time, and for each exception of the chain its frames."""
    lines = [
        f"CatLog {catlog.__version__}, Python {platform.python_version()}, {platform.system()}",
        f"at {clock.iso(clock.now())}",
    ]
    for link in _chain(error):
        lines += ["", describe(link)]
        for frame, line in traceback.walk_tb(link.__traceback__):
            lines.append(f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}")
    return "\n".join(lines) + "\n"


def write_report(folder: Path, error: BaseException) -> Path:
    """Write a crash report into `folder`, readable by its owner alone, and return its path.

    Raises NotOwnError, OSError.
    """
    make_private(folder)
    for old in sorted(folder.glob("crash-*.txt"))[: -MAX_REPORTS + 1]:
        old.unlink(missing_ok=True)
    file = folder / f"crash-{clock.now():%Y%m%dT%H%M%S%f}-{os.getpid()}.txt"
    handle = open_own(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as out:
        out.write(report(error))
    return file


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(_CHAIN_LIMIT):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
