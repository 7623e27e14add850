"""What an expert says instead of, or beside, a judgement: skipping and flagging cost nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from labeling import asking_again, assigning
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import Assignment, Criterion, Flag, RubricVersion, User, Way
from labeling.rating.judgements import text_problem
from labeling.rating.seats import hand_on, join_batch, lock_place, locked

SKIP_REASONS = {
    "expertise": gettext_lazy("Outside my field"),
    "conflict": gettext_lazy("I know this case or its author"),
    "unreadable": gettext_lazy("I cannot read or understand it"),
    "harmful": gettext_lazy("I do not want to read this"),
    "other": gettext_lazy("Another reason"),
}


@transaction.atomic
def skip(assignment: Assignment, reason: str, *, by: User, text: str = "") -> Assignment:
    """Pass a response on to somebody else, for a reason; the place is free at once.

    What was asked again is asked of somebody who has not seen the response.
    """
    if reason not in SKIP_REASONS:
        raise Problems(
            [
                Problem(
                    "reason",
                    gettext("one of %(choices)s is needed") % {"choices": ", ".join(SKIP_REASONS)},
                )
            ]
        )
    if problem := text_problem("text", text):
        raise Problems([problem])
    if reason == "other" and not text.strip():
        raise Problems([Problem("text", gettext("say in a few words what the other reason is"))])
    join_batch(assignment.batch_id)
    lock_place(assignment.batch_id, by)
    seat = locked(assignment, by)
    if seat.state == Assignment.State.SUBMITTED:
        raise Conflict(gettext("You have rated this response already, so it cannot be skipped."))
    said = f"{reason}: {text.strip()}" if text.strip() else reason
    # Of a grid all is skipped; where single responses are read one after the other, one of them.
    alone = seat.batch.way == Way.BY_CRITERION
    own = Assignment.objects.filter(pk=seat.pk)
    if not assigning.vacate(own, Assignment.State.SKIPPED, said, alone=alone):
        # The lease had ended before: nothing to give back, only the reason to keep.
        Assignment.objects.filter(pk=seat.pk).update(
            state=Assignment.State.SKIPPED, skip_reason=said
        )
    if alone:
        hand_on([seat])
    if asking_again.answers_again(seat):
        asking_again.pass_on(seat)
    seat.refresh_from_db()
    return seat


def flag(
    assignment: Assignment,
    *,
    kind: str,
    text: str,
    by: User,
    criterion: Criterion | None = None,
    version: RubricVersion | None = None,
    submission_id: UUID | None = None,
) -> Flag:
    """Tell the rubric's author that a criterion or this response is at fault.

    `version` is the wording the expert read, if the batch may have moved on. Sent again under the
    same `submission_id`, it is the flag there is.
    """
    if assignment.rater_id != by.pk:
        raise DomainError(gettext("Flags are raised from one's own seat."))
    version = version or assignment.batch.rubric_version
    if problems := _flag_problems(assignment, kind, text, criterion, version):
        raise Problems(problems)
    fields = {
        "project_id": assignment.project_id,
        "batch_id": assignment.batch_id,
        "assignment": assignment,
        "rubric_version": version,
        "response_id": assignment.response_id,
        "criterion": criterion,
        "by": by,
        "kind": kind,
        "text": text.strip(),
    }
    if submission_id is None:
        return Flag.objects.create(**fields)
    return _once(submission_id, fields)


def _once(submission_id: UUID, fields: dict[str, Any]) -> Flag:
    """The flag of this submission, which cannot say two things."""
    made, _ = Flag.objects.get_or_create(submission_id=submission_id, defaults=fields)
    same = ("assignment_id", "by_id", "kind", "text", "criterion_id")
    said = Flag(**fields)
    if any(getattr(made, name) != getattr(said, name) for name in same):
        raise Conflict(
            gettext("A flag of this submission was sent before, and it says something else.")
        )
    return made


def _flag_problems(
    assignment: Assignment, kind: str, text: str, criterion: Criterion | None, seen: RubricVersion
) -> list[Problem]:
    problems = []
    kinds = [one for one, _ in Flag.Kind.raised()]
    if kind not in kinds:
        problems.append(
            Problem("kind", gettext("one of %(choices)s is needed") % {"choices": ", ".join(kinds)})
        )
    if not text.strip():
        problems.append(Problem("text", gettext("say in a few words what is wrong")))
    elif problem := text_problem("text", text):
        problems.append(problem)
    rubric = assignment.batch.rubric_version.rubric_id
    if seen.rubric_id != rubric or seen.status == RubricVersion.Status.DRAFT:
        problems.append(
            Problem("version", gettext("is no published version of this batch's rubric"))
        )
    elif criterion is not None and criterion.version_id != seen.pk:
        problems.append(Problem("criterion", gettext("is no criterion of this batch's rubric")))
    return problems
