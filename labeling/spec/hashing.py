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
        **_extra(spec.extra),
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
            weight_class=criterion.weight_class and criterion.weight_class.value,
            expertise=list(criterion.expertise),
            **_asked(criterion),
        ),
        # An empty check was stated, an absent one was not.
        **({} if criterion.check is None else {"check": criterion.check}),
        **_extra(criterion.extra),
    }


def _asked(criterion: CriterionSpec) -> dict[str, bool | None]:
    """What is asked of an answer where it is not the usual; so older versions keep their hash."""
    usual = {
        "allow_na": True,
        "allow_cannot_assess": True,
        "needs_rationale": False,
        "needs_evidence": False,
    }
    said = {name: getattr(criterion, name) for name in usual}
    return {name: None if said[name] is usual[name] else said[name] for name in usual}


def _extra(extra: dict[str, object] | None) -> dict[str, object]:
    return {} if extra is None else {"extra": extra}


def content_hash(spec: RubricSpec) -> str:
    """Equal when two rubrics say the same to the letter."""
    return hashlib.sha256(dumps(to_json(spec)).encode()).hexdigest()


def structure_hash(spec: RubricSpec) -> str:
    """Equal when the same ratings give the same reward: wording and order leave it alone.

    So do the weight class, which pays nothing, and what is asked of an answer: it decides which
    ratings there can be, not what one of them is worth.
    """
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
    """Whole numbers of any size; the 14 digits of others fit a float, which every writer knows."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)
