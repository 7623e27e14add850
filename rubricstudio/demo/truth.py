"""What every answer really does: the truth that the raters see more or less clearly."""

from dataclasses import dataclass
from functools import cache

from rubricstudio.demo.files import document

RATED = ("agent-small", "agent-base", "agent-large")
# Answers nobody has rated yet: the work that waits on the desks.
FRESH = "agent-next"


@dataclass(frozen=True, slots=True)
class Truth:
    """One answer: `cites` exact, loose, other or none; `lookup` first, late or never."""

    decision: bool
    cites: str
    lookup: str
    steps: int
    promises: bool
    long: bool

    @property
    def names_paragraph(self) -> bool:
        return self.cites in ("exact", "loose")

    @property
    def looks_up(self) -> bool:
        return self.lookup == "first"


@cache
def truths() -> dict[tuple[str, str], Truth]:
    """By case and generator."""
    return {
        (case, generator): Truth(**fields)
        for case, answers in document("truth.json").items()
        for generator, fields in answers.items()
    }
