"""How the rows of the tables of criteria are written, and how well the lint finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from labeling.lint import Finding, Severity, lint
from labeling.spec import parse_rubric


@dataclass(frozen=True)
class Row:
    """A criterion in a rubric of its own."""

    text: str
    points: float
    more: dict[str, object] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """What counts as a flag: errors and warnings."""
        one = {"criterion": self.text, "points": self.points, **self.more}
        found = lint(parse_rubric({"title": "One", "criteria": [one]}))
        return [finding for finding in found if finding.severity != Severity.HINT]


class Good(Row):
    """A criterion that an expert could judge by as it stands."""

    def __init__(self, text: str, points: float = 2, **more: object) -> None:
        super().__init__(text, points, more)


@dataclass(frozen=True, init=False)
class Bad(Row):
    """A criterion with the rules of which at least one must speak."""

    rules: tuple[str, ...] = ()

    def __init__(self, text: str, points: float, *rules: str, **more: object) -> None:
        super().__init__(text, points, more)
        object.__setattr__(self, "rules", rules)


@dataclass(frozen=True)
class Measured:
    """What was flagged of what should be, and the rows that went wrong."""

    recall: float
    precision: float
    missed: list[Row]
    wrong: list[tuple[Row, list[Finding]]]
    by_rule: Counter[str]

    def report(self) -> str:
        """For whoever has to mend it."""
        lines = [f"recall {self.recall:.3f}, precision {self.precision:.3f}"]
        lines += [f"{rule}: {count}" for rule, count in sorted(self.by_rule.items())]
        lines += [f"missed: {row.text}" for row in self.missed]
        lines += [f"wrong: {row.text} {[f.rule.value for f in found]}" for row, found in self.wrong]
        return "\n".join(lines)


def measured(good: Sequence[Good], bad: Sequence[Bad]) -> Measured:
    """Recall: flagged bad ones of all bad ones. Precision: flagged bad ones of all flagged."""
    wrong = [(row, found) for row in good if (found := row.findings())]
    flagged = [(row, found) for row in bad if (found := row.findings())]
    by_rule = Counter(finding.rule.value for _, found in flagged for finding in found)
    missed = [row for row in bad if not row.findings()]
    return Measured(
        recall=len(flagged) / len(bad),
        precision=len(flagged) / (len(flagged) + len(wrong)),
        missed=missed,
        wrong=wrong,
        by_rule=by_rule,
    )


def unexpected(bad: Sequence[Bad]) -> list[str]:
    """Flagged rows whose expected rules did not speak."""
    return [
        f"{row.text}: {sorted(rules)} instead of {list(row.rules)}"
        for row in bad
        if (rules := {finding.rule.value for finding in row.findings()})
        and rules.isdisjoint(row.rules)
    ]
