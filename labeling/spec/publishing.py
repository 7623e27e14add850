"""What a draft may still lack and a published rubric may not."""

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.spec.rubric import CriterionSpec, RubricSpec, ScaleType, level_credits


def publishing_problems(spec: RubricSpec) -> list[Problem]:
    """Every reason why this rubric cannot be published; none when it can."""
    if not spec.criteria:
        return [Problem("criteria", _("a rubric needs at least one criterion"))]
    problems = []
    if not any(criterion.points and criterion.points > 0 for criterion in spec.criteria):
        message = _("no criterion has positive points, so no reward could be worked out")
        problems.append(Problem("criteria", message))
    for index, criterion in enumerate(spec.criteria):
        problems += _criterion_problems(criterion, f"criteria[{index}]")
    return problems


def _criterion_problems(criterion: CriterionSpec, where: str) -> list[Problem]:
    problems = []
    if not criterion.criterion.strip():
        problems.append(Problem(f"{where}.criterion", _("is empty; say what is to be judged")))
    if criterion.gate and _turns_on_nothing(criterion):
        message = _("no value has less credit than this one, so the gate can never fail")
        if criterion.is_pitfall:
            message = _("no value has less credit than this one, so the gate always fails")
        problems.append(Problem(f"{where}.pass_at", message))
    return problems


def _turns_on_nothing(criterion: CriterionSpec) -> bool:
    """Whether the gate's value already stands at the foot of the scale."""
    if criterion.pass_at is None:
        return False
    if criterion.scale.type == ScaleType.INTERVAL:
        return criterion.pass_at == criterion.scale.min
    credits = level_credits(criterion.scale)
    at = credits[criterion.pass_at]
    return at is not None and all(credit is None or credit >= at for credit in credits.values())
