"""The verdict on one item: in, out or held, with every reason in words and its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from evals.gaps import sentences
from evals.gaps.agreeing import Agreeing, Consensus, consensus
from evals.gaps.asking import not_answered, sentence
from evals.gaps.pool import Criterion, Item, Pool, Response, Special, exact
from evals.gaps.reasons import Scored, reasons, too_low
from evals.gaps.releasing import Release, carries, released_criteria
from evals.rft.split import Split
from labeling.scoring import reward
from labeling.spec import Answer, AnswerKind


@dataclass(frozen=True, slots=True)
class Stages:
    """How far an item gets; the steps of the funnel, in their order."""

    has_response: bool
    has_points: bool
    has_gates: bool
    is_low: bool
    is_complete: bool
    is_no_example: bool = True

    @property
    def passed(self) -> int:
        """How many steps in a row it passes."""
        flags = (
            self.has_response,
            self.has_points,
            self.has_gates,
            self.is_low,
            self.is_complete,
            self.is_no_example,
        )
        return flags.index(False) if False in flags else len(flags)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about an item, and what it was decided on."""

    id: str
    verdict: Literal["in", "out", "held"]
    reasons: tuple[str, ...]
    released: tuple[str, ...]
    scored: tuple[Scored, ...]
    mean_reward: Fraction | None
    stages: Stages
    split: Split | None = None
    # Criteria that a newer version asks and that it is held for, as long as they can be answered.
    not_asked: tuple[str, ...] = ()

    def with_split(self, split: Split | None) -> "Verdict":
        """The same verdict, placed in a file of the dataset."""
        return replace(self, split=split)

    def to_json(self) -> dict[str, object]:
        """The item's line of a selection."""
        mean = self.mean_reward
        return {
            "id": self.id,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "released": list(self.released),
            "split": self.split,
            "mean_reward": None if mean is None else float(mean),
        }


def judge(item: Item, pool: Pool, agreeing: Agreeing) -> Verdict:
    """Apply the rule to one item."""
    release = released_criteria(item, pool, agreeing)
    scored = tuple(
        _score(response, release, pool, agreeing) for response in _targets(item, pool, agreeing)
    )
    rewards = [each.reward for each in scored if each.reward is not None]
    mean = sum(rewards, Fraction(0)) / len(rewards) if rewards else None
    out, held = reasons(release, scored, mean, agreeing.rule, pool.asking)
    if item.is_example:
        out.insert(0, sentences.EXAMPLE())
    return Verdict(
        id=item.id,
        verdict="out" if out else "held" if held else "in",
        reasons=(*out, *held),
        released=tuple(criterion.key for criterion in release.released),
        scored=scored,
        mean_reward=mean,
        stages=_stages(item, release, scored, mean, agreeing),
        not_asked=_not_asked(release, scored, pool, agreeing) if held and not out else (),
    )


def _targets(item: Item, pool: Pool, agreeing: Agreeing) -> list[Response]:
    rule = agreeing.rule
    return [
        response
        for response in pool.responses_of[item.id]
        if response.kind in rule.generator_kinds
        and rule.target_generator in (None, response.generator)
    ]


def _score(response: Response, release: Release, pool: Pool, agreeing: Agreeing) -> Scored:
    if agreeing.rule.low_by == "consensus":
        return _consensus_score(response, release, pool, agreeing.rule.raters_min)
    if response.id not in pool.grades:
        return Scored(response, None, sentences.NOT_GRADED())
    grade = pool.grades[response.id]
    if grade is None:
        return Scored(response, None, sentences.GRADER_FAILED())
    return Scored(response, exact(grade))


def _consensus_score(response: Response, release: Release, pool: Pool, raters_min: int) -> Scored:
    answers: list[Answer] = []
    for criterion in release.released:
        settled = consensus(pool.unit.get((response.id, criterion.key)), raters_min)
        if settled.missing:
            why = sentences.MISSING_ON(missing=settled.missing, key=criterion.key)
            return Scored(response, None, _unasked(response, criterion, pool, raters_min) or why)
        answers.append(_answer(settled))
    earned = _reward(release.released, answers, pool)
    return Scored(response, earned, "" if earned is not None else sentences.UNDEFINED())


def _unasked(response: Response, criterion: Criterion, pool: Pool, raters_min: int) -> str:
    """What the unit waits for, when a newer version asks it and too few have answered."""
    found = not_answered(response, criterion, pool, raters_min)
    return "" if found is None else sentence([found], pool.asking, raters_min)


def _not_asked(
    release: Release, scored: Sequence[Scored], pool: Pool, agreeing: Agreeing
) -> tuple[str, ...]:
    """Criteria whose answers are still to come; none where nobody can give them any more."""
    if not pool.asking.open:
        return ()
    keys = {one.criterion.key for one in release.waiting if one.criterion in release.pending}
    least = agreeing.rule.raters_min
    for each in scored:
        if each.missing:
            found = (not_answered(each.response, one, pool, least) for one in release.released)
            keys |= {one.criterion.key for one in found if one}
    return tuple(sorted(keys))


def _reward(
    criteria: Sequence[Criterion], answers: Sequence[Answer], pool: Pool
) -> Fraction | None:
    keys = tuple(criterion.key for criterion in criteria)
    pattern = (keys, tuple((answer.kind, answer.value) for answer in answers))
    if pattern not in pool.rewards:
        specs = [criterion.spec for criterion in criteria]
        pool.rewards[pattern] = reward(specs, dict(zip(keys, answers, strict=True))).value
    return pool.rewards[pattern]


def _answer(settled: Consensus) -> Answer:
    if isinstance(settled.answer, Special):
        return Answer(AnswerKind.NA)
    return Answer(AnswerKind.SCORED, settled.answer)


def _stages(
    item: Item,
    release: Release,
    scored: Sequence[Scored],
    mean: Fraction | None,
    agreeing: Agreeing,
) -> Stages:
    rule = agreeing.rule
    return Stages(
        has_response=bool(scored),
        has_points=carries(release.share, rule.released_points_min),
        has_gates=all(each in release.released for each in release.applicable if each.spec.gate),
        is_low=mean is not None and mean <= exact(rule.low_max) and not too_low(mean, rule),
        is_complete=all(each.reward is not None for each in scored),
        is_no_example=not item.is_example,
    )
