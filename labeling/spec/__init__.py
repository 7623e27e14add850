"""What a rubric says: read from JSON with every fault named, written canonically, hashed."""

from labeling.spec.answers import Answer, AnswerKind, ValueOutsideScale, level_for
from labeling.spec.hashing import content_hash, criterion_json, structure_hash, to_json
from labeling.spec.publishing import publishing_problems
from labeling.spec.reading import parse_criteria, parse_rubric
from labeling.spec.rubric import (
    CriterionSpec,
    LevelSpec,
    Measurement,
    RubricSpec,
    ScaleSpec,
    ScaleType,
    WeightClass,
    level_credits,
    measurement,
)

__all__ = [
    "Answer",
    "AnswerKind",
    "CriterionSpec",
    "LevelSpec",
    "Measurement",
    "RubricSpec",
    "ScaleSpec",
    "ScaleType",
    "ValueOutsideScale",
    "WeightClass",
    "content_hash",
    "criterion_json",
    "level_credits",
    "level_for",
    "measurement",
    "parse_criteria",
    "parse_rubric",
    "publishing_problems",
    "structure_hash",
    "to_json",
]
