"""An expert's own flags, with what their authors answered."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from labeling.access import MemberRequest, own_seat
from labeling.models import Project
from labeling.triage.own import lately, own_flags, with_words

PAGE = 25


@require_safe
def at_seat(request: MemberRequest, pk: int) -> HttpResponse:
    """The last flags on the seat's rubric: a part of the desk, looked for when one flags."""
    seat = own_seat(request.user, pk)
    flags = lately(request.user, seat.batch.rubric_version.rubric_id)
    return render(request, "labeling/seat_flags.html", {"flags": flags})


@require_safe
def own(request: MemberRequest) -> HttpResponse:
    """Everything the person has flagged in projects they belong to, newest first."""
    flags = own_flags(request.user).filter(project__in=Project.objects.visible_to(request.user))
    page = Paginator(flags, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "flags": with_words(list(page.object_list)),
        "crumbs": [(gettext("Desk"), reverse("desks"))],
    }
    return render(request, "labeling/own_flags.html", context)
