"""The keys of the screen Ops."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

KEYS = Section(
    "ops",
    "Ops",
    Right.READ_RUNS,
    (
        Action(
            "snapshot",
            "r",
            "run",
            "Take a snapshot of ranks, or go on with one that was cut short.",
            right=Right.LOAD_CHARTS,
        ),
        Action("check_day", "v", "validate", "Check the day of the run against the quality rules."),
        Action("compute", "j", "job", "Compute stage-two tables, here or on Spark.", right=Right.COMPUTE),
        Action(
            "complete",
            "m",
            "my list",
            "Complete my list: fetch missing lengths, genres, covers.",
            right=Right.FETCH_TITLES,
        ),
        Action("rejects", "e", "rejects", "Show what the run rejected, and why."),
        Action("follow", "l", "log", "Follow what runs now, or ran last."),
        Action("cancel", "c", "cancel", "Cancel what runs now; it asks first.", right=Right.LOAD_CHARTS),
        Action("backup", "b", "backup", "Back up everything into one file now.", right=Right.BACK_UP),
        Action("doctor", "d", "doctor", "Examine the database and the files around it.", right=Right.EXAMINE),
        Action("facts", "escape", "facts", "Go back to the facts of the run.", shown=False),
    ),
)
