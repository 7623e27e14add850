"""From ratings that were sent together to what follows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from labeling import assigning, rating
from labeling.access import MemberRequest
from labeling.models import Assignment, Batch


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
        return redirect(reverse("desk", args=[seat.batch_id]) + f"?left=0&after={seat.pk}")
    return redirect(reverse("seat", args=[following.pk]) + f"?after={seat.pk}")


def just_submitted(request: MemberRequest, batch: Batch) -> Assignment | None:
    """The seat named in `?after=`, as long as its submission can be undone."""
    after = request.GET.get("after", "")
    if batch.kind == Batch.Kind.PRACTICE:
        return None
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        return None
    own = Assignment.objects.filter(rater=request.user, batch=batch, pk=int(after))
    return own.filter(rating.undoable()).first()
