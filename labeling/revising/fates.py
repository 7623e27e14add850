"""What becomes of the labels of a criterion when a new version is published."""

from enum import StrEnum

from labeling.language import gettext as _
from labeling.revising.changes import Change, CriterionDifference


class Fate(StrEnum):
    """Labels go on; or whoever judged is asked again; or only new work answers the criterion."""

    CARRY = "carry"
    ASK = "ask"
    FRESH = "fresh"


def usual_fate(difference: CriterionDifference) -> Fate:
    """What the comparison suggests: labels go on unless they mean something else now."""
    return possible_fates(difference)[0]


def possible_fates(difference: CriterionDifference) -> tuple[Fate, ...]:
    """What an author may choose from, the usual one first."""
    if difference.before is None or difference.scale_reasons:
        return (Fate.ASK, Fate.FRESH)
    return (Fate.CARRY, Fate.ASK, Fate.FRESH)


def why_not_carried(difference: CriterionDifference) -> str:
    """Why its labels cannot go on, in a sentence; empty when they can."""
    if difference.before is None:
        return _("It is new, so there are no labels to go on with.")
    if Change.SCALE in difference.changes:
        reasons = {"reasons": "; ".join(difference.scale_reasons)}
        return _("Labels cannot go on: %(reasons)s.") % reasons
    return ""
