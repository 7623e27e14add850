"""Known answers from a file: all of it or nothing, every fault with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from labeling import spec
from labeling.errors import DomainError, Problem, Problems
from labeling.models import GoldAnswer, Response, RubricVersion, User
from labeling.practice.known import (
    criterion_in,
    expect_readable,
    lock_known,
    newest_of,
    next_revision,
    text_problems,
    value_problems,
    waiting_for,
)

AT_ONCE_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what is imported, already read: the keys as they were written."""

    where: str
    response: str
    criterion: str
    value: object
    explanation: str


@transaction.atomic
def import_known(version: RubricVersion, told: Sequence[Told], *, by: User) -> tuple[int, int]:
    """All of a file's known answers or none; returns how many are new and how many were there.

    Raises Problems with every fault and its line.
    """
    if len(told) > AT_ONCE_MAX:
        raise DomainError(
            gettext("At most %(at_once_max)s known answers are taken at once.")
            % {"at_once_max": f"{AT_ONCE_MAX:,}"}
        )
    lock_known(version.project_id)
    responses = Response.objects.filter(
        project=version.project_id, external_id__in={one.response for one in told}
    )
    known = {one.external_id: one for one in responses}
    if problems := _file_problems(version, told, known):
        raise Problems(problems)
    made = _revisions(version, told, known, by)
    GoldAnswer.objects.bulk_create(made, batch_size=1_000)
    return len(made), len(told) - len(made)


def _revisions(
    version: RubricVersion, told: Sequence[Told], known: dict[str, Response], by: User
) -> list[GoldAnswer]:
    """What is new of a file, each unit once; two queries, however many lines there are."""
    ids = [one.pk for one in known.values()]
    waiting, standing = waiting_for(ids, by), newest_of(ids)
    made = []
    for one in told:
        at, criterion = known[one.response], criterion_in(version, one.criterion)
        expect_readable(at, version, by, where=one.where, waiting=waiting)
        now = standing.get((at.pk, criterion.lineage_id))
        answer = spec.level_for(criterion.spec, one.value).value
        if now and (now.value, now.explanation) == (answer, one.explanation.strip()):
            continue
        source, lineage = GoldAnswer.Source.IMPORTED, criterion.lineage_id
        made.append(next_revision(at, lineage, answer, one.explanation, source, by, now))
    return made


def _file_problems(
    version: RubricVersion, told: Sequence[Told], known: dict[str, Response]
) -> list[Problem]:
    problems, first = [], dict[tuple[str, str], str]()
    for one in told:
        if one.response not in known:
            problems.append(
                Problem(f"{one.where}, response_id", gettext("is no response of the project"))
            )
        try:
            faults = value_problems(criterion_in(version, one.criterion), one.value)
        except Problems as error:
            faults = error.problems
        faults = [*faults, *text_problems(one.explanation)]
        problems += [Problem(f"{one.where}, {fault.where}", fault.message) for fault in faults]
        unit = (one.response, one.criterion)
        if before := first.get(unit):
            problems.append(
                Problem(one.where, gettext("says the same unit as %(before)s") % {"before": before})
            )
        first.setdefault(unit, one.where)
    return problems
