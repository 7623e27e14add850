"""manifest.json: what a release holds, where it comes from, and what nobody has measured.

No clock and no machine name goes in, so the same inputs give the same bytes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evals.rft.bundle import FileRecord
from labeling.language import gettext_noop
from labeling.strict_json import dumps

FORMAT = "RubricStudio dataset v1"
Json = Mapping[str, object]

NOT_MEASURED: tuple[tuple[str, str], ...] = (
    (
        gettext_noop("grader validity"),
        gettext_noop(
            "How far the grader agrees with the experts on these criteria was not measured."
        ),
    ),
    (
        gettext_noop("solvability"),
        gettext_noop(
            "No proof was asked that every item can be solved; hard items are rich in wrong "
            "references."
        ),
    ),
    (
        gettext_noop("learnability"),
        gettext_noop(
            "Whether the target model sometimes succeeds, sampled several times an item, was not "
            "measured."
        ),
    ),
    (
        gettext_noop("fresh-rater audit"),
        gettext_noop(
            "No rater who had never seen these items has checked a random sample of the selection."
        ),
    ),
    (
        gettext_noop("near-duplicates and leaks"),
        gettext_noop(
            "Only identical prompts are kept apart; near-duplicates across the split, references "
            "inside prompts and overlap with benchmarks were not searched."
        ),
    ),
    (
        gettext_noop("reward hacking"),
        gettext_noop("The grader was not tried on empty, padded, echoed or injected answers."),
    ),
    (
        gettext_noop("grader noise"),
        gettext_noop("The grader was not run repeatedly, so its own variance is not known."),
    ),
    (
        gettext_noop("difficulty on a second sample"),
        gettext_noop(
            "Items chosen for low rewards look harder than they are; no second sample was drawn."
        ),
    ),
)

# What concerns a grader alone.
OF_GRADERS = frozenset({"grader validity", "reward hacking", "grader noise"})


def not_measured(*, graded: bool) -> tuple[tuple[str, str], ...]:
    """What nobody has measured of a release with a grader, or of one without."""
    return tuple(one for one in NOT_MEASURED if graded or one[0] not in OF_GRADERS)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a release comes from: all of it frozen before the first row is written."""

    project: str
    name: str
    selection: str
    rule: Json
    rule_hash: str
    seed: int
    rubric_hashes: Mapping[str, str]
    agreement: Sequence[Json]
    funnel: Sequence[Json]
    judge_model: str | None
    targets: Sequence[str] = ("openai",)
    warnings: Sequence[str] = ()
    not_measured: Sequence[tuple[str, str]] = NOT_MEASURED


@dataclass
class Contents:
    """What went in while rows were written, row by row in constant memory."""

    rows: Counter[str] = field(default_factory=Counter)
    groups: dict[str, set[str]] = field(default_factory=dict)
    excluded: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def include(self, split: str, group: str) -> None:
        """Count a row that was written."""
        self.rows[split] += 1
        self.groups.setdefault(split, set()).add(group)

    def exclude(self, item: str, reason: str) -> None:
        """Remember an item that was selected and could not be written, and why."""
        self.excluded.append({"id": item, "reason": reason})

    def counts(self) -> dict[str, object]:
        """Rows and groups of each split."""
        splits = {
            split: {"rows": self.rows[split], "groups": len(self.groups.get(split, ()))}
            for split in ("train", "valid")
        }
        return {"rows": self.rows.total(), "excluded": len(self.excluded), "splits": splits}


def build_manifest(
    source: Provenance, contents: Contents, files: Sequence[FileRecord]
) -> dict[str, object]:
    """The manifest of a draft release."""
    return {
        "format": FORMAT,
        "kind": "draft",
        "project": source.project,
        "name": source.name,
        "selection": source.selection,
        "targets": list(source.targets),
        "rule": dict(source.rule),
        "rule_hash": source.rule_hash,
        "seed": source.seed,
        "rubrics": dict(source.rubric_hashes),
        "agreement": [dict(each) for each in source.agreement],
        "judge_model": source.judge_model,
        "counts": contents.counts(),
        "excluded": sorted(contents.excluded, key=lambda each: each["id"]),
        "funnel": [dict(step) for step in source.funnel],
        "warnings": [*source.warnings, *contents.warnings],
        "not_measured": [{"what": what, "why": why} for what, why in source.not_measured],
        "files": [record.to_json() for record in files],
    }


def manifest_bytes(manifest: dict[str, object]) -> bytes:
    """The manifest as canonical JSON: the same manifest is the same bytes."""
    return dumps(manifest).encode() + b"\n"
