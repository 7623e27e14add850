"""Beside the second verb: experts write the answer to an item themselves, or repair a response.

`open_task` over items, `claim` one, `keep` what is written, `send` it once; `put_before_experts`
has the answers rated blind among the other responses.
"""

from labeling.answering.opening import RATERS_MIN, named_items, open_task, put_before_experts
from labeling.answering.reading import places_of, unnamed
from labeling.answering.taking import begun_by, claim, hand_back, left_for, left_text
from labeling.answering.writing import (
    OwnWords,
    StaleText,
    begin_from,
    edits,
    keep,
    repairable,
    send,
)

__all__ = [
    "RATERS_MIN",
    "OwnWords",
    "StaleText",
    "begin_from",
    "begun_by",
    "claim",
    "edits",
    "hand_back",
    "keep",
    "left_for",
    "left_text",
    "named_items",
    "open_task",
    "places_of",
    "put_before_experts",
    "repairable",
    "send",
    "unnamed",
]
