"""The policy sits with the services: each that is handed a database states its right, or for whom it acts."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import catlog
from catlog.access import RIGHTS, Right, Role, granted, may, needs, redacted_for, require, right_of, role_of_account
from catlog.errors import BusyError, CatLogError, ConfigError, NotAllowedError, UnavailableError

ROOT = Path(catlog.__file__).parent

INNER = {
    "catlog.accounts.identity:session_of_guest": "the door itself: it makes a guest a member",
    "catlog.accounts.identity:token_file": "a path",
    "catlog.accounts.local:is_embedded": "a condition on the file, which asks for the owner itself",
    "catlog.accounts.sessions:resume_local": "opens a session for local_user, which states its right",
    "catlog.accounts.sessions:resume": "checks a token's session",
    "catlog.accounts.sign_in:begin_without_token": "the door itself, which has recognised the user",
    "catlog.accounts.users:any_account": "tells whether there is an account, before anybody can sign in",
    "catlog.accounts.users:find_account": "looks a name up for the door and for whoami",
    "catlog.analytics.validation.cross_check:cross_check": "reads what everybody may",
    "catlog.analytics.validation.stage_one:check_queries": "computes from what everybody may read, in temporary tables",
    "catlog.analytics.snapshots.freeze:freeze": "writes the rankings, which everybody may read, for `compute`",
    "catlog.catalogue.aired:has_episodes": "reads the catalogue",
    "catlog.catalogue.search:is_empty": "reads the catalogue",
    "catlog.db.backup.folder:recovery_hint": "words for an error",
    "catlog.db.backup.manifest:fingerprint": "a step of a backup",
    "catlog.db.backup.write:snapshot": "a step of a backup",
    "catlog.db.doctor.contents:check_runs": "a check of `examine`",
    "catlog.db.doctor.files:check_backup": "a check of `examine`",
    "catlog.db.doctor.files:check_file": "a check of `examine`",
    "catlog.db.doctor.files:check_folders": "a check of `examine`",
    "catlog.db.doctor.files:check_modes": "a check of `examine`",
    "catlog.db.doctor.files:check_names": "a check of `examine`",
    "catlog.db.doctor.files:check_owners": "a check of `examine`",
    "catlog.db.doctor.files:check_disk_space": "a check of `examine`",
    "catlog.db.doctor.server:check_sqlite": "a check of `examine`",
    "catlog.db.inventory:take_inventory": "counts for `db info`, which states its right",
    "catlog.db.lock:exclusive": "a lock",
    "catlog.db.ranking_days:repair_days": "a step of an upgrade",
    "catlog.db.schema:check_tables": "tells whether the database responds",
    "catlog.db.schema:prepare_sqlite": "a step of an upgrade",
    "catlog.db.schema:refuse_encoding": "a step of an upgrade",
    "catlog.db.schema:schema_state": "reads one revision number",
    "catlog.db.schema:sqlite_file": "a path",
    "catlog.db.upgrade:make_ready": "opens what is ready; `upgrade`, where it is not, states its right",
    "catlog.etl.extract:extract": "a step of `run_etl`",
    "catlog.etl.load:load_day": "a step of `run_etl` and `reprocess`",
    "catlog.etl.runlog:begin": "a step of what states its right",
    "catlog.etl.runlog:end": "a step of what states its right",
    "catlog.etl.runlog:exclusive_run": "a lock, and a step of what states its right",
    "catlog.etl.web_catlog_history:has_web_rankings": "reads for `import_history`",
    "catlog.etl.web_catlog_history:web_rankings": "reads for `import_history`",
    "catlog.etl.replacement:assess": "reads for `run_etl`",
    "catlog.library.spoilers:read_guard": "says what to cover of a title that its caller reads",
    "catlog.statistics.filler:next_canon": "reads the catalogue",
    "catlog.interchange.web_catlog:read_web_catlog": "reads another database, for `import_web_catlog`",
}
"""Services that state no right, each with the reason: they are parts of others, or tell nothing that is not public."""


def services() -> Iterator[tuple[str, bool]]:
    """Yield every public function whose first parameter is a Database, and whether it acts for who is signed in."""
    for file in sorted(ROOT.rglob("*.py")):
        if file.is_relative_to(ROOT / "cli") or file.is_relative_to(ROOT / "tui"):
            continue
        module = ".".join(("catlog", *file.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.parse(file.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            kinds = [ast.unparse(one.annotation) for one in (*node.args.args, *node.args.kwonlyargs) if one.annotation]
            if kinds and kinds[0] == "Database":
                yield f"{module}:{node.name}", "SignedIn" in kinds


ALL = dict(services())


def service(name: str) -> object:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def test_every_service_states_a_right_or_acts_for_who_is_signed_in() -> None:
    silent = {name for name, own in ALL.items() if not own and right_of(service(name)) is None}
    assert silent == set(INNER)


@pytest.mark.parametrize("name", [name for name in ALL if right_of(service(name)) is not None])
def test_a_service_refuses_before_anything_else_happens(name: str) -> None:
    class Opened:
        """A database that must not be used."""

        role = Role.GUEST

    function = service(name)
    right = right_of(function)
    assert right is not None
    for role in Role:
        opened = Opened()
        opened.role = role
        if not may(role, right):
            with pytest.raises(NotAllowedError, match="may not"):
                function(opened)  # type: ignore[operator]  # with none of its other arguments
        else:
            assert right in granted(role)


def test_who_may_not_replace_a_day_may_not_ask_a_run_to() -> None:
    from catlog.etl.pipeline import RunRequest, reprocess, run_etl

    class Opened:
        role = Role.ADMIN

    with pytest.raises(NotAllowedError, match="an admin may not replace or drop a stored day"):
        run_etl(Opened(), None, RunRequest(replace=True))  # type: ignore[arg-type]  # neither is reached
    with pytest.raises(NotAllowedError, match="an admin may not replace or drop a stored day"):
        reprocess(Opened(), "run", replace=True)  # type: ignore[arg-type]  # as above


def test_an_account_is_never_more_than_an_admin() -> None:
    assert role_of_account("admin") is Role.ADMIN
    for stored in ("member", "owner", "guest", "", "ADMIN", "root"):
        assert role_of_account(stored) is Role.MEMBER


def test_the_decorator_keeps_what_a_service_is() -> None:
    @needs(Right.BACK_UP)
    def copy(opened: object, name: str, *, twice: bool = False) -> str:
        """Say what was done."""
        return f"{name}{twice}"

    assert copy.__doc__ == "Say what was done."
    assert list(inspect.signature(copy).parameters) == ["opened", "name", "twice"]
    assert right_of(copy) is Right.BACK_UP
    assert right_of(test_an_account_is_never_more_than_an_admin) is None


def test_the_refusal_says_who_may_not_do_what_and_the_way_out() -> None:
    with pytest.raises(NotAllowedError) as refused:
        require(Role.MEMBER, Right.BACK_UP)
    hint = "ask the administrator of this CatLog"
    assert refused.value.with_hint == f"a member may not back up the whole database: {hint}"
    assert all(right in RIGHTS for right in Right)


@pytest.mark.parametrize(
    "message",
    [
        "/srv/catlog/data/catlog.db is missing",
        "the disk that holds /srv/catlog/data/catlog.db is full",
        "postgresql+psycopg://catlog@db.internal/catlog cannot be reached: timeout",
        'it cannot be reached: connection to server at "10.1.2.3", port 5432 failed: Connection refused',
    ],
)
@pytest.mark.parametrize("kind", [UnavailableError, BusyError, ConfigError])
def test_where_the_machine_keeps_what_is_not_told_to_guests(kind: type[CatLogError], message: str) -> None:
    error = kind(message, hint="database_url comes from /etc/catlog/config.toml")
    for role in (Role.GUEST, Role.MEMBER):
        told = redacted_for(role, error)
        assert (type(told), told.exit_code) == (kind, kind.exit_code)
        assert not re.search(r"srv|etc|catlog\.db|internal|10\.1|5432|refused", told.with_hint)
        assert told.hint == "try again later, or ask the administrator of this CatLog"
    assert redacted_for(Role.OWNER, error) is redacted_for(Role.ADMIN, error) is error


@pytest.mark.parametrize(
    "message", ["api.example.org did not answer", "Fate/stay night is not on your list", "expected https://…"]
)
def test_what_names_nothing_of_the_machine_is_told_as_it_is(message: str) -> None:
    error = UnavailableError(message, hint="try again")
    assert redacted_for(Role.MEMBER, error) is error
