"""Beside the fourth verb: a third person rules on what experts differ on.

`claim` a response, `rate` it blind, see the `case_of` it, `rule`; or `hand_back`. No rating is ever
changed by a ruling.
"""

from labeling.adjudicating.blind import rate
from labeling.adjudicating.case import Case, Point, Said, answer_text, case_of
from labeling.adjudicating.claiming import claim, expect_chair, extend, hand_back, own_rating
from labeling.adjudicating.disputes import refresh
from labeling.adjudicating.ruling import FOR_AUTHOR, NO_ANSWER, rule
from labeling.adjudicating.waiting import (
    COUNTED,
    PAGE,
    STATES,
    WHYS,
    Key,
    Line,
    Narrowed,
    count,
    disputed,
    parse_key,
    rates_in,
    waiting_in,
)

__all__ = [
    "COUNTED",
    "FOR_AUTHOR",
    "NO_ANSWER",
    "PAGE",
    "STATES",
    "WHYS",
    "Case",
    "Key",
    "Line",
    "Narrowed",
    "Point",
    "Said",
    "answer_text",
    "case_of",
    "claim",
    "count",
    "disputed",
    "expect_chair",
    "extend",
    "hand_back",
    "own_rating",
    "parse_key",
    "rate",
    "rates_in",
    "refresh",
    "rule",
    "waiting_in",
]
