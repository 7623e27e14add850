"""What an expert says instead of, or beside, a judgement: skipping and flagging cost nothing."""

from __future__ import annotations

from django.db import transaction

from labeling import assigning
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import Assignment, Criterion, Flag, User
from labeling.rating.judgements import text_problem
from labeling.rating.seats import locked

SKIP_REASONS = {
    "expertise": "Outside my field",
    "conflict": "I know this case or its author",
    "unreadable": "I cannot read or understand it",
    "harmful": "I do not want to read this",
    "other": "Another reason",
}


@transaction.atomic
def skip(assignment: Assignment, reason: str, *, by: User, text: str = "") -> Assignment:
    """Pass a response on to somebody else, for a reason; the place is free at once."""
    if reason not in SKIP_REASONS:
        raise Problems([Problem("reason", f"one of {', '.join(SKIP_REASONS)} is needed")])
    if problem := text_problem("text", text):
        raise Problems([problem])
    if reason == "other" and not text.strip():
        raise Problems([Problem("text", "say in a few words what the other reason is")])
    seat = locked(assignment, by)
    if seat.state == Assignment.State.SUBMITTED:
        raise Conflict("You have rated this response already, so it cannot be skipped.")
    said = f"{reason}: {text.strip()}" if text.strip() else reason
    if not assigning.vacate(Assignment.objects.filter(pk=seat.pk), "skipped", said):
        # The lease had ended before: nothing to give back, only the reason to keep.
        Assignment.objects.filter(pk=seat.pk).update(
            state=Assignment.State.SKIPPED, skip_reason=said
        )
    seat.refresh_from_db()
    return seat


def flag(
    assignment: Assignment,
    *,
    kind: str,
    text: str,
    by: User,
    criterion: Criterion | None = None,
) -> Flag:
    """Tell the rubric's author that a criterion or this response is at fault."""
    if assignment.rater_id != by.pk:
        raise DomainError("Flags are raised from one's own seat.")
    problems = []
    if kind not in Flag.Kind.values:
        problems.append(Problem("kind", f"one of {', '.join(Flag.Kind.values)} is needed"))
    if not text.strip():
        problems.append(Problem("text", "say in a few words what is wrong"))
    elif problem := text_problem("text", text):
        problems.append(problem)
    version = assignment.batch.rubric_version_id
    if criterion is not None and criterion.version_id != version:
        problems.append(Problem("criterion", "is no criterion of this batch's rubric"))
    if problems:
        raise Problems(problems)
    return Flag.objects.create(
        project_id=assignment.project_id,
        response_id=assignment.response_id,
        criterion=criterion,
        by=by,
        kind=kind,
        text=text.strip(),
    )
