"""Why an item is not in: reasons against it, and reasons why it cannot be decided yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evals.gaps.pool import Criterion, Response, exact
from evals.gaps.releasing import Release, carries
from evals.gaps.rule import Rule

# Among items on which everything fails, far more have a wrong reference or rubric than elsewhere.
NOT_PROVEN = "nothing shows that it can be done, so its reference or rubric may be wrong"
# METHODS.md 11: what a rubric shows as an example must not come from what tests it.
EXAMPLE = "the guidelines show it as a worked example with its settled answer"


@dataclass(frozen=True, slots=True)
class Scored:
    """One response of the generator kinds: its reward, or in words why it has none."""

    response: Response
    reward: Fraction | None
    missing: str = ""


def reasons(
    release: Release, scored: Sequence[Scored], mean: Fraction | None, rule: Rule
) -> tuple[list[str], list[str]]:
    """Both lists in words; the first decides against the item whatever the second says."""
    out: list[str] = []
    held: list[str] = []
    if not scored:
        out.append(_no_response(rule))
    _points_reason(release, rule.released_points_min, out, held)
    _gate_reasons(release, out, held)
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


def _points_reason(release: Release, least: float, out: list[str], held: list[str]) -> None:
    share, possible = release.share, release.share_possible
    if share is None or possible is None:
        out.append("no criterion that applies to it carries points")
    elif not carries(share, least):
        needed = f"{_percent(exact(least))} are needed"
        reason = f"released criteria carry {_percent(share)} of its points, {needed}"
        if carries(possible, least):
            held.append(f"{reason}; ratings are missing on {_keys(release.pending)}")
        else:
            out.append(reason)
    if release.released and not any((each.spec.points or 0) > 0 for each in release.released):
        out.append("no released criterion has positive points, so it has no reward")


def _gate_reasons(release: Release, out: list[str], held: list[str]) -> None:
    for gate in (each for each in release.applicable if each.spec.gate):
        if gate in release.pending:
            held.append(f"the gate {gate.key} is not released; ratings are missing")
        elif gate not in release.released:
            out.append(f"the gate {gate.key} is not released")


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


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.4g} %"


def _keys(criteria: Sequence[Criterion]) -> str:
    return ", ".join(each.key for each in criteria)
