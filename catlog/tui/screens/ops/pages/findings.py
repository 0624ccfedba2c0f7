"""Checks and findings: each rule with its figure and threshold, failures first, with remedies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from catlog.charts.cells import wrapped
from catlog.text import counted, figure
from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.pages.parts import headline, numbers

if TYPE_CHECKING:
    from catlog.db.doctor.finding import Finding
    from catlog.etl.quality import Check

Rule: TypeAlias = "Check | Finding"

_WIDEST = 60
"""Cells of a line with a figure at its end."""


def checks_page(day: date, checks: Sequence[Check], glyphs: Glyphs, width: int) -> Content:
    """Return the quality checks of a day, in `width` cells."""
    return lines([headline(str(day)), _verdict(checks, glyphs), Content(""), *_rules(checks, glyphs, width)])


def findings_page(findings: Sequence[Finding], glyphs: Glyphs, width: int) -> Content:
    """Return the findings of the doctor, in `width` cells."""
    return lines([_verdict(findings, glyphs), Content(""), *_rules(findings, glyphs, width)])


def _verdict(rules: Sequence[Rule], glyphs: Glyphs) -> Content:
    wrong = sum(not rule.passed and rule.severity == "blocking" for rule in rules)
    unusual = sum(not rule.passed and rule.severity == "soft" for rule in rules)
    passed = f"{len(rules) - wrong - unusual} of {counted(len(rules), 'rule')} pass"
    if wrong:
        broken = (f" {counted(wrong, 'rule')} broken", "bold $bright")
        return line((glyphs.dropped, "$dropped"), broken, "  ", numbers(passed))
    if unusual:
        text = f" sound, {counted(unusual, 'thing')} unusual"
        return line((glyphs.warning, "$on-hold"), (text, "bold $bright"), "  ", numbers(passed))
    return line((glyphs.completed, "$completed"), (" all well", "bold $bright"), "  ", numbers(passed))


def _rules(rules: Sequence[Rule], glyphs: Glyphs, width: int) -> Iterator[Content]:
    def told(text: str, style: str) -> Iterator[Content]:
        return (line((f"  {one}", style)) for one in wrapped(text, max(width - 2, 8)))

    for rule in sorted(rules, key=lambda rule: (rule.passed, rule.severity != "blocking")):
        mark, style = (glyphs.completed, "$completed") if rule.passed else _failed(rule, glyphs)
        figures = f"{figure(rule.value, 3)} / {figure(rule.threshold, 3)}"
        gap = " " * max(min(width, _WIDEST) - 2 - len(rule.rule) - len(figures), 1)
        name = (rule.rule, "" if rule.passed else "bold $bright")
        yield line((f"{mark} ", style), name, gap, (figures, "$dim" if rule.passed else "bold $bright"))
        if not rule.passed:
            yield from told(rule.detail, "")
            if remedy := getattr(rule, "remedy", ""):
                yield from told(f"{glyphs.arrow} {remedy}", "$accent")
        else:
            yield from told(rule.detail, "$dim")


def _failed(rule: Rule, glyphs: Glyphs) -> tuple[str, str]:
    return (glyphs.dropped, "$dropped") if rule.severity == "blocking" else (glyphs.warning, "$on-hold")
