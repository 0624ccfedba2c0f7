"""The lines of the panel Mine: the list entry as it is, or its fields while they are edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from catlog.charts import progress_bar
from catlog.charts.picture import Line, Tone, TonedText
from catlog.library.entries import Status
from catlog.text import counted
from catlog.tui.day_words import date_words
from catlog.tui.titles.panel_text import Sheet, out
from catlog.tui.titles.spans import STATUS_TONES, cut, span_cells, wrapped_lines
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.library.records import ListRow
    from catlog.tui.titles.facts import TitleFacts

VALUE = 11
"""The column at which values begin."""

_BAR = 18


class Field(NamedTuple):
    """A field: its name, its label, a hint for what is typed, and the options of a choice."""

    name: str
    label: str
    hint: str = ""
    options: tuple[str, ...] = ()


_DAY = "2021, 2021-05 or 2021-05-03"

FIELDS = (
    Field("status", "Status", options=tuple(status.words for status in Status)),
    Field("episodes", "Episodes", "how many you have watched"),
    Field("rating", "Score", "1 to 10, or nothing"),
    Field("started", "Begun", _DAY),
    Field("finished", "Finished", _DAY),
    Field("favorite", "Favourite", options=("no", "yes")),
    Field("tags", "Tags", "with commas between them"),
    Field("rewatches", "Rewatched", "how often you saw it again"),
    Field("offset", "Offset", "-1: airing episodes count one less"),
    Field("notes", "Notes", "anything"),
)
"""The fields in their order."""


def entry_lines(facts: TitleFacts, sheet: Sheet, width: int, height: int) -> list[Line]:
    """Return the entry; fields without a value go first where there is little room."""
    row = facts.row
    if row is None:
        return _unlisted()
    plain, valued = _entry(row, facts, sheet, width)
    notes: list[Line] = []
    if row.notes:
        notes = [
            (),
            (TonedText("Notes", Tone.DIM),),
            *wrapped_lines(row.notes, width, Tone.PLAIN, rows=4, ascii=sheet.ascii),
        ]
    news = [(TonedText(" "), *_shortened(line, width - 2)) for line in out(facts, sheet, 10 * width)]
    shown = list(plain)
    if len(shown) + len(news) + bool(news) + len(notes) > height:
        shown = [line for line in plain if line in valued]
    more = [(), *news] if news else []
    shown += [*more, *notes] if len(shown) + len(more) < height else []
    return shown[:height]


def field_lines(
    values: Mapping[str, str],
    before: Mapping[str, str],
    at: int | None,
    sheet: Sheet,
    width: int,
    height: int,
    problem: str = "",
) -> list[Line]:
    """Return the fields with their values, changed ones bright; `at` is the field being edited, None for none.

    The last line has the hint of that field, or the problem of what was typed.
    """
    sight = window(at or 0, height - 1)
    here = FIELDS[at] if at is not None else None
    lines = [_field(one, values, before, one is here, sheet, width) for one in FIELDS[sight.start : sight.stop]]
    hint = problem or (FIELDS[at].hint if at is not None else "")
    lines += [()] * (height - 1 - len(lines))
    said = fitted(f" {hint}", width, ascii=sheet.ascii)[0]
    lines.append((TonedText(said, Tone.DROPPED if problem else Tone.DIM),))
    return lines


def window(at: int, height: int) -> range:
    """Return the fields in sight in `height` lines around the one at `at`."""
    first = max(0, min(at - height // 2, len(FIELDS) - height))
    return range(first, first + max(height, 1))


def _field(
    field: Field, values: Mapping[str, str], before: Mapping[str, str], here: bool, sheet: Sheet, width: int
) -> Line:
    glyphs, value = sheet.glyphs, values[field.name]
    tone = Tone.STRONG if value.strip() != before[field.name].strip() else Tone.PLAIN
    mark = TonedText(f"{glyphs.cursor}" if here else " ", Tone.ACCENT)
    label = TonedText(field.label.ljust(VALUE - 1), Tone.PLAIN if here else Tone.DIM)
    room = max(width - VALUE, 1)
    if field.options and here:
        text = fitted(value, room - 4, ascii=sheet.ascii)[0]
        less, more = ("<", ">") if sheet.ascii else ("‹", "›")
        return (
            mark,
            label,
            TonedText(f"{less} ", Tone.ACCENT),
            TonedText(text, tone),
            TonedText(f" {more}", Tone.ACCENT),
        )
    flat = " ".join(value.split())
    return mark, label, TonedText(fitted(flat or glyphs.dash, room, ascii=sheet.ascii)[0], tone if flat else Tone.DIM)


def _unlisted() -> list[Line]:
    keys = (("p", "plan to watch"), ("w", "watch"), ("s", "any status"), ("+", "log an episode"))
    return [
        (TonedText(" Not on your list", Tone.STRONG),),
        (),
        *((TonedText(f" {key}  ", Tone.STRONG), TonedText(words, Tone.DIM)) for key, words in keys),
    ]


def _entry(row: ListRow, facts: TitleFacts, sheet: Sheet, width: int) -> tuple[Sequence[Line], Sequence[Line]]:
    """Return all lines of an entry, and those that have a value."""
    glyphs = sheet.glyphs
    none = TonedText(glyphs.dash, Tone.DIM)

    def labelled(label: str, *value: TonedText) -> Line:
        return TonedText(f" {label}".ljust(VALUE), Tone.DIM), *value

    def day(value: object) -> str:
        return date_words(value, sheet.today, whole=True) if value else ""  # type: ignore[arg-type]  # a PartialDate

    again = " again" if row.rewatching else ""
    whole = row.episodes is not None and row.episodes_watched >= row.episodes
    of = f"{row.episodes:,}" if row.episodes else "?"
    valued = [
        labelled(
            "Status",
            TonedText(f"{glyphs.status(row.status)} ", STATUS_TONES[row.status]),
            TonedText(row.status.words + again),
        )
    ]
    if whole:
        seen = (TonedText(f"{glyphs.completed} ", Tone.COMPLETED), TonedText(f"{row.episodes_watched:,}", Tone.STRONG))
        valued.append(labelled("Episodes", *seen))
    else:
        seen = (TonedText(f"{row.episodes_watched:,}", Tone.STRONG), TonedText(f" / {of}", Tone.DIM))
        cells = max(min(width - VALUE - 1, _BAR), 4)
        done, left = progress_bar.progress(row.episodes_watched, row.episodes, cells, ascii=sheet.ascii)
        valued.append(labelled("Episodes", *seen))
        valued.append(labelled("", TonedText(done, STATUS_TONES[row.status]), TonedText(left, Tone.REST)))
    score = (
        (TonedText(str(row.rating), Tone.STRONG), *_apart(row, facts))
        if row.rating
        else (none, TonedText("   r 1-9 0", Tone.DIM))
    )
    valued.append(labelled("Score", *score))
    lines = list(valued)
    tags = fitted(", ".join(row.tags), max(width - VALUE, 1), ascii=sheet.ascii)[0]
    times = counted(row.rewatch_count, "time") if row.rewatch_count else ""
    optional = (
        ("Begun", TonedText(day(row.start_date)), True),
        ("Finished", TonedText(day(row.finish_date)), row.status == Status.COMPLETED),
        ("Favourite", TonedText(glyphs.favorite if row.favorite else "", Tone.FAVORITE), True),
        ("Tags", TonedText(tags), True),
        ("Rewatched", TonedText(times), row.status == Status.COMPLETED),
        ("Offset", TonedText(f"{row.episode_offset:+d}" if row.episode_offset else ""), False),
    )
    for label, value, shown_empty in optional:
        if value.text:
            lines.append(labelled(label, value))
            valued.append(lines[-1])
        elif shown_empty:
            lines.append(labelled(label, none))
    return lines, valued


def _shortened(line: Line, width: int) -> Line:
    """Return a line without the last clauses that do not fit."""
    spans = list(line)
    while span_cells(tuple(spans)) > width and spans:
        text, comma, _ = spans[-1].text.rpartition(",")
        spans[-1:] = [TonedText(text, spans[-1].tone)] if comma and text else []
    return tuple(spans) or cut(line, width)


def _apart(row: ListRow, facts: TitleFacts) -> Line:
    score = facts.details.score
    return (TonedText(f"   MAL {score:.2f}", Tone.DIM),) if score is not None and row.rating else ()
