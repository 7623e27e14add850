"""Short ways to lint one criterion or a few."""

from __future__ import annotations

from labeling.lint import Finding, lint
from labeling.spec import parse_rubric


def of(*criteria: dict[str, object]) -> list[Finding]:
    """The findings of a rubric of these criteria."""
    return lint(parse_rubric({"title": "Test", "criteria": list(criteria)}))


def one(text: str, points: float | None = 2, **more: object) -> list[Finding]:
    """The findings of a rubric of this one criterion."""
    return of({"key": "c", "criterion": text, "points": points, **more})


def rules(text: str, points: float | None = 2, **more: object) -> set[str]:
    """Which rules find an error or a warning."""
    return {
        finding.rule.value
        for finding in one(text, points, **more)
        if finding.severity.value != "hint"
    }


def only(rule: str, text: str, points: float | None = 2, **more: object) -> Finding:
    """The one finding of this rule."""
    (found,) = (finding for finding in one(text, points, **more) if finding.rule.value == rule)
    return found


def words(text: str, finding: Finding) -> list[str]:
    """What the finding marks in the text."""
    return [text[start:end] for start, end in finding.spans]


def ordinal(*anchors: str, **more: object) -> dict[str, object]:
    """A scale of so many levels, with these anchors."""
    levels = [
        {"value": at, "label": f"L{at}", "anchor": anchor} for at, anchor in enumerate(anchors)
    ]
    return {"type": "ordinal", "levels": levels, **more}
