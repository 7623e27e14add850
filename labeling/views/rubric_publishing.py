"""Publishing a draft: what it changes, what becomes of the labels, and the button that does it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import Standing
from labeling.errors import DomainError
from labeling.forms.fates import FateChoice
from labeling.forms.places import problems_in_words
from labeling.forms.rubrics import PublishForm
from labeling.models import Rubric
from labeling.revising import Change, RubricDifference
from labeling.spec import publishing_problems
from labeling.triage.drafting import citation, taken
from labeling.views.findings import finding_list

# So many criteria with findings stand on the page; the rest is one click away.
LISTED = 50
# With more changed criteria each takes its usual fate; the API takes others.
CHOSEN_MAX = 200


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_publish(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """What publishing would do, and the button that does it."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    now = authoring.standing(rubric)
    if request.method != "POST":
        return _page(request, rubric, now) if now.draft else redirect(rubric)
    difference = authoring.difference_from(now.latest, now.spec)
    form = PublishForm(request.POST, changed=_choices(now, difference))
    if not form.is_valid():
        return _page(request, rubric, now, form=form, status=422)
    return _publish(request, rubric, now, form)


def _publish(
    request: MemberRequest, rubric: Rubric, now: Standing, form: PublishForm
) -> HttpResponse:
    said = form.cleaned_data
    version = get_object_or_404(rubric.versions, number=said["number"])
    try:
        authoring.publish(
            version,
            by=request.user,
            change_note=said["change_note"],
            edit=said["edit"],
            fates=form.fates(),
        )
    except DomainError as error:
        initial = {**said, "number": now.number, "edit": now.edit}
        return _page(request, rubric, now, initial=initial, status=error.status, error=str(error))
    messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
    return redirect(rubric)


def _page(
    request: MemberRequest,
    rubric: Rubric,
    now: Standing,
    *,
    form: PublishForm | None = None,
    initial: dict[str, Any] | None = None,
    status: int = 200,
    error: str = "",
) -> HttpResponse:
    difference = authoring.difference_from(now.latest, now.spec)
    flags = taken(now.draft, request.user)
    if form is None:
        begun = {"number": now.number, "edit": now.edit, "change_note": citation(flags)}
        initial = initial or begun
        form = PublishForm(initial=initial, changed=_choices(now, difference))
    names = [criterion.name for criterion in now.spec.criteria]
    changed = [one for one in difference.criteria if one.after and not one.is_unchanged]
    found = finding_list(authoring.judged(rubric, now.spec), now.spec)
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "now": now,
        "form": form,
        "error": error,
        "flags": flags,
        "problems": problems_in_words(publishing_problems(now.spec), names),
        "difference": difference if now.latest else None,
        "too_many": len(changed) if len(changed) > CHOSEN_MAX else 0,
        "unchanged": sum(one.is_unchanged for one in difference.criteria),
        "removed": difference.of(Change.REMOVED),
        "weighed": bool(difference.of(Change.WEIGHT)),
        "found": found,
        "groups": found.groups[:LISTED],
    }
    return render(request, "labeling/rubric_publish.html", context, status=status)


def _choices(now: Standing, difference: RubricDifference) -> list[FateChoice]:
    """What the author is asked: nothing before the first version, and not about hundreds."""
    changed = [one for one in difference.criteria if one.after and not one.is_unchanged]
    if now.latest is None or len(changed) > CHOSEN_MAX:
        return []
    keys = [one.before.key for one in changed if one.before]
    labels = authoring.label_counts(now.latest, keys)
    return [FateChoice(one, labels.get(one.before.key, 0) if one.before else 0) for one in changed]
