"""What changed between two versions of a rubric, and what becomes of the labels there are."""

from labeling.revising.changes import Change, CriterionDifference, FieldChange, RubricDifference
from labeling.revising.comparing import compare, compare_criteria
from labeling.revising.fates import Fate, possible_fates, usual_fate, why_not_carried
from labeling.revising.scales import scale_reasons
from labeling.revising.words import Piece, is_cosmetic, word_differences

__all__ = [
    "Change",
    "CriterionDifference",
    "Fate",
    "FieldChange",
    "Piece",
    "RubricDifference",
    "compare",
    "compare_criteria",
    "is_cosmetic",
    "possible_fates",
    "scale_reasons",
    "usual_fate",
    "why_not_carried",
    "word_differences",
]
