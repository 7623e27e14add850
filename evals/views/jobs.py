"""A run as components/job.html shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from evals import figures
from evals.kept import in_words
from labeling.models import Run, RunState

NOBODY_AFTER_SECONDS = 15
UNDER_WAY = (RunState.PENDING, RunState.RUNNING)


def job(run: Run, *, name: str, url: str, retry_url: str, said: str) -> dict[str, Any]:
    """What the component asks for; `said` is how far it is, by `done` and `total`."""
    return {
        "name": name,
        "state": run.state,
        "done": run.done,
        "total": run.total,
        "error": in_words(run.error) if run.state == RunState.FAILED else "",
        "detail": _detail(run, said),
        "url": url,
        "retry_url": retry_url,
    }


def polled(request: HttpRequest, run: Run, template: str, context: dict[str, Any]) -> HttpResponse:
    """The answer to a job that asks for itself: how far it is; the whole page once it ended."""
    if run.state not in UNDER_WAY:
        return HttpResponseClientRefresh()
    return render(request, f"{template}#job", context)


def _detail(run: Run, said: str) -> str:
    if run.state == RunState.PENDING:
        waited = (datetime.now(UTC) - run.created_at).total_seconds()
        if waited > NOBODY_AFTER_SECONDS:
            return _("No worker has taken it yet; it waits since %(time)s.") % {
                "time": figures.span(waited)
            }
    if run.state == RunState.RUNNING and run.total and run.done:
        return said % {"done": figures.thousands(run.done), "total": figures.thousands(run.total)}
    return ""
