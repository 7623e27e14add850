"""Moving a batch to a newer version: what it would do, and the button that does it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from labeling import asking_again
from labeling.access import MemberRequest, run_project
from labeling.asking_again import Move
from labeling.forms.moving import MoveForm
from labeling.models import Batch
from labeling.views.batches import batches_of


@require_http_methods(["GET", "HEAD", "POST"])
def batch_move(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Looking counts what would be asked of whom; posted, the batch moves."""
    project = run_project(request.user, slug)
    found = get_object_or_404(batches_of(project), pk=pk)
    newer = asking_again.newer_versions(found) if asking_again.can_move(found) else None
    form = MoveForm(request.POST or request.GET or None, versions=newer)
    if request.method == "POST":
        return _move(request, found, form)
    version = form.chosen()
    context = {
        "project": project,
        "batch": found,
        "form": form,
        "told": asking_again.preview(found, version) if version else None,
        "blind": not Batch.objects.sight_of(request.user, found).peers,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "labeling/batch_move.html", context, status=status)


def _move(request: MemberRequest, found: Batch, form: MoveForm) -> HttpResponse:
    if not form.is_valid() or form.cleaned_data["version"] is None:
        context = {"project": found.project, "batch": found, "form": form, "told": None}
        return render(request, "labeling/batch_move.html", context, status=422)
    done = asking_again.move_forward(found, form.cleaned_data["version"], by=request.user)
    messages.success(request, _in_words(done))
    return redirect(found)


def _in_words(done: Move) -> str:
    number = done.version.number
    if not done.total:
        return gettext("The batch is rated by version %(number)s now. Nothing is asked again.") % {
            "number": number
        }
    return ngettext(
        "The batch is rated by version %(number)s now; %(n)s judgement is asked again for what"
        " changed.",
        "The batch is rated by version %(number)s now; %(n)s judgements are asked again for what"
        " changed.",
        done.total,
    ) % {"number": number, "n": f"{done.total:,}"}
