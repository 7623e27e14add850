"""Why an item is not in: reasons against it, and reasons why it cannot be decided yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evals.gaps.asking import sentence
from evals.gaps.pool import Asking, Criterion, Response, exact
from evals.gaps.releasing import Release, carries
from evals.gaps.rule import Rule

# Among items on which everything fails, far more have a wrong reference or rubric than elsewhere.
NOT_PROVEN = "nothing shows that it can be done, so its reference or rubric may be wrong"
# What a rubric shows as an example must not come from what tests it: a judge is told the answer.
EXAMPLE = "the guidelines show it as a worked example with its settled answer"


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
        return f"it has no response of {rule.target_generator}"
    return f"it has no response of the kinds {', '.join(rule.generator_kinds)}"


def _points_reason(
    release: Release, rule: Rule, asking: Asking, out: list[str], held: list[str]
) -> None:
    share, possible, least = release.share, release.share_possible, rule.released_points_min
    if share is None or possible is None:
        out.append("no criterion that applies to it carries points")
    elif not carries(share, least):
        needed = f"{_percent(exact(least))} are needed"
        reason = f"released criteria carry {_percent(share)} of its points, {needed}"
        if carries(possible, least):
            held.append(f"{reason}; {_missing(release.pending, release, rule, asking)}")
        else:
            out.append("; ".join([reason, *_too_late(release.applicable, release, rule, asking)]))
    if release.released and not any((each.spec.points or 0) > 0 for each in release.released):
        out.append("no released criterion has positive points, so it has no reward")


def _gate_reasons(
    release: Release, rule: Rule, asking: Asking, out: list[str], held: list[str]
) -> None:
    for gate in (each for each in release.applicable if each.spec.gate):
        if gate in release.pending:
            missing = _missing((gate,), release, rule, asking)
            held.append(f"the gate {gate.key} is not released; {missing}")
        elif gate not in release.released:
            late = _too_late((gate,), release, rule, asking)
            out.append("; ".join([f"the gate {gate.key} is not released", *late]))


def _low_reason(
    scored: Sequence[Scored],
    mean: Fraction | None,
    rule: Rule,
    out: list[str],
    held: list[str],
) -> None:
    missing = [f"{each.response.id} ({each.missing})" for each in scored if each.missing]
    if missing:
        held.append(f"no reward for {len(missing)} of {len(scored)}: {', '.join(missing)}")
    elif mean is not None:
        over = f"{len(scored)} response{'s' if len(scored) > 1 else ''}"
        told = f"mean reward {float(mean):.4g} over {over} is"
        if mean > exact(rule.low_max):
            out.append(f"{told} above {rule.low_max:.4g}")
        elif too_low(mean, rule):
            out.append(f"{told} not above {rule.low_min:.4g}: {NOT_PROVEN}")


def _missing(pending: Sequence[Criterion], release: Release, rule: Rule, asking: Asking) -> str:
    """What pending criteria wait for: answers that were asked for again, or any ratings."""
    waiting = [one for one in release.waiting if one.criterion in pending]
    others = [each for each in pending if each not in [one.criterion for one in waiting]]
    told = [sentence(waiting, asking, rule.raters_min)] if waiting else []
    if others:
        told.append(f"ratings are missing on {_keys(others)}")
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
