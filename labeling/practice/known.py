"""Known answers are set by authors, taken from settled units or read from files; all are facts."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from labeling import locks, spec
from labeling.authoring.settled_units import reason_given, settled_units
from labeling.errors import Conflict, Problem, Problems
from labeling.formats.known import EXPLANATION_LENGTH
from labeling.models import (
    Assignment,
    Batch,
    Criterion,
    GoldAnswer,
    QueueEntry,
    Response,
    Role,
    RubricVersion,
    User,
    WorkedExample,
)
from labeling.rating import JudgedCriterion, criteria_of
from labeling.spec.fields import text_fault

# One who sets known answers at a time for a project: revisions follow each other.
LOCK = "select pg_advisory_xact_lock(%s, %s)"


class KnownAnswerChanged(Conflict):
    """Somebody else has changed the answer meanwhile; `now` is what stands."""

    def __init__(self, now: GoldAnswer | None) -> None:
        self.now = now
        super().__init__(
            gettext(
                "Somebody else has changed this known answer since you opened the page. Read "
                "what stands now, then save again."
            )
        )


@transaction.atomic
def set_known(
    response: Response,
    version: RubricVersion,
    key: str,
    value: object,
    explanation: str,
    *,
    by: User,
    seen: int | None = None,
    source: GoldAnswer.Source = GoldAnswer.Source.AUTHOR,
) -> GoldAnswer:
    """Say what is right for the response under a criterion of a published version, and why.

    `seen` is the revision that the author read (0 for none); said again, it is the revision there
    is. Raises Problems, KnownAnswerChanged.
    """
    lock_known(response.project_id)
    criterion = criterion_in(version, key)
    problems = [*value_problems(criterion, value), *text_problems(explanation)]
    if problems:
        raise Problems(problems)
    expect_readable(response, version, by)
    now = newest(response, criterion.lineage_id)
    answer = spec.level_for(criterion.spec, value).value
    if now and (now.value, now.explanation) == (answer, explanation.strip()):
        return now
    if seen is not None and seen != (now.revision if now else 0):
        raise KnownAnswerChanged(now)
    return add_revision(response, criterion.lineage_id, answer, explanation, source, by, now)


@transaction.atomic
def withdraw_known(
    answer: GoldAnswer, why: str, *, by: User, seen: int | None = None
) -> GoldAnswer:
    """Say that nothing is known of the unit any more, and why; what was said stays on record.

    `seen` is the revision that the author read. Raises Problems, KnownAnswerChanged.
    """
    lock_known(answer.project_id)
    now = newest(answer.response, answer.lineage_id)
    if now is None or now.value is None:
        raise Conflict(gettext("This known answer has been withdrawn already."))
    if problems := text_problems(why, "why"):
        raise Problems(problems)
    if seen not in (None, now.revision):
        raise KnownAnswerChanged(now)
    source = GoldAnswer.Source.AUTHOR
    return add_revision(answer.response, answer.lineage_id, None, why, source, by, now)


@transaction.atomic
def revise_known(
    appealed: GoldAnswer, version: RubricVersion, key: str, value: str, why: str, *, by: User
) -> GoldAnswer:
    """What comes of an accepted appeal: another value under the same criterion, or (empty) none.

    Raises KnownAnswerChanged where something else stands by now, Problems for a value there is not.
    """
    lock_known(appealed.project_id)
    # Before anything that tells what is known.
    expect_readable(appealed.response, version, by)
    now = newest(appealed.response, appealed.lineage_id)
    if now is None or now.pk != appealed.pk:
        raise KnownAnswerChanged(now)
    answer = None
    if value:
        criterion = criterion_in(version, key)
        if problems := value_problems(criterion, value):
            raise Problems(problems)
        answer = spec.level_for(criterion.spec, value).value
        if answer == now.value:
            raise Problems([Problem("value", gettext("is the known answer already"))])
    source = GoldAnswer.Source.APPEAL
    return add_revision(appealed.response, appealed.lineage_id, answer, why, source, by, now)


@transaction.atomic
def take_settled(
    version: RubricVersion, response: int, key: str, batch: Batch, *, by: User
) -> GoldAnswer:
    """Make a settled answer of a closed batch the known one; what holds there is read anew.

    `version` is the rubric's version that the author looks at, which may be a draft.
    """
    lock_known(batch.project_id)
    row = Criterion.objects.filter(version=version, key=key).first()
    if row is None:
        raise Problems([Problem("criterion", gettext("is no criterion of the rubric"))])
    found = settled_units(version, batch, row, by=by, response=response, after=0)
    if batch.state != Batch.State.CLOSED or not found:
        raise Conflict(
            gettext(
                "This cannot be a known answer: the batch is not closed, the response is "
                "being rated or is a worked example, or its experts have not settled on an "
                "answer."
            )
        )
    unit, at = found[0], Response.objects.get(pk=response)
    now = newest(at, row.lineage_id or row.pk)
    if now and now.value == unit.value:
        return now
    ruled = unit.source == WorkedExample.Source.RULING
    source = GoldAnswer.Source.ADJUDICATED if ruled else GoldAnswer.Source.AGREED
    said = reason_given(batch, unit, row).strip()
    said = said or (
        gettext("A ruling settled it.")
        if ruled
        else gettext("All %(experts)s experts said so.") % {"experts": unit.experts}
    )
    return add_revision(at, row.lineage_id or row.pk, unit.value, said, source, by, now, batch)


def newest(response: Response, lineage: int) -> GoldAnswer | None:
    """The last revision of a unit's known answer, withdrawn or not."""
    rows = GoldAnswer.objects.filter(response=response, lineage=lineage)
    return rows.order_by("-revision").first()


def newest_of(responses: Collection[int]) -> dict[tuple[int, int], GoldAnswer]:
    """The last revision of every unit of the responses, by response and lineage; one query."""
    rows = GoldAnswer.objects.filter(response__in=responses).order_by("revision")
    return {(one.response_id, one.lineage_id): one for one in rows}


def expect_readable(
    response: Response,
    version: RubricVersion,
    by: User,
    *,
    where: str = "",
    waiting: Collection[int] | None = None,
) -> None:
    """The response has a text, belongs to the rubric, and does not wait for the author's own
    judgement: who knows what is right cannot judge it any more. Raises Problems or Conflict.

    `waiting` are those that wait for the author, where many are looked at.
    """
    if response.withheld is not None:
        raise Problems([Problem(where, gettext("the text of this response is withheld"))])
    if version.rubric.item_id not in (None, response.item_id):
        raise Problems([Problem(where, gettext("this rubric belongs to another item"))])
    if waits_for(response, by) if waiting is None else response.pk in waiting:
        text = gettext(
            "you may be asked to judge this response in an open batch, so you can neither read nor"
            " set what is known of it."
        )
        raise Conflict(f"{where}: {text}" if where else text)


def waits_for(response: Response, user: User) -> bool:
    """Whether the person, an expert of the project, may yet be given the response to judge."""
    return response.pk in waiting_for([response.pk], user)


def waiting_for(responses: Collection[int], user: User) -> set[int]:
    """Those of the responses that the person, an expert there, may yet be given to judge."""
    rates = user.memberships.filter(role=Role.EXPERT)
    judged = Assignment.objects.filter(
        batch=OuterRef("batch"),
        response=OuterRef("response"),
        rater=user,
        state=Assignment.State.SUBMITTED,
    )
    entries = QueueEntry.objects.filter(response__in=responses, project__in=rates.values("project"))
    waiting = entries.exclude(batch__state=Batch.State.CLOSED).filter(~Exists(judged))
    return set(waiting.values_list("response", flat=True))


def add_revision(
    response: Response,
    lineage: int,
    value: Decimal | None,
    explanation: str,
    source: GoldAnswer.Source,
    by: User | None,
    now: GoldAnswer | None,
    batch: Batch | None = None,
) -> GoldAnswer:
    made = next_revision(response, lineage, value, explanation, source, by, now, batch)
    made.save(force_insert=True)
    return made


def next_revision(
    response: Response,
    lineage: int,
    value: Decimal | None,
    explanation: str,
    source: GoldAnswer.Source,
    by: User | None,
    now: GoldAnswer | None,
    batch: Batch | None = None,
) -> GoldAnswer:
    """The row of what is known after `now`, not yet written."""
    return GoldAnswer(
        project_id=response.project_id,
        response=response,
        lineage_id=lineage,
        revision=now.revision + 1 if now else 1,
        value=value,
        explanation=explanation.strip(),
        source=source,
        batch=batch,
        by=by,
    )


def criterion_in(version: RubricVersion, key: str) -> JudgedCriterion:
    found = next((one for one in criteria_of(version) if one.spec.key == key), None)
    if version.status == RubricVersion.Status.DRAFT or found is None:
        raise Problems([Problem("criterion", gettext("is no criterion of this published version"))])
    return found


def value_problems(criterion: JudgedCriterion, value: object) -> list[Problem]:
    try:
        answer = spec.level_for(criterion.spec, value)
    except spec.ValueOutsideScale as error:
        return [Problem("value", str(error).partition(": ")[2])]
    if answer.value is None:
        return [Problem("value", gettext("is missing: a known answer is a value of the scale"))]
    return []


def text_problems(text: str, where: str = "explanation") -> list[Problem]:
    fault = (
        gettext("is missing: say why, since experts learn from it") if not text.strip() else None
    )
    fault = fault or text_fault(text, EXPLANATION_LENGTH)
    return [Problem(where, fault)] if fault else []


def lock_known(project_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [locks.KNOWN_ANSWERS, project_id])
