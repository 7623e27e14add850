"""One line of grades.jsonl: what a machine made of a response."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from labeling.errors import Problem
from labeling.formats.fields import LineFields
from labeling.formats.ratings import read_criterion, read_value
from labeling.language import gettext
from labeling.spec import CriterionSpec
from labeling.spec.fields import as_decimal, number_fault

KEYS = (
    *("response_id", "grader", "criterion", "repeat", "value", "reward", "score", "error"),
    *("explanation", "tokens", "cost", "latency_ms"),
)
TEXT_LENGTH = 100_000
ERROR_LENGTH = 2_000
NAME_LENGTH = 200


class GradeLine(NamedTuple):
    """A grade: a reward, or the error that stands in its place."""

    response_id: str
    grader: str
    criterion: str | None
    repeat: int
    value: Decimal | None
    reward: float | None
    error: str | None
    explanation: str
    tokens: int | None
    cost: Decimal | None
    latency_ms: int | None


def read_grade(
    data: dict[str, Any], criteria: Mapping[str, CriterionSpec], problems: list[Problem]
) -> GradeLine | None:
    """The grade on a line, or None when `problems` has grown."""
    before = len(problems)
    fields = LineFields(data, problems)
    fields.expect_only(KEYS)
    criterion = None
    if data.get("criterion") is not None:
        criterion = read_criterion(fields, criteria)
    reward, error = _read_reward(fields)
    line = GradeLine(
        fields.identifier("response_id"),
        fields.identifier("grader", length=NAME_LENGTH),
        criterion.key if criterion else None,
        fields.whole("repeat", most=1_000_000) or 0,
        _read_verdict(fields, criterion),
        reward,
        error,
        fields.passage("explanation", TEXT_LENGTH) or "",
        fields.whole("tokens"),
        fields.amount("cost", most=999_999, decimals=8),
        fields.whole("latency_ms"),
    )
    return line if len(problems) == before else None


def _read_reward(fields: LineFields) -> tuple[float | None, str | None]:
    """The reward (also called score), null exactly when there is an error."""
    data = fields.data
    if "reward" in data and "score" in data:
        fields.problem("score", gettext("says the same as `reward`; leave one out"))
    key = "score" if "score" in data else "reward"
    reward = fields.real(key)
    error = fields.passage("error", ERROR_LENGTH)
    if error is not None and not error.strip():
        fields.problem("error", gettext("is empty; name what went wrong, or leave it out"))
    elif data.get(key) is None and error is None:
        fields.problem(key, gettext("is missing; a grade without reward needs an `error`"))
    elif data.get(key) is not None and error is not None:
        fields.problem(
            key, gettext("must be null where there is an `error`: an error is never a grade")
        )
    return None if reward is None else float(reward), error


def _read_verdict(fields: LineFields, criterion: CriterionSpec | None) -> Decimal | None:
    """The verdict on the criterion's scale; about the whole rubric it is any number."""
    if fields.data.get("value") is None:
        return None
    if criterion is not None:
        answer = read_value(fields, criterion)
        return answer and answer.value
    value = fields.real("value")
    if value is None:
        return None
    if fault := number_fault(value):
        fields.problem("value", fault)
        return None
    return as_decimal(value)
