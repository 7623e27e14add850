"""Logging in and changing one's password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponse

from labeling.forms.accounts import LogInForm, NewPasswordForm


class LogIn(LoginView):
    """The door; after too many tries it says how long to wait."""

    authentication_form = LogInForm

    def form_invalid(self, form: Any) -> HttpResponse:
        """422 for a wrong password, 429 with the seconds to wait."""
        response = super().form_invalid(form)
        response.status_code = 422 if form.wait is None else 429
        if form.wait is not None:
            response.headers["Retry-After"] = str(form.wait)
        return response


class ChangePassword(PasswordChangeView):
    """Where a first password is changed, and any later one."""

    form_class = NewPasswordForm

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with what is wrong."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response
