"""One line of known answers: what is right for a response under a criterion, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from labeling.errors import Problem
from labeling.formats.fields import LineFields
from labeling.formats.ratings import read_criterion, read_value
from labeling.language import gettext
from labeling.spec import CriterionSpec

KEYS = ("response_id", "criterion", "value", "explanation")
EXPLANATION_LENGTH = 20_000


class KnownLine(NamedTuple):
    """A known answer: a value of the criterion's scale, with its reason."""

    response_id: str
    criterion: str
    value: Decimal
    explanation: str


def read_known(
    data: dict[str, Any], criteria: Mapping[str, CriterionSpec], problems: list[Problem]
) -> KnownLine | None:
    """The known answer on a line, or None when `problems` has grown."""
    before = len(problems)
    fields = LineFields(data, problems)
    fields.expect_only(KEYS)
    response = fields.identifier("response_id")
    criterion = read_criterion(fields, criteria)
    answer = read_value(fields, criterion)
    if answer is not None and answer.value is None:
        fields.problem("value", gettext("is missing: a known answer is a value of the scale"))
    explanation = (fields.passage("explanation", EXPLANATION_LENGTH) or "").strip()
    if not explanation and len(problems) == before:
        fields.problem("explanation", gettext("is missing: say why, since experts learn from it"))
    if criterion is None or answer is None or answer.value is None or len(problems) > before:
        return None
    return KnownLine(response, criterion.key, answer.value, explanation)
