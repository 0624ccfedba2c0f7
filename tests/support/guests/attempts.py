"""What guests try without the app: commands, options, words, variables, what else sshd can do, terminals, floods.

Nothing that is typed here is read by a shell before sshd's: each command is one word of an argument list. What names a
file names it by `way`, a link to the service account's folder, so that no answer can echo the folder's own name.
"""

import gzip
import os
import pickle
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from catlog.tui.chrome.notices import MIN_SIZE
from tests.library.people import FRIEREN, GINTAMA
from tests.support.guests.library import MIKA
from tests.support.guests.server import Ended
from tests.support.guests.trial import CARELESS_AREA, STRANGER, Attempt, Trial
from tests.support.terminal import PATIENCE, Terminal

OK, USAGE, MISSING, NO_TERMINAL, DATA, CONFLICT, NOT_ALLOWED, CONFIG, NO_SSH = 0, 2, 3, 64, 65, 75, 77, 78, 255

REFUSED = frozenset({NOT_ALLOWED})
WRONG = frozenset({USAGE, NOT_ALLOWED})
EMPTY = frozenset({OK, USAGE, MISSING})
"""Endings of a question to which there is no answer."""


_ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">%b]><myanimelist>%b</myanimelist>'
_ANIME = b"<anime><series_animedb_id>1</series_animedb_id><series_title>&e;</series_title></anime>"
_LAUGHS = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(9))
_IMPORTS = {
    "nothing": b"",
    "an entity of a file": _ENTITY % (b"", _ANIME),
    "a million laughs": _ENTITY % (_LAUGHS, _ANIME.replace(b"&e;", b"&l8;")),
    "a small file of 200 MB": gzip.compress(b" " * 2_000_000) * 100,
    "a pickle": pickle.dumps({"a": [1, 2, 3]}),
}
"""Files that some parsers would do something for."""


def command(
    area: str,
    what: str,
    codes: frozenset[int] = REFUSED,
    *options: str,
    key: str = MIKA,
    text: str | None = None,
    stdin: bytes = b"",
    sends: Mapping[str, str] | None = None,
    careless: bool = False,
) -> Attempt:
    """Return an attempt with one command; `text` is what is sent, where it is not `what`; "" asks for a shell.

    `{way}`, `{loot}` and `{session}` in it are the ways to the service's folder and the loot, and a session of another
    guest. `sends` are variables for the server.
    """

    def act(trial: Trial) -> Ended:
        sent = trial.placed(what if text is None else text)
        given = trial.placed(" ".join(f'"{name}={value}"' for name, value in (sends or {}).items()))
        more = [*map(trial.placed, options), *([f"-oSetEnv={given}"] if given else [])]
        words = trial.server.ssh(key, *more, careless=careless)
        return trial.server.run([*words, *(["--", sent] if sent else [])], stdin)

    return Attempt(area, what.replace("\n", "\\n")[:58], act, codes)


def commands() -> Iterator[Attempt]:
    """Yield commands that are for no guest, and one's own with another's things."""
    for text in (
        "sh", "bash -i", "/bin/sh -c id", "python3 -c 'print(1)'",  "env", "exec sh",
        "etl run --pages 1", "etl run --replace", "etl drop-day 2026-11-29 --yes", "etl prune --yes", "etl logs",
        "etl reprocess 1 --replace", "etl --help", "db backup", "db backup --output {loot}/x", "db info",
        "db restore {way}/data/backups --yes", "db doctor", "db upgrade", "db import-web", "db backup --help",
        "config show", "config path", "config set theme mono", "config show --help",
        "spark run", "analytics compute volatility", "completion bash", "demo", "tui", "catlog", "catlog tui",
        "account login --username keeper", "account register --username evil --email evil@example.org",
        "account logout", "account delete --yes --username mika",
        "ssh-entry --user noor", "catlog ssh-entry --user noor", "catlog catlog list ls", "python -m catlog list ls",
        "list import {way}/config/config.toml", "list import /dev/stdin", "list import /proc/self/environ",
        "list export --output {loot}/x", "list export --output=/dev/stdout", "list edit {way}/config/config.toml",
        "admin users", "admin disable noor", "admin role mika admin", "admin enable keeper",
        "scp -t {loot}", "scp -f {way}/state/keys.json", "sftp-server", "internal-sftp", "git-shell",
    ):  # fmt: skip
        yield command("commands", text)
    yield command("commands", "account sessions --revoke {session}", frozenset({MISSING}))
    yield command("commands", "account sessions --format json", frozenset({OK}))
    yield command("commands", "account whoami --format json", frozenset({OK}))
    yield command("commands", f"show {FRIEREN} --format json", frozenset({OK}))
    yield command("commands", f"list history {GINTAMA}", EMPTY)
    yield command("commands", "cat {way}/config/config.toml", WRONG)
    yield command("commands", "list edit", WRONG)
    yield command("commands", "list export", frozenset({OK}))
    yield command("commands", "list leftovers", EMPTY)
    for what, content in _IMPORTS.items():
        yield command("commands", f"list import -: {what}", EMPTY | {DATA}, text="list import -", stdin=content)
    yield command("commands", "list history --format json --limit 1000", frozenset({OK}))
    yield command("commands", f"list rm {GINTAMA}", frozenset({MISSING, CONFLICT}))
    yield command("commands", "list undo", frozenset({OK, MISSING}))
    yield command("commands", "list redo", frozenset({OK, MISSING}))
    yield command("commands", "recommend --format json", frozenset({OK}))
    yield command("commands", "analytics climbers --mine", frozenset({OK}))
    yield command("commands", "analytics show momentum", EMPTY)
    yield command("commands", "search frieren --on-list --format json", frozenset({OK}))
    yield command("commands", "seasonal --online", EMPTY)
    yield command("commands", "stats --format json", frozenset({OK}))


def options() -> Iterator[Attempt]:
    """Yield options that name files, and all ways to write one."""
    for text in (
        "next --ics {loot}/x.ics", "next --ics={loot}/x.ics", "next '--ics' {loot}/x.ics", 'next --i""cs={loot}/x',
        "next --short --ics={loot}/x", "next --days 3 --ics={loot}/x --short",
    ):  # fmt: skip
        yield command("options", text)
    for text in (
        "next --ic {loot}/x", "next -o {loot}/x", "next --output={loot}/x", "next -i{loot}/x",
        "list ls -qo{loot}/x --out {loot}/x", "list ls --database-url sqlite:///{loot}/x", "list ls --format ../../x",
        "list ls --config {loot}/x", "--database-url sqlite:///{loot}/x list ls", "--user noor list ls",
        "list ls --user noor", "-h", "--version", "list", "analytics show momentum --out {loot}/x",
        "stats --chart {loot}/x", "list ls --status @{way}/config/config.toml", "list ls --sort {way}/state/keys.json",
    ):  # fmt: skip
        yield command("options", text, WRONG)
    for text in (
        "next -- --ics {loot}/x", "search -- --ics={loot}/x", "search @{way}/config/config.toml",
        "search --genre @{way}/config/config.toml", "show @{way}/state/keys.json", "show {way}/state/keys.json",
        "show file://{way}/state/keys.json", "list ls --view ../../config/config", "list ls -q @{way}/state/keys.json",
        "list add @{way}/config/config.toml", "schedule --zone {way}/config/config.toml", "schedule --zone /etc/shadow",
        "account timezone /etc/passwd", "account timezone :/etc/passwd", "account timezone ../../../etc/passwd",
        "account timezone {way}/config/config.toml",
    ):  # fmt: skip
        yield command("options", text, EMPTY | WRONG | {NOT_ALLOWED})
    yield command("options", "list set 1 --note @{way}/config/config.toml", frozenset({OK}))
    yield command("options", "list ls --format json, after that", frozenset({OK}), text="list ls --format json")
    yield command("options", "cat name @{way}/state/keys.json", frozenset({OK, USAGE}))
    streams = f"1\n2\n{FRIEREN}\n".encode()
    yield command("options", "list add -", EMPTY | {DATA}, stdin=streams)
    yield command("options", "account password --password-stdin", REFUSED, stdin=b"guess\nanother password\n")


def words() -> Iterator[Attempt]:
    """Yield what a shell would act on, and what a parser might stumble over."""
    for text in (
        "list ls; touch {loot}/x", "list ls && touch {loot}/x", "list ls | tee {loot}/x", "list ls > {loot}/x",
        "list ls $(touch {loot}/x)", "list ls `touch {loot}/x`", "list ls\ntouch {loot}/x", "list ls & touch {loot}/x",
        "list ls <(touch {loot}/x)", "list ls ${IFS}touch", "list ls\r\ntouch {loot}/x", "list ls -q \"`id`\" --out x",
    ):  # fmt: skip
        yield command("words", text, frozenset({OK}) | WRONG | EMPTY)
    for text in (
        "'list", 'list "ls', "list ls \\", " ", "''", "\n", "\t", "-", "--", "#", "list\u00a0ls", "l\u0456st ls",
        "\uff4c\uff49\uff53\uff54 ls", "d\u200bb backup", "\u202edb backup", "LIST ls", "list/ls", "../list ls",
        "list%20ls", "%n%n%s%s", "{0.__class__}", "[bold]list[/] ls", "\x1b]52;c;aGk=\x07", "list\\0ls", "\\x00",
        "DB backup",
    ):  # fmt: skip
        name = text.encode("unicode_escape").decode() if not text.isprintable() or not text.strip() else text
        yield command("words", f"these letters alone: {name}", WRONG, text=text)
    yield command("words", "100,000 letters", WRONG, text="x" * 100_000)
    yield command("words", "10,000 words", WRONG, text="list ls " + "x " * 10_000)
    yield command("words", "bytes that are no text", WRONG, text=os.fsdecode(b"list \xff\xfe\x9b31m ls"))
    yield command("words", "search, of bytes that are no text", EMPTY, text=os.fsdecode(b"search \xff\xfe\x9b31m"))
    yield command(
        "words", "search, of what drives a terminal", EMPTY, text="search '\x1b]52;c;aGk=\x07\x9b2J[@click=x]'"
    )


HOSTILE_VARIABLES: tuple[dict[str, str], ...] = (
    {"CATLOG_DATABASE_URL": "sqlite:///{loot}/x"},
    {"CATLOG_DATABASE_PASSWORD_COMMAND": "touch {loot}/x"},
    {"CATLOG_HOME": "{loot}"},
    {"CATLOG_JIKAN_URLS": "http://127.0.0.1:1/v4"},
    {"CATLOG_SPARK_TARGET": "spark://127.0.0.1:1"},
    {"CATLOG_NOW": "2030-01-01"},
    {"CATLOG_WEB_DATABASE_URL": "x:hidden"},
    {"_CATLOG_COMPLETE": "bash_source"},
    {"_CATLOG_COMPLETE": "bash_complete", "COMP_WORDS": "catlog list ls --view ", "COMP_CWORD": "4"},
    {"SSH_ORIGINAL_COMMAND": "db backup"},
    {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 2"},
    {"TZ": ":/etc/shadow"},
    {"TZ": "{way}/config/config.toml"},
    {"TZ": "../../../../etc/passwd"},
    {"TERM": "../../../etc/passwd"},
    {"TERMINFO": "{loot}", "TERM": "evil"},
    {"TERMINFO_DIRS": "{way}/config"},
    {"COLUMNS": "99999999", "LINES": "-1"},
    {"HOME": "{loot}"},
    {"XDG_CONFIG_HOME": "{loot}", "XDG_DATA_HOME": "{loot}", "XDG_CACHE_HOME": "{loot}"},
    {"TMPDIR": "{loot}"},
    {"EDITOR": "touch {loot}/x", "VISUAL": "touch {loot}/x", "PAGER": "touch {loot}/x", "BROWSER": "touch {loot}/x"},
    {"TEXTUAL_LOG": "{loot}/x", "TEXTUAL": "debug,devtools"},
    {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": "{loot}"},
    {"LC_ALL": "../../etc/passwd"},
    {"LC_ALL": "xx_XX.nothing", "LANG": "\x1b[31m"},
    {"NO_COLOR": "{way}", "COLORTERM": "\x1b]0;x\x07"},
)
"""Variables that a client sends; those of the interpreter and the loader follow for the server as it should be."""

_BEFORE_CATLOG: tuple[dict[str, str], ...] = (
    {"PYTHONINSPECT": "1"},
    {"PYTHONSTARTUP": "{loot}/x", "PYTHONPATH": "{loot}"},
    {"PYTHONVERBOSE": "1"},
    {"LD_PRELOAD": "{loot}/x.so"},
    {"LD_DEBUG": "libs"},
    {"BASH_ENV": "$(touch {loot}/x)", "ENV": "$(touch {loot}/x)"},
    {"GCONV_PATH": "{loot}"},
    {"SSLKEYLOGFILE": "{loot}/x"},
    {"HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"},
    {"PGSERVICEFILE": "{loot}/x", "PGPASSFILE": "{way}/config/config.toml", "PGOPTIONS": "-c x=y"},
    {"SQLITE_TMPDIR": "{loot}"},
)


def environment() -> Iterator[Attempt]:
    """Yield variables that a client sends to a server as it should be."""
    for variables in (*HOSTILE_VARIABLES, *_BEFORE_CATLOG):
        told = " ".join(f"{name}={value}" for name, value in variables.items()).encode("unicode_escape").decode()
        yield command("environment", told, frozenset({OK}), text="list --help", sends=variables)


def careless() -> Iterator[Attempt]:
    """Yield the same against a server that takes them."""
    for variables in HOSTILE_VARIABLES:
        told = " ".join(f"{name}={value}" for name, value in variables.items()).encode("unicode_escape").decode()
        codes = frozenset({OK, USAGE, CONFIG, NOT_ALLOWED})
        yield command(CARELESS_AREA, told, codes, text="list ls --format json", sends=variables, careless=True)


def connections() -> Iterator[Attempt]:
    """Yield what sshd can do beside running commands, and lines of authorized_keys as they should not be."""
    failed, shown = frozenset({1, NO_SSH}), frozenset({OK})
    yield command("connections", "the subsystem sftp", REFUSED, "-s", text="sftp")
    yield command("connections", "a subsystem that there is not", failed | REFUSED, "-s", text="netconf")
    for program, way in (("sftp", "sftp"), ("scp", "scp -s"), ("scp", "scp -O")):
        yield _copying(program, way)
    yield command("connections", "a port of the server (-W)", failed, "-W", "127.0.0.1:22", text="")
    exit_on_failure = "-oExitOnForwardFailure=yes"
    yield command(
        "connections", "a port for the server (-R)", failed, exit_on_failure, "-N", "-R", "0:127.0.0.1:9", text=""
    )
    yield command(
        "connections", "a socket for the server (-R)", failed, exit_on_failure, "-N", "-R", "{loot}/s:/x", text=""
    )
    yield command("connections", "a tunnel (-w)", failed, exit_on_failure, "-N", "-w", "any:any", text="")
    yield command("connections", "the agent (-A)", shown, "-A", text="list ls")
    yield command("connections", "a display (-Y)", shown, "-Y", text="list ls")
    yield command("connections", "a key that nobody knows", failed, key=STRANGER, text="list ls")
    yield command("connections", "no command and no terminal", frozenset({NO_TERMINAL}), "-T", text="")
    yield command("connections", "a line that names nobody", frozenset({USAGE}), key="unnamed", text="list ls")
    yield command("connections", "a line for a user that there is not", REFUSED, key="nobody", text="list ls")
    yield command("connections", "a line whose user is a command", REFUSED, key="misspelt", text="list ls")
    yield command("connections", "a line without a terminal", failed | {NO_TERMINAL}, "-tt", key="without-pty", text="")


def _copying(program: str, way: str) -> Attempt:
    def act(trial: Trial) -> Ended:
        more = way.split()[1:]
        place = f"{trial.server.user.name}@127.0.0.1:{trial.alias}/state/keys.json"
        words = trial.server.ssh(MIKA, *more, program=program)
        ended = trial.server.run([*words, place, str(trial.server.client / "stolen")])
        if (stolen := trial.server.client / "stolen").exists():
            return Ended(ended.code, ended.output + stolen.read_bytes(), ended.errors)
        return ended

    return Attempt("connections", f"{way}, of the signing keys", act, frozenset({1, NOT_ALLOWED, NO_SSH}))


def floods() -> Iterator[Attempt]:
    """Yield too much of everything."""
    yield command("floods", "8 MB of input to a command", frozenset({OK}), text="list ls", stdin=b"y\n" * 4_000_000)
    yield command("floods", "8 MB of input to a refusal", REFUSED, text="db backup", stdin=b"y\n" * 4_000_000)
    yield command("floods", "8 MB of words to add", EMPTY | {DATA}, text="list add -", stdin=b"9" * 8_000_000)

    def many(trial: Trial) -> Ended:
        words = [*trial.server.ssh(MIKA), "list ls --format json"]
        with ThreadPoolExecutor(12) as pool:
            ended = list(pool.map(lambda _: trial.server.run(words), range(12)))
        return Ended(max(one.code for one in ended), b"".join(one.output for one in ended))

    yield Attempt("floods", "12 sessions at once", many, frozenset({OK}))
    yield command(
        "floods",
        "a wrong password",
        REFUSED,
        text="account password --password-stdin",
        stdin=b"a wrong guess\nlong enough to be one\n",
    )


def terminals() -> Iterator[Attempt]:
    """Yield terminals that are none, too small, too large, or gone."""
    dumb = {"TERM": "dumb"}
    yield _terminal("a dumb terminal", codes=frozenset({NO_TERMINAL}), environ=dumb)
    yield _terminal("a terminal of that name: ../../etc/passwd", environ={"TERM": "../../../etc/passwd"})
    yield _terminal("a terminal of 1 x 1", columns=1, rows=1)
    yield _terminal("a terminal of 400 x 150", columns=400, rows=150)
    yield _terminal("ctrl+z, ctrl+\\, ctrl+s, ctrl+o", keys="\x1a\x1c\x13\x11\x0f\x1b")
    yield _terminal("a paste of 1 MB that does not end", keys="\x1b[200~" + "x" * 1_000_000 + "\x1b[201~")
    yield _terminal("ssh's own escapes: ~C, ~#, ~?", keys="\r~#\r~?\r~C-L 9:127.0.0.1:9\r")
    yield _terminal("answers that no terminal was asked for", keys="\x1b]52;c;aGk=\x07\x1bP1+r544e=41\x1b\\\x1b[1;1R")
    yield _terminal("a command on a terminal", codes=REFUSED, command="db backup")
    yield _terminal("a shell on a terminal", codes=REFUSED, command="sh -i")
    yield _gone("the line is cut while an edit is typed", hang_up=True)
    yield _gone("the client is killed while an edit is typed", hang_up=False)


def _terminal(
    what: str,
    *,
    keys: str = "",
    command: str = "",
    columns: int = 120,
    rows: int = 30,
    environ: Mapping[str, str] | None = None,
    codes: frozenset[int] = frozenset({OK}),
) -> Attempt:
    def act(trial: Trial) -> Ended:
        words = [*trial.server.ssh(MIKA, "-tt"), *(["--", command] if command else [])]
        with Terminal(words, columns=columns, rows=rows, environ=environ) as terminal:
            if codes == {OK}:
                opened(terminal)
                if keys:
                    terminal.press(keys)
                    terminal.rest()
                leave(terminal)
            return Ended(terminal.end(), bytes(terminal.received))

    return Attempt("terminals", what, act, codes)


def _gone(what: str, *, hang_up: bool) -> Attempt:
    def act(trial: Trial) -> Ended:
        with Terminal(trial.server.ssh(MIKA, "-tt"), columns=120, rows=30) as terminal:
            opened(terminal)
            terminal.press("\x1bOQ")
            terminal.wait_for("One Piece")
            terminal.press("nsome notes")
            terminal.wait_for("some notes")
            if hang_up:
                terminal.hang_up()
            else:
                terminal.signal(9)
            code = terminal.end()
        left = trial.watch.still_running()
        return Ended(0 if not left else 1, bytes(terminal.received), f"{what}: {code}, left {left}".encode())

    return Attempt("terminals", what, act, frozenset({0}))


def opened(terminal: Terminal) -> None:
    """Wait until the app reads keys, before which the terminal itself acts on some, and knows who is there."""
    terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.received, "the app")
    if terminal.screen.columns >= MIN_SIZE[0]:
        terminal.wait_for(MIKA)


def leave(terminal: Terminal) -> None:
    """Leave the app from wherever it is: everything on top is closed, and what still runs is cancelled."""
    until = time.monotonic() + PATIENCE
    with suppress(OSError):  # the terminal of an app that has ended meanwhile
        while terminal.process.poll() is None:
            terminal.press("\x1b" * 4)
            terminal.rest(first=1.0)
            terminal.press("\x11")
            terminal.rest(first=1.0)
            if "and leave?" in terminal.text:
                terminal.press("y")
            if time.monotonic() > until:
                raise AssertionError(f"the app does not end; the screen is:\n{terminal.text}")


def everything() -> Iterator[Attempt]:
    """Yield all attempts without the app's doors."""
    yield from commands()
    yield from options()
    yield from words()
    yield from environment()
    yield from connections()
    yield from terminals()
    yield from floods()
    yield from careless()
