"""Who is in a project: adding people, making accounts, changing roles."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from labeling import people
from labeling.access import MemberRequest, run_project
from labeling.errors import Conflict, DomainError
from labeling.forms.members import NewMemberForm, RolesForm
from labeling.forms.refusals import refused
from labeling.models import Project, User


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: MemberRequest, slug: str) -> HttpResponse:
    """Everybody with their roles, and the form that adds somebody."""
    project = run_project(request.user, slug)
    form = NewMemberForm(request.POST or None)
    if not form.is_valid():
        return _page(request, project, form, status=422 if form.is_bound else 200)
    try:
        return _add(request, project, form)
    except DomainError as error:
        refused(form, error, beside="username")
        return _page(request, project, form, status=error.status)


def _add(request: MemberRequest, project: Project, form: NewMemberForm) -> HttpResponse:
    username, roles = form.cleaned_data["username"], form.cleaned_data["roles"]
    if form.cleaned_data["new_account"]:
        user, password = people.create_person(project, username, roles, by=request.user)
        # Shown in this answer only: kept in no session, no message and no log.
        made = {"user": user, "password": password}
        return _page(request, project, NewMemberForm(), made=made)
    user = people.add_member(project, username, roles, by=request.user)
    messages.success(request, _("%(user)s is in the project.") % {"user": user})
    return redirect("members", project.slug)


@require_POST
def member_roles(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member exactly the ticked roles; none takes them out."""
    project = run_project(request.user, slug)
    user = get_object_or_404(User.objects.filter(memberships__project=project).distinct(), pk=pk)
    form = RolesForm(request.POST)
    if not form.is_valid():
        return _page(
            request, project, NewMemberForm(), status=422, error=str(form.errors["roles"][0])
        )
    try:
        people.set_roles(project, user, form.cleaned_data["roles"], by=request.user)
    except Conflict as error:
        return _page(request, project, NewMemberForm(), status=409, error=str(error))
    roles = form.cleaned_data["roles"]
    told = _("%(user)s has new roles.") if roles else _("%(user)s has left the project.")
    messages.success(request, told % {"user": user})
    # Whoever gives up being an admin may not see this page any more.
    still_admin = user != request.user or "admin" in roles or user.is_superuser
    return redirect("members", project.slug) if still_admin else redirect("home")


@require_POST
def member_expertise(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Note what an expert knows, kinds of expertise with commas between them."""
    project = run_project(request.user, slug)
    user = get_object_or_404(User.objects.filter(memberships__project=project).distinct(), pk=pk)
    said = request.POST.get("expertise", "").split(",")
    try:
        people.set_expertise(project, user, said, by=request.user)
    except DomainError as error:
        return _page(request, project, NewMemberForm(), status=error.status, error=str(error))
    messages.success(request, _("What %(user)s knows is noted.") % {"user": user})
    return redirect("members", project.slug)


def _page(
    request: MemberRequest,
    project: Project,
    form: NewMemberForm,
    *,
    status: int = 200,
    made: dict[str, object] | None = None,
    error: str = "",
) -> HttpResponse:
    context = {
        "project": project,
        "members": people.members_of(project),
        "roles": people.ROLES,
        "form": form,
        "made": made,
        "error": error,
    }
    return render(request, "labeling/members.html", context, status=status)
