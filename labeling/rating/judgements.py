"""From what an expert sent to judgements on the criteria's own scales, every fault named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext, gettext_lazy

from labeling import spec, strict_json
from labeling.authoring import spec_of
from labeling.errors import Problem, Problems
from labeling.models import RubricVersion
from labeling.rating.evidence import Quote, evidence_problem, quotes
from labeling.spec.fields import kind_of, text_fault

MAX_RATIONALE = 20_000
FIELDS = {"value", "rationale", "evidence", "confidence"}
# Stands among the answers for the overall; no criterion has such a key.
OVERALL = "_overall"
CONFIDENCE = {1: gettext_lazy("a guess"), 2: gettext_lazy("fairly sure"), 3: gettext_lazy("sure")}

# Criterion key -> {"value": a level's value or label, "NA" or "cannot_assess"; "rationale";
# "evidence": passages of the response, a list of them or one a line; "confidence": 1 to 3}, and
# OVERALL -> {"value": 0 to 5} where it is asked.
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
    evidence: tuple[Quote, ...] = ()
    confidence: int | None = None

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


def read_judgements(
    criteria: tuple[JudgedCriterion, ...], raw: Raw, *, asks_confidence: bool = False
) -> tuple[Judgement, ...]:
    """One judgement for each criterion that is asked, or all that is wrong with them."""
    problems = unknown_criteria(criteria, raw)
    if not isinstance(raw, Mapping):
        raise Problems(problems)
    judgements = []
    for criterion in criteria:
        found = _read(criterion, raw.get(criterion.spec.key), asks_confidence)
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
        return [
            Problem(
                "", gettext("must be an object of criteria, not %(raw)s") % {"raw": kind_of(raw)}
            )
        ]
    known = {criterion.spec.key for criterion in criteria}
    return [
        Problem(str(key)[:63], gettext("is no criterion that is asked here"))
        for key in raw
        if key not in known and key != OVERALL
    ]


def text_problem(where: str, text: object) -> Problem | None:
    """Why a reason cannot be kept, None when it can."""
    if not isinstance(text, str):
        return Problem(where, gettext("must be a text, not %(text)s") % {"text": kind_of(text)})
    fault = text_fault(text, MAX_RATIONALE)
    return Problem(where, fault) if fault else None


def confidence_problem(key: str, sent: Mapping[str, object]) -> Problem | None:
    """Why what was said of the confidence cannot be kept, None when it can."""
    said = sent.get("confidence")
    if said in (None, "") or _confidence(said) is not None:
        return None
    known = ", ".join(f"{number} ({words})" for number, words in CONFIDENCE.items())
    return Problem(f"{key}.confidence", gettext("must be one of %(known)s") % {"known": known})


def _confidence(said: object) -> int | None:
    if isinstance(said, bool) or not isinstance(said, int | str):
        return None
    return next((number for number in CONFIDENCE if str(number) == str(said)), None)


def fingerprint(
    version: RubricVersion, judgements: tuple[Judgement, ...], overall: int | None = None
) -> str:
    """Equal for two submissions that say the same."""
    said: dict[str, object] = {one.criterion.spec.key: _said(one) for one in judgements}
    if overall is not None:
        said[OVERALL] = overall
    return hashlib.sha256(strict_json.dumps([version.pk, said]).encode()).hexdigest()


def _said(one: Judgement) -> list[object]:
    # What was not always asked is left out where it is not given, so that a repeat is known.
    evidence = [[quote.json for quote in one.evidence]] if one.evidence else []
    sure = [{"confidence": one.confidence}] if one.confidence else []
    return [one.text, one.rationale, *evidence, *sure]


def level_id(judgement: Judgement) -> int | None:
    """The level of an answer on a scale of levels."""
    criterion = judgement.criterion
    if judgement.answer.value is None or criterion.spec.scale.type == spec.ScaleType.INTERVAL:
        return None
    return criterion.level_ids[judgement.answer.value]


def _read(criterion: JudgedCriterion, sent: object, asks_confidence: bool) -> Judgement | Problem:
    key = criterion.spec.key
    if sent is None:
        return Problem(key, gettext("is not answered yet"))
    if not isinstance(sent, Mapping):
        return Problem(
            key,
            gettext("must be an object with value and rationale, not %(sent)s")
            % {"sent": kind_of(sent)},
        )
    if extra := set(sent) - FIELDS:
        return Problem(
            key,
            gettext("has the unknown field %(value)s") % {"value": sorted(map(str, extra))[0][:63]},
        )
    rationale = sent.get("rationale", "")
    if problem := (
        text_problem(f"{key}.rationale", rationale)
        or evidence_problem(key, sent)
        or confidence_problem(key, sent)
    ):
        return problem
    try:
        answer = spec.level_for(criterion.spec, sent.get("value"))
    except spec.ValueOutsideScale as error:
        return Problem(key, str(error).removeprefix(f"`{key}`: "))
    if answer.kind == spec.AnswerKind.NOT_RATED:
        return Problem(key, gettext("is not answered yet"))
    sure = _confidence(sent.get("confidence"))
    given = Judgement(criterion, answer, str(rationale).strip(), quotes(sent.get("evidence")), sure)
    return _missing(given, asks_confidence) or given


def _missing(given: Judgement, asks_confidence: bool) -> Problem | None:
    """What is asked for beside the answer and was not given."""
    asked = given.criterion.spec
    if asked.needs_rationale and not given.rationale:
        return Problem(
            f"{asked.key}.rationale",
            gettext("“%(name)s” needs a reason: say why") % {"name": asked.name},
        )
    if asked.needs_evidence and given.answer.value is not None and not given.evidence:
        message = gettext("“%(name)s” needs evidence: quote the passage of the response") % {
            "name": asked.name
        }
        return Problem(f"{asked.key}.evidence", message)
    # Whoever cannot assess has said how sure they are.
    assessed = given.answer.kind != spec.AnswerKind.CANNOT_ASSESS
    if asks_confidence and assessed and given.confidence is None:
        return Problem(
            f"{asked.key}.confidence",
            gettext("say how sure you are of “%(name)s”") % {"name": asked.name},
        )
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
