"""What a page sent: a plain form, or the same fields as flat JSON from its script."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext

from labeling import strict_json
from labeling.errors import DomainError, Problems

MAX_BODY = 4 * 1024 * 1024


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def sent_fields(request: HttpRequest) -> dict[str, str]:
    """Field names to texts; raises DomainError when they did not arrive whole."""
    if request.content_type != "application/json":
        return {name: str(value) for name, value in request.POST.items()}
    body = strict_json.loads(request.body, max_bytes=MAX_BODY)
    if not isinstance(body, dict) or not all(isinstance(one, str) for one in body.values()):
        raise DomainError(
            gettext("The form did not arrive whole; reload the page and send it again.")
        )
    return body


def problem_json(error: DomainError) -> dict[str, object]:
    """A refusal as the script reads it."""
    found = error.problems if isinstance(error, Problems) else []
    problems = [{"where": one.where, "message": one.message} for one in found]
    return {"title": str(error), "status": error.status, "problems": problems}
