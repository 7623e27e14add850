"""Levels that raters cannot tell apart, and gates that do not say what fails them."""

from __future__ import annotations

from itertools import combinations

from labeling.language import gettext as _
from labeling.lint.findings import Remark, Rule, Severity
from labeling.lint.lexicon import word_set
from labeling.lint.shingles import NEAR, NUMERALS, jaccard, shingles, words
from labeling.spec.rubric import CriterionSpec, LevelSpec, ScaleType

_FILLERS = word_set("tbd todo n/a na none - – — … ... x ? .")
# A label of so many words says itself what the level means.
_TELLING_LABEL = 3
# Any of these makes two nearly equal anchors two levels.
_TELLING = frozenset(NUMERALS) | word_set(
    "not no all none every some both only but without never most least half"
)


def remarks(criterion: CriterionSpec) -> list[Remark]:
    """What the levels and the gate of one criterion lack."""
    return [*_without_anchor(criterion), *_alike(criterion), *_gate(criterion)]


def is_empty(anchor: str) -> bool:
    """Whether an anchor only keeps the place of one."""
    return not anchor.strip() or anchor.strip().lower() in _FILLERS


def _without_anchor(criterion: CriterionSpec) -> list[Remark]:
    scale = criterion.scale
    if scale.type not in (ScaleType.ORDINAL, ScaleType.NOMINAL):
        return []
    bare = [level.label for level in scale.levels if not _says_something(level, scale.type)]
    if not bare:
        return []
    names = ", ".join(f"“{label}”" for label in bare)
    why = _("Nothing says what %(names)s stands for, so each expert draws the line elsewhere.") % {
        "names": names
    }
    mend = _(
        "Write an anchor for %(names)s: what stands in a response of this level and "
        "not in one of the level below."
    ) % {"names": names}
    about = (" · ".join(f"{level.label}: {level.anchor}" for level in scale.levels),)
    return [Remark(Rule.NO_ANCHOR, Severity.WARNING, why, mend, "scale.levels", (), about)]


def _says_something(level: LevelSpec, kind: ScaleType) -> bool:
    """An anchor, or a label that is one: `Steps and dates`, or the name of a kind."""
    label = words(level.label)
    if kind == ScaleType.NOMINAL:
        telling = any(len(word) > 1 and not word.isdigit() for word in label)
    else:
        telling = len(label) >= _TELLING_LABEL
    return telling or not is_empty(level.anchor)


def _alike(criterion: CriterionSpec) -> list[Remark]:
    """Two levels that say the same, or almost; the first such pair stands for all."""
    levels = criterion.scale.levels
    anchored = [(at, one) for at, one in enumerate(levels) if not is_empty(one.anchor)]
    pairs = [(at, one, other) for (at, one), (_, other) in combinations(anchored, 2)]
    for at, one, other in pairs:
        if words(one.anchor) == words(other.anchor):
            return [_same(Severity.ERROR, at, one, other)]
    for at, one, other in pairs:
        if _is_near(one.anchor, other.anchor):
            return [_same(Severity.WARNING, at, one, other)]
    return []


def _is_near(one: str, other: str) -> bool:
    apart = set(words(one)) ^ set(words(other))
    told_apart = any(word in _TELLING or word.isdigit() for word in apart)
    return not told_apart and jaccard(shingles(one), shingles(other)) > NEAR


def _same(severity: Severity, at: int, one: LevelSpec, other: LevelSpec) -> Remark:
    why = _(
        "The levels “%(one)s” and “%(other)s” have nearly the same anchor, so the choice between"
        " them is chance."
    )
    if severity == Severity.ERROR:
        why = _(
            "The levels “%(one)s” and “%(other)s” have the same anchor, so the choice between them"
            " is chance."
        )
    mend = _(
        "Say in the anchor of “%(other)s” what “%(one)s” does not have, or drop one of the two"
        " levels."
    )
    named = {"one": one.label, "other": other.label}
    why, mend = why % named, mend % named
    field, spans = f"scale.levels[{at}].anchor", ((0, len(one.anchor)),)
    about = (one.anchor, other.anchor)
    return Remark(Rule.SAME_ANCHORS, severity, why, mend, field, spans, about)


def _gate(criterion: CriterionSpec) -> list[Remark]:
    """A gate makes the whole reward 0: the expert should know what fails it."""
    anchored = any(not is_empty(level.anchor) for level in criterion.scale.levels)
    said = anchored or criterion.guidance.strip() or criterion.check is not None
    if not criterion.gate or said:
        return []
    why = _("Failing this gate makes the whole reward 0, and nothing says which responses fail it.")
    mend = _(
        "Say in the guidance, or in the anchor of the failing level, which responses "
        "fail it and that this costs the whole reward."
    )
    # On two levels the text itself draws the line, on more of them it does not.
    binary = criterion.scale.type == ScaleType.BINARY
    severity = Severity.HINT if binary else Severity.WARNING
    return [Remark(Rule.GATE, severity, why, mend, "gate", (), (criterion.criterion,))]
