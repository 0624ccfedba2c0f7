"""Passwords: which are accepted, how they are kept, and what verifying costs."""

import fcntl
import multiprocessing
import threading
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path

import bcrypt
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.accounts import passwords
from catlog.accounts.names import fold
from catlog.accounts.passwords import (
    COMMON_PASSWORDS,
    SLOTS,
    check_new_password,
    hash_password,
    hashing_slot,
    is_usable,
    needs_rehash,
    verify_password,
)
from catlog.errors import BusyError, InvalidArgumentError
from catlog.paths import paths_under


@pytest.mark.parametrize(
    "password", ["aaaabbbb", "12 words", "пароль кота", "x" * 1024, "猫が好きです本当に", "        8"]
)
def test_a_password_needs_length_and_nothing_else(password: str) -> None:
    check_new_password(password, "mika")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "8 to 1024"),
        ("seven77", "8 to 1024"),
        ("x" * 1025, "8 to 1024"),
        ("Mika.Mika", "user name"),
        ("password", "first"),
        ("PassWord1", "first"),
        ("ｑｗｅｒｔｙ１２３", "first"),
        ("correct horse battery staple", "first"),
    ],
)
def test_a_guessable_password_is_refused(password: str, reason: str) -> None:
    with pytest.raises(InvalidArgumentError, match=reason):
        check_new_password(password, "mika.mika")


def test_the_shipped_list_is_sorted_folded_and_long_enough_to_matter() -> None:
    words = COMMON_PASSWORDS.read_text("utf-8").splitlines()
    assert words == sorted(set(words))
    assert len(words) > 500
    assert all(fold(word) == word and len(word) >= 8 for word in words)


def test_a_hash_is_argon2id_with_at_least_46_mib() -> None:
    parameters = extract_parameters(hash_password("otters knit"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 46 * 1024
    assert (parameters.time_cost, parameters.parallelism) == (1, 1)


def test_the_same_password_is_never_hashed_the_same() -> None:
    assert hash_password("otters knit") != hash_password("otters knit")


@settings(max_examples=5)
@given(st.text(max_size=30))
def test_a_password_fits_its_own_hash_and_no_other(password: str) -> None:
    stored = hash_password(password)
    assert verify_password(stored, password)
    assert not verify_password(stored, password + "x")


def test_a_password_may_be_typed_on_another_keyboard() -> None:
    assert verify_password(hash_password("caf\u00e9 au lait"), "cafe\u0301 au lait")


def test_a_user_who_does_not_exist_is_verified_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *args: asked.append(args[1]) or verify(*args))
    assert not verify_password(None, "otters knit")
    assert extract_parameters(asked[0]) == extract_parameters(hash_password("otters knit"))


@pytest.mark.parametrize("stored", ["!", "", "plain", "$argon2id$", "$2b$xx$" + "a" * 53, "$2b$31$" + "a" * 53])
def test_an_account_without_a_password_costs_the_same_work_as_any_other(
    monkeypatch: pytest.MonkeyPatch, stored: str
) -> None:
    asked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *args: asked.append(args[1]) or verify(*args))
    assert not is_usable(stored)
    assert not verify_password(stored, "otters knit")
    assert [extract_parameters(one) for one in asked] == [extract_parameters(hash_password("otters knit"))]


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$", "$2b$", "$2b$12$short", "$2b$xx$" + "a" * 53, "md5:abc"])
def test_a_damaged_hash_fits_nothing(stored: str) -> None:
    assert not verify_password(stored, "plain")


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
def test_an_imported_bcrypt_hash_is_verified_and_due_for_renewal(prefix: bytes) -> None:
    stored = bcrypt.hashpw("otters knit ü".encode(), bcrypt.gensalt(4, prefix)).decode()
    assert verify_password(stored, "otters knit ü")
    assert not verify_password(stored, "otters knit")
    assert needs_rehash(stored)


def test_a_long_password_fits_the_bcrypt_hash_that_was_made_of_its_beginning() -> None:
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert verify_password(stored, "x" * 100)


def test_a_bcrypt_hash_that_would_take_days_is_not_tried() -> None:
    stored = bcrypt.hashpw(b"otters knit", bcrypt.gensalt(4)).decode().replace("$04$", "$31$")
    assert not verify_password(stored, "otters knit")


def test_a_hash_with_other_parameters_is_due_for_renewal() -> None:
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("otters knit"))
    assert not needs_rehash(hash_password("otters knit"))


def test_no_more_than_four_hash_at_once(tmp_path: Path) -> None:
    paths = paths_under(tmp_path)
    inside, most = 0, 0
    counting = threading.Lock()
    gate, full = threading.Barrier(12), threading.Event()

    def hash_once() -> None:
        nonlocal inside, most
        gate.wait()
        with hashing_slot(paths):
            with counting:
                inside += 1
                most = max(most, inside)
                if inside == SLOTS:
                    full.set()
            full.wait(10)
            hash_password("otters knit")
            with counting:
                inside -= 1

    threads = [threading.Thread(target=hash_once) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == SLOTS == 4


def _hash_once(folder: Path, gate: Barrier, inside: "Synchronized[int]", most: "Synchronized[int]") -> None:
    gate.wait()
    with hashing_slot(paths_under(folder)):
        with inside.get_lock():
            inside.value += 1
            most.value = max(most.value, inside.value)
        for _ in range(200):  # the others get a chance to be inside too
            if inside.value >= SLOTS:
                break
            time.sleep(0.005)
        hash_password("otters knit")
        with inside.get_lock():
            inside.value -= 1


def test_no_more_than_four_processes_of_a_host_hash_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    gate, inside, most = context.Barrier(10), context.Value("i", 0), context.Value("i", 0)
    processes = [context.Process(target=_hash_once, args=(tmp_path, gate, inside, most)) for _ in range(10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 10
    assert most.value == SLOTS


def test_a_process_that_is_killed_gives_its_slot_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "SLOTS", 1)
    context = multiprocessing.get_context("fork")
    holds = context.Event()

    def hold() -> None:
        with hashing_slot(paths_under(tmp_path)):
            holds.set()
            time.sleep(600)

    holder = context.Process(target=hold)
    holder.start()
    holds.wait()
    monkeypatch.setattr(passwords, "TIMEOUT_SECONDS", 0.05)
    with pytest.raises(BusyError), hashing_slot(paths_under(tmp_path)):
        pass
    holder.kill()
    holder.join()
    with hashing_slot(paths_under(tmp_path)):
        pass


def test_who_waits_too_long_for_a_slot_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "TIMEOUT_SECONDS", 0.05)
    paths = paths_under(tmp_path)
    with hashing_slot(paths):
        files = []
        for number in range(SLOTS):
            file = (paths.state / "sign-in" / f"slot-{number}.lock").open("w")
            files.append(file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        with pytest.raises(BusyError), hashing_slot(paths):
            pass
        for file in files:
            file.close()
