"""What every answer has in common: private pages stay uncached, people's errors are answered."""

from collections.abc import Callable
from functools import partial
from typing import cast

from django.contrib.auth import SESSION_KEY, middleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from labeling.backends import at_hand
from labeling.errors import DomainError, Problems
from labeling.models import User

Handler = Callable[[HttpRequest], HttpResponse]
WITHOUT_OWN_PASSWORD = {"password_change", "login", "logout", "healthz", "readyz"}


class Authentication(AuthenticationMiddleware):
    """Django's own; the person whom the session store read with the session is not read again."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(User, SimpleLazyObject(partial(_who, request)))


def _who(request: HttpRequest) -> User | AnonymousUser:
    # Reading anything of the session reads it whole, with its person.
    request.session.get(SESSION_KEY)
    with at_hand(getattr(request.session, "person", None)):
        return middleware.get_user(request)


class PrivatePages:
    """Pages of people who are logged in are never kept by a cache on the way."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class OwnPasswords:
    """Whoever has a password that somebody else made sees only the page that changes it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Handler, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not user.is_authenticated or not user.must_change_password:
            return None
        if match is not None and match.url_name in WITHOUT_OWN_PASSWORD:
            return None
        if _speaks_json(request) or getattr(request, "htmx", False):
            return _answer(request, 403, gettext("Choose a password of your own first."), [])
        return redirect("password_change")


class DomainErrors:
    """A domain error that no form showed becomes a page saying what is wrong, as 409 or 422.

    A database that is away becomes 503, so that browsers keep what they have and try again. Whoever
    comes to an address in another way than it is meant for, as after a log-in in between, is told.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        told = _in_another_way(request)
        told.headers["Allow"] = response.headers["Allow"]
        return told

    def process_view(self, request: HttpRequest, view: Handler, args: tuple, kwargs: dict) -> None:
        # No name in the database has it, and the database refuses to be asked for one.
        if any("\0" in one for one in kwargs.values() if isinstance(one, str)):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            problems = error.problems if isinstance(error, Problems) else []
            return _answer(request, error.status, str(error), problems)
        if isinstance(error, OperationalError | InterfaceError):
            return database_away(request)
        return None


def _in_another_way(request: HttpRequest) -> HttpResponse:
    if _speaks_json(request) or getattr(request, "htmx", False):
        text = gettext("This address is not used in this way. Reload the page and try again.")
        return _answer(request, 405, text, [])
    return render(request, "errors/405.html", status=405)


def database_away(request: HttpRequest) -> HttpResponse:
    """503 in words; it asks the database for nothing, not even who is logged in."""
    text = gettext("The database cannot be reached just now. Nothing was saved; please try again.")
    response = _answer(request, 503, text, [])
    response.headers["Retry-After"] = "2"
    return response


def _answer(request: HttpRequest, status: int, text: str, problems: list) -> HttpResponse:
    if _speaks_json(request):
        return JsonResponse(
            {"title": text, "status": status, "problems": [str(p) for p in problems]},
            status=status,
            content_type="application/problem+json",
        )
    context = {"text": text, "problems": problems, "status": status}
    response = render(request, "errors/problem.html", context, status=status)
    if getattr(request, "htmx", False):
        # What the person was working on stays; the alert goes to the page's head.
        response.headers["HX-Retarget"] = "#site-alerts"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _speaks_json(request: HttpRequest) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or "application/json" in accepts
