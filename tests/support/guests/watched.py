"""Runs `catlog` with an audit hook that writes down what it opens, starts and connects to. Run, never imported.

    python -P watched.py FOLDER WORDS...

Each process adds a file to the folder: lines of JSON, an event with its arguments, each once. It needs nothing but
Python and CatLog, so that it can be copied to where another user may read it.
"""

import json
import os
import sys

_EVENTS = """
open os.chmod os.chown os.exec os.fork os.forkpty os.kill os.link os.listdir os.mkdir os.posix_spawn os.remove os.rename
os.rmdir os.scandir os.spawn os.symlink os.system os.truncate pty.spawn shutil.copyfile shutil.move shutil.rmtree
socket.bind socket.connect sqlite3.connect subprocess.Popen webbrowser.open builtins.breakpoint
cpython.run_interactivehook cpython.run_stdin cpython.run_startup
"""
EVENTS = frozenset(_EVENTS.split())


def watch(folder: str) -> None:
    """Write down, from now on, what happens in this process."""
    output = os.open(f"{folder}/{os.getpid()}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    seen: set[str] = set()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS:
            line = json.dumps([event, *(_plain(argument) for argument in arguments)])
            if line not in seen:
                seen.add(line)
                os.write(output, line.encode() + b"\n")

    os.write(output, json.dumps(["environ", *sorted(os.environ)]).encode() + b"\n")
    sys.addaudithook(hook)


def _plain(value: object) -> object:
    if isinstance(value, (str, bytes, os.PathLike)):
        return os.fsdecode(value)
    return value if isinstance(value, int) or value is None else repr(value)


if __name__ == "__main__":
    watch(sys.argv[1])
    sys.argv = ["catlog", *sys.argv[2:]]
    from catlog.__main__ import main

    main()
