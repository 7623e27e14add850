"""What a format does not carry, found by writing a rubric and reading it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.language import gettext_noop, ngettext
from labeling.rubric_formats.base import Format
from labeling.rubric_formats.cautions import named
from labeling.spec import CriterionSpec, RubricSpec, ScaleType, level_credits

type Told = Callable[[CriterionSpec], object]

# The field, what it is in words, what it is of a criterion, and what says nothing.
_FIELDS: tuple[tuple[str, str, Told, object], ...] = (
    ("criterion", gettext_noop("Texts"), lambda one: one.criterion, ""),
    ("key", gettext_noop("Keys"), lambda one: one.key, None),
    ("name", gettext_noop("Names"), lambda one: one.name, None),
    ("guidance", gettext_noop("Guidance"), lambda one: one.guidance, ""),
    ("tags", gettext_noop("Tags"), lambda one: one.tags, ()),
    ("dimension", gettext_noop("Dimensions"), lambda one: one.dimension, ""),
    ("path", gettext_noop("Sections"), lambda one: one.path, ()),
    ("scale", gettext_noop("Scales"), lambda one: _steps(one), None),
    (
        "label",
        gettext_noop("Labels of levels"),
        lambda one: [level.label for level in one.scale.levels],
        [],
    ),
    (
        "anchor",
        gettext_noop("Anchors"),
        lambda one: _said([each.anchor for each in one.scale.levels]),
        None,
    ),
    (
        "example",
        gettext_noop("Examples"),
        lambda one: _said([each.example for each in one.scale.levels]),
        None,
    ),
    ("credit", gettext_noop("Credits"), lambda one: _credits(one), None),
    ("points", gettext_noop("Points"), lambda one: one.points, None),
    (
        "gate",
        gettext_noop("Gates"),
        lambda one: (one.gate, one.pass_at if one.gate else None),
        (False, None),
    ),
    ("check", gettext_noop("Checks by code"), lambda one: one.check, None),
    ("weight_class", gettext_noop("Weight classes"), lambda one: one.weight_class, None),
    (
        "answers",
        gettext_noop("The answers allowed"),
        lambda one: (one.allow_na, one.allow_cannot_assess),
        None,
    ),
    (
        "asked",
        gettext_noop("Reasons or evidence asked for"),
        lambda one: _asked(one),
        (False, False),
    ),
    ("expertise", gettext_noop("Expertise"), lambda one: one.expertise, ()),
)


_LEFT_OUT = {
    "title": gettext_noop("The rubric's title left out"),
    "description": gettext_noop("The rubric's description left out"),
    "guidelines": gettext_noop("The rubric's guidelines left out"),
}
_WRITTEN_OTHERWISE = {
    "title": gettext_noop("The rubric's title written otherwise"),
    "description": gettext_noop("The rubric's description written otherwise"),
    "guidelines": gettext_noop("The rubric's guidelines written otherwise"),
}


def losses(spec: RubricSpec, form: Format) -> list[Problem]:
    """Each thing the format cannot carry as a sentence, by field; what refuses it all comes alone.

    What reads otherwise there comes first, then what is left out or comes back changed.
    """
    if refused := form.refuses(spec):
        return refused
    try:
        back = form.read(form.write(spec), spec.title)
    except Problems as error:
        return [
            replace(one, message=_("comes out unreadable: %(problem)s") % {"problem": one})
            for one in error.problems[:3]
        ]
    if not isinstance(back, RubricSpec):
        return list(form.cautions(spec))
    return [*form.cautions(spec), *_of_the_whole(spec, back), *_of_criteria(spec, back, form.slug)]


def same_reward(spec: RubricSpec, form: Format) -> bool:
    """Whether the same ratings are paid the same after writing and reading back.

    By criterion text, since keys may change; whatever factor all points share.
    """
    try:
        back = form.read(form.write(spec), spec.title)
    except Problems:
        return False
    return isinstance(back, RubricSpec) and _paid(back) == _paid(spec)


def _of_the_whole(spec: RubricSpec, back: RubricSpec) -> list[Problem]:
    found = []
    for name in _LEFT_OUT:
        before, after = getattr(spec, name), getattr(back, name)
        if before and before != after:
            words = _WRITTEN_OTHERWISE if after else _LEFT_OUT
            found.append(Problem(name, _(words[name])))
    return found


def _of_criteria(spec: RubricSpec, back: RubricSpec, slug: str) -> list[Problem]:
    pairs = _pairs(spec, back)
    fields = [
        *_FIELDS,
        ("extra", gettext_noop("What another format said beside"), _beside(slug), None),
    ]
    found = []
    if len(pairs) < len(spec.criteria):
        count = len(spec.criteria) - len(pairs)
        words = ngettext(
            "%(count)s criteria left out or reworded",
            "%(count)s criteria left out or reworded",
            count,
        )
        found.append(Problem("criteria", words % {"count": count}))
    for name, words, told, nothing in fields:
        said = [(one, told(one), told(again)) for one, again in pairs]
        lost = [(one, after) for one, before, after in said if before not in (after, nothing)]
        if lost:
            is_gone = all(after == nothing for one, after in lost)
            whole = _("%(what)s left out: %(which)s")
            if not is_gone:
                whole = _("%(what)s written otherwise: %(which)s")
            which = _counted([one for one, after in lost])
            found.append(Problem(name, whole % {"what": _(words), "which": which}))
    return found


def _pairs(spec: RubricSpec, back: RubricSpec) -> list[tuple[CriterionSpec, CriterionSpec]]:
    """Each criterion with the one it came back as: by place, else by its text."""
    if len(spec.criteria) == len(back.criteria) == 1:
        return [(spec.criteria[0], back.criteria[0])]
    same = [
        one.criterion == two.criterion
        for one, two in zip(spec.criteria, back.criteria, strict=False)
    ]
    if len(spec.criteria) == len(back.criteria) and sum(same) * 2 >= len(same):
        return list(zip(spec.criteria, back.criteria, strict=True))
    waiting: dict[str, list[CriterionSpec]] = defaultdict(list)
    for two in reversed(back.criteria):
        waiting[two.criterion].append(two)
    return [(one, waiting[one.criterion].pop()) for one in spec.criteria if waiting[one.criterion]]


def _counted(criteria: list[CriterionSpec]) -> str:
    count = len(criteria)
    words = ngettext("%(count)s criterion (%(named)s)", "%(count)s criteria (%(named)s)", count)
    return words % {"count": f"{count:,}", "named": named(criteria)}


def _steps(one: CriterionSpec) -> object:
    scale = one.scale
    values = () if scale.type == ScaleType.INTERVAL else tuple(each.value for each in scale.levels)
    return scale.type, values, scale.min, scale.max, scale.step


def _credits(one: CriterionSpec) -> object:
    """In the order of the levels, whatever their values."""
    return None if one.scale.type == ScaleType.INTERVAL else list(level_credits(one.scale).values())


def _said(texts: list[str]) -> list[str] | None:
    return texts if any(texts) else None


def _asked(one: CriterionSpec) -> object:
    return one.needs_rationale, one.needs_evidence


def _beside(slug: str) -> Told:
    """What formats other than this one said beside."""

    def told(one: CriterionSpec) -> object:
        return {name: said for name, said in (one.extra or {}).items() if name != slug} or None

    return told


def _paid(spec: RubricSpec) -> list[tuple[object, ...]]:
    """What decides the reward, in an order of its own: the points' factor and keys do not."""
    worth = [one for one in spec.criteria if one.points or one.gate]
    whole = sum((abs(Fraction(one.points or 0)) for one in worth), Fraction(0)) or Fraction(1)
    return sorted(
        (
            one.criterion,
            str(_credits(one) or (one.scale.bounds, one.scale.step)),
            Fraction(one.points or 0) / whole,
            one.gate,
            str(one.pass_at) if one.gate else "",
        )
        for one in worth
    )
