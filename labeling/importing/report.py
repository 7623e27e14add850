"""What a load did, or would have done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labeling.importing.faults import FaultLog
from labeling.lint import Finding

# In the order in which they are loaded: each may point to what stands before it.
KINDS = ("rubric", "items", "responses", "ratings", "gold", "grades")
# Those that people send in. Known answers have a page and an address of their own, which shut out
# whoever may yet judge a response; everybody who runs a project reads its imports.
UPLOADED = tuple(kind for kind in KINDS if kind != "gold")


@dataclass
class Counts:
    """Lines of one file by their fate; `not_rated` are ratings whose value is empty."""

    new: int = 0
    same: int = 0
    rejected: int = 0
    not_rated: int | None = None

    def document(self) -> dict[str, int]:
        counts = {"new": self.new, "same": self.same, "rejected": self.rejected}
        return counts if self.not_rated is None else {**counts, "not_rated": self.not_rated}

    def __str__(self) -> str:
        text = f"{self.new:,} new, {self.same:,} same, {self.rejected:,} rejected"
        return text if not self.not_rated else f"{text}, {self.not_rated:,} not rated"


@dataclass
class Report:
    """Counts by file and every fault; `taken` says whether the good lines are in the database."""

    counts: dict[str, Counts] = field(default_factory=dict)
    faults: FaultLog = field(default_factory=FaultLog)
    taken: bool = False
    # What experts will read in two ways in a rubric that was published; it is told, not refused.
    findings: list[Finding] = field(default_factory=list)
    # Some file was unreadable as a whole: skipping lines does not help.
    fatal: bool = False
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return {kind: self.counts.get(kind, Counts()).document() for kind in KINDS}
