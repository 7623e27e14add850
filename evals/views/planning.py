"""Planning: how many experts and items for which interval, and whom to ask again for how much."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evals.budgeting import LINES_MAX
from evals.forms import NO_BATCH
from evals.forms_planning import UNREADABLE, AssignForm, BatchForm, BudgetForm, PrecisionForm
from evals.models import AgreementRun, AgreementSlice
from evals.queries import agreement as measuring
from evals.queries import planning as reads
from evals.views import measured, planned, planning_words
from labeling import assigning, extra_seats, practice
from labeling.access import MemberRequest, authored_project, roles, run_project
from labeling.errors import Conflict, DomainError
from labeling.models import Batch, Project, Response, Role, User

# A list is worked out while its reader waits: 4 s for 100,000 responses on a busy server.
RESPONSES_MAX = 300_000


@require_safe
def planning(request: MemberRequest, slug: str) -> HttpResponse:
    """Half-widths of simulated studies; with `hours`, the list of responses to ask about again."""
    project = authored_project(request.user, slug)
    batches, blind = _batches(project, request.user)
    asked = request.GET.get("batch")
    hidden = asked is not None and asked in {str(batch.pk) for batch in blind}
    run = None if hidden else planned.measured_run(project, [b.pk for b in batches], asked)
    context: dict[str, Any] = {
        "project": project,
        "crumbs": [(_("Agreement"), reverse("agreement", args=[project.slug]))],
        "page_url": reverse("planning", args=[project.slug]),
        "run": run,
        "blind": hidden or (not batches and bool(blind)),
        "tabs": _tabs(project, batches, run),
        "may_assign": Role.ADMIN in roles(request.user, project),
    }
    rows = reads.measured_criteria(run) if run else []
    context |= _precision(request.GET, rows)
    status = 200 if "precisions" in context else 422
    if run:
        context |= {"newer": measuring.stale_by(run), "free": extra_seats.untaken(run.batch)}
        context["agreement_url"] = measured.page_url(project, batch=run.batch_id)
        context |= _budget(request.GET, run, max((row.n_units for row in rows), default=0))
        status = 422 if context["budget_form"].errors else status
    part = "#budget" if request.headers.get("HX-Target") == "budget" and run else ""
    return render(request, f"evals/planning.html{part}", context, status=status)


@require_POST
def planning_assign(request: MemberRequest, slug: str) -> HttpResponse:
    """Open the seats of the list as it was shown; sent twice, nothing is opened twice."""
    project = run_project(request.user, slug)
    form = AssignForm(request.POST, project=project, user=request.user)
    if not form.is_valid():
        raise DomainError(str(NO_BATCH if "batch" in form.errors else UNREADABLE))
    batch, seats = form.cleaned_data["batch"], form.cleaned_data["seats"]
    if len(seats) > LINES_MAX:
        raise DomainError(str(UNREADABLE))
    if form.cleaned_data["afresh"]:
        return redirect(_rated_afresh(request, batch, seats))
    opened = extra_seats.open_extra(batch, seats, by=request.user)
    if opened:
        said = ngettext(
            "%(n)s seat opened at chosen responses.",
            "%(n)s seats opened at chosen responses.",
            opened,
        )
        messages.success(request, said % {"n": f"{opened:,}"})
    else:
        messages.info(request, _("These seats were open already; nothing was opened twice."))
    return redirect(page_url(project, batch=batch.pk))


@require_POST
def planning_take_back(request: MemberRequest, slug: str) -> HttpResponse:
    """Close the extra seats that nobody has taken."""
    project = run_project(request.user, slug)
    form = BatchForm(request.POST, project=project, user=request.user)
    if not form.is_valid():
        raise DomainError(str(NO_BATCH))
    closed = extra_seats.take_back(form.cleaned_data["batch"], by=request.user)
    said = ngettext("%(n)s seat taken back.", "%(n)s seats taken back.", closed)
    messages.success(request, said % {"n": f"{closed:,}"})
    return redirect(page_url(project, batch=form.cleaned_data["batch"].pk))


def page_url(project: Project, **query: object) -> str:
    """The planning page of a project, narrowed as the query says."""
    return f"{reverse('planning', args=[project.slug])}?{urlencode(query)}"


def _batches(project: Project, user: User) -> tuple[list[Batch], list[Batch]]:
    """Measured batches, the newest first: those to plan by, and those the person rates in."""
    finished = AgreementRun.objects.finished().filter(batch=OuterRef("pk"))
    counting = Batch.objects.counting().filter(project=project)
    found = counting.filter(Exists(finished)).order_by("-pk")
    blind = set(
        Batch.objects.hiding(user, "peers").filter(project=project).values_list("pk", flat=True)
    )
    batches = list(found)
    return [b for b in batches if b.pk not in blind], [b for b in batches if b.pk in blind]


def _precision(query: QueryDict, rows: list[AgreementSlice]) -> dict[str, Any]:
    known = planned.scenarios(rows)
    names = [(key, row.criterion.name) for key, (row, _) in known.items()]
    initial = {"criterion": planned.most_demanding(known)}
    form = PrecisionForm(query if "half_width" in query else None, criteria=names, initial=initial)
    if not form.is_bound:
        initially = form.get_initial_for_field
        asked = {name: initially(field, name) for name, field in form.fields.items()}
    elif form.is_valid():
        asked = form.cleaned_data
    else:
        return {"precision_form": form}
    shown = planned.precisions(asked, known)
    words = planning_words.of_precision(shown)
    half_width = asked["half_width"]
    return {
        "precision_form": form,
        "precisions": shown,
        "asked_half_width": half_width,
        **words,
    }


def _budget(query: QueryDict, run: AgreementRun, responses: int) -> dict[str, Any]:
    pace = reads.pace(run.batch)
    seconds = round(pace.seconds) if pace.seconds else None
    # A new batch stands alone: nothing is clear there before three have rated it.
    more = 3 if run.batch.state == Batch.State.CLOSED else 2
    initial = {"seconds": seconds, "more": more}
    form = BudgetForm(query if "hours" in query else None, initial=initial)
    context: dict[str, Any] = {"budget_form": form, "pace_words": planning_words.of_pace(pace)}
    if form.is_bound and responses > RESPONSES_MAX:
        form.add_error(None, planning_words.too_many(responses, RESPONSES_MAX))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        found = planned.budget(run, form.ratings(), said["seconds"], said["more"])
        context |= {"budget": found, **planning_words.of_budget(found)}
    return context


def _tabs(project: Project, batches: list[Batch], run: AgreementRun | None) -> list[dict[str, Any]]:
    if len(batches) < 2:
        return []
    return [
        {
            "text": batch.name,
            "url": page_url(project, batch=batch.pk),
            "current": run is not None and batch.pk == run.batch_id,
            "count": None,
        }
        for batch in batches
    ]


@transaction.atomic
def _rated_afresh(request: HttpRequest, batch: Batch, seats: dict[int, int]) -> Batch:
    """A new batch of a closed one's responses; the same list again is the same batch."""
    overlap = max(seats.values())
    told = f"{batch.pk} {overlap} {sorted(seats)}"
    name = f"{batch.name[:150]}, rated afresh {hashlib.sha256(told.encode()).hexdigest()[:8]}"
    responses = Response.objects.filter(pk__in=seats, assignments__batch=batch).distinct()
    by = request.user if isinstance(request.user, User) else None
    if existing := Batch.objects.filter(project=batch.project, name=name).first():
        messages.info(request, _("This batch is open already; nothing was opened twice."))
        return existing
    try:
        made = assigning.open_batch(
            batch.project, batch.rubric_version, name, responses=responses, overlap=overlap, by=by
        )
    except Conflict:
        # Somebody sent the same list at the same moment.
        return Batch.objects.get(project=batch.project, name=name)
    messages.success(request, _("The batch “%(name)s” is open.") % {"name": name})
    if told := practice.shared_in_words(practice.shared_with(made)):
        messages.warning(request, told)
    return made
