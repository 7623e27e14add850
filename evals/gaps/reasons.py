"""Why an item is not in: reasons against it, and reasons why it cannot be decided yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evals.gaps import sentences
from evals.gaps.asking import sentence
from evals.gaps.pool import Asking, Criterion, Response, exact
from evals.gaps.releasing import Release, carries
from evals.gaps.rule import Rule


@dataclass(frozen=True, slots=True)
class Scored:
    """One response of the generator kinds: its reward, or in words why it has none."""

    response: Response
    reward: Fraction | None
    missing: str = ""


def reasons(
    release: Release,
    scored: Sequence[Scored],
    mean: Fraction | None,
    rule: Rule,
    asking: Asking | None = None,
) -> tuple[list[str], list[str]]:
    """Both lists in words; the first decides against the item whatever the second says."""
    asking = asking or Asking()
    out: list[str] = []
    held: list[str] = []
    if not scored:
        out.append(_no_response(rule))
    _points_reason(release, rule, asking, out, held)
    _gate_reasons(release, rule, asking, out, held)
    if scored and release.released:
        _low_reason(scored, mean, rule, out, held)
    return out, held


def too_low(mean: Fraction, rule: Rule) -> bool:
    """Whether the mean reward does not even reach above the rule's lower bound."""
    return rule.low_min is not None and mean <= exact(rule.low_min)


def _no_response(rule: Rule) -> str:
    if rule.target_generator is not None:
        return sentences.NO_RESPONSE_OF(generator=rule.target_generator)
    return sentences.NO_RESPONSE(kinds=", ".join(rule.generator_kinds))


def _points_reason(
    release: Release, rule: Rule, asking: Asking, out: list[str], held: list[str]
) -> None:
    share, possible, least = release.share, release.share_possible, rule.released_points_min
    if share is None or possible is None:
        out.append(sentences.NO_POINTS())
    elif not carries(share, least):
        needed = _percent(exact(least))
        reason = sentences.TOO_FEW_POINTS(share=_percent(share), least=needed)
        if carries(possible, least):
            held.append(f"{reason}; {_missing(release.pending, release, rule, asking)}")
        else:
            out.append("; ".join([reason, *_too_late(release.applicable, release, rule, asking)]))
    if release.released and not any((each.spec.points or 0) > 0 for each in release.released):
        out.append(sentences.NO_REWARD())


def _gate_reasons(
    release: Release, rule: Rule, asking: Asking, out: list[str], held: list[str]
) -> None:
    for gate in (each for each in release.applicable if each.spec.gate):
        if gate in release.pending:
            missing = _missing((gate,), release, rule, asking)
            held.append(f"{sentences.GATE(key=gate.key)}; {missing}")
        elif gate not in release.released:
            late = _too_late((gate,), release, rule, asking)
            out.append("; ".join([sentences.GATE(key=gate.key), *late]))


def _low_reason(
    scored: Sequence[Scored],
    mean: Fraction | None,
    rule: Rule,
    out: list[str],
    held: list[str],
) -> None:
    missing = [
        sentences.UNREWARDED_ONE(response=each.response.id, why=each.missing)
        for each in scored
        if each.missing
    ]
    if missing:
        counts = {"missing": len(missing), "total": len(scored)}
        held.append(sentences.UNREWARDED(responses=", ".join(missing), **counts))
    elif mean is not None:
        told = {"mean": f"{float(mean):.4g}", "n": len(scored)}
        if mean > exact(rule.low_max):
            out.append(sentences.TOO_HIGH(most=f"{rule.low_max:.4g}", **told))
        elif too_low(mean, rule):
            out.append(sentences.TOO_LOW(least=f"{rule.low_min:.4g}", **told))


def _missing(pending: Sequence[Criterion], release: Release, rule: Rule, asking: Asking) -> str:
    """What pending criteria wait for: answers that were asked for again, or any ratings."""
    waiting = [one for one in release.waiting if one.criterion in pending]
    others = [each for each in pending if each not in [one.criterion for one in waiting]]
    told = [sentence(waiting, asking, rule.raters_min)] if waiting else []
    if others:
        told.append(sentences.NOT_RATED(criteria=_keys(others)))
    return "; ".join(told)


def _too_late(
    criteria: Sequence[Criterion], release: Release, rule: Rule, asking: Asking
) -> list[str]:
    """What was asked again and can no longer be answered."""
    waiting = [one for one in release.waiting if one.criterion in criteria]
    return [sentence(waiting, asking, rule.raters_min)] if waiting and not asking.open else []


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.4g} %"


def _keys(criteria: Sequence[Criterion]) -> str:
    return ", ".join(each.key for each in criteria)
