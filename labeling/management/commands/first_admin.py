"""`first_admin`: the account named by FIRST_ADMIN, made once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from labeling.errors import DomainError
from labeling.models import User
from labeling.shell import ShellCommand

SHORTEST = 8


class Command(ShellCommand):
    help = "Make the superuser that FIRST_ADMIN=user:password names; an existing one is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do nothing without FIRST_ADMIN, nothing to an account that exists."""
        if not settings.FIRST_ADMIN:
            made, text = False, "FIRST_ADMIN is not set; no account was made."
        else:
            username, password = _named(settings.FIRST_ADMIN)
            made = self._make(username, password)
            text = f"{username} {'is the first admin' if made else 'exists already, unchanged'}."
        self.answer({"created": made}, as_json=options["json"], text=text)

    def _make(self, username: str, password: str) -> bool:
        if User.objects.filter(username=username).exists():
            return False
        try:
            validate_password(password, User(username=username))
        except ValidationError as error:
            # The operator has decided; we only say so.
            self.say(f"FIRST_ADMIN has a weak password: {' '.join(error.messages)}")
        try:
            with transaction.atomic():
                User.objects.create_superuser(username, password=password)
        except IntegrityError:
            return False
        return True


def _named(setting: str) -> tuple[str, str]:
    username, _, password = setting.partition(":")
    try:
        User.username_validator(username)
    except ValidationError as error:
        raise DomainError(f"FIRST_ADMIN is `user:password`. {' '.join(error.messages)}") from None
    if len(username) > 150 or len(password) < SHORTEST:
        raise DomainError(f"FIRST_ADMIN is `user:password`, of at least {SHORTEST} characters.")
    return User.normalize_username(username), password
