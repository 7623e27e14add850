"""Do the points pay for what the text asks, or for its opposite?"""

from __future__ import annotations

from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.lint.findings import Remark, Rule, Severity
from labeling.lint.lexicon import word_set
from labeling.lint.polarity import Polarity, polarity
from labeling.lint.reading import Sentence
from labeling.spec.rubric import CriterionSpec, ScaleType, level_credits

_MET, _UNMET = word_set("met pass passed"), frozenset(["not met", "fail", "failed"])
_GOOD_LEVELS = word_set("excellent perfect great good best full complete high strong")
_BAD_LEVELS = word_set("none bad poor worst terrible inadequate low weak unacceptable")

_PAID_FAULT = (
    gettext_noop("The text describes a fault, and its presence is what earns the points."),
    gettext_noop("Give it negative points, or say what a response without the fault does."),
)
_PAID_NO_FAULT = (
    gettext_noop(
        "An empty response earns these points: they are paid for the absence of a "
        "fault, and a denied sentence with positive points is easily read the wrong "
        "way round."
    ),
    gettext_noop(
        "State the fault itself, without “not”, and give it negative points or make it a gate."
    ),
)
_PAID_OMISSION = (
    gettext_noop("The text says what is left undone, and leaving it undone earns the points."),
    gettext_noop(
        "Say what the response is to do; or, if doing it is the fault, state it "
        "without “not” and give it negative points."
    ),
)
_CHARGED_NO_FAULT = (
    gettext_noop(
        "Negative points charge for what the text describes, and it describes that a "
        "fault is absent."
    ),
    gettext_noop(
        "State the fault itself, without “not” or “avoids”: its presence then costs the points."
    ),
)
_CHARGED_GOOD = (
    gettext_noop(
        "Negative points charge for what the text describes, and it describes something good."
    ),
    gettext_noop("Give it positive points, or state the fault whose presence costs the points."),
)


def remarks(criterion: CriterionSpec, read: list[Sentence]) -> list[Remark]:
    """What the points and credits pay for against the words."""
    if found := _labels(criterion):
        return found
    pays = _pays_for_text(criterion)
    if pays is None:
        return []
    said = polarity(read[0])
    remark = _paid(criterion, said) if pays else _charged(criterion, said)
    return [remark] if remark else []


def _pays_for_text(criterion: CriterionSpec) -> bool | None:
    """Whether more of what the text says means more reward; None when nothing is paid."""
    if criterion.points is None and not criterion.gate:
        return None
    return criterion.is_pitfall == _is_turned(criterion)


def _is_turned(criterion: CriterionSpec) -> bool:
    """Whether the credit of a yes-or-no scale is on the No."""
    credits = level_credits(criterion.scale)
    if criterion.scale.type != ScaleType.BINARY or len(credits) != 2:
        return False
    low, high = (credits[level.value] for level in criterion.scale.levels)
    return low is not None and high is not None and low > high


def _paid(criterion: CriterionSpec, said: Polarity) -> Remark | None:
    if not said.is_absence:
        return _remark(criterion, Severity.ERROR, said, _PAID_FAULT) if said.is_fault else None
    if said.is_fault:
        # As a gate it is meant so: what fails it makes the reward 0.
        gate = criterion.gate
        return None if gate else _remark(criterion, Severity.WARNING, said, _PAID_NO_FAULT)
    if criterion.gate and not said.firm:
        return None
    severity = Severity.ERROR if said.firm else Severity.WARNING
    return _remark(criterion, severity, said, _PAID_OMISSION)


def _charged(criterion: CriterionSpec, said: Polarity) -> Remark | None:
    if said.is_absence and said.is_fault:
        return _remark(criterion, Severity.ERROR, said, _CHARGED_NO_FAULT)
    if said.is_praise:
        severity = Severity.ERROR if said.firm else Severity.WARNING
        return _remark(criterion, severity, said, _CHARGED_GOOD)
    return None


def _labels(criterion: CriterionSpec) -> list[Remark]:
    """Levels whose labels and credits point in opposite directions."""
    credits = level_credits(criterion.scale)
    levels = criterion.scale.levels
    binary = criterion.scale.type == ScaleType.BINARY
    good, bad = (_MET, _UNMET) if binary else (_GOOD_LEVELS, _BAD_LEVELS)
    better = [credits[one.value] or 0 for one in levels if one.label.strip().lower() in good]
    worse = [credits[one.value] or 0 for one in levels if one.label.strip().lower() in bad]
    if criterion.is_pitfall and not binary:
        better, worse = worse, better
    if not (better and worse and max(worse) > min(better)):
        return []
    why = _("A level whose label is the better one has the worse of the reward.")
    mend = _("Exchange the credits, or the labels.")
    if criterion.is_pitfall:
        mend = _("With negative points, credit says how much of the fault is there: exchange them.")
    said = " · ".join(f"{level.label} = {credits[level.value]}" for level in levels)
    about = (said, _sign(criterion))
    return [Remark(Rule.AGAINST_POINTS, Severity.ERROR, why, mend, "scale.levels", (), about)]


def _remark(
    criterion: CriterionSpec, severity: Severity, said: Polarity, texts: tuple[str, str]
) -> Remark:
    why, mend = map(_, texts)
    spans = (said.span,) if said.span else ()
    about = (criterion.criterion, _sign(criterion))
    return Remark(Rule.AGAINST_POINTS, severity, why, mend, spans=spans, about=about)


def _sign(criterion: CriterionSpec) -> str:
    """The waiver of such a finding holds as long as the sign does."""
    return "−" if criterion.is_pitfall else "+" if criterion.points is not None else "gate"
