"""One event is one line, whatever text it carries: nobody can forge a line with a line break.

What goes well every few seconds is no event: whoever reads at night finds what happened.
"""

import logging
from collections.abc import Mapping

ROUND = "evals.tasks.sweep"


class OneLine(logging.Formatter):
    """Time, level, logger and message, with control characters escaped."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if record.exc_info:
            return text
        return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


class News(logging.Filter):
    """Leaves out beat's rounds that went well and each asking for readiness, which says changes."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.args
        if isinstance(said, Mapping):
            return record.levelno > logging.INFO or said.get("name") != ROUND
        return not (record.name == "django.request" and said and said[-1] == "/readyz")
