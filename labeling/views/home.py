"""The first page: a person's projects, their roles there, and what awaits them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling.access import MemberRequest
from labeling.people import projects_of


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Everybody's door; without any project it says whom to ask."""
    context = {
        "projects": projects_of(request.user),
        "may_open": request.user.is_staff or request.user.is_superuser,
    }
    return render(request, "labeling/home.html", context)
