"""The expert's desk: which batches are open, the next response, the page to rate it on."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from labeling import answering, assigning, practice, rating
from labeling.access import MemberRequest, expect_expert, own_seat
from labeling.models import Assignment, Batch, Project, Reask, Role, User
from labeling.own_ratings import first_asked, given_back
from labeling.serving import withheld_from
from labeling.triage.own import answered
from labeling.views.grids import is_in_grid, to_grid
from labeling.views.onward import just_submitted
from labeling.views.seat_pages import is_correctable, seat_page, submitted_page
from labeling.views.sittings import is_sitting, to_sitting

# A response that was asked again is one response; a check counts as whatever else one does, or the
# count would tell it.
ASIDE = Q(purpose=Assignment.Purpose.REPEAT)
RESPONSES = Count("response", filter=~ASIDE, distinct=True) + Count("pk", filter=ASIDE)


@require_safe
def desks(request: MemberRequest) -> HttpResponse:
    """The open batches of one's projects, with what one has done there."""
    own = Assignment.objects.rated_by(request.user).filter(batch=OuterRef("pk"))
    submitted = own.filter(state="submitted").order_by().values("batch")
    asked = Reask.objects.waiting().filter(batch=OuterRef("pk"), rater=request.user).values("batch")
    batches = (
        Batch.objects.open_to(request.user)
        .select_related("project")
        .annotate(
            done=Coalesce(Subquery(submitted.annotate(n=RESPONSES).values("n")), 0),
            again=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
            held=Subquery(own.filter(state="leased", leader=None).values("pk")[:1]),
            left=assigning.something_left(request.user),
        )
        .practice_first("project__title")
    )
    context = {
        "batches": batches,
        "rules_in": Project.objects.filter(
            memberships__user=request.user, memberships__role=Role.ADJUDICATOR
        ).order_by("title", "pk"),
        "answered_flags": answered(request.user),
        "answer_tasks": answering.left_for(request.user),
        "given_back": given_back(request.user),
        "begun": answering.begun_by(request.user).annotate(asked=first_asked("item__messages")),
    }
    return render(request, "labeling/desks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: MemberRequest, pk: int) -> HttpResponse:
    """To the seat in work; posted, the next one is handed out."""
    batch = expert_batch(request.user, pk)
    own = Assignment.objects.rated_by(request.user).filter(batch=batch)
    if (needed := _practice_needed(request, batch)) is not None:
        context = {"batch": batch, "project": batch.project, "needed": needed}
        status = 409 if request.method == "POST" else 200
        return render(request, "labeling/desk_practice.html", context, status=status)
    if request.method == "POST":
        seat = assigning.claim_next(batch, request.user)
        looked = True
    else:
        seat = own.filter(state=Assignment.State.LEASED, leader=None).first()
        looked = request.GET.get("left") == "0"
    if seat is not None:
        return redirect("seat", seat.pk)
    context = {
        "batch": batch,
        "project": batch.project,
        "exhausted": looked and batch.state == Batch.State.OPEN,
        "withheld_from": withheld_from(batch, request.user),
        "done": own.filter(state=Assignment.State.SUBMITTED).aggregate(n=RESPONSES)["n"],
        "after": just_submitted(request, batch) if batch.state == Batch.State.OPEN else None,
        "undo_seconds": rating.UNDO_SECONDS,
        **_practising(batch, request.user),
    }
    return render(request, "labeling/desk.html", context)


@require_safe
@gzip_page
def seat(request: MemberRequest, pk: int) -> HttpResponse:
    """One response with its criteria; after submitting, one's own answers."""
    found = own_seat(request.user, pk)
    last = rating.current_rating(found) if found.state == Assignment.State.SUBMITTED else None
    if last is None and is_sitting(found):
        return to_sitting(request, found)
    if last is None and is_in_grid(found):
        return to_grid(request, found)
    if last is None:
        answers = rating.answers_of(getattr(found, "draft", None), found.batch.rubric_version)
        return seat_page(request, found, answers, after=just_submitted(request, found.batch))
    if request.GET.get("correct") and is_correctable(request, found, last):
        return seat_page(request, found, rating.answers_in(last), corrects=last)
    return submitted_page(request, found, last)


def _practice_needed(request: MemberRequest, batch: Batch) -> list[practice.Result] | None:
    """How one stands in practice, where the batch hands out nothing before that is passed."""
    if batch.state != Batch.State.OPEN:
        return None
    if request.method != "POST":
        return practice.practice_for(batch, request.user)
    try:
        practice.expect_passed(batch, request.user)
    except practice.PracticeNeeded as error:
        return error.practice
    return None


def _practising(batch: Batch, user: User) -> dict[str, object]:
    """In practice: how one stands, and the rule of passing with its errors."""
    if batch.kind != Batch.Kind.PRACTICE:
        return {}
    return {"standing": practice.results(batch, [user])[0], "rule": practice.rule(batch)}


def expert_batch(user: User, pk: int) -> Batch:
    """A batch of a project the person rates in."""
    visible = Batch.objects.filter(project__in=Project.objects.visible_to(user))
    batch = get_object_or_404(visible.select_related("project", "rubric_version"), pk=pk)
    expect_expert(user, batch.project_id)
    return batch
