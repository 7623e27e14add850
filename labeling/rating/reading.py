"""A whole submission read: the criteria, the overall, and evidence that is of the response."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from labeling.errors import Problem, Problems
from labeling.models import Assignment, Rating
from labeling.rating.asked import answered_in
from labeling.rating.beside import read_overall, said_overall
from labeling.rating.evidence import Passages
from labeling.rating.judgements import (
    OVERALL,
    JudgedCriterion,
    Judgement,
    Raw,
    read_judgements,
)


def read_sent(
    seat: Assignment, asked: tuple[JudgedCriterion, ...], raw: Raw, passages: Passages
) -> tuple[tuple[Judgement, ...], int | None]:
    """The judgements and the overall; raises all that is wrong with them at once."""
    problems: list[Problem] = []
    overall: int | None = None
    read: tuple[Judgement, ...] = ()
    try:
        overall = read_overall(seat, raw)
    except Problems as error:
        problems += error.problems
    try:
        read = read_judgements(asked, raw, asks_confidence=seat.batch.asks_confidence)
    except Problems as error:
        problems += error.problems
    if problems:
        raise Problems(problems)
    expect_quotes(passages, read)
    return read, overall


def read_plain(
    asked: tuple[JudgedCriterion, ...], raw: Raw, shown_order: Sequence[str] | None
) -> tuple[Judgement, ...] | None:
    """The judgements where nothing beside the criteria needs a look at the seat; else None."""
    try:
        read = read_judgements(asked, raw)
    except Problems:
        return None
    keys = sorted(one.spec.key for one in asked)
    if shown_order is not None and sorted(shown_order) != keys:
        return None
    if said_overall(raw) is not None or any(one.evidence for one in read):
        return None
    return read


def read_correction(
    seat: Assignment, previous: Rating, raw: Raw, passages: Passages
) -> tuple[Judgement, ...]:
    """The judgements of a correction. What was said before the criteria stays as it is."""
    read = read_judgements(answered_in(previous), raw, asks_confidence=seat.batch.asks_confidence)
    expect_quotes(passages, read)
    said = said_overall(raw)
    if said is not None and str(said) != str(previous.overall):
        message = gettext("was said before the criteria were answered; it stays as it is")
        raise Problems([Problem(OVERALL, message)])
    return read


def says_same_overall(rating: Rating, raw: Raw) -> bool:
    """Whether a submission has the rating's overall; corrections need not name it."""
    said = said_overall(raw)
    if said is None:
        return rating.overall is None or rating.revision > 1
    return str(said) == str(rating.overall)


def expect_quotes(passages: Passages, read: Sequence[Judgement]) -> None:
    """What is given as evidence is of the response. Raises Problems by criterion."""
    given = [(one.criterion.spec.key, one.evidence) for one in read if one.evidence]
    if given and (problems := passages.faults(given)):
        raise Problems(problems)
