"""Django's `makemessages`, which finds the sentences that rows keep, too (labeling/kept.py)."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import makemessages

# Nothing there is read by people who use RubricStudio.
NOT_OURS = ("var", "tests", "benchmarks", "static/vendor", "staticfiles")
KEPT = ("--keyword=Kept", "--keyword=Counted:1,2")


class Command(makemessages.Command):
    """The same options; folders that hold no text for people are left out."""

    xgettext_options = [*makemessages.Command.xgettext_options, *KEPT]

    def handle(self, *args: Any, **options: Any) -> None:
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_OURS]
        super().handle(*args, **options)
