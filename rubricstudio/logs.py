"""One event is one line, whatever text it carries: nobody can forge a line with a line break."""

import logging


class OneLine(logging.Formatter):
    """Time, level, logger and message, with control characters escaped."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if record.exc_info:
            return text
        return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
