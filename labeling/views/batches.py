"""Running batches: the list, opening one, its progress, pausing and closing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labeling import asking_again, assigning, serving, ways
from labeling.access import MemberRequest, overseen_project, roles, run_project
from labeling.active_time import ActiveTime, active_times
from labeling.errors import DomainError
from labeling.forms.batches import BatchForm
from labeling.forms.refusals import refused
from labeling.forms.running import RemindingForm
from labeling.models import (
    Assignment,
    Batch,
    Membership,
    Project,
    QueueEntry,
    Role,
    TimeCorrection,
    User,
)
from labeling.pace import pace_of
from labeling.views.batch_adaptive import complete
from labeling.views.batch_checks import batch_checks, warn_of_shared

MOVES = {"pause": assigning.pause, "reopen": assigning.reopen, "close": assigning.close}
SHOWN = 20
COMPLETE = Count("queue", filter=Q(queue__taken=F("queue__overlap")))


@require_safe
def batches(request: MemberRequest, slug: str) -> HttpResponse:
    """The project's batches, the latest first."""
    project = overseen_project(request.user, slug)
    found = (
        Batch.objects.filter(project=project)
        .select_related("rubric_version")
        .annotate(responses=Count("queue"), given_out=COMPLETE)
        .order_by("-pk")
    )
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    runs = Role.ADMIN in roles(request.user, project)
    context = {"project": project, "page": page, "runs": runs}
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    return render(request, f"labeling/batches.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_new(request: MemberRequest, slug: str) -> HttpResponse:
    """Put responses before the experts."""
    project = run_project(request.user, slug)
    form = BatchForm(request.POST or None, project=project)
    if form.is_valid() and (opened := _opened(request, project, form)):
        return redirect(opened)
    status = 422 if form.is_bound else 200
    context = {"project": project, "form": form}
    return render(request, "labeling/batch_new.html", context, status=status)


@require_safe
def batch(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """How far the batch is; who rates in it themselves sees the counts of the whole only."""
    project = overseen_project(request.user, slug)
    found = get_object_or_404(batches_of(project), pk=pk)
    if found.kind == Batch.Kind.ANSWER and Role.ADMIN in roles(request.user, project):
        return redirect("answer_task", project.slug, pk)
    blind = not Batch.objects.sight_of(request.user, found).peers
    context = {
        "project": project,
        "batch": found,
        "runs": Role.ADMIN in roles(request.user, project),
        "blind": blind,
        "asking": [*ways.in_words(found), *serving.in_words(found)],
        "counts": _counts(found),
        "newer": list(asking_again.newer_versions(found)) if asking_again.can_move(found) else [],
        **({} if blind else _running(request, found)),
        **batch_checks(found, blind=blind, runs=Role.ADMIN in roles(request.user, project)),
    }
    part = "#progress" if request.headers.get("HX-Target") == "progress" else ""
    return render(request, f"labeling/batch.html{part}", context)


@require_POST
def batch_state(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Pause, reopen or close it."""
    project = run_project(request.user, slug)
    found = get_object_or_404(batches_of(project), pk=pk)
    move = MOVES.get(request.POST.get("move", ""))
    if move is None:
        raise DomainError(
            gettext("A batch can be moved by %(choices)s.") % {"choices": ", ".join(MOVES)}
        )
    moved = move(found, by=request.user)
    messages.success(
        request, gettext("The batch is %(state)s.") % {"state": moved.get_state_display().lower()}
    )
    if move is assigning.reopen:
        warn_of_shared(request, moved)
    return redirect(moved)


def batches_of(project: Project) -> QuerySet[Batch]:
    return Batch.objects.filter(project=project).select_related("project", "rubric_version")


def _opened(request: MemberRequest, project: Project, form: BatchForm) -> Batch | None:
    fields = {
        name: form.cleaned_data[name]
        for name in ("overlap", "seed", "kind", "blindness", "lease_minutes")
    }
    chosen = form.responses()
    version, name = form.cleaned_data["rubric_version"], form.cleaned_data["name"]
    plan = assigning.plan(
        project, chosen, overlap=fields["overlap"], version=version, kind=fields["kind"]
    )
    try:
        made = assigning.open_batch(
            project,
            version,
            name,
            responses=chosen,
            asking=form.asking(),
            serving=form.serving(),
            by=request.user,
            **fields,
        )
    except DomainError as error:
        refused(form, error)
        return None
    messages.success(
        request,
        gettext("The batch “%(name)s” is open with %(usable)s responses.")
        % {"name": name, "usable": plan.usable},
    )
    if thin := serving.shortage(made):
        messages.warning(request, thin)
    warn_of_shared(request, made)
    if plan.withheld:
        messages.info(
            request,
            gettext("%(withheld)s responses without a text were left out.")
            % {"withheld": plan.withheld},
        )
    if plan.examples:
        text = gettext("%(n)s responses that the guidelines show as worked examples were left out.")
        messages.info(request, text % {"n": plan.examples})
    if plan.unknown:
        messages.info(
            request,
            gettext("%(unknown)s responses without a known answer were left out.")
            % {"unknown": plan.unknown},
        )
    if plan.warning:
        messages.warning(
            request,
            gettext("%(warning)s. Add experts as members of the project.")
            % {"warning": plan.warning},
        )
    return made


def _running(request: MemberRequest, found: Batch) -> dict[str, Any]:
    """How the work goes, expert by expert, and what an admin can do about it."""
    times = active_times(found)
    experts = [(expert, times.get(expert.pk, ActiveTime())) for expert in _experts(found)]
    corrections = TimeCorrection.objects.filter(batch=found).select_related("rater")
    reminders = found.reminders.select_related("rater").order_by("-pk")
    runs = Role.ADMIN in roles(request.user, found.project)
    desk = found.kind in assigning.KINDS and found.state != Batch.State.CLOSED
    return {
        "experts": experts,
        "pace": pace_of(found),
        "steers": runs and desk,
        "corrections": [(one, one.seconds // 60) for one in corrections.order_by("-pk")[:SHOWN]],
        "reminders": list(reminders[:SHOWN]) if runs else [],
        "reminding": RemindingForm(initial={"days": found.remind_after_days}),
    }


def _counts(found: Batch) -> dict[str, int | str]:
    seats = Assignment.objects.filter(batch=found, round=1)
    queue = QueueEntry.objects.filter(batch=found).aggregate(
        responses=Count("pk"), untouched=Count("pk", filter=Q(taken=0)), places=Sum("overlap")
    )
    full = (
        complete(found)
        if found.n_min is not None
        else seats.filter(state="submitted", slot__isnull=False)
        .values("response")
        .annotate(n=Count("pk"))
        .filter(n__gte=found.overlap)
        .count()
    )
    states = seats.aggregate(
        ratings=Count("pk", filter=Q(state="submitted")),
        in_work=Count("pk", filter=Q(state="leased")),
        skipped=Count("pk", filter=Q(state="skipped")),
        late=Count("pk", filter=Q(purpose="late")),
    )
    places = queue["places"] or 0
    again = asking_again.answered_again(found)
    again["answered"] = again["asked"] - again["waiting"]
    words = {
        "again_text": f"{again['asked']:,}",
        "responses_text": f"{queue['responses']:,}",
        "places_text": f"{places:,}",
    }
    return {**queue, **states, **words, "complete": full, "again": again["answered"]}


def _experts(found: Batch) -> QuerySet[User]:
    """Everybody who may rate here or has, with their own counts."""
    here = Q(assignments__batch=found, assignments__round__gte=1)
    once = Q(assignments__round=1)
    experts = Membership.objects.filter(project=found.project_id, role=Role.EXPERT)
    raters = Assignment.objects.filter(batch=found, round__gte=1).values("rater")
    return (
        User.objects.filter(Q(pk__in=experts.values("user")) | Q(pk__in=raters))
        .annotate(
            submitted=Count("assignments", filter=here & once & Q(assignments__state="submitted")),
            again=Count(
                "assignments",
                filter=here
                & Q(
                    assignments__round__gt=1,
                    assignments__state="submitted",
                    assignments__purpose__in=["fixed", "adaptive"],
                ),
            ),
            checks=Count(
                "assignments",
                filter=here
                & Q(
                    assignments__round__gt=1,
                    assignments__state="submitted",
                    assignments__purpose__in=["gold", "repeat"],
                ),
            ),
            in_work=Count("assignments", filter=here & Q(assignments__state="leased")),
            skipped=Count("assignments", filter=here & Q(assignments__state="skipped")),
            late=Count("assignments", filter=here & Q(assignments__purpose="late")),
        )
        .order_by("username")
    )
