"""Checks and findings: each rule with its figure and threshold, failures first, with remedies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from catlog.text import counted, figure
from catlog.tui.content import line, lines
from catlog.tui.glyphs import Glyphs
from catlog.tui.screens.ops.pages.parts import headline

if TYPE_CHECKING:
    from catlog.db.doctor.finding import Finding
    from catlog.etl.quality import Check

Rule: TypeAlias = "Check | Finding"

_NAME = 18
_FIGURES = 14


def checks_page(day: date, checks: Sequence[Check], glyphs: Glyphs) -> Content:
    """Return the quality checks of a day."""
    return lines([headline("Quality", str(day)), _verdict(checks, glyphs), Content(""), *_rules(checks, glyphs)])


def findings_page(findings: Sequence[Finding], glyphs: Glyphs) -> Content:
    """Return the findings of the doctor."""
    return lines([headline("Doctor"), _verdict(findings, glyphs), Content(""), *_rules(findings, glyphs)])


def _verdict(rules: Sequence[Rule], glyphs: Glyphs) -> Content:
    wrong = sum(not rule.passed and rule.severity == "blocking" for rule in rules)
    unusual = sum(not rule.passed and rule.severity == "soft" for rule in rules)
    passed = f"{len(rules) - wrong - unusual} of {counted(len(rules), 'rule')} pass"
    if wrong:
        return line((f"{glyphs.dropped} {counted(wrong, 'rule')} broken", "bold $dropped"), (f"  {passed}", "$dim"))
    if unusual:
        text = f"{glyphs.warning} sound, {counted(unusual, 'thing')} unusual"
        return line((text, "bold $on-hold"), (f"  {passed}", "$dim"))
    return line((f"{glyphs.completed} all well", "bold $completed"), (f"  {passed}", "$dim"))


def _rules(rules: Sequence[Rule], glyphs: Glyphs) -> Iterator[Content]:
    for rule in sorted(rules, key=lambda rule: (rule.passed, rule.severity != "blocking")):
        mark, style = (glyphs.completed, "$completed") if rule.passed else _failed(rule, glyphs)
        figures = f"{figure(rule.value, 3)} / {figure(rule.threshold, 3)}"
        yield line(
            (f"{mark} ", style),
            (rule.rule.ljust(_NAME), "" if rule.passed else "bold"),
            (f" {figures:>{_FIGURES}}", "" if rule.passed else style),
        )
        if not rule.passed:
            yield line(f"  {rule.detail}")
            if remedy := getattr(rule, "remedy", ""):
                yield line("  ", (f"{glyphs.arrow} {remedy}", "$accent"))
        else:
            yield line((f"  {rule.detail}", "$dim"))


def _failed(rule: Rule, glyphs: Glyphs) -> tuple[str, str]:
    return (glyphs.dropped, "$dropped") if rule.severity == "blocking" else (glyphs.warning, "$on-hold")
