"""What is one's own is opened; what somebody else owns or may change, or is no plain file, is refused by name."""

import errno
import grp
import os
import pwd
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from catlog import ownership
from catlog.errors import ExitCode
from catlog.ownership import (
    NotOwnError,
    check_file,
    check_folder,
    open_own,
    open_plain,
    problems_of_file,
    problems_of_folder,
    read_own,
)
from catlog.paths import make_folder, make_private
from tests.ownership.spoilt import SOMEBODY, SPOILT, as_link, condition, elsewhere, for_all, made

ME = os.geteuid()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return made(tmp_path / "home" / "state" / "x.json", b"content")


def given_away(path: Path) -> int:
    """Make a path somebody else's, and return who asks for it: root as itself, another runner as if it were root.

    To root nothing but root's is its own, so that what a runner without rights makes is somebody else's to it.
    """
    if ME == 0:
        os.chown(path, SOMEBODY, -1, follow_symlinks=False)
    return 0


def whose(path: Path) -> str:
    uid = path.lstat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def test_a_file_of_ones_own_is_read_written_and_closed_to_children(file: Path) -> None:
    assert read_own(file, secret=True) == b"content"
    handle = open_own(file, os.O_RDWR | os.O_TRUNC)
    assert not os.get_inheritable(handle)
    assert os.fstat(handle).st_size == 0
    os.close(handle)
    new = file.with_name("new")
    os.close(open_own(new, os.O_CREAT | os.O_WRONLY))
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert check_file(file) == file.resolve()
    assert check_folder(file.parent)
    assert problems_of_file(file) == problems_of_folder(file.parent) == []


def test_what_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "where" / "x"
    with pytest.raises(FileNotFoundError):
        read_own(missing)
    assert check_file(missing) is None
    assert not check_folder(missing)
    assert problems_of_file(missing) == []


@pytest.mark.parametrize("kind", SPOILT)
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR | os.O_CREAT, os.O_WRONLY | os.O_TRUNC], ids=["r", "rw", "w"])
def test_a_spoilt_file_is_refused_unread_and_unwritten(file: Path, kind: str, flags: int) -> None:
    spoil, words = SPOILT[kind]
    spoil(file)
    before = condition(file.parent)

    with pytest.raises(NotOwnError) as caught:
        open_own(file, flags)

    error, mode = caught.value, stat.S_IMODE(file.lstat().st_mode)
    assert error.exit_code is ExitCode.CONFIG
    assert error.message.startswith(f"{file} {words}")
    assert f"of {whose(file)}, mode {mode:04o}" in error.message
    assert condition(file.parent) == before
    with pytest.raises(NotOwnError):
        check_file(file)


@pytest.mark.parametrize("kind", ["a FIFO", "a folder", "for all", "a link"])
def test_the_hint_is_a_command_that_mends_it(file: Path, kind: str) -> None:
    file = file.rename(file.with_name("it's x.json"))
    SPOILT[kind][0](file)
    (trouble,) = problems_of_file(file)
    subprocess.run(trouble.remedy, shell=True, check=True)
    assert problems_of_file(file) == []
    os.close(open_own(file, os.O_RDWR | os.O_CREAT))


def test_somebody_elses_file_is_refused(file: Path) -> None:
    uid = given_away(file)
    trouble = problems_of_file(file, uid=uid)[-1]
    assert trouble.message == f"{file} belongs to {whose(file)} (mode 0600), and CatLog runs as root"
    assert trouble.remedy.endswith(f"chown root {shlex.quote(str(file))}")
    with pytest.raises(NotOwnError, match="belongs to"):
        read_own(file, uid=uid)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_somebody_elses_folder_is_refused_however_far_above(tmp_path: Path, level: int) -> None:
    file = made(tmp_path / "a" / "b" / "c" / "x", b"")
    folder = tmp_path / "abc"[0] / "/".join("bc"[:level])
    uid = given_away(folder)
    assert str(folder) in [trouble.path for trouble in problems_of_file(file, uid=uid)]
    with pytest.raises(NotOwnError, match="belongs to"):
        check_folder(file.parent, uid=uid)


def test_what_root_owns_is_fine_for_everybody_and_root_takes_what_is_roots_alone() -> None:
    # /etc/passwd and the folders above it are root's wherever these tests run, and everybody may read them.
    assert problems_of_file(Path("/etc/passwd"), uid=SOMEBODY) == []
    assert problems_of_file(Path("/etc/passwd"), uid=0) == []
    (secret,) = problems_of_file(Path("/etc/passwd"), secret=True, uid=SOMEBODY)
    assert "open to other users (of root, mode 0644)" in secret.message
    assert secret.remedy.endswith("sudo chmod 600 /etc/passwd")


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_folder_that_all_may_write_is_refused_however_far_above(tmp_path: Path, level: int) -> None:
    file = made(tmp_path / "a" / "b" / "c" / "x", b"")
    folder = file.parents[level]
    for_all(folder)
    with pytest.raises(NotOwnError) as caught:
        read_own(file)
    assert caught.value.message == f"{folder} can be changed by others (of {whose(folder)}, mode 0777)"
    assert caught.value.hint == f"chmod go-w {folder}"
    with pytest.raises(NotOwnError):
        make_private(file.parent / "new")
    assert not (file.parent / "new").exists()


def test_a_folder_like_tmp_is_fine_but_for_second_names(file: Path) -> None:
    file.parent.chmod(0o1777)
    assert read_own(file) == b"content"
    os.link(file, file.with_name("second"))
    with pytest.raises(NotOwnError, match=r"has 2 names .*, and others may have given it this one"):
        read_own(file)
    file.parent.chmod(0o700)
    assert read_own(file) == b"content", "in a folder of one's own the second name is one's own too, as of a backup"


def private_group(monkeypatch: pytest.MonkeyPatch, *, name: str, members: list[str], primary: bool = True) -> None:
    """Let the owner of every file be mika, and the group of every file be `name`, with these members."""
    gid = SOMEBODY if primary else SOMEBODY + 1
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="mika", pw_gid=gid, pw_dir="/nonexistent"))
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_name=name, gr_mem=members, gr_gid=SOMEBODY))
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        status = list(real(path))
        status[stat.ST_GID] = SOMEBODY
        return os.stat_result(status)

    monkeypatch.setattr(os, "lstat", lstat)


@pytest.mark.parametrize("members", [[], ["mika"]])
def test_a_folder_of_a_private_group_is_ones_own_as_umask_002_makes_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, members: list[str]
) -> None:
    file.parent.chmod(0o775)
    private_group(monkeypatch, name="mika", members=members)
    assert read_own(file) == b"content"
    file.chmod(0o664)
    with pytest.raises(NotOwnError, match="can be changed by the group mika"):
        read_own(file)


@pytest.mark.parametrize(
    ("name", "members", "primary"), [("club", [], True), ("mika", ["mika", "eve"], True), ("mika", [], False)]
)
def test_a_folder_of_any_other_group_is_not(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, members: list[str], primary: bool
) -> None:
    file.parent.chmod(0o775)
    private_group(monkeypatch, name=name, members=members, primary=primary)
    with pytest.raises(NotOwnError, match=f"can be changed by the group {name}"):
        read_own(file)


def test_an_access_list_makes_a_private_group_no_longer_private(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.parent.chmod(0o775)
    private_group(monkeypatch, name="mika", members=[])
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "listxattr", lambda *_, **__: ["system.posix_acl_access"], raising=False)
    with pytest.raises(NotOwnError, match="can be changed by the group"):
        read_own(file)


def test_what_is_above_home_is_the_systems_affair_but_for_paths_that_do_not_lead_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = made(tmp_path / "shared" / "mika" / "x", b"mine").parent
    beside = made(tmp_path / "shared" / "eve" / "x", b"")
    for_all(home.parent)
    monkeypatch.setattr(ownership, "_home", lambda _: str(home))
    assert read_own(home / "x") == b"mine"
    with pytest.raises(NotOwnError, match="can be changed by others"):
        read_own(beside)
    for_all(home)
    with pytest.raises(NotOwnError, match="can be changed by others"):
        read_own(home / "x")


def test_folders_that_are_links_of_ones_own_are_followed_and_judged(file: Path, tmp_path: Path) -> None:
    way = tmp_path / "way"
    way.symlink_to("home")  # as a home on another disk
    as_link(file.parent)
    assert read_own(way / "state" / "x.json") == b"content"
    assert check_folder(way / "state")
    assert read_own(way / "state" / ".." / "state" / "x.json") == b"content"
    for_all(tmp_path / "home" / "state.elsewhere")
    with pytest.raises(NotOwnError, match=r"state\.elsewhere can be changed by others"):
        read_own(way / "state" / "x.json")


def test_somebody_elses_link_is_not_followed(file: Path, tmp_path: Path) -> None:
    way = tmp_path / "way"
    way.symlink_to(file.parent)
    uid = given_away(way)
    assert str(way) in [trouble.path for trouble in problems_of_file(way / "x.json", uid=uid)]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="Too many levels") as caught:
        check_folder(tmp_path / "a" / "x")
    assert caught.value.errno == errno.ELOOP


def test_a_file_that_may_be_a_link_is_followed_to_one_of_ones_own(file: Path) -> None:
    target = elsewhere(file)
    file.symlink_to(target.name)
    assert read_own(file, linked=True) == b"content"
    assert check_file(file, linked=True) == target.resolve()
    for_all(target)
    with pytest.raises(NotOwnError, match=r"elsewhere can be changed by others"):
        read_own(file, linked=True)
    target.unlink()
    with pytest.raises(NotOwnError) as caught:
        read_own(file, linked=True)
    assert caught.value.message.startswith(f"{file} is a link to {target.name}, where nothing is")


def test_a_link_to_a_missing_disk_makes_no_new_folder(tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(tmp_path / "disk" / "state")
    with pytest.raises(NotOwnError, match="where nothing is"):
        make_private(tmp_path / "state" / "tokens")
    assert not (tmp_path / "disk").exists()


@pytest.mark.parametrize("put", ["a link", "for all", "a FIFO"])
def test_what_is_put_there_after_the_look_is_refused_too(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: str
) -> None:
    victim = made(tmp_path / "victim", b"precious")
    opened: list[str] = []
    real = os.open

    def meanwhile(path: str, flags: int, mode: int = 0o777) -> int:
        if not opened:
            SPOILT[put][0](file)
            if put == "a link":
                file.unlink()
                file.symlink_to(victim)
        opened.append(path)
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", meanwhile)
    with pytest.raises(NotOwnError):
        open_own(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    assert opened
    assert victim.read_bytes() == b"precious"
    monkeypatch.undo()
    left = file if put == "for all" else file.with_name("x.json.elsewhere")
    assert left.read_bytes() == b"content", "nothing is truncated before it was judged"


def test_a_refused_descriptor_is_closed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "_resolve", lambda *_, **__: ownership._ResolvedPath(str(file), None, []))
    for_all(file)
    before = sum(1 for _ in Path("/dev/fd").iterdir())
    for _ in range(5):
        with pytest.raises(NotOwnError):
            open_own(file, os.O_RDONLY)
    assert sum(1 for _ in Path("/dev/fd").iterdir()) == before


def test_a_named_file_may_be_anybodys_but_never_waits(file: Path) -> None:
    for_all(file)
    link = file.with_name("link")
    link.symlink_to(file)
    os.close(open_plain(link))
    SPOILT["a FIFO"][0](file)
    with pytest.raises(OSError, match="a FIFO, not a file"):
        open_plain(file)
    with pytest.raises(OSError, match="not a file"):
        open_plain(Path(os.devnull))


def test_new_folders_are_open_to_nobody_else_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private(tmp_path / "a" / "b" / "c")
        make_folder(tmp_path / "d" / "e")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")} == {0o700}


@pytest.mark.parametrize("make", [make_private, make_folder])
def test_a_file_in_the_place_of_a_folder_is_said_so(file: Path, make: object) -> None:
    with pytest.raises(NotADirectoryError):
        make(file)  # type: ignore[operator]  # both take a path


def test_a_name_that_no_file_can_have_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        read_own(Path("/tmp/a\0b"))
