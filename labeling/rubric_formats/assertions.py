"""One promptfoo assertion as a criterion, and a criterion as an assertion."""

from __future__ import annotations

from labeling.language import gettext as _
from labeling.rubric_formats import choices
from labeling.rubric_formats.base import Json, short
from labeling.rubric_formats.numbers import json_number
from labeling.spec import CriterionSpec, ScaleType
from labeling.spec.fields import Fields
from labeling.strict_json import dumps, number_text

JUDGED = ("llm-rubric", "g-eval", "model-graded-closedqa", "search-rubric", "agent-rubric")
NOT = "not-"
# What a string check decides as promptfoo does; the operation is of our graders.
_CHECKS = {
    "equals": ("eq", "The output is exactly"),
    "contains": ("like", "The output contains"),
    "icontains": ("ilike", "The output contains, in either case,"),
}
_OPERATIONS = {operation: kind for kind, (operation, _) in _CHECKS.items()}
_PAYS_UNMET: Json = {
    "type": "binary",
    "levels": [
        {"value": 0, "label": "Not met", "credit": 1},
        {"value": 1, "label": "Met", "credit": 0},
    ],
}


def is_assertion(data: Json) -> bool:
    """Whether it has the shape of an assertion or a set of them."""
    return isinstance(data.get("type"), str) and "criterion" not in data and "levels" not in data


def said_of(fields: Fields) -> Json:
    """What the assertion says in our words: its text, what turns it round, what code decides."""
    raw, kind = fields.data, str(fields.data.get("type"))
    bare = kind.removeprefix(NOT)
    value, metric = raw.get("value"), raw.get("metric")
    said: Json = {"name": short(metric) if isinstance(metric, str) else metric}
    if bare in JUDGED:
        if not isinstance(value, str) or not value.strip():
            fields.problem("value", _("is missing; a text to judge by is needed here"))
            return {**said, "criterion": "?"}
        said["criterion"] = value
    elif bare in _CHECKS and isinstance(value, str) and value:
        operation, text = _CHECKS[bare]
        said["criterion"] = f"{text} “{value}”."
        if kind == bare:
            said["check"] = _check(operation, value)
    else:
        told = "" if value is None else f": {value if isinstance(value, str) else dumps(value)}"
        said["criterion"] = f"The output passes the assertion {bare}{told}"
    return {**said, **({"scale": _PAYS_UNMET} if kind != bare else {})}


def assertion(criterion: CriterionSpec) -> Json:
    """The criterion as an assertion that code or a judge decides."""
    points = criterion.points
    turned = criterion.is_pitfall is not choices.is_reversed(criterion)
    kind, value = _kind(criterion)
    return {
        "type": f"{NOT}{kind}" if turned else kind,
        "value": value,
        "weight": json_number(None if points is None else points.copy_abs()),
        "metric": criterion.name,
    }


def _kind(criterion: CriterionSpec) -> tuple[str, object]:
    check = criterion.check or {}
    operation = check.get("operation")
    kind = _OPERATIONS.get(operation) if isinstance(operation, str) else None
    is_text = isinstance(check.get("reference"), str)
    if kind and is_text and check.get("type") == "string_check":
        return kind, check["reference"]
    return "llm-rubric", criterion.criterion + _graded(criterion)


def _graded(criterion: CriterionSpec) -> str:
    """How a judge grades by the levels of a scale that is more than met or not."""
    scale = criterion.scale
    if scale.type == ScaleType.BINARY:
        return ""
    if scale.type == ScaleType.INTERVAL:
        low, high = map(number_text, scale.bounds)
        return f"\n\nGrade it from {low} (score 0) to {high} (score 1), in proportion between."
    lines = [
        f"Score {choices.rounded(credit)}: {': '.join(filter(None, (level.label, level.anchor)))}"
        for level, (_, credit) in zip(scale.levels, choices.written(scale), strict=True)
    ]
    return "\n\n" + "\n".join(lines)


def _check(operation: str, reference: str) -> Json:
    return {
        "type": "string_check",
        "name": "promptfoo",
        "input": "{{sample.output_text}}",
        "reference": reference,
        "operation": operation,
    }
