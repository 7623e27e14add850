"""From ratings that were sent together to what follows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from labeling import assigning
from labeling.access import MemberRequest
from labeling.models import Assignment


def onward(request: MemberRequest, seat: Assignment, sent: int) -> HttpResponse:
    """Say that they are in, and hand out what is next in the batch."""
    text = ngettext(
        "%(sent)s rating is submitted. You can correct it under “Your ratings”.",
        "%(sent)s ratings are submitted. You can correct them under “Your ratings”.",
        sent,
    )
    messages.success(request, text % {"sent": sent})
    following = assigning.claim_next(seat.batch, request.user)
    if following is None:
        return redirect(reverse("desk", args=[seat.batch_id]) + "?left=0")
    return redirect("seat", following.pk)
