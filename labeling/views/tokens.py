"""A person's own API tokens: made, shown once, listed, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from labeling.access import MemberRequest
from labeling.forms.tokens import TokenForm
from labeling.models import ApiToken
from labeling.tokens import issue_token


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: MemberRequest) -> HttpResponse:
    """The list and the form; a new token's text stands in this one answer only."""
    form = TokenForm(request.POST or None)
    made = ""
    if form.is_valid():
        made = issue_token(request.user, **form.cleaned_data)
    status = 422 if form.is_bound and not made else 200
    context = {
        "tokens": ApiToken.objects.visible_to(request.user).order_by("-created_at", "-pk"),
        "form": TokenForm() if made else form,
        "made": made,
        "now": timezone.now(),
    }
    return render(request, "labeling/tokens.html", context, status=status)


@require_POST
def token_revoke(request: MemberRequest, pk: int) -> HttpResponse:
    """The token is refused from the next request on."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    token.delete()
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("tokens")
