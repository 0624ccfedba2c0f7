"""Hostile strings on every way into every command, in a real terminal: what comes out of it, and how it ends."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

from catlog.config import Settings
from catlog.errors import ExitCode
from catlog.text import clean
from tests.support.cli import CommandLine
from tests.support.console import Console, Shown, crooked_rows
from tests.support.hostile import at_random, structured
from tests.support.hostile_library import FIRST_ID
from tests.support.hostile_lists import LISTS
from tests.support.hostile_walk import SIGN
from tests.support.jikan.answer import json_answer
from tests.support.jikan.besieged import Besieged
from tests.support.jikan.mutations import PER_PAGE, Entries
from tests.support.outpour import driving
from tests.tui.harness import NOW

READS = (
    """
list ls|list ls --format csv|list ls --format json|list history --limit 500|list leftovers|list export
list leftovers --format json|list export --to mal-xml|list export --to csv|search a1 --limit 200|next|seasonal
search a2 --limit 200 --format csv|search a3 --limit 200 --format json|schedule|recommend|random|stats|cat|etl logs
stats --format json|etl validate|analytics climbers|analytics fallers|analytics momentum|analytics new-entries
analytics streaks|analytics validate|account whoami|account sessions|db info|db doctor|config show|config path
etl logs --format json|cat --format json|recommend --format csv|seasonal --format json
""".strip()
    .replace("\n", "|")
    .split("|")
)
"""Every command that reads the library, with its forms."""

TAKES = (
    """
{}|--{}|list {}|list ls --{}|list add {}|list set {} --score 5|list set 1 --score {}|list watch {}|list watch 1 {}
list rm {}|list ls -q {}|list ls -q title:{}|list ls --sort {}|list ls --view {}|list ls --status {}|list history {}
list undo --steps {}|list import {}|list import x --from {}|list edit {}|list export --to {}|list add 1 --start {}
list add 1 --note {} --tag {}|search {}|search {} {} --limit 3|show {}|cat name {}|cat {}|etl {}|etl run --source {}
etl run --date {}|etl reprocess {}|etl drop-day {}|etl import-history {}|etl import-catalogue {}|db {}|account {}
etl import-crossids {}|analytics history {}|analytics climbers --as-of {}|analytics show {}|db restore {}|config {}
db import-web {}|account timezone {}|completion {}|seasonal {}|random --type {}|recommend --genre {}|stats --year {}
ssh-entry --user {}|spark {}|analytics {}
""".strip()
    .replace("\n", "|")
    .split("|")
)
"""Every command and option that takes words; a string goes where the braces are."""

NAMED: tuple[str, ...] = (
    "list import {}",
    "etl import-history {}",
    "etl import-catalogue {}",
    "etl import-crossids {}",
    "list edit {}",
)
NAMED += ("db restore {}", "list export -o {}", "db backup --output {}")

VARIABLES = ("TZ", "LANG", "LC_ALL", "USER", "LOGNAME", "TERM", "COLUMNS", "SSH_CONNECTION", "SSH_ORIGINAL_COMMAND")
_NO_SETTINGS = ("paths", "ssh_client", "ssh_command", "guest", "term", "no_color", "machine_zone", "origins")
SETTINGS = tuple(name for name in Settings.__dataclass_fields__ if name not in _NO_SETTINGS)

AFTER_SURROUNDINGS = ("config show", "list ls --limit 3", "account whoami", "etl logs", "db info")

_FOREIGN_SURROGATES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_MARKUP_BEFORE_SIGN = re.compile(r"(?P<markup>\[[a-z@/$=:. ()]+\])(?P<sign>a[0-9]+)")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CUT = ("…", "~", ".")
_NOTHING_BEFORE = re.compile(r"[\s\",0-9a-f]")
_VERBS = ("UPDATE", "INSERT")

ENDINGS = frozenset(ExitCode) - {ExitCode.BUG}

_PARTS: tuple[str, ...] = (
    "title",
    "title_english",
    "title_japanese",
    "synopsis",
    "background",
    "duration",
    "source",
    "rating",
)
_PARTS += ("season", "status", "type", "url")


@dataclass
class Damage:
    """What was tried and what came of it. `seen` are the signs of the strings that came out, as words.

    `letters` counts the pieces of markup that stood before a sign as they were written, `run` has those that did not.
    """

    strings: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    output: int = 0
    seen: set[str] = field(default_factory=set)
    payloads: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    crooked: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    letters: int = 0
    endings: Counter[int] = field(default_factory=Counter)

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        return [*self.payloads, *self.crashes, *self.crooked, *self.run]

    def __str__(self) -> str:
        """Say it in a few words."""
        ways = ", ".join(f"{number:,} {way}" for way, number in sorted(self.strings.items()))
        ends = ", ".join(f"{number:,}x {code}" for code, number in sorted(self.endings.items()))
        return (
            f"{self.strings.total():,} strings ({ways}), {len(self.seen):,} of them seen as words,"
            f" {self.commands:,} commands (exits {ends}), {self.output / 1e6:.1f} MB out:"
            f" {len(self.payloads)} payloads, {len(self.crashes)} crashes, {len(self.crooked)} crooked rows,"
            f" {len(self.run)} markup run ({self.letters:,} times it stood there as letters)"
        )


class Assailant:
    """Attacks the commands of one library from all sides. The numbers of its strings go on from `first`."""

    def __init__(self, console: Console, library: CommandLine, folder: Path, seed: int, first: int = 0) -> None:
        self.damage = Damage()
        self._console, self._library, self._folder = console, library, folder
        self._rng, self._markup = Random(seed), dict[str, str]()
        self._signs, self._beginnings = set[str](), set[str]()
        self._strings = (text for at in count(first, 1000) for text in structured(self._rng, 1000, at))

    def reads(self, commands: Iterable[str] = READS) -> None:
        """Run what reads the library."""
        for command in commands:
            self._run(self._library, *command.split())

    def shows(self, ids: Iterable[int]) -> None:
        """Look at titles, each by itself."""
        for mal_id in ids:
            self._run(self._library, "show", mal_id)
            self._run(self._library, "analytics", "history", mal_id)

    def arguments(self, rounds: int, commands: Sequence[str] = TAKES) -> None:
        """Give every command strings for words."""
        for _ in range(rounds):
            for command in commands:
                self._run(self._library, *(self._filled(word) for word in command.split()))

    def names(self, rounds: int) -> None:
        """Name files by strings: some that are there, and some that are not."""
        for number in range(rounds):
            for command in NAMED:
                name = "".join(self._taken("file names", 1)).replace("/", "|").replace("\0", "")
                file = self._folder / name.encode("utf-8", "ignore")[:200].decode("utf-8", "ignore")
                if number % 2 and not file.exists():
                    file.write_text("".join(self._taken("contents of broken files", 5)), "utf-8", "ignore")
                self._run(self._library, *(word.format(file) if word == "{}" else word for word in command.split()))

    def surroundings(self, rounds: int) -> None:
        """Set every variable of the environment, and every value of config.toml, to strings."""
        home = Path(self._library.environ["CATLOG_HOME"])
        for _ in range(rounds):
            for name in (*VARIABLES, *(f"CATLOG_{setting.upper()}" for setting in SETTINGS)):
                value = "".join(self._taken("variables", 2)).replace("\0", "")
                hostile = CommandLine({**self._library.environ, name: value.encode("utf-8", "ignore").decode()})
                for command in AFTER_SURROUNDINGS:
                    self._run(hostile, *command.split())
            for setting in SETTINGS:
                text = next(self._taken("settings", 1)).encode("utf-8", "ignore").decode()
                (home / "config" / "config.toml").parent.mkdir(exist_ok=True)
                (home / "config" / "config.toml").write_text(f"{setting} = {json.dumps(text)}\n", "utf-8")
                (home / "config" / "config.toml").chmod(0o600)
                for command in AFTER_SURROUNDINGS:
                    self._run(self._library, *command.split())
            (home / "config" / "config.toml").write_text("", "utf-8")

    def lists(self, entries: int, *, twice: bool = True) -> None:
        """Import a list of that many entries in every format, and, where `twice`, see what that would change again."""
        for number, (form, make) in enumerate(LISTS.items()):
            file = self._folder / f"{form}.list"
            file.write_bytes(make(self._taken(f"by {form}", 10**9), range(number * entries, (number + 1) * entries)))
            self._run(self._library, "list", "import", "--no-backup", "--merge", "overwrite", file)
            if twice:
                self._run(self._library, "list", "import", "--no-backup", "--dry-run", "--format", "json", file)

    def edits(self, lines: int) -> None:
        """Read edits with strings in them from a file, and wrong ones."""
        file = self._folder / "edits"
        texts = self._taken("edits", lines)
        edits = "\n".join(f"set {FIRST_ID + at} --note {text}" for at, text in enumerate(texts))
        file.write_text(edits, "utf-8", "ignore")
        self._run(self._library, "list", "edit", file)

    def answers(self, good: Entries, pages: int) -> None:
        """Load pages of a source whose every text is a string, and search it online."""
        entries = [self._hostile(good[at % len(good)], at) for at in range(pages * PER_PAGE)]
        with Besieged() as jikan:
            cuts = range(0, len(entries), PER_PAGE)
            documents = ({"pagination": {"has_next_page": True}, "data": entries[cut : cut + PER_PAGE]} for cut in cuts)
            jikan.pages = tuple(json_answer(200, document) for document in documents)
            fast = {"jikan_urls": jikan.url, "jikan_rate": 1000, "jikan_backoff": 0.00001}
            catlog = self._library.having(**fast)
            self._run(catlog, "etl", "run", "--pages", pages, "--replace")
            self._run(catlog, "etl", "logs", "--limit", 5)
            self._run(catlog, "etl", "validate")

    def errors(self, database: Path, rounds: int) -> None:
        """Let the database itself complain in strings."""
        mal_id = self._library("list", "ls", "--limit", 1, "--format", "json").rows[0]["malId"]
        for _ in range(rounds):
            text = "".join(self._taken("errors of the database", 3)).encode("utf-8", "ignore").decode()
            words = text.replace("\0", "").replace("'", "''")
            fails = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            _executed(database, *(f'CREATE TRIGGER x{verb} BEFORE {verb} ON "UserAnime" {fails}' for verb in _VERBS))
            for command in (f"list watch {mal_id}", f"list set {mal_id} --note x", f"list rm {mal_id}", "list undo"):
                self._run(self._library, *command.split(), may_be_a_bug=True)
            _executed(database, *(f"DROP TRIGGER x{verb}" for verb in _VERBS))

    def _hostile(self, entry: dict[str, Any], number: int) -> dict[str, Any]:
        texts = self._taken("by answers", 30)
        changes: dict[str, Any] = {name: next(texts) for name in _PARTS}
        for name in ("genres", "themes", "studios"):
            changes[name] = [{"mal_id": 1, "name": next(texts)}, {"mal_id": 2, "name": next(texts)}]
        changes["title_synonyms"] = [next(texts) for _ in range(3)]
        changes["titles"] = [{"type": next(texts), "title": next(texts)}]
        place = {"mal_id": FIRST_ID + number, "rank": number + 1, "score": round(9.5 - number / 1e4, 2)}
        return {**entry, **changes, **place}

    def _filled(self, word: str) -> str:
        if "{}" not in word:
            return word
        if self._rng.random() < 0.2:
            self.damage.strings["arguments"] += 1
            return word.replace("{}", "".join(at_random(self._rng, 1)).replace("\0", "x"))
        return word.replace("{}", "".join(self._taken("arguments", self._rng.choice((1, 1, 5)))).replace("\0", ""))

    def _taken(self, way: str, most: int) -> Iterator[str]:
        for text in islice(self._strings, most):
            self.damage.strings[way] += 1
            seen = clean(text)
            # A digit behind the sign of one string makes it that of another.
            signs = {found[0] for found in SIGN.finditer(seen)}
            for sign in signs & self._signs:
                self._markup.pop(sign, None)
            # Two lone surrogates next to each other become a letter in JSON: what then stands before the sign is that.
            markup = None if _SURROGATES.search(text) else _MARKUP_BEFORE_SIGN.search(seen)
            if markup is not None and markup["sign"] not in self._signs:
                self._markup[markup["sign"]] = markup["markup"]
            self._signs |= signs
            self._beginnings.update(sign[:end] for sign in signs for end in range(2, len(sign)))
            yield text

    def _run(self, catlog: CommandLine, *given: object, may_be_a_bug: bool = False) -> Shown:
        # No other surrogates than those of bytes that are no text can come from a command line.
        argv = tuple(_FOREIGN_SURROGATES.sub("\udc80", str(word)) for word in given)
        damage = self.damage
        shown = self._console(catlog, *argv)
        command_line = ascii(argv)[:150]
        damage.commands += 1
        damage.output += len(shown.output)
        damage.endings[shown.code] += 1
        for found in SIGN.finditer(shown.output):
            damage.seen.add(found[0])
            # Cut by a column or a limit, the sign of another string looks like this one.
            is_cut = shown.output[found.end() : found.end() + 1] in _CUT or found[0] in self._beginnings
            if (markup := self._markup.get(found[0])) is not None and not is_cut:
                before = shown.output[max(0, found.start() - len(markup)) : found.start()]
                damage.letters += before == markup
                # In a hash stands what looks like a sign, and at the beginning of a cell or a line nothing before it.
                if before[-1:] not in ("", markup[-1]) and not _NOTHING_BEFORE.match(before[-1:]):
                    damage.run.append(f"{command_line}: {before!a} instead of {markup!a} before {found[0]}")
        data = "csv" in argv or "mal-xml" in argv or argv[:2] == ("list", "export")  # where a tab is a tab
        damage.payloads += [
            f"{command_line}: {found!a}" for found in driving(shown.output) if not (data and found == "\t")
        ]
        if shown.code not in ENDINGS and not (may_be_a_bug and shown.code == ExitCode.BUG):
            damage.crashes.append(f"{command_line}: exit {shown.code}: {shown.output[-300:]!a}")
        damage.crooked += [f"{command_line}: {row!a}" for row in crooked_rows(shown.output)]
        return shown


def _executed(database: Path, *statements: str) -> None:
    with sqlite3.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def commands_of(settings: Settings) -> CommandLine:
    """Return the command line on a library, as it is in a terminal with colours."""
    home = {"CATLOG_HOME": str(settings.paths.config.parent), "CATLOG_NOW": NOW.isoformat()}
    return CommandLine({**home, "TERM": "xterm-256color", "LANG": "C.UTF-8", "CATLOG_JIKAN_URLS": "http://127.0.0.1:9"})
