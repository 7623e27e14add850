"""What experts will read in two ways, found in the words of a rubric before anybody rates by it.

The rules know English only; of a text in another language they say little, and nothing wrong.
"""

from __future__ import annotations

from labeling.lint import duplicates, whole
from labeling.lint.criteria import criterion_remarks
from labeling.lint.findings import Finding, Rule, Severity, Span, placed
from labeling.spec.rubric import RubricSpec

__all__ = ["Finding", "Rule", "Severity", "Span", "lint"]

_ORDER = list(Severity)


def lint(spec: RubricSpec) -> list[Finding]:
    """Every finding, criterion by criterion with errors first, then those of the whole rubric."""
    by_place = [list(criterion_remarks(criterion)) for criterion in spec.criteria]
    for at, remark in duplicates.remarks(spec.criteria):
        by_place[at].append(remark)
    found = [
        placed(remark, f"criteria[{at}]", spec.criteria[at].key)
        for at, remarks in enumerate(by_place)
        for remark in sorted(remarks, key=lambda one: _ORDER.index(one.severity))
    ]
    return found + [placed(remark, "", "") for remark in whole.remarks(spec.criteria)]
