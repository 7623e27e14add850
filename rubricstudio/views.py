"""What operators ask, and the pages for errors. The home page belongs to labeling."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from rubricstudio.celery import app
from rubricstudio.middleware import database_away

log = logging.getLogger(__name__)
SILENT_AFTER = timedelta(seconds=30)


@dataclass
class Told:
    """What was logged last of readiness: it is asked for every few seconds, changes are news."""

    missing: frozenset[str] = frozenset()

    def tell(self, checks: dict[str, str | None]) -> None:
        reasons = {name: reason for name, reason in checks.items() if reason}
        if self.missing == reasons.keys():
            return
        self.missing = frozenset(reasons)
        if reasons:
            log.warning("not ready: %s", "; ".join(reasons.values()))
        else:
            log.info("ready again")


_told = Told()


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is up; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker, a live worker and beat: each true, or the reason why not."""
    checks = {"database": _database(), "broker": _broker(), **_workers()}
    _told.tell(checks)
    ready = all(reason is None for reason in checks.values())
    body = {name: reason or "ok" for name, reason in checks.items()}
    return JsonResponse(
        {"status": "ready" if ready else "not ready", **body}, status=200 if ready else 503
    )


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return "the database does not answer"
    return None


def _broker() -> str | None:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (BrokerError, RedisError, OSError):
        return "the broker does not answer"
    return None


def _workers() -> dict[str, str | None]:
    """Beat asks a worker for a sign of life every few seconds; the worker writes it down."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select max(heard_at) from labeling_heartbeat where name = 'worker'")
            (heard,) = cursor.fetchone()
    except DatabaseError:
        return {"worker": "unknown while the database is away"}
    if heard is None:
        return {"worker": "no worker has been heard of yet"}
    silent = datetime.now(UTC) - heard
    if silent > SILENT_AFTER:
        return {"worker": f"no worker or beat for {int(silent.total_seconds())} seconds"}
    return {"worker": None}


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with an id that also stands in the log; no traceback leaves the server."""
    # Sessions and log-ins are read outside of every view, where no middleware catches errors.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_away(request)
    error_id = uuid4().hex[:12]
    log.error("error %s at %s %s", error_id, request.method, request.path)
    if _speaks_json(request):
        response: HttpResponse = _problem(
            500,
            gettext("Something broke on our side (error %(error_id)s).") % {"error_id": error_id},
        )
    else:
        response = render(request, "errors/500.html", {"error_id": error_id}, status=500)
    response.headers["X-Error-Id"] = error_id
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _refusal(
            request, 413, gettext("The request is larger than this server takes at once.")
        )
    return _refusal(request, 400, gettext("The request could not be read: it is malformed."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 403, str(exception) or gettext("Your role does not include this."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 404, gettext("There is no such thing here."))


def _refusal(request: HttpRequest, status: int, text: str) -> HttpResponse:
    if _speaks_json(request):
        return _problem(status, text)
    context = {"exception": text if status == 403 else ""}
    return render(request, f"errors/{status}.html", context, status=status)


def _speaks_json(request: HttpRequest) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or accepts.startswith("application/json")


def _problem(status: int, title: str) -> JsonResponse:
    body = {"type": "about:blank", "title": title, "status": status, "problems": []}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key is stale, mostly after a log-in in another tab."""
    text = gettext("This page was open since before your last log-in. Reload it and send it again.")
    if _speaks_json(request):
        return _problem(403, text)
    return render(request, "errors/problem.html", {"text": text, "status": 403}, status=403)
