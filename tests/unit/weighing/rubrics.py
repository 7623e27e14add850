"""Small rubrics and judgements written by hand: a response is a line of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from evals.weighing import Judged, Judgements, Weighed, weigh
from labeling.spec import Answer, AnswerKind, CriterionSpec, parse_rubric

SPECIAL = {
    "-": Answer(AnswerKind.NA),
    "?": Answer(AnswerKind.CANNOT_ASSESS),
    ".": Answer(AnswerKind.NOT_RATED),
    "=": None,
}


def scale(top: int) -> dict[str, object]:
    """An ordinal scale from 0 to `top`: credits are tenths, thirds, whatever divides it."""
    levels = [{"value": value, "label": f"level {value}"} for value in range(top + 1)]
    return {"type": "ordinal", "levels": levels}


def rubric(**criteria: int | str | Mapping[str, object] | None) -> tuple[CriterionSpec, ...]:
    """Criteria by key: points of a binary one, or the fields of another."""
    asked = [
        {"key": key, "criterion": f"Is it {key}?", **_fields(fields)}
        for key, fields in criteria.items()
    ]
    return parse_rubric({"title": "Test", "criteria": asked}).criteria


def _fields(fields: object) -> dict[str, object]:
    return dict(fields) if isinstance(fields, Mapping) else {"points": fields}


def judged(criteria: Sequence[CriterionSpec], table: str, **options: object) -> Judgements:
    """Lines of `response item answers`: numbers, - NA, ? cannot assess, . not rated, = a tie."""
    rows = []
    for line in table.strip().splitlines():
        name, item, *answers = line.split()
        given = dict(zip((one.key for one in criteria), map(answer, answers), strict=True))
        rows.append(Judged(name, item, given))
    return Judgements.of(rows, **options)


def answer(text: str) -> Answer | None:
    if text in SPECIAL:
        return SPECIAL[text]
    return Answer(AnswerKind.SCORED, Decimal(text))


def weighed(criteria: Sequence[CriterionSpec], table: str, **options: object) -> Weighed:
    return weigh(criteria, judged(criteria, table, **options))


def overall(text: str) -> dict[str, Fraction]:
    """`r1=4 r2=2.5`"""
    return {name: Fraction(value) for name, value in (one.split("=") for one in text.split())}
