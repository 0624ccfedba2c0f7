"""The progress of an operation: its steps with rate and time left, and its output."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.operations.operation import Operation, OperationState
from catlog.tui.operations.steps import ProgressStep
from catlog.tui.screens.ops.pages.parts import bar, endless, headline, numbers
from catlog.tui.screens.ops.words import about, rate, took

_WORDS = 28
"""Cells of the words of a step."""


def live_page(operation: Operation, now: float, glyphs: Glyphs, *, moves: bool = True) -> Content:
    """Return the progress of an operation; `now` is monotonic, in s. Without `moves` nothing moves."""
    parts = [headline(operation.title), _state(operation, now, glyphs), Content("")]
    for step in operation.steps:
        parts += _step(step, operation, now, glyphs, moves=moves)
    if operation.lines:
        parts += [Content(""), *(line((text, "$dim")) for text in operation.lines)]
    return lines(parts)


def _state(operation: Operation, now: float, glyphs: Glyphs) -> Content:
    after = took(operation.took(now))
    match operation.state:
        case OperationState.RUNNING:
            told = ((" under way for ", "$dim"), (after, "bold $bright"), ("  c cancels it", "$dim"))
            return line((glyphs.running, "$accent"), *told)
        case OperationState.CANCELLING:
            return line((f"{glyphs.running} ending, and cleaning up behind it", "$on-hold"))
        case OperationState.DONE:
            text = operation.outcome.summary if operation.outcome else ""
            done = line((glyphs.completed, "$completed"), (" done in ", "$dim"), (after, "bold $bright"))
            return lines([done, numbers(text)])
        case OperationState.CANCELLED:
            return line((f"{glyphs.dropped} cancelled after {after}: {operation.kind.left_behind}", "$on-hold"))
    failed = line((f"{glyphs.dropped} failed after {after}", "$dropped"))
    if operation.error is None:
        return failed
    hint = [line((operation.error.hint, "$dim"))] if operation.error.hint else []
    return lines([failed, line(operation.error.message), *hint])


def _step(step: ProgressStep, operation: Operation, now: float, glyphs: Glyphs, *, moves: bool) -> Iterator[Content]:
    if step.ended is not None:
        is_last = step is operation.step and operation.state is not OperationState.DONE
        mark = (glyphs.dropped, "$dropped") if is_last else (glyphs.completed, "$completed")
        yield line(mark, f" {_words(step)}", (f" {_figures(step):>13}  {took(step.took(now)):>8}", "$dim"))
        return
    yield line((glyphs.running, "$accent"), f" {_words(step)}", (f" {_figures(step):>13}", "bold $bright"))
    if step.total:
        left = step.left(now)
        speed = rate(step.rate) if step.rate else ""
        remaining = f"about {about(left)} left" if left is not None else ""
        share = (f"  {step.done * 100 // step.total:>3}", "bold $bright")
        told = "  ".join(part for part in (speed, remaining) if part)
        yield line("  ", bar(step.done, step.total, glyphs), share, (f" %  {told}".rstrip(), "$dim"))
    else:
        after = (f"  {took(step.took(now))}", "$dim")
        yield line("  ", endless(step.took(now) if moves else 0, glyphs), after)


def _words(step: ProgressStep) -> str:
    """Return the words of a step without the source before them, which the headline has."""
    return (step.name.partition(": ")[2] or step.name).ljust(_WORDS)


def _figures(step: ProgressStep) -> str:
    if step.total is None:
        return f"{step.done:,}" if step.done else ""
    return f"{step.done:,}/{step.total:,}"
