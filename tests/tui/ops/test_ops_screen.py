"""The screen Ops: how it looks at every size, what its pages say, and that it asks the database little."""

from sqlalchemy import delete
from sqlmodel import update

from catlog.config import Settings
from catlog.db.models import EtlRejects
from catlog.db.session import Database
from catlog.errors import UnavailableError
from catlog.tui.operations.operation import Operation, OperationKind, OperationResult, OperationState
from catlog.tui.operations.steps import ended, reported
from catlog.tui.terminal.capabilities import Terminal
from tests.support.jikan import JikanStandIn
from tests.tui.harness import NOW, golden, opened, statements
from tests.tui.ops.conftest import go_to_ops, over, until
from tests.tui.ops.runs import SEEN, fill

SIZES = ((60, 15), (80, 24), (100, 30), (160, 48), (200, 60))

HOSTILE = "Re[/]zero [bold red]x[/] \x1b]52;c;aGk=\x07\u202eevil\x9b31m [@click=app.quit]q[/]"


def selects(sent: list[str]) -> int:
    """Return how many of the statements ask for something."""
    return sum(statement.startswith("SELECT") for statement in sent)


def an_operation() -> Operation:
    """Return a snapshot of which two pages of four are there after four seconds."""
    operation = Operation(OperationKind.SNAPSHOT, "rankings of today", NOW, 0.0)
    for done in range(3):
        operation.steps = reported(operation.steps, "rankings: fetching pages", done, 4, 2.0 * done)
    return operation


async def test_the_run_log_and_a_run_look_as_they_did(source: Settings, database: Database) -> None:
    fill(database)
    async with opened(source, SIZES[0]) as it:
        await go_to_ops(it)
        await it.press("down", "down")
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "ops-run")


async def test_what_runs_looks_as_it_did(source: Settings, database: Database) -> None:
    fill(database)
    async with opened(source, SIZES[1]) as it:
        await go_to_ops(it)
        it.app.operations.now = lambda: 5.0
        it.app.operations.recent = (an_operation(),)
        await it.press("l")
        for size in SIZES[1:]:
            await it.resize(*size)
            await golden(it, "ops-live")


async def test_ascii_alone_and_no_colour_read_well(source: Settings, database: Database) -> None:
    fill(database)
    async with opened(source, (80, 24), Terminal(color=False, ascii=True)) as it:
        await go_to_ops(it)
        it.app.operations.now = lambda: 5.0
        it.app.operations.recent = (an_operation(),)
        for key in ("l", "e", "v", "escape", "d", "r", "escape"):
            await it.press(key)
            assert it.text.isascii(), key
        await it.press("escape", "down", "down")
        await golden(it, "ops-ascii")


def test_an_ended_operation_says_how_it_ended() -> None:
    from catlog.tui.glyphs import UNICODE
    from catlog.tui.screens.ops.pages.live import live_page

    operation = an_operation()
    operation.steps, operation.ended = ended(operation.steps, 6.0), 6.0
    for state, outcome, error, told in (
        (OperationState.DONE, OperationResult("100 rows"), None, "✓ done in 6.0 s\n100 rows"),
        (OperationState.CANCELLED, None, None, "× cancelled after 6.0 s"),
        (
            OperationState.FAILED,
            None,
            UnavailableError("gone", hint="come back"),
            "× failed after 6.0 s\ngone\ncome back",
        ),
    ):
        operation.state, operation.outcome, operation.error = state, outcome, error
        assert told in live_page(operation, 99.0, UNICODE).plain


def test_a_job_without_a_known_end_moves_two_cells_a_second() -> None:
    from catlog.tui.glyphs import UNICODE
    from catlog.tui.screens.ops.pages.live import live_page

    operation = Operation(OperationKind.SNAPSHOT, "airing of today", NOW, 0.0)
    operation.steps = reported(operation.steps, "airing: fetching pages", 3, None, 0.0)

    def place(now: float, *, moves: bool = True) -> int:
        bar = next(row for row in live_page(operation, now, UNICODE, moves=moves).plain.splitlines() if "╺━━╸" in row)
        return bar.index("╺")

    assert place(3.0) - place(1.0) == 4
    assert place(60.0) <= place(8.0), "it comes back at the end"
    assert place(3.0, moves=False) == place(9.0, moves=False)


async def test_a_large_screen_shows_all_pages_at_once(source: Settings, database: Database) -> None:
    fill(database)
    async with opened(source, (160, 48)) as it:
        await go_to_ops(it)
        await it.press("down", "down")
        for title in ("Runs", "Progress", "Jobs on Spark", "Run", "Rejects", "Validation"):
            assert f"─ {title} ─" in it.text
        assert "mal_id: missing" in it.text
        await it.press("v")
        focused = it.app.focused
        assert focused is not None
        assert focused.id == "view-validation"
        assert "has no snapshots" in it.text
        await it.press("escape")
        assert it.app.focused is not None
        assert it.app.focused.id == "runs"
        await it.resize(100, 30)
        assert "Progress" not in it.text


async def test_each_run_says_what_came_of_it(source: Settings, database: Database) -> None:
    fill(database)
    async with opened(source, (160, 48)) as it:
        await go_to_ops(it)
        assert "7 of 12 pages" in it.text
        assert "last sign of life 36 s ago" in it.text
        await it.press("down")
        assert "× failed after 1 min 15 s" in it.text
        await it.press("down")
        assert "! done in 4.6 s" in it.text
        assert "The source left entries or fields out." in it.text
        assert "2 mal_id: missing" in it.text
        await it.press("e")
        assert "page 2, entry 13 · id 5114" in it.text
        await it.press("escape", "down")
        assert "nothing was rejected" in it.text, "the page of rejects follows the cursor"
        await it.press("escape")
        assert "‖ cut short after 12.5 s" in it.text
        assert "4 runs of rankings" in it.text


async def test_rejects_that_were_pruned_are_said_to_be(source: Settings, database: Database) -> None:
    fill(database)
    with database.write() as session:
        session.exec(delete(EtlRejects))
    async with opened(source, (160, 48)) as it:
        await go_to_ops(it)
        await it.press("down", "down")
        assert "3 entries; their texts are not kept any more" in it.text


async def test_a_day_is_checked_and_the_doctor_is_asked(source: Settings, database: Database) -> None:
    async with opened(source, (100, 60)) as it:
        await go_to_ops(it)
        await it.press("v")
        assert "1 rule broken" in it.text
        assert "has-rows" in it.text
        await it.press("escape", "r", "ctrl+s")
        await over(it)
        await it.press("v")
        assert "all well" in it.text
        assert "row-count" in it.text
        assert "100 / 100" in it.text
        await it.press("d")
        assert "integrity" in it.text
        assert "→ catlog db backup" in it.text
        await it.press("b")
        await over(it)
        assert "backed up" in it.text
        assert len(list(source.paths.backups.glob("*.backup"))) == 1
        await it.press("d")
        assert "→ catlog db backup" not in it.text


async def test_the_names_of_the_pages_can_be_clicked(source: Settings, database: Database) -> None:
    fill(database)
    async with opened(source, (80, 24)) as it:
        await go_to_ops(it)
        for name, told in (("Quality", "has no snapshots"), ("Live", "Nothing has run"), ("Run", "seasonal")):
            rows = it.text.splitlines()
            row = next(number for number, text in enumerate(rows) if "Rejects" in text and "Doctor" in text)
            await it.pilot.click(offset=(rows[row].index(name) + 1, row))
            await it.settle()
            assert told in it.text


async def test_nothing_of_a_source_drives_the_terminal(source: Settings, database: Database) -> None:
    fill(database, notes=[HOSTILE], error_message=HOSTILE, host=HOSTILE)
    with database.write() as session:
        session.exec(update(EtlRejects).values(reason=HOSTILE, excerpt=HOSTILE))
    async with opened(source, (160, 48)) as it:
        await go_to_ops(it)
        await it.press("down", "down")
        for key in ("escape", "e"):
            await it.press(key)
            assert "Re[/]zero [bold red]x[/]" in it.text
            assert not set("\x1b\x07\x9b\u202e") & set(it.text)


async def test_the_screen_asks_little(source: Settings, database: Database, jikan: JikanStandIn) -> None:
    fill(database)
    async with opened(source) as it:
        await it.press("escape")
        with statements(it.app.pool) as sent:
            await it.press("f6")
            assert selects(sent["read_runs"]) == sent["read_runs"].count("BEGIN") > 0
            assert "read_rejects" not in sent, "a run without rejects is not asked for them"
            await it.press("down", "down")
            assert selects(sent["read_rejects"]) == 1
            await it.press("up", "down")
            assert selects(sent["read_rejects"]) == 1, "they are known already"
            await it.press("v")
            assert selects(sent["check_day"]) <= 12
        assert SEEN in it.text or it.app.screen.run.run_id == SEEN  # type: ignore[attr-defined]  # the screen is Ops


async def test_a_new_run_of_another_process_is_seen_without_a_key(source: Settings, database: Database) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        start = it.app.operations.now()
        it.app.operations.now = lambda: start + 3_600.0
        fill(database)
        await until(it, lambda: "seasonal" in it.text)
