"""The merge: the outcome of every row, by strategy, for every difference between a list and a file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catlog.interchange.merge import Decision, RowOutcome, Strategy, decide, merged
from catlog.interchange.records import ALL_FIELDS, ForeignId, ImportedEntry, ListedTitle, RejectedRow
from catlog.library.describe import describe_sides
from catlog.library.entries import FIELDS, Entry, Status, difference
from catlog.library.partial_date import PartialDate

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
MINE = Entry(1, Status.WATCHING, rating=8, score100=84, notes="mine", episodes_watched=3, updated_at=NOON)
THEIRS = Entry(1, Status.COMPLETED, rating=9, episodes_watched=26)
KEEP, OVER, NEW = Strategy.KEEP, Strategy.OVERWRITE, Strategy.NEWEST


def row(entry: Entry, position: int = 1, **changes: object) -> ImportedEntry:
    return replace(ImportedEntry(position, ListedTitle(entry, "Title")), **changes)  # type: ignore[arg-type]


def the_decision(strategy: Strategy, mine: Entry | None, theirs: ImportedEntry) -> Decision:
    [decision] = decide([theirs], {1: mine} if mine else {}, {}, strategy)
    return decision


# strategy, on my list, the same in the file, when the file's entry changed -> outcome
TRUTH = [
    *((strategy, False, False, at, RowOutcome.ADDED) for strategy in Strategy for at in (None, EARLIER, LATER)),
    *((strategy, True, True, at, RowOutcome.UNCHANGED) for strategy in Strategy for at in (None, EARLIER, NOON, LATER)),
    *((KEEP, True, False, at, RowOutcome.UNCHANGED) for at in (None, EARLIER, NOON, LATER)),
    *((OVER, True, False, at, RowOutcome.CHANGED) for at in (None, EARLIER, NOON, LATER)),
    *((NEW, True, False, at, RowOutcome.UNCHANGED) for at in (None, EARLIER, NOON)),
    (NEW, True, False, LATER, RowOutcome.CHANGED),
]


@pytest.mark.parametrize(("strategy", "mine", "same", "at", "outcome"), TRUTH)
def test_what_becomes_of_a_row(
    strategy: Strategy, mine: bool, same: bool, at: datetime | None, outcome: RowOutcome
) -> None:
    theirs = row(replace(MINE if same else THEIRS, updated_at=at))
    decision = the_decision(strategy, MINE if mine else None, theirs)
    assert decision.outcome is outcome
    assert (decision.after is not None) == (outcome in (RowOutcome.ADDED, RowOutcome.CHANGED))
    if outcome is RowOutcome.CHANGED:
        assert decision.after is not None
        assert replace(decision.after, updated_at=None) == replace(THEIRS, updated_at=None)
        assert decision.after.updated_at == at
    if mine and not same and outcome is RowOutcome.UNCHANGED:
        assert "status, rating, score100, notes, episodesWatched differ" in decision.reason


@pytest.mark.parametrize(
    ("start", "finish", "odd"),
    [
        ("2024-01-01", "2023", True),
        ("2024-01-01", "2023-12-31", True),
        ("2024", "2023-12", True),
        ("2024-01-01", "2024", False),
        ("2024-05", "2024-05-01", False),
        ("2024-01-01", None, False),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_what_was_finished_before_it_was_started_is_remarked_with_both_dates(
    start: str, finish: str | None, odd: bool, new: bool
) -> None:
    told = replace(THEIRS, start_date=PartialDate(start), finish_date=PartialDate(finish) if finish else None)
    mine = None if new else replace(MINE, finish_date=told.finish_date)
    theirs = row(told if new else replace(told, finish_date=None), provided=FIELDS.keys() - {"finish_date"})
    decision = the_decision(OVER, mine, theirs)
    said = f"finished ({finish}) before it was started ({start}): one of the two dates is wrong"
    assert decision.reason == (said if odd else "")
    assert decision.after is not None
    assert (decision.after.start_date, decision.after.finish_date) == (start, finish)
    again = the_decision(OVER, decision.after, replace(theirs, listed=ListedTitle(replace(told, rating=1))))
    assert again.reason == "", "what was odd before the import is not the import's"
    if not new:
        assert "finished" not in the_decision(KEEP, mine, theirs).reason


def test_a_change_knows_both_sides() -> None:
    decision = the_decision(OVER, MINE, row(THEIRS))
    assert decision.before == MINE
    assert describe_sides(*difference(decision.before, decision.after), arrow="->") == (
        "status Watching -> Completed, rating 8 -> 9, score of 100 84 -> none, notes 'mine' -> none, episodes 3 -> 26"
    )


def test_what_a_file_does_not_tell_stays_and_a_score_as_long_as_it_fits_the_rating() -> None:
    told = ALL_FIELDS - {"notes", "score100", "favorite"}
    mine = replace(MINE, favorite=True)
    same_rating = row(replace(THEIRS, rating=8), provided=told)
    other_rating = row(THEIRS, provided=told)
    assert merged(mine, same_rating).score100 == 84
    assert merged(mine, other_rating).score100 is None
    assert merged(mine, other_rating).notes == "mine"
    assert merged(mine, other_rating).favorite


def test_a_status_without_word_of_a_rewatch_ends_none_of_a_completed_title_and_one_of_any_other() -> None:
    mine = replace(MINE, status=Status.COMPLETED, rewatching=True)
    told = ALL_FIELDS - {"rewatching"}
    assert merged(mine, row(THEIRS, provided=told)).rewatching
    assert not merged(mine, row(replace(THEIRS, status=Status.DROPPED), provided=told)).rewatching


def test_of_what_other_programs_keep_only_what_the_row_speaks_of_is_replaced() -> None:
    mine = replace(MINE, extra={"my_priority": "HIGH", "my_sns": "deny", "kitsu:private": "true"})
    theirs = replace(THEIRS, extra={"my_priority": "LOW"})
    silent = ALL_FIELDS - {"extra"}
    told = frozenset(("my_priority", "my_sns"))
    assert merged(mine, row(theirs, provided=silent, provided_extra=told)).extra == {
        "my_priority": "LOW",
        "kitsu:private": "true",
    }
    assert merged(mine, row(theirs)).extra == {"my_priority": "LOW"}, "the file tells all that others keep"
    assert merged(mine, row(THEIRS, provided=silent)).extra == mine.extra


def test_myanimelists_word_not_to_update_ends_with_a_change_that_does_not_repeat_it() -> None:
    mine = replace(MINE, extra={"update_on_import": "0", "my_sns": "deny"})
    silent = ALL_FIELDS - {"extra"}
    assert merged(mine, row(THEIRS, provided=silent)).extra == {"my_sns": "deny"}
    assert merged(mine, row(MINE, provided=silent)).extra == mine.extra
    again = row(
        replace(THEIRS, extra={"update_on_import": "0"}),
        provided=silent,
        provided_extra=frozenset(["update_on_import"]),
    )
    assert merged(mine, again).extra == mine.extra


def test_of_several_rows_for_one_anime_the_last_counts() -> None:
    rows = [row(MINE), row(Entry(5), 2), row(THEIRS, 3)]
    first, other, last = decide(rows, {}, {}, KEEP)
    assert (first.outcome, other.outcome, last.outcome) == (RowOutcome.REJECTED, RowOutcome.ADDED, RowOutcome.ADDED)
    assert "row 3" in first.reason
    assert last.after == THEIRS


def test_ids_of_other_services_are_looked_up_and_nothing_else() -> None:
    anilist, kitsu = ForeignId("anilist", 7), ForeignId("kitsu", 8)
    theirs = row(replace(THEIRS, mal_id=0), foreign=(anilist, kitsu))
    known = {anilist: 1, ForeignId("kitsu", 7): 99}
    assert decide([theirs], {}, known, KEEP)[0].mal_id == 1
    assert decide([theirs], {}, {anilist: 1, kitsu: 1}, KEEP)[0].mal_id == 1
    [unknown] = decide([theirs], {1: MINE}, {}, KEEP)
    assert (unknown.outcome, unknown.mal_id, unknown.row) == (RowOutcome.UNRESOLVED, None, theirs)
    assert "anilist 7, kitsu 8" in unknown.reason
    [torn] = decide([theirs], {}, {anilist: 1, kitsu: 5}, KEEP)
    assert torn.outcome is RowOutcome.UNRESOLVED
    assert "different anime" in torn.reason


def test_a_named_mal_id_counts_more_than_any_other() -> None:
    theirs = row(THEIRS, foreign=(ForeignId("anilist", 7),))
    assert decide([theirs], {}, {ForeignId("anilist", 7): 99}, KEEP)[0].mal_id == 1


def test_a_rejected_row_keeps_its_reason_and_remarks_are_told() -> None:
    rows = [RejectedRow(1, "it has no status", "Title", 5), row(THEIRS, 2, remarks=("odd", "very odd"))]
    first, second = decide(rows, {}, {}, KEEP)
    assert (first.outcome, first.mal_id, first.reason) == (RowOutcome.REJECTED, 5, "it has no status")
    assert second.reason == "odd; very odd"
