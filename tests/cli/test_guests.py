"""Guests through a real sshd: none of their attempts reaches anything that is not theirs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.guests.attempts import command
from tests.support.guests.library import NOOR, SECRET
from tests.support.guests.plan import everything, selected
from tests.support.guests.trial import Trial, trial

OK = frozenset({0})


@pytest.fixture(scope="module")
def tried() -> Iterator[Trial]:
    with trial() as made:
        yield made


def test_nothing_is_reached(tried: Trial) -> None:
    attempts = list(selected())
    assert len(attempts) >= 25
    for attempt in attempts:
        tried.attempt(attempt)
    assert [str(outcome) for outcome in tried.outcomes if outcome.reached] == []
    assert tried.watch.processes >= 15, "each was watched"


def test_what_would_be_reached_is_found_out(tried: Trial) -> None:
    """The judge is no rubber stamp: another guest's own things, seen by this guest, would be a finding."""
    theirs = tried.attempt(command("controls", "list ls --format json", OK, key=NOOR))
    assert any("what only its owner may see" in reached for reached in theirs.reached)
    wrong = tried.attempt(command("controls", "list ls", frozenset({77})))
    assert wrong.reached == ("exit code 0",)


@pytest.mark.parametrize(
    ("event", "breach"),
    [
        (["open", "{home}/config/config.toml", "r", 0], ""),
        (["open", "{home}/config/config.toml", "w", 577], "it wrote {home}/config/config.toml (open)"),
        (["open", "{home}/state/keys.json", "r", 0], ""),
        (["os.rename", "{home}/state/keys.json", "x"], "it wrote {home}/state/keys.json (os.rename)"),
        (["open", "{home}/state/tokens/a.token", "r", 0], "it opened {home}/state/tokens/a.token (open)"),
        (["os.listdir", "{home}/data/backups"], "it opened {home}/data/backups (os.listdir)"),
        (["open", "{home}/cache/titles", "r", 0], "it opened {home}/cache/titles (open)"),
        (["open", "{home}/cache/guest-mika/titles", "w", 577], ""),
        (["open", "/etc/shadow", "r", 0], "it opened /etc/shadow (open)"),
        (["open", "/usr/share/zoneinfo/../../../etc/shadow", "r", 0], "it opened /etc/shadow (open)"),
        (["open", "/usr/share/zoneinfo/Europe/Berlin", "r", 0], ""),
        (["subprocess.Popen", "sh", "['sh']"], "it started something: subprocess.Popen sh"),
        (["os.fork"], "it started something: os.fork None"),
        (["socket.connect", "<socket>", "('192.0.2.1', 80)"], "it connected to ('192.0.2.1', 80)"),
        (["environ", "HOME", "LD_PRELOAD", "LC_ALL"], "it set the environment: LD_PRELOAD"),
    ],
)
def test_the_watch_knows_what_is_allowed(tried: Trial, event: list[object], breach: str) -> None:
    home = str(tried.library.home)
    tried.watch.forget()
    line = json.dumps(event).replace("{home}", home)
    Path(tried.folder, "audit", "1.jsonl").write_text(line)
    assert list(tried.watch.breaches()) == ([breach.replace("{home}", home)] if breach else [])
    tried.watch.forget()


def test_each_attempt_is_one_of_its_own() -> None:
    names = [(attempt.area, attempt.what) for attempt in everything()]
    assert len(names) >= 200
    assert len(set(names)) == len(names)
    assert SECRET not in str(names), "or an echo of what was typed would be taken for a leak"
