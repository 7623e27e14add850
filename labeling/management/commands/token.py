"""`token USERNAME`: a token for somebody's scripts, printed once."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser

from labeling.errors import DomainError
from labeling.models import User
from labeling.shell import ShellCommand
from labeling.tokens import issue_token

NAME_LENGTH = 100
LONGEST = 3650


class Command(ShellCommand):
    help = "Make an API token for a person's scripts. Its text is printed once and kept nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--name", default="command line", help="what uses the token")
        parser.add_argument("--days", type=_days, help="days until it expires; else never")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the token and print it."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise DomainError(f"There is nobody called {options['username']!r}.")
        if not user.is_active:
            raise DomainError(f"The account {user.username!r} is deactivated.")
        if len(options["name"]) > NAME_LENGTH:
            raise DomainError(f"--name takes at most {NAME_LENGTH} characters.")
        token = issue_token(user, name=options["name"], days=options["days"])
        document = {"username": user.username, "name": options["name"], "token": token}
        self.answer(document, as_json=options["json"], text=token)


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a number of days from 1 to {LONGEST}")
