"""One line of a ratings file: what one rater said of one response under one criterion."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from labeling.errors import Problem
from labeling.formats.fields import LineFields
from labeling.formats.responses import GeneratorRef, read_generator
from labeling.language import gettext
from labeling.spec import Answer, AnswerKind, CriterionSpec, ValueOutsideScale, level_for

KEYS = (
    *("response_id", "item_id", "generator", "index", "criterion", "rater", "value"),
    *("rationale", "confidence", "seconds", "revision", "rated_at"),
)
# What only machines' verdicts have.
GRADED = ("grader", "reward")
# 1 guess, 2 fairly sure, 3 sure.
MOST_CONFIDENCE = 3
RATIONALE_LENGTH = 100_000
RATER_LENGTH = 80
# A month: a longer time on one response is a fault of the clock.
MOST_SECONDS = 31 * 24 * 3600


class RatingLine(NamedTuple):
    """One answer. `response_id` or item, generator and index name the response."""

    response_id: str | None
    item_id: str | None
    generator: GeneratorRef | None
    position: int
    criterion: str
    rater: str
    answer: Answer
    rationale: str
    confidence: int | None
    seconds: Decimal | None
    revision: int
    rated_at: datetime | None


def read_rating(
    data: dict[str, Any], criteria: Mapping[str, CriterionSpec], problems: list[Problem]
) -> RatingLine | None:
    """The rating on a line, or None when `problems` has grown."""
    before = len(problems)
    fields = LineFields(data, problems)
    for key in (key for key in GRADED if key in data):
        fields.problem(key, gettext("belongs to a grade; what machines say is loaded as grades"))
    fields.expect_only((*KEYS, *GRADED))
    response_id, item_id, generator, index = _read_response(fields)
    criterion = read_criterion(fields, criteria)
    # Usernames are compared in this form.
    rater = unicodedata.normalize("NFKC", fields.identifier("rater", length=RATER_LENGTH))
    answer = read_value(fields, criterion)
    rationale = fields.passage("rationale", RATIONALE_LENGTH) or ""
    confidence = fields.whole("confidence", least=1, most=MOST_CONFIDENCE)
    seconds = fields.amount("seconds", most=MOST_SECONDS, decimals=3)
    revision = fields.whole("revision", least=1, most=1_000)
    rated_at = fields.moment("rated_at")
    if criterion is None or answer is None or len(problems) > before:
        return None
    return RatingLine(
        *(response_id, item_id, generator, index, criterion.key, rater, answer),
        *(rationale, confidence, seconds, revision or 1, rated_at),
    )


def read_criterion(
    fields: LineFields, criteria: Mapping[str, CriterionSpec]
) -> CriterionSpec | None:
    """The criterion of that key; an unknown one is answered with the keys there are."""
    key = fields.identifier("criterion", length=63)
    if key and key not in criteria:
        known = ", ".join(list(criteria)[:30]) + (", …" if len(criteria) > 30 else "")
        fields.problem(
            "criterion",
            gettext("`%(key)s` is not in the rubric; its criteria are %(known)s")
            % {"key": key, "known": known},
        )
    return criteria.get(key)


def read_value(fields: LineFields, criterion: CriterionSpec | None) -> Answer | None:
    """The answer on the criterion's scale; without a criterion there is nothing to read it by."""
    if criterion is None:
        return None
    try:
        return level_for(criterion, fields.data.get("value"))
    except ValueOutsideScale as error:
        # The error begins with the criterion's key, which says where.
        fields.problem("value", str(error))
        return None


def is_rated(line: RatingLine) -> bool:
    return line.answer.kind != AnswerKind.NOT_RATED


def _read_response(
    fields: LineFields,
) -> tuple[str | None, str | None, GeneratorRef | None, int]:
    by_item = [key for key in ("item_id", "generator", "index") if key in fields.data]
    if fields.data.get("response_id") is not None:
        if by_item:
            message = gettext("names the response already; leave out %(choices)s")
            fields.problem("response_id", message % {"choices": ", ".join(by_item)})
        return fields.identifier("response_id"), None, None, 0
    if not by_item:
        fields.problem("response_id", gettext("is missing; or give `item_id` and `generator`"))
        return None, None, None, 0
    item_id, generator = fields.identifier("item_id"), read_generator(fields)
    return None, item_id, generator, fields.whole("index", most=1_000_000) or 0
