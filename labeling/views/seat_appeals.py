"""An expert's appeal against a known answer, from the page of their own rating."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from labeling import practice
from labeling.access import MemberRequest, own_seat
from labeling.errors import Problems
from labeling.forms.known import AppealForm
from labeling.forms.refusals import refused


@require_POST
def seat_appeal(request: MemberRequest, pk: int) -> HttpResponse:
    """Say why the known answer is wrong; what was typed stays where something is wrong with it."""
    seat = own_seat(request.user, pk)
    form = AppealForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            practice.appeal(seat, said["criterion"], said["text"], by=request.user)
        except Problems as error:
            refused(form, error, beside="text")
    if form.errors:
        context = {"seat": seat, "project": seat.batch.project, "form": form}
        return render(request, "labeling/seat_appeal.html", context, status=422)
    messages.success(
        request, gettext("Sent to the authors. Their answer appears here and on “Your flags”.")
    )
    return redirect("seat", seat.pk)
