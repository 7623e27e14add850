"""What a selection must say beside its numbers, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.gaps import sentences
from evals.gaps.agreeing import Agreeing, consensus
from evals.gaps.pool import Criterion, Pool
from evals.gaps.verdicts import Verdict

# Chance explains this much of what was observed: agreement is then mostly prevalence.
PREVALENCE_SHARE = 0.9
POLARITY_UNITS_MIN = 10


@dataclass(frozen=True, slots=True)
class Chance:
    """Numbers of unanimous units that the marginals alone would give; None = not computed."""

    unanimous: float | None = None
    lowest: float | None = None
    lowest_p_value: float | None = None


def cautions(
    agreeing: Agreeing, pool: Pool, verdicts: Sequence[Verdict], chance: Chance, lowest: int
) -> tuple[str, ...]:
    """Every warning that holds, the gravest first."""
    chosen = [verdict for verdict in verdicts if verdict.verdict == "in"]
    released = {key for verdict in chosen for key in verdict.released}
    criteria = [each for each in pool.criteria if each.key in released]
    found = [
        *_prevalence(chance, lowest),
        *_same_labels(agreeing),
        *_uninformative(criteria),
        *_polarity(criteria, agreeing, pool),
        *_left_out(agreeing, pool),
        *_nothing_earned(chosen),
        *_splits(chosen),
    ]
    return tuple(found)


def _prevalence(chance: Chance, lowest: int) -> Iterable[str]:
    if chance.lowest is None or not lowest or chance.lowest < PREVALENCE_SHARE * lowest:
        return
    told = {"lowest": lowest, "chance": f"{chance.lowest:.0f}"}
    if chance.lowest_p_value is None:
        yield sentences.PREVALENCE(**told)
    else:
        yield sentences.PREVALENCE_P(p=f"{chance.lowest_p_value:.2g}", **told)


def _same_labels(agreeing: Agreeing) -> Iterable[str]:
    if agreeing.rule.low_by == "consensus":
        yield sentences.SAME_LABELS()


def _uninformative(criteria: Sequence[Criterion]) -> Iterable[str]:
    flat = [
        each.key
        for each in criteria
        if each.slice_alpha_low is not None and each.slice_alpha_low <= 0
    ]
    unknown = [each.key for each in criteria if each.slice_alpha_low is None]
    if flat:
        yield sentences.FLAT(criteria=", ".join(flat))
    if unknown:
        yield sentences.UNKNOWN_ALPHA(criteria=", ".join(unknown))


def _polarity(criteria: Sequence[Criterion], agreeing: Agreeing, pool: Pool) -> Iterable[str]:
    met, unmet = _clear_units(criteria, agreeing, pool)
    for said, counts in ((sentences.FEW_MET, met), (sentences.FEW_UNMET, unmet)):
        few = [f"{key} ({count})" for key, count in counts.items() if count < POLARITY_UNITS_MIN]
        if few:
            yield said(least=POLARITY_UNITS_MIN, criteria=", ".join(few))


def _clear_units(
    criteria: Sequence[Criterion], agreeing: Agreeing, pool: Pool
) -> tuple[dict[str, int], dict[str, int]]:
    by_key = {each.key: each for each in criteria}
    met, unmet = dict.fromkeys(by_key, 0), dict.fromkeys(by_key, 0)
    for unit in pool.units:
        criterion = by_key.get(unit.criterion)
        if criterion is not None and agreeing.is_clear(unit):
            answer = consensus(unit, agreeing.rule.raters_min).answer
            is_met = criterion.is_met(answer)
            if is_met is not None:
                (met if is_met else unmet)[unit.criterion] += 1
    return met, unmet


def _left_out(agreeing: Agreeing, pool: Pool) -> Iterable[str]:
    gates = [each.key for each in pool.criteria if each.spec.gate]
    if left := [key for key in gates if not agreeing.rule.considers(key)]:
        yield sentences.GATES_LEFT_OUT(gates=", ".join(left))


def _nothing_earned(chosen: Sequence[Verdict]) -> Iterable[str]:
    if nothing := sum(verdict.mean_reward == 0 for verdict in chosen):
        yield sentences.NOTHING_EARNED(nothing=nothing, total=len(chosen))


def _splits(chosen: Sequence[Verdict]) -> Iterable[str]:
    if not chosen:
        yield sentences.NOTHING_IN()
    elif all(verdict.split == "train" for verdict in chosen):
        yield sentences.NO_VALIDATION()
