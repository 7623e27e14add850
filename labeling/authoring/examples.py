"""Worked examples of a draft: taken from settled units, quoted word for word, explained."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from labeling.authoring.drafts import locked_draft
from labeling.authoring.settled_units import reason_given, settled_units
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import (
    Batch,
    Criterion,
    Response,
    Rubric,
    RubricVersion,
    User,
    WorkedExample,
)
from labeling.spec.fields import text_fault

MOST = 100
EXTRACT_LENGTH, REASON_LENGTH = 4_000, 4_000


@transaction.atomic
def take_example(
    rubric: Rubric, response: int, key: str, batch: Batch, *, number: int, by: User
) -> WorkedExample:
    """Make a settled unit a worked example of the draft; taken twice, it is there once.

    `key` names a criterion of the draft. What holds there is read anew, never sent.
    """
    draft = locked_draft(rubric, number=number, by=by)
    criterion = draft.criteria.filter(key=key).first()
    if criterion is None:
        raise Problems([Problem("criterion", _("is no criterion of the draft"))])
    examples = WorkedExample.objects.filter(version=draft)
    if taken := examples.filter(response=response, lineage=criterion.lineage_id).first():
        return taken
    if examples.count() >= MOST:
        raise DomainError(
            _("A version holds %(most)s worked examples at most; remove one first.")
            % {"most": MOST}
        )
    made = _taken(draft, batch, criterion, response, by)
    made.position = (examples.aggregate(last=Max("position"))["last"] or 0) + 1
    made.save(force_insert=True)
    _count_save(draft)
    return made


@transaction.atomic
def change_example(
    example: WorkedExample, *, extract: str, reason: str, number: int, by: User
) -> WorkedExample:
    """Quote another part of the response, or say otherwise why the answer holds."""
    draft = locked_draft(example.version.rubric, number=number, by=by)
    found = _of(draft, example)
    problems = [
        *_fault("extract", extract, EXTRACT_LENGTH, needed=True),
        *_fault("reason", reason, REASON_LENGTH),
    ]
    if not problems and extract not in (found.response.output or ""):
        problems.append(Problem("extract", _("does not stand in the response, word for word")))
    if problems:
        raise Problems(problems)
    found.extract, found.reason = extract, reason.strip()
    found.save(update_fields=["extract", "reason"])
    _count_save(draft)
    return found


@transaction.atomic
def remove_example(example: WorkedExample, *, number: int, by: User) -> None:
    """Take it out of the draft; versions that show it keep it."""
    draft = locked_draft(example.version.rubric, number=number, by=by)
    _of(draft, example).delete()
    _count_save(draft)


@transaction.atomic
def move_example(example: WorkedExample, step: int, *, number: int, by: User) -> None:
    """One place up (-1) or down (1)."""
    draft = locked_draft(example.version.rubric, number=number, by=by)
    order = list(WorkedExample.objects.filter(version=draft))
    at = order.index(_of(draft, example))
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for position, one in enumerate(order, start=1):
        WorkedExample.objects.filter(pk=one.pk).update(position=position)
    _count_save(draft)


def _taken(
    draft: RubricVersion, batch: Batch, criterion: Criterion, response: int, by: User
) -> WorkedExample:
    found = settled_units(draft, batch, criterion, by=by, response=response, after=0)
    if batch.state != Batch.State.CLOSED or not found:
        raise Conflict(_why_not(draft, batch, response))
    unit = found[0]
    return WorkedExample(
        project_id=draft.project_id,
        version=draft,
        response_id=response,
        lineage_id=criterion.lineage_id or criterion.pk,
        batch=batch,
        source=unit.source,
        value=unit.value,
        extract=unit.extract,
        reason=reason_given(batch, unit, criterion),
        by=by,
        created_at=Now(),
    )


def _why_not(draft: RubricVersion, batch: Batch, response: int) -> str:
    if batch.state != Batch.State.CLOSED:
        return _(
            "The batch “%(batch)s” is not closed: what was said there is not shown to experts."
        ) % {"batch": batch}
    found = Response.objects.filter(project=draft.project_id, pk=response).first()
    if found is None:
        return _("There is no such response in this project.")
    if found.withheld is not None:
        return _("The text of this response is withheld, so it cannot be quoted.")
    return _(
        "This cannot be a worked example: the response is being rated by this rubric "
        "or by you, or its experts have not settled on an answer."
    )


def _of(draft: RubricVersion, example: WorkedExample) -> WorkedExample:
    """The example as it stands in the draft; the first change of a version opens its draft."""
    rows = WorkedExample.objects.filter(version=draft).select_related("response")
    found = rows.filter(response=example.response_id, lineage=example.lineage_id).first()
    if found is None:
        raise Conflict(_("Somebody else has removed this example."))
    return found


def _fault(where: str, text: str, length: int, *, needed: bool = False) -> list[Problem]:
    fault = _("is missing") if needed and not text.strip() else text_fault(text, length)
    return [Problem(where, fault)] if fault else []


def _count_save(draft: RubricVersion) -> None:
    """Whoever is about to publish has read another save."""
    RubricVersion.objects.filter(pk=draft.pk).update(edit=F("edit") + 1)
