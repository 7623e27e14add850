"""Opening a project and changing what it says about itself."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from labeling import people
from labeling.access import MemberRequest, run_project
from labeling.errors import Conflict
from labeling.forms.projects import NewProjectForm, ProjectSettingsForm
from labeling.forms.refusals import refused


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: MemberRequest) -> HttpResponse:
    """For the server's staff; who opens a project is its first admin."""
    if not (request.user.is_staff or request.user.is_superuser):
        raise PermissionDenied(_("Only the server's staff may open a project."))
    form = NewProjectForm(request.POST or None)
    if form.is_valid():
        try:
            project = people.open_project(**form.cleaned_data, by=request.user)
        except Conflict as error:
            refused(form, error, beside="slug")
        else:
            messages.success(
                request,
                _("The project “%(project)s” is open. Who works on it?") % {"project": project},
            )
            return redirect("members", project.slug)
    status = 422 if form.is_bound else 200
    return render(request, "labeling/project_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def project_settings(request: MemberRequest, slug: str) -> HttpResponse:
    """What may change of a project; the address stays, since links and scripts use it."""
    project = run_project(request.user, slug)
    initial = {name: getattr(project, name) for name in ProjectSettingsForm.base_fields}
    form = ProjectSettingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        people.set_up_project(project, **form.cleaned_data, by=request.user)
        messages.success(request, _("The project is saved."))
        return redirect("project_settings", project.slug)
    context = {"project": project, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "labeling/project_settings.html", context, status=status)
