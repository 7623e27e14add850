"""A selection: the verdict on every item, and how many units, responses and items each step left.

A unit is a response under a criterion, a response is one output, an item is a prompt; every step
says which of them it counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.gaps import sentences
from evals.gaps.agreeing import Agreeing, Clarity, consensus
from evals.gaps.cautions import Chance, cautions
from evals.gaps.pool import Pool, Response, Unit, exact
from evals.gaps.rule import Rule
from evals.gaps.verdicts import Verdict, judge
from evals.rft.split import split_by_group
from labeling.errors import Problem, Problems
from labeling.kept import Kept
from labeling.language import gettext, gettext_noop

Counted = Literal["units", "responses", "items"]
COUNTED = (gettext_noop("units"), gettext_noop("responses"), gettext_noop("items"))
ITEM_STEPS = (
    sentences.HAS_RESPONSE,
    sentences.HAS_POINTS,
    sentences.HAS_GATES,
    sentences.IS_LOW,
    sentences.IS_COMPLETE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """How many are left after one step of the funnel."""

    step: str
    counts: Counted
    count: int
    by_generator: dict[str, int] | None = None
    expected_by_chance: float | None = None
    p_value: float | None = None

    def to_json(self) -> dict[str, object]:
        """The step with the keys that apply to it."""
        told: dict[str, object] = {"step": self.step, "counts": self.counts, "count": self.count}
        extra = {
            "by_generator": self.by_generator,
            "expected_by_chance": self.expected_by_chance,
            "p_value": self.p_value,
        }
        return told | {key: value for key, value in extra.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Selected:
    """Everything a selection freezes."""

    funnel: tuple[Step, ...]
    verdicts: tuple[Verdict, ...]
    warnings: tuple[str, ...]


def select(
    rule: Rule, pool: Pool, *, clarity: Clarity | None = None, chance: Chance | None = None
) -> Selected:
    """Apply a rule to a pool; Problems when the rule names what the pool does not have."""
    if problems := unknown_names(rule, pool):
        raise Problems(problems, gettext("This rule does not fit the project."))
    agreeing = Agreeing(rule, clarity)
    chance = chance or Chance()
    verdicts = _split([judge(item, pool, agreeing) for item in pool.items], rule, pool)
    units = _unit_steps(agreeing, pool, chance)
    steps = (*units, *_response_steps(rule, pool, verdicts), *_item_steps(verdicts))
    low = next(step.count for step in units if step.step == sentences.UNANIMOUS_LOW())
    return Selected(steps, verdicts, cautions(agreeing, pool, verdicts, chance, low))


def unknown_names(rule: Rule, pool: Pool) -> list[Problem]:
    """Criteria and generators the rule names that are not there."""
    keys = {criterion.key for criterion in pool.criteria}
    problems = [
        Problem(
            "criteria",
            gettext("There is no criterion %(key)s; there are %(choices)s.")
            % {"key": key, "choices": ", ".join(sorted(keys))},
        )
        for key in rule.criteria or ()
        if key not in keys
    ]
    names = {response.generator for response in pool.responses}
    if rule.target_generator is not None and rule.target_generator not in names:
        message = gettext("There is no generator %(name)s.") % {"name": rule.target_generator}
        problems.append(Problem("target_generator", message))
    return problems


def _split(verdicts: Sequence[Verdict], rule: Rule, pool: Pool) -> tuple[Verdict, ...]:
    group_of = {item.id: item.group for item in pool.items}
    chosen = {each.id: group_of[each.id] for each in verdicts if each.verdict == "in"}
    split = split_by_group(chosen, valid_share=rule.valid_share, seed=rule.seed)
    return tuple(each.with_split(split.get(each.id)) for each in verdicts)


def _unit_steps(agreeing: Agreeing, pool: Pool, chance: Chance) -> list[Step]:
    units = [unit for unit in pool.units if unit.raters and agreeing.rule.considers(unit.criterion)]
    enough = [unit for unit in units if agreeing.has_enough_raters(unit)]
    unanimous = [unit for unit in enough if agreeing.is_unanimous(unit)]
    kinds = agreeing.rule.generator_kinds
    low = [unit for unit in unanimous if _is_lowest(unit, pool, kinds)]
    steps = [
        Step(sentences.ALL(), "units", len(units)),
        Step(sentences.ENOUGH_RATERS(), "units", len(enough)),
        Step(sentences.UNANIMOUS(), "units", len(unanimous), expected_by_chance=chance.unanimous),
    ]
    if agreeing.rule.clarity is not None:
        steps.append(Step(sentences.CLEAR(), "units", sum(map(agreeing.is_clear, enough))))
    by_generator = _by_generator(pool.response[unit.response] for unit in low)
    seen = (chance.lowest, chance.lowest_p_value)
    lowest = Step(sentences.UNANIMOUS_LOW(), "units", len(low), by_generator, *seen)
    return [*steps, lowest]


def _is_lowest(unit: Unit, pool: Pool, kinds: Sequence[str]) -> bool:
    lowest = pool.criterion[unit.criterion].lowest
    return pool.response[unit.response].kind in kinds and unit.values == [lowest]


def _response_steps(rule: Rule, pool: Pool, verdicts: Iterable[Verdict]) -> list[Step]:
    of_kinds = [each for each in pool.responses if each.kind in rule.generator_kinds]
    settled: list[Response] = []
    rewarded: list[Response] = []
    low: list[Response] = []
    for verdict in verdicts:
        for scored in verdict.scored:
            if not verdict.released or not _is_settled(scored.response, verdict, rule, pool):
                continue
            settled.append(scored.response)
            if scored.reward is not None:
                rewarded.append(scored.response)
                low += [scored.response] * (scored.reward <= exact(rule.low_max))
    steps = [
        Step(sentences.ALL(), "responses", len(pool.responses)),
        _responses(sentences.OF_THE_KINDS(), of_kinds),
        _responses(sentences.SETTLED(), settled),
    ]
    if rule.low_by == "grade":
        steps.append(_responses(sentences.GRADED_BY(grader=rule.low_grader), rewarded))
    return [*steps, _responses(sentences.AT_MOST(), low)]


def _is_settled(response: Response, verdict: Verdict, rule: Rule, pool: Pool) -> bool:
    return not any(
        consensus(pool.unit.get((response.id, key)), rule.raters_min).missing
        for key in verdict.released
    )


def _item_steps(verdicts: Sequence[Verdict]) -> list[Step]:
    passed = [verdict.stages.passed for verdict in verdicts]
    steps = [Step(sentences.ALL(), "items", len(verdicts))]
    names: tuple[Kept, ...] = ITEM_STEPS
    # Told only where there is one, since most rubrics show none.
    if not all(verdict.stages.is_no_example for verdict in verdicts):
        names = (*ITEM_STEPS, sentences.IS_NO_EXAMPLE)
    for number, name in enumerate(names, start=1):
        steps.append(Step(name(), "items", sum(1 for each in passed if each >= number)))
    return steps


def _responses(step: str, responses: Sequence[Response]) -> Step:
    return Step(step, "responses", len(responses), _by_generator(responses))


def _by_generator(responses: Iterable[Response]) -> dict[str, int]:
    return dict(sorted(Counter(each.generator for each in responses).items()))
