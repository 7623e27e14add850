"""rubrics.jsonl: the released criteria of every row, readable as HealthBench rubric items."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from labeling.spec import CriterionSpec
from labeling.spec.rubric import level_credits

FORMAT = "RubricStudio rubric v1"


def rubric_row(
    item: str, criteria: Sequence[CriterionSpec], released: Collection[str], rubric_hash: str
) -> dict[str, object]:
    """The rubric of one row; readers of HealthBench items need only ignore the other keys."""
    return {
        "format": FORMAT,
        "id": item,
        "rubric_hash": rubric_hash,
        "rubrics": [rubric_item(each) for each in criteria if each.key in released],
    }


def rubric_item(spec: CriterionSpec) -> dict[str, object]:
    """One criterion: what is asked, what it is worth, and what each level pays."""
    told: dict[str, object] = {
        "id": spec.key,
        "name": spec.name,
        "criterion": spec.criterion,
        "points": _number(spec.points),
        "tags": list(spec.tags),
        "kind": "code" if spec.check else "model",
        "scale": spec.scale.type.value,
        "gate": spec.gate,
    }
    if spec.scale.levels:
        told["options"] = _options(spec)
    if spec.gate and spec.pass_at is not None:
        told["pass_at"] = _number(spec.pass_at)
    for key, value in (("guidance", spec.guidance), ("check", spec.check), ("path", [*spec.path])):
        if value:
            told[key] = value
    return told


def _options(spec: CriterionSpec) -> list[dict[str, object]]:
    """`value` is the credit 0..1, as the format has it; `level` is the value raters chose."""
    credits = level_credits(spec.scale)
    options = []
    for level in spec.scale.levels:
        credit = credits.get(level.value)
        option: dict[str, object] = {
            "label": level.label,
            "value": None if credit is None else float(credit),
            "level": _number(level.value),
        }
        options.append(option | ({"anchor": level.anchor} if level.anchor else {}))
    return options


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)
