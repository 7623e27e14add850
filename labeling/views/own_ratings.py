"""An expert's own ratings: in one batch or all, the newest first, each to be read or corrected."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from labeling.access import MemberRequest
from labeling.forms.own_ratings import FATES, OwnRatingsForm
from labeling.own_ratings import own_ratings
from labeling.rating import SKIP_REASONS, UNDO_SECONDS


@require_safe
def own(request: MemberRequest) -> HttpResponse:
    """Everything the person was given and what became of it; a fragment for htmx."""
    form = OwnRatingsForm(request.GET, user=request.user)
    context = {
        "form": form,
        "crumbs": [(gettext("Desk"), reverse("desks"))],
        "undo_seconds": UNDO_SECONDS,
    }
    if form.is_valid():
        found = own_ratings(request.user, **form.cleaned_data)
        query = [(name, request.GET[name]) for name in ("batch", "fate") if request.GET.get(name)]
        context |= {
            "rows": [
                {"one": row, "what": FATES[row.fate], "reason": _reason(row.seat.skip_reason)}
                for row in found.rows
            ],
            "filtered": bool(query),
            "first_query": urlencode(query),
            "older_query": urlencode([*query, ("before", found.older)]) if found.older else "",
            "newer_query": urlencode([*query, ("after", found.newer)]) if found.newer else "",
        }
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    status = 200 if form.is_valid() else 422
    return render(request, f"labeling/own_ratings.html{part}", context, status=status)


def _reason(said: str) -> str:
    """Why one skipped it, in the words of the form."""
    reason, _, text = said.partition(": ")
    return text or str(SKIP_REASONS.get(reason, reason))
