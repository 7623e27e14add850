"""What only shows in the rubric as a whole: its kinds of criteria and their weights."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from labeling.language import gettext as _
from labeling.lint.findings import Remark, Rule, Severity
from labeling.lint.lexicon import word_set
from labeling.lint.polarity import polarity
from labeling.lint.reading import sentences
from labeling.spec.rubric import CriterionSpec, ScaleType, WeightClass
from labeling.strict_json import number_text

# Fewer criteria are no pattern yet.
_A_FEW, _MANY = 4, 6
# Without weight classes: from so much of the most points on a criterion is essential, up to so
# much it is optional.
_ESSENTIAL, _OPTIONAL = Decimal("0.8"), Decimal("0.34")
_CHECKS_TRUTH = word_set(
    """correct correctly accurate accurately accuracy true truthful exact exactly equals equal
    matches match matching consistent valid right wrong false error errors rounded same agrees
    supported verified only compiles passes runs parses contradicts invented never without most
    limit under fewer more than before after first last"""
)
_CLASSES = (WeightClass.ESSENTIAL, WeightClass.OPTIONAL)
type Criteria = Sequence[CriterionSpec]


def remarks(criteria: Criteria) -> list[Remark]:
    """What the criteria together lack."""
    paid = [one for one in criteria if one.points is not None]
    found = [_only_presence(paid), _optional_outweighs(paid), _same_points(paid)]
    return [remark for remark in found if remark]


def _only_presence(paid: Criteria) -> Remark | None:
    if len(paid) < _A_FEW or not all(map(_is_presence, paid)):
        return None
    why = _(
        "Every criterion pays for something being there. Responses then learn to "
        "mention everything, right or wrong, and to grow longer."
    )
    mend = _(
        "Add a criterion for what must be right, one for what must not be there "
        "(negative points or a gate), or a limit of length."
    )
    return _of_all(Rule.ONLY_PRESENCE, Severity.WARNING, why, mend, paid)


def _is_presence(criterion: CriterionSpec) -> bool:
    """Whether points are earned by something merely standing in the response."""
    if criterion.is_pitfall or criterion.check is not None:
        return False
    if criterion.scale.type in (ScaleType.INTERVAL, ScaleType.NOMINAL):
        return False
    return _reads_as_presence(criterion.criterion, criterion.guidance)


@lru_cache(maxsize=8192)
def _reads_as_presence(text: str, guidance: str) -> bool:
    read = sentences(text)
    if not read or polarity(read[0]).is_absence:
        return False
    said = [low for one in [*read[:1], *sentences(guidance)] for low in one.lows]
    return _CHECKS_TRUTH.isdisjoint(said)


def _optional_outweighs(paid: Criteria) -> Remark | None:
    """The sum of the optional criteria's points against that of the essential ones."""
    classed = any(map(_weight_class, paid))
    essential, optional = _by_class(paid) if classed else _by_size(paid)
    needed, spare = _sum(essential), _sum(optional)
    if not essential or spare <= needed:
        return None
    why = _(
        "The %(optional)s optional criteria weigh %(spare)s points together, the %(essential)s"
        " essential ones %(needed)s: a response can miss what is essential and still win."
    ) % {
        "optional": len(optional),
        "spare": number_text(spare),
        "essential": len(essential),
        "needed": number_text(needed),
    }
    mend = _(
        "Give the essential criteria more points, make one of them a gate, or drop optional ones."
    )
    if not classed:
        why += " " + _(
            "Essential here are those of the most points, optional those of a third or less."
        )
    severity = Severity.WARNING if classed else Severity.HINT
    return _of_all(Rule.OPTIONAL_OUTWEIGHS, severity, why, mend, paid)


def _by_class(paid: Criteria) -> tuple[Criteria, Criteria]:
    essential, optional = ([one for one in paid if _weight_class(one) == kind] for kind in _CLASSES)
    return essential, optional


def _by_size(paid: Criteria) -> tuple[Criteria, Criteria]:
    sized = [(one, one.points) for one in paid if one.points is not None and one.points > 0]
    most = max((points for _, points in sized), default=Decimal(0))
    essential = [one for one, points in sized if points >= _ESSENTIAL * most]
    return essential, [one for one, points in sized if points <= _OPTIONAL * most]


def _weight_class(criterion: CriterionSpec) -> str:
    """The class as said, or as a tag that files without classes carry."""
    tagged = {tag.lower() for tag in criterion.tags}
    return criterion.weight_class or next((one for one in _CLASSES if one in tagged), "")


def _sum(criteria: Criteria) -> Decimal:
    return sum((abs(one.points) for one in criteria if one.points is not None), Decimal(0))


def _same_points(paid: Criteria) -> Remark | None:
    if len(paid) < _MANY or len({one.points for one in paid}) > 1:
        return None
    why = _("All %(count)s criteria have the same points, as if none of them mattered more.") % {
        "count": len(paid)
    }
    mend = _("Give what decides whether a response is usable more points, or make it a gate.")
    return _of_all(Rule.SAME_POINTS, Severity.HINT, why, mend, paid)


def _of_all(rule: Rule, severity: Severity, why: str, mend: str, paid: Criteria) -> Remark:
    lines = [f"{one.criterion} ({number_text(one.points or 0)})" for one in paid]
    return Remark(rule, severity, why, mend, "criteria", about=("\n".join(lines),))
