"""From what an expert sent to judgements on the criteria's own scales, every fault named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from labeling import spec, strict_json
from labeling.authoring import spec_of
from labeling.errors import Problem, Problems
from labeling.models import RubricVersion
from labeling.spec.fields import kind_of, text_fault

MAX_RATIONALE = 20_000
MAX_QUOTES = 100
FIELDS = {"value", "rationale", "evidence"}

# Criterion key -> {"value": a level's value or label, "NA" or "cannot_assess"; "rationale";
# "evidence": passages of the response, a list of them or one a line}.
type Raw = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class JudgedCriterion:
    """A criterion of a published version as its rows and its spec know it."""

    id: int
    lineage_id: int
    spec: spec.CriterionSpec
    level_ids: Mapping[Decimal, int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the expert said of one criterion."""

    criterion: JudgedCriterion
    answer: spec.Answer
    rationale: str
    evidence: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The answer as it is sent and shown: a number, NA or cannot_assess."""
        value = self.answer.value
        return self.answer.kind.value if value is None else strict_json.number_text(value)


class Published:
    """A version as a key to what is kept of it: equal by what never changes once published."""

    def __init__(self, version: RubricVersion) -> None:
        self.identity, self.version = (version.pk, str(version.published_at)), version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Published) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


def criteria_of(version: RubricVersion) -> tuple[JudgedCriterion, ...]:
    """The version's criteria in order. Published versions are sealed, so they are kept."""
    return _criteria(Published(version))


def read_judgements(criteria: tuple[JudgedCriterion, ...], raw: Raw) -> tuple[Judgement, ...]:
    """One judgement for each criterion that is asked, or all that is wrong with them."""
    problems = unknown_criteria(criteria, raw)
    if not isinstance(raw, Mapping):
        raise Problems(problems)
    judgements = []
    for criterion in criteria:
        found = _read(criterion, raw.get(criterion.spec.key))
        if isinstance(found, Judgement):
            judgements.append(found)
        else:
            problems.append(found)
    if problems:
        raise Problems(problems)
    return tuple(judgements)


def unknown_criteria(criteria: tuple[JudgedCriterion, ...], raw: Raw) -> list[Problem]:
    """Keys that are no criterion that is asked."""
    if not isinstance(raw, Mapping):
        return [Problem("", f"must be an object of criteria, not {kind_of(raw)}")]
    known = {criterion.spec.key for criterion in criteria}
    return [
        Problem(str(key)[:63], "is no criterion that is asked here")
        for key in raw
        if key not in known
    ]


def text_problem(where: str, text: object) -> Problem | None:
    """Why a reason cannot be kept, None when it can."""
    if not isinstance(text, str):
        return Problem(where, f"must be a text, not {kind_of(text)}")
    fault = text_fault(text, MAX_RATIONALE)
    return Problem(where, fault) if fault else None


def evidence_problem(key: str, sent: Mapping[str, object]) -> Problem | None:
    """Why the evidence for a criterion cannot be kept, None when it can."""
    where, said = f"{key}.evidence", sent.get("evidence")
    if said is None or isinstance(said, str):
        return text_problem(where, said or "")
    if not isinstance(said, list | tuple):
        return Problem(where, f"must be a list of texts, not {kind_of(said)}")
    if len(said) > MAX_QUOTES:
        return Problem(where, f"has {len(said)} passages, at most {MAX_QUOTES} are kept")
    return next(filter(None, (text_problem(where, one) for one in said)), None)


def quotes(said: object) -> tuple[str, ...]:
    """Passages of the response, each on one line, blank ones left out."""
    given = said if isinstance(said, list | tuple) else str(said or "").split("\n")
    return tuple(quote for line in given if (quote := " ".join(str(line).split())))


def fingerprint(version: RubricVersion, judgements: tuple[Judgement, ...]) -> str:
    """Equal for two submissions that say the same."""
    # Without evidence it is what it was before there was any, so that a repeat is known.
    said = {
        one.criterion.spec.key: [one.text, one.rationale, *([one.evidence] if one.evidence else [])]
        for one in judgements
    }
    return hashlib.sha256(strict_json.dumps([version.pk, said]).encode()).hexdigest()


def level_id(judgement: Judgement) -> int | None:
    """The level of an answer on a scale of levels."""
    criterion = judgement.criterion
    if judgement.answer.value is None or criterion.spec.scale.type == spec.ScaleType.INTERVAL:
        return None
    return criterion.level_ids[judgement.answer.value]


def _read(criterion: JudgedCriterion, sent: object) -> Judgement | Problem:
    key = criterion.spec.key
    if sent is None:
        return Problem(key, "is not answered yet")
    if not isinstance(sent, Mapping):
        return Problem(key, f"must be an object with value and rationale, not {kind_of(sent)}")
    if extra := set(sent) - FIELDS:
        return Problem(key, f"has the unknown field {sorted(map(str, extra))[0][:63]}")
    rationale = sent.get("rationale", "")
    if problem := text_problem(f"{key}.rationale", rationale) or evidence_problem(key, sent):
        return problem
    try:
        answer = spec.level_for(criterion.spec, sent.get("value"))
    except spec.ValueOutsideScale as error:
        return Problem(key, str(error).removeprefix(f"`{key}`: "))
    if answer.kind == spec.AnswerKind.NOT_RATED:
        return Problem(key, "is not answered yet")
    given = Judgement(criterion, answer, str(rationale).strip(), quotes(sent.get("evidence")))
    return _missing(given) or given


def _missing(given: Judgement) -> Problem | None:
    """What the criterion asks for beside the answer and did not get."""
    asked = given.criterion.spec
    if asked.needs_rationale and not given.rationale:
        return Problem(f"{asked.key}.rationale", f"“{asked.name}” needs a reason: say why")
    if asked.needs_evidence and given.answer.value is not None and not given.evidence:
        message = f"“{asked.name}” needs evidence: quote the passage of the response"
        return Problem(f"{asked.key}.evidence", message)
    return None


@lru_cache(maxsize=256)
def _criteria(key: Published) -> tuple[JudgedCriterion, ...]:
    told = spec_of(key.version)
    return tuple(
        JudgedCriterion(
            row.pk,
            row.lineage_id or row.pk,
            said,
            {level.value: level.pk for level in row.levels.all()},
        )
        for row, said in zip(key.version.criteria.all(), told.criteria, strict=True)
    )
