"""An expert's own time in each batch, as who runs the batch sees it, and its correction."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from labeling import active_time
from labeling.access import MemberRequest, expect_expert
from labeling.active_time import ActiveTime, active_times, correct_time
from labeling.errors import Problems
from labeling.forms.refusals import refused
from labeling.forms.running import MailsForm, TimeForm
from labeling.models import Assignment, Batch, Project, TimeCorrection, User

BATCHES = 50


@require_safe
def own_times(request: MemberRequest) -> HttpResponse:
    """The batches one has worked on, the latest first."""
    batches = list(_worked_on(request.user).order_by("-pk")[:BATCHES])
    times = active_time.own_times(request.user, batches)
    rows = [(batch, times.get(batch.pk, ActiveTime())) for batch in batches]
    context = {"rows": rows, "crumbs": [(gettext("Desk"), reverse("desks"))]}
    return render(request, "labeling/own_times.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_time(request: MemberRequest, pk: int) -> HttpResponse:
    """One batch: what was measured, what was corrected and why, and a further correction."""
    batch = get_object_or_404(_worked_on(request.user), pk=pk)
    if request.method == "POST":
        _expect_at_work(request.user, batch)
    form = TimeForm(request.POST or None)
    if form.is_valid() and _corrected(request, batch, form):
        return redirect("own_time", batch.pk)
    own = TimeCorrection.objects.filter(batch=batch, rater=request.user)
    time = _own(batch, request)
    context = {
        "batch": batch,
        "time": time,
        "measured": ActiveTime(time.seconds - time.corrected),
        "corrections": [(one, one.seconds // 60) for one in own.order_by("-pk")],
        "form": form,
        "crumbs": [
            (gettext("Desk"), reverse("desks")),
            (gettext("Your time"), reverse("own_times")),
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "labeling/own_time.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def own_mails(request: MemberRequest) -> HttpResponse:
    """One's mail address, and whether reminders may come there."""
    form = MailsForm.of(request.user, request.POST or None)
    if form.is_valid():
        request.user.email = form.cleaned_data["email"]
        request.user.takes_reminders = form.cleaned_data["takes_reminders"]
        request.user.save(update_fields=["email", "takes_reminders"])
        messages.success(request, gettext("Saved."))
        return redirect("own_mails")
    status = 422 if form.is_bound else 200
    return render(request, "labeling/own_mails.html", {"form": form}, status=status)


def _expect_at_work(user: User, batch: Batch) -> None:
    """One rates or rules in the project still. Raises PermissionDenied."""
    if not Project.objects.adjudicated_by(user).filter(pk=batch.project_id).exists():
        expect_expert(user, batch.project_id)


def _worked_on(user: User) -> QuerySet[Batch]:
    """Batches of one's projects that one held a seat in, but for those that came from files."""
    worked = Assignment.objects.filter(rater=user).values("batch")
    found = Batch.objects.filter(pk__in=worked, project__in=Project.objects.visible_to(user))
    return found.exclude(kind=Batch.Kind.IMPORTED).select_related("project")


def _own(batch: Batch, request: MemberRequest) -> ActiveTime:
    return active_times(batch, request.user).get(request.user.pk, ActiveTime())


def _corrected(request: MemberRequest, batch: Batch, form: TimeForm) -> bool:
    try:
        correct_time(batch, request.user, **form.cleaned_data)
    except Problems as error:
        refused(form, error)
        return False
    messages.success(request, gettext("Your time is corrected."))
    return True
