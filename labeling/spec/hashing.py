"""A rubric back as JSON, and the two hashes that tell versions apart."""

import hashlib
from decimal import Decimal

from labeling.spec.rubric import CriterionSpec, LevelSpec, RubricSpec, ScaleSpec, level_credits
from labeling.strict_json import dumps


def to_json(spec: RubricSpec) -> dict[str, object]:
    """The rubric file that reads as this rubric; what is empty is left out."""
    return {
        "title": spec.title,
        **_present(description=spec.description, guidelines=spec.guidelines),
        "criteria": [criterion_json(criterion) for criterion in spec.criteria],
    }


def criterion_json(criterion: CriterionSpec) -> dict[str, object]:
    """One criterion of a rubric file."""
    return {
        "key": criterion.key,
        "name": criterion.name,
        "criterion": criterion.criterion,
        "scale": _scale_json(criterion.scale),
        "points": _number(criterion.points),
        **_present(
            guidance=criterion.guidance,
            tags=list(criterion.tags),
            dimension=criterion.dimension,
            path=list(criterion.path),
            gate=criterion.gate or None,
            pass_at=_number(criterion.pass_at),
        ),
        # An empty check was stated, an absent one was not.
        **({} if criterion.check is None else {"check": criterion.check}),
    }


def content_hash(spec: RubricSpec) -> str:
    """Equal when two rubrics say the same to the letter."""
    return hashlib.sha256(dumps(to_json(spec)).encode()).hexdigest()


def structure_hash(spec: RubricSpec) -> str:
    """Equal when the same ratings give the same reward: wording and order leave it alone."""
    structure = {criterion.key: _structure(criterion) for criterion in spec.criteria}
    return hashlib.sha256(dumps(structure).encode()).hexdigest()


def _structure(criterion: CriterionSpec) -> dict[str, object]:
    scale = criterion.scale
    credits = level_credits(scale).items()
    return {
        "type": scale.type,
        # Credits as fractions: a third has no decimal text.
        "levels": [[value, None if credit is None else str(credit)] for value, credit in credits],
        "range": [scale.min, scale.max, scale.step],
        "points": criterion.points,
        "gate": criterion.gate,
        "pass_at": criterion.pass_at,
    }


def _scale_json(scale: ScaleSpec) -> dict[str, object]:
    range_ = {"min": scale.min, "max": scale.max, "step": scale.step}
    return {
        "type": scale.type.value,
        "levels": [_level_json(level) for level in scale.levels],
        **{key: _number(value) for key, value in range_.items() if value is not None},
    }


def _level_json(level: LevelSpec) -> dict[str, object]:
    credit = {} if level.credit is None else {"credit": _number(level.credit)}
    return {
        "value": _number(level.value),
        "label": level.label,
        **_present(anchor=level.anchor, example=level.example),
        **credit,
    }


def _present(**values: object) -> dict[str, object]:
    """The values that say something; the number 0 does, an empty text does not."""
    return {key: value for key, value in values.items() if value not in ("", [], None)}


def _number(number: Decimal | None) -> int | float | None:
    """14 digits fit a float exactly, and every JSON writer knows floats."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)
