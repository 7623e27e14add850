"""A step of a sitting as its page sends it: for each response an answer, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy

from labeling import rating
from labeling.access import MemberRequest, own_seat
from labeling.errors import DomainError, Problems
from labeling.forms.desk import SubmissionForm, answers_in
from labeling.models import Assignment, RubricVersion
from labeling.models.batches import ADJUDICATION_ROUND
from labeling.rating import Sent
from labeling.views.scripted import form_problems

MOST = 20
MAX_EDIT = 2**31
NOT_WHOLE = DomainError(gettext_lazy("The page did not arrive whole; reload it and send it again."))


class StepForm(SubmissionForm):
    """All that a step brings but for the seats: which criterion, and what shall come next."""

    criterion = forms.CharField(max_length=63)
    to = forms.CharField(max_length=80)
    submission_id = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Posted:
    """A step as it arrived: the answers, ids and saves that its page knows are by seat."""

    seats: list[Assignment]
    key: str
    to: str
    version: RubricVersion
    active_ms: int | None
    answers: dict[int, dict[str, str]]
    ids: dict[int, UUID]
    edits: dict[int, int]

    @property
    def sent(self) -> list[Sent]:
        return [Sent(one, self.answers[one.pk], self.edits[one.pk]) for one in self.seats]

    @property
    def submitted(self) -> list[tuple[Assignment, UUID]]:
        return [(one, self.ids[one.pk]) for one in self.seats]


def read_posted(request: MemberRequest, pk: int) -> Posted:
    lead = own_seat(request.user, pk, to_write=True)
    seats = _seats(request, lead)
    form = StepForm(request.POST, version=lead.batch.rubric_version)
    if not form.is_valid():
        raise Problems(form_problems(form))
    said = form.cleaned_data
    fields = rating.answers_by_seat(request.POST.dict(), [one.pk for one in seats])
    key, version = said["criterion"], said["version"]
    return Posted(
        seats=seats,
        key=key,
        to=said["to"],
        version=version,
        active_ms=said["active_ms"],
        answers={pk: answers_in(one, version).get(key, {}) for pk, one in fields.items()},
        ids={one.pk: _id(request, one) for one in seats},
        edits={one.pk: _edit(request, one) for one in seats},
    )


def _seats(request: MemberRequest, lead: Assignment) -> list[Assignment]:
    """The seats of the page as they were sent, whatever has become of their leases."""
    sent = request.POST.getlist("seat")
    numbers = {int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 19}
    if len(numbers) != len(sent) or lead.pk not in numbers or len(numbers) > MOST:
        raise NOT_WHOLE
    held = Assignment.objects.held_by(request.user).exclude(round=ADJUDICATION_ROUND)
    found = list(held.filter(pk__in=numbers).select_related("draft", "response__generator"))
    if len(found) != len(numbers):
        raise Http404
    return rating.in_sequence(found)


def _id(request: MemberRequest, seat: Assignment) -> UUID:
    try:
        return UUID(request.POST.get(f"submission_id:{seat.pk}", ""))
    except ValueError:
        raise NOT_WHOLE from None


def _edit(request: MemberRequest, seat: Assignment) -> int:
    said = request.POST.get(f"edit:{seat.pk}", "")
    whole = said.isascii() and said.isdigit() and len(said) < 19
    if not whole or int(said) >= MAX_EDIT:
        raise NOT_WHOLE
    return int(said)
