"""`seed_demo`: the demo project, made once; its log-ins are printed the first time only."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from labeling.errors import DomainError
from labeling.models import Project
from labeling.shell import ShellCommand
from rubricstudio.demo.computing import compute
from rubricstudio.demo.seeding import SLUG, seed


class Command(ShellCommand):
    help = "Make the demo project (its content is made up) and have it computed by the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait", type=float, default=30, metavar="SECONDS", help="for each job, 0 = do not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Project.objects.filter(slug=SLUG).exists():
            self.say(f"The project “{SLUG}” is here already; nothing was changed.")
            self.answer({"logins": []}, as_json=options["json"], text="")
            return
        project, logins = seed()
        self.say(f"The project “{SLUG}” is made.")
        try:
            compute(project, seconds=options["wait"], say=self.say)
        except DomainError as error:
            # The log-ins are shown only now, so a slow worker must not cost them.
            self.say(f"{error} Measuring goes on by itself; select and export on the pages.")
        told = "\n".join(f"{login.username} ({login.role}): {login.password}" for login in logins)
        document = {"logins": [asdict(login) for login in logins]}
        self.answer(document, as_json=options["json"], text=told)
