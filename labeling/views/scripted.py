"""What the desk's script sends and gets: JSON, with a refusal that says what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.urls import reverse
from django.utils.translation import gettext

from labeling import rating, strict_json
from labeling.errors import DomainError, Problem, Problems
from labeling.models import Assignment

MAX_BODY = 4 * 1024 * 1024

type View = Callable[..., HttpResponse]


def answers_401(view: View) -> View:
    """Script that is no longer logged in learns so, instead of being sent the log-in page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_json(request):
            text = gettext("Log in again in another tab; your answers are kept here.")
            return JsonResponse({"title": text, "status": 401}, status=401)
        return redirect_to_login(request.get_full_path())

    return login_not_required(answered)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def refusal(error: DomainError, seat: Assignment) -> JsonResponse:
    body: dict[str, Any] = {"title": str(error), "status": error.status}
    if isinstance(error, Problems):
        body["problems"] = [{"where": p.where, "message": p.message} for p in error.problems]
    if isinstance(error, rating.AlreadySubmitted):
        body["submitted"] = reverse("seat", args=[seat.pk])
    if isinstance(error, rating.StaleDraft):
        body["stored"] = rating.answers_of(error.stored, seat.batch.rubric_version)
        body["stored_edit"] = error.stored.edit
        body["stored_writer"] = error.stored.payload.get("writer", "")
        body["stored_seq"] = error.stored.payload.get("seq", 0)
        body["sent"] = error.sent
    return JsonResponse(body, status=error.status)


def form_problems(form: Any) -> list[Problem]:
    return [
        Problem(name if name != "__all__" else "", str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]


def json_body(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = request.body
    except RawPostDataException:
        # It came as a form with parts, and was read as one before.
        raise DomainError(gettext("A form came where JSON was expected.")) from None
    body = strict_json.loads(sent, max_bytes=MAX_BODY)
    if not isinstance(body, dict):
        raise DomainError(gettext("An object was expected."))
    return body
