"""When the desk suggests a break: where one's own agreement has been seen to fall."""

from __future__ import annotations

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from evals.queries.rater_runs import own_fall
from labeling.access import MemberRequest


@require_safe
def own_break(request: MemberRequest) -> JsonResponse:
    """`{"after": minutes of a sitting, or null where nothing shows that one tires}`."""
    return JsonResponse({"after": own_fall(request.user)})
