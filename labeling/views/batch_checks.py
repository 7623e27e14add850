"""Practice and checks of a batch: what its page says of them, and where they are set."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from labeling import practice
from labeling.access import MemberRequest, run_project
from labeling.errors import Problems
from labeling.forms.checks import ChecksForm
from labeling.forms.refusals import refused
from labeling.models import Batch
from labeling.practice.checks import Checks, gold_at_hand, in_words, set_checks
from labeling.views.batch_adaptive import stopping


@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for practice first, and mix checks into the work."""
    project = run_project(request.user, slug)
    batches = Batch.objects.filter(project=project)
    batches = batches.select_related("project", "rubric_version__rubric")
    batch = get_object_or_404(batches, pk=pk)
    form = ChecksForm.of(batch, request.POST or None)
    if form.is_valid() and _set(request, batch, form):
        return redirect(batch)
    context = {
        "project": project,
        "batch": batch,
        "form": form,
        "at_hand": gold_at_hand(batch),
        "practices": practice.practice_batches(batch.rubric_version.rubric_id),
        "crumbs": [(batch.name, batch.get_absolute_url())],
    }
    status = 422 if form.errors else 200
    return render(request, "labeling/batch_checks.html", context, status=status)


def warn_of_shared(request: MemberRequest, opened: Batch) -> None:
    """What opening the batch makes experts meet in practice and in work."""
    if told := practice.shared_in_words(practice.shared_with(opened)):
        messages.warning(request, told)


def batch_checks(batch: Batch, *, blind: bool, runs: bool) -> dict[str, Any]:
    """In practice how everybody stands, in the order of names, for who runs the project."""
    told = {} if blind else {"shared": _shared(batch)}
    return {**told, **_checks(batch, blind=blind, runs=runs)}


def _shared(batch: Batch) -> list[tuple[str, str]]:
    """What else its responses wait in, each with its page."""
    slug = batch.project.slug
    return [(one.in_words, one.url(slug)) for one in practice.shared_with(batch)]


def _checks(batch: Batch, *, blind: bool, runs: bool) -> dict[str, Any]:
    if batch.kind != Batch.Kind.PRACTICE:
        now = Checks.of(batch)
        words = "" if blind else in_words(now)
        rule = None if blind else stopping(batch)
        told = {"practice": None, "mixes": now.mixes, "checks_in_words": words, "stopping": rule}
        return told
    said: dict[str, Any] = {"units": practice.known_units(batch), "rule": practice.rule(batch)}
    said["results"] = practice.results(batch) if runs and not blind else []
    return {"practice": said}


def _set(request: MemberRequest, batch: Batch, form: ChecksForm) -> bool:
    try:
        set_checks(batch, form.checks(), by=request.user)
    except Problems as error:
        refused(form, error)
        return False
    messages.success(
        request, gettext("Saved. It holds for every response that is handed out from now on.")
    )
    return True
