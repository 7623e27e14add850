"""Answer tasks as an admin runs them: opening one, what is written, having it rated."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from labeling import answering
from labeling.access import MemberRequest, run_project
from labeling.errors import DomainError
from labeling.forms.answering import AnswerTaskForm, PutForm
from labeling.forms.refusals import refused
from labeling.models import AnswerPlace, Batch, Project, RubricVersion

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def answer_task_new(request: MemberRequest, slug: str) -> HttpResponse:
    """Put items before experts to be answered."""
    project = run_project(request.user, slug)
    versions = list(
        RubricVersion.objects.published()
        .filter(project=project, rubric__item=None)
        .select_related("rubric")
        .order_by("-published_at")
    )
    form = AnswerTaskForm(request.POST or None, versions=versions)
    made = _opened(request, project, form, versions) if form.is_valid() else None
    if made is not None:
        messages.success(
            request,
            gettext("“%(made)s” is open: experts find its items at their desk.") % {"made": made},
        )
        return redirect("answer_task", project.slug, made.pk)
    context = {"project": project, "form": form, "versions": versions}
    status = 422 if form.is_bound else 200
    return render(request, "labeling/answer_task_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_task(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """What is written; posted, a batch in which it is rated blind."""
    project = run_project(request.user, slug)
    tasks = Batch.objects.filter(project=project, kind=Batch.Kind.ANSWER)
    task = get_object_or_404(tasks.select_related("rubric_version__rubric", "project"), pk=pk)
    form = PutForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = answering.put_before_experts(
                task, said["name"], overlap=said["overlap"], by=request.user
            )
        except DomainError as error:
            refused(form, error)
        else:
            messages.success(
                request,
                gettext("“%(made)s” is open. No answer is handed to its writer.") % {"made": made},
            )
            return redirect("batch", project.slug, made.pk)
    places = answering.places_of(task)
    page = Paginator(places, PAGE).get_page(request.GET.get("page"))
    written = places.filter(state=AnswerPlace.State.WRITTEN).count()
    context: dict[str, Any] = {
        "project": project,
        "task": task,
        "page": page,
        "written": written,
        "unnamed": answering.unnamed(list(page.object_list), request.user),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "labeling/answer_task.html", context, status=status)


def _opened(
    request: MemberRequest, project: Project, form: AnswerTaskForm, versions: list[RubricVersion]
) -> Batch | None:
    said = form.cleaned_data
    version = next(one for one in versions if one.pk == said["rubric"])
    try:
        items = form.chosen(project)
        return answering.open_task(project, version, said["name"], items=items, by=request.user)
    except DomainError as error:
        refused(form, error)
    return None
