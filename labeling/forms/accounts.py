"""Logging in, and choosing a password of one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext

from labeling.models import User
from labeling.throttling import TooManyTries


class LogInForm(AuthenticationForm):
    """Name and password; whoever tries too often is told how long to wait."""

    wait: int | None = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except TooManyTries as error:
            self.wait = error.seconds
            raise forms.ValidationError(str(error)) from error


class NewPasswordForm(PasswordChangeForm):
    """A new password; the old one again is none."""

    def clean(self) -> None:
        super().clean()
        chosen = self.cleaned_data.get("new_password1")
        if chosen and chosen == self.cleaned_data.get("old_password"):
            self.add_error("new_password1", gettext("This is your old password; choose another."))

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        return super().save(commit)
