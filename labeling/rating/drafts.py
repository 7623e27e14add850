"""Unsent work, kept on every change, so that no crash, lunch or lost network costs a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from labeling.errors import Conflict, Problem, Problems
from labeling.models import TOGETHER, Assignment, RatingDraft, RubricVersion, User
from labeling.rating.asked import Answers, carried_answers, published_version
from labeling.rating.evidence import evidence_problem
from labeling.rating.judgements import (
    FIELDS,
    confidence_problem,
    criteria_of,
    text_problem,
    unknown_criteria,
)
from labeling.rating.recording import AlreadySubmitted
from labeling.rating.seats import lock_grid, locked
from labeling.spec.fields import kind_of

# A lease is extended once this much of it is used, not on every key.
LEASE_STEP = timedelta(minutes=1)


class StaleDraft(Conflict):
    """The draft was saved elsewhere in the meantime; both texts are at hand, neither is lost."""

    def __init__(self, stored: RatingDraft, sent: Mapping[str, Any]) -> None:
        self.stored, self.sent = stored, sent
        super().__init__(
            gettext(
                "This response was also worked on in another tab or on another device. "
                "Choose which answers to keep."
            )
        )


@transaction.atomic
def save_draft(
    assignment: Assignment,
    payload: Mapping[str, Any],
    *,
    edit: int,
    by: User,
    writer: str = "",
    seq: int = 0,
    version: RubricVersion | None = None,
) -> RatingDraft:
    """Keep unsent answers and extend the lease; a seat whose lease ended keeps its draft.

    `payload` maps criterion keys to value, rationale, evidence and confidence, and OVERALL to the
    overall; none of them is needed yet.
    `edit` is the number of the last save the writer knows of: another one's save since then is a
    StaleDraft. One tab is one `writer` counting its saves in `seq`, so that its own repeats and
    late arrivals do no harm. `version` is the one they answer, if the batch may have moved on.
    """
    if assignment.batch.way in TOGETHER:
        lock_grid(assignment.batch_id, by)
    seat = locked(assignment, by)
    version = published_version(seat, version)
    if problems := _problems(version, payload):
        raise Problems(problems)
    if seat.state == Assignment.State.SUBMITTED:
        raise AlreadySubmitted.of(seat)
    draft = RatingDraft.objects.filter(assignment=seat).first() or RatingDraft(assignment=seat)
    own = bool(writer) and draft.payload.get("writer") == writer
    if own and seq <= draft.payload.get("seq", 0):
        return draft
    if not own and draft.edit != edit:
        raise StaleDraft(draft, payload)
    draft.payload = {
        "answers": dict(payload),
        "writer": writer,
        "seq": seq,
        "version": version.pk,
    }
    draft.edit += 1
    draft.saved_at = timezone.now()
    draft.save()
    _extend_lease(seat)
    return draft


@transaction.atomic
def keep_sent(assignment: Assignment, answers: object, *, version: RubricVersion, by: User) -> bool:
    """Keep answers that were sent under an earlier version; False when a newer draft stands."""
    seat = locked(assignment, by)
    draft = RatingDraft.objects.filter(assignment=seat).first() or RatingDraft(assignment=seat)
    newer = bool(draft.payload) and draft.payload.get("version") != version.pk
    if newer or not isinstance(answers, Mapping) or _problems(version, answers):
        return False
    draft.payload = {"answers": dict(answers), "version": version.pk}
    draft.edit += 1
    draft.saved_at = timezone.now()
    draft.save()
    return True


def answers_of(draft: RatingDraft | None, version: RubricVersion) -> Answers:
    """The answers kept in a draft, by criterion key, as far as they answer this version."""
    if draft is None:
        return {}
    answers, seen = draft.payload.get("answers", {}), draft.payload.get("version")
    if seen is None or seen == version.pk:
        return answers
    return carried_answers(answers, RubricVersion.objects.get(pk=seen), version)


def _problems(version: RubricVersion, payload: Mapping[str, Any]) -> list[Problem]:
    unknown = unknown_criteria(criteria_of(version), payload)
    return unknown or [found for key, one in payload.items() for found in _faults(key, one)]


def _faults(key: str, answer: object) -> list[Problem]:
    if not isinstance(answer, Mapping) or set(answer) - FIELDS:
        return [
            Problem(
                key,
                gettext("must be an object of value and rationale, not %(answer)s")
                % {"answer": kind_of(answer)},
            )
        ]
    texts = [
        (f"{key}.{field}", text)
        for field, text in answer.items()
        if text is not None and field not in ("evidence", "confidence")
    ]
    found = [problem for where, text in texts if (problem := text_problem(where, text))]
    beside = [evidence_problem(key, answer), confidence_problem(key, answer)]
    return [*found, *filter(None, beside)]


def _extend_lease(seat: Assignment) -> None:
    until = timezone.now() + timedelta(minutes=seat.batch.lease_minutes)
    if seat.lease_until and until - seat.lease_until > LEASE_STEP:
        # What is leased together ends together.
        lead = seat.leader_id or seat.pk
        together = Q(pk=lead) | Q(leader=lead) | Q(pk=seat.pk)
        Assignment.objects.filter(together, state=Assignment.State.LEASED).update(
            lease_until=Now() + timedelta(minutes=seat.batch.lease_minutes)
        )
