"""Assigning again: a batch moves to a newer version, and only what means another is asked again."""

from labeling.asking_again.asked import NothingAsked, answers_again, asked_meanwhile, standing
from labeling.asking_again.earlier import (
    Changed,
    Earlier,
    changed_since,
    earlier_answers,
    earlier_scores,
)
from labeling.asking_again.moving import (
    Move,
    answered_again,
    can_move,
    move_forward,
    newer_versions,
    preview,
)
from labeling.asking_again.passing import pass_on, take_back

__all__ = [
    "Changed",
    "Earlier",
    "Move",
    "NothingAsked",
    "answered_again",
    "answers_again",
    "asked_meanwhile",
    "can_move",
    "changed_since",
    "earlier_answers",
    "earlier_scores",
    "move_forward",
    "newer_versions",
    "pass_on",
    "preview",
    "standing",
    "take_back",
]
