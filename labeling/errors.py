"""The errors people cause, each one plain sentence that says what is wrong and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in what somebody sent: where it stands, and what was expected there."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class DomainError(Exception):
    """A request that cannot be carried out as it stands; the text is shown to the person."""

    status = 422


class Conflict(DomainError):
    """The request was fine once, but something has changed since."""

    status = 409


class Problems(DomainError):
    """Several faults at once, so that all can be mended in one go."""

    def __init__(self, problems: Sequence[Problem], summary: str = "") -> None:
        self.problems = list(problems)
        super().__init__(summary or "; ".join(str(problem) for problem in self.problems[:3]))
