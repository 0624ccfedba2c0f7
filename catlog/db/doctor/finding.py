"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["blocking", "soft"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `value` against `threshold`, in the unit that `detail` names; `remedy` is empty when it passed."""

    rule: str
    severity: Severity
    passed: bool
    value: float
    threshold: float
    detail: str
    remedy: str


def at_most(rule: str, severity: Severity, value: float, threshold: float, detail: str, *, remedy: str) -> Finding:
    """Return the finding of a check that passes up to its threshold."""
    passed = value <= threshold
    return Finding(rule, severity, passed, value, threshold, detail, "" if passed else remedy)


def at_least(rule: str, severity: Severity, value: float, threshold: float, detail: str, *, remedy: str) -> Finding:
    """Return the finding of a check that passes from its threshold up."""
    passed = value >= threshold
    return Finding(rule, severity, passed, value, threshold, detail, "" if passed else remedy)
