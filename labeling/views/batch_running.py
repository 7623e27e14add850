"""What an admin does while a batch runs: reminding experts, and giving back what they hold."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from labeling import assigning, reminding
from labeling.access import MemberRequest, expect_unblinded, run_project
from labeling.errors import DomainError, Problems
from labeling.forms.running import RemindingForm
from labeling.models import Assignment, Batch, User
from labeling.rating.seats import lock_place
from labeling.views.batches import batches_of
from labeling.views.scripted import form_problems


@require_POST
def batch_remind(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """A mail to every expert for whom something is left; whom it names tells how far they are."""
    batch = _run_batch(request, slug, pk)
    expect_unblinded(request.user, batch)
    told = reminding.remind(batch, by=request.user)
    if told:
        text = gettext("A mail goes to %(named)s.")
        if len(told) > 10:
            text = gettext("A mail goes to %(named)s and others.")
        messages.success(request, text % {"named": ", ".join(map(str, told[:10]))})
    else:
        messages.info(
            request,
            gettext(
                "Nobody is reminded: every expert is done, has no mail address, wants no "
                "mails, or was reminded within a day."
            ),
        )
    return redirect(batch)


@require_POST
def batch_reminding(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Whether the batch reminds by itself, and after how long."""
    batch = _run_batch(request, slug, pk)
    form = RemindingForm(request.POST)
    if not form.is_valid():
        raise Problems(form_problems(form))
    days = form.cleaned_data["days"]
    Batch.objects.filter(pk=batch.pk).update(remind_after_days=days)
    text = gettext("The batch reminds nobody by itself.")
    if days:
        text = ngettext(
            "The batch reminds after %(days)s day without work.",
            "The batch reminds after %(days)s days without work.",
            days,
        )
    messages.success(request, text % {"days": days})
    return redirect(batch)


@require_POST
def batch_give_back(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """What one expert has in work goes to others; their drafts stay with them."""
    batch = _run_batch(request, slug, pk)
    expect_unblinded(request.user, batch)
    named = request.POST.get("rater", "")
    if not named.isascii() or not named.isdigit() or len(named) > 18:
        raise DomainError(gettext("Which expert's work is to be given back was not said."))
    here = Assignment.objects.filter(batch=batch).values("rater")
    expert = get_object_or_404(User.objects.filter(pk__in=here), pk=int(named))
    seats = Assignment.objects.filter(batch=batch, rater=expert)
    with transaction.atomic():
        lock_place(pk, expert)
        given = assigning.vacate(seats, Assignment.State.EXPIRED)
    text = ngettext(
        "%(n)s response of %(expert)s can be taken by others; the drafts are kept.",
        "%(n)s responses of %(expert)s can be taken by others; the drafts are kept.",
        given,
    )
    messages.success(request, text % {"n": given, "expert": expert})
    return redirect(batch)


def _run_batch(request: MemberRequest, slug: str, pk: int) -> Batch:
    project = run_project(request.user, slug)
    return get_object_or_404(batches_of(project), pk=pk)
