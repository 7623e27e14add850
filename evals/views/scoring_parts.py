"""The parts of the pages about scoring: rows of their tables, their charts, their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evals import charts_rewards, figures
from evals.charts_rewards import Part, Spread
from evals.drawing import Drawing
from evals.views.scoring_scene import Scene
from evals.weighing import Contribution, Diagnosis, Diagnostics, weight_classes
from labeling.strict_json import number_text

# Of more criteria than this, tables hold those that add or take the most.
SHOWN = 300
# More criteria than this are added up beyond the drawn ones, and all stand in the table.
DRAWN = 40
# Criteria named in one sentence, overlaps told one by one.
TOLD = 12
# Fractions of more digits than this are no help to a reader; the decimal stands alone.
DIGITS = 24


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One line of the table of criteria."""

    name: str
    weight_class: str
    points: str
    mean_credit: float | None
    item_rest: float | None
    mean: str
    exact: str
    share_of_mean: str
    share_of_variance: str


def stats(here: Scene) -> list[dict[str, str]]:
    """The handful of numbers at the top."""
    shown = here.preview
    n, share = figures.thousands(shown.n), shown.clipped_share
    mean = "" if shown.mean is None else figures.decimal(float(shown.mean))
    nothing = _("No reward is defined")
    return [
        {
            "label": _("Mean reward"),
            "value": mean,
            "undefined": "" if mean else nothing,
            "note": ngettext("of %(n)s response", "of %(n)s responses", shown.n) % {"n": n},
        },
        {
            "label": _("At 0 or 1"),
            "value": "" if share is None else figures.percent(float(share)),
            "undefined": "" if share is not None else nothing,
            "note": _("%(zero)s at 0, %(cut)s of them cut; %(one)s at 1")
            % {"zero": shown.at_zero, "cut": shown.below_zero, "one": shown.at_one},
        },
        {
            "label": _("Failed gate"),
            "value": figures.thousands(shown.gated),
            "note": _("rewards that a gate makes 0"),
        },
        {
            "label": _("Without a reward"),
            "value": figures.thousands(sum(shown.weighed.undefined.values())),
            "note": _("left out below"),
        },
    ]


def flat(here: Scene) -> str:
    """The warning where too many rewards sit at the ends; empty where not."""
    share = here.preview.clipped_share
    if share is None or not here.preview.is_flat:
        return ""
    return _(
        "%(share)s of the rewards sit at exactly 0 or 1, more than a tenth. Between those "
        "responses training sees no difference: change weights, or add a criterion that tells "
        "them apart."
    ) % {"share": figures.percent(float(share))}


def undefined(here: Scene) -> list[tuple[str, int]]:
    """Reasons against a reward, the most frequent first."""
    found = sorted(here.weighed.undefined.items(), key=lambda one: (-one[1], one[0]))
    return [(_(reason), count) for reason, count in found]


def spread(here: Scene) -> Drawing:
    """The distribution as a drawing."""
    found = _spread(here)
    return charts_rewards.spread_drawing(found, charts_rewards.spread_in_words(found))


def tenths(here: Scene) -> list[tuple[str, int]]:
    """The same as a table; the last tenth ends with 1 itself."""
    bins = here.preview.bins
    edges = [f"{place / len(bins):.1f}" for place in range(len(bins) + 1)]
    said = [_("%(low)s to under %(high)s")] * (len(bins) - 1) + [_("%(low)s to %(high)s")]
    return [
        (said[place] % {"low": edges[place], "high": edges[place + 1]}, count)
        for place, count in enumerate(bins)
    ]


def parts(here: Scene) -> Drawing:
    """What criteria add on average, stacked; those of many that add least are put together."""
    found = [Part(one.criterion.name, float(one.mean or 0)) for one in here.preview.contributions]
    if len(found) > DRAWN:
        kept = set(sorted(range(len(found)), key=lambda at: -abs(found[at].value))[: DRAWN - 1])
        rest = sum(one.value for at, one in enumerate(found) if at not in kept)
        others = Part(_others(len(found) - len(kept)), rest)
        found = [*(one for at, one in enumerate(found) if at in kept), others]
    n = figures.thousands(here.preview.n - here.preview.gated)
    title = _(
        "What each criterion adds to the reward on average over %(n)s responses without failed gate"
    ) % {"n": n}
    return charts_rewards.parts_drawing(found, title)


def added(here: Scene) -> list[tuple[str, str, str]]:
    """Each criterion with what it adds on average, as a decimal and exactly."""
    return [
        (one.criterion.name, _decimal(one.mean), fraction(one.mean))
        for one in shown(here.preview.contributions)
    ]


def shown(contributions: Sequence[Contribution]) -> list[Contribution]:
    """All in the rubric's order; of too many the ones with the largest parts."""
    order = sorted(contributions, key=lambda one: -abs(one.mean or Fraction(0)))
    kept = {one.criterion.key for one in order[:SHOWN]}
    return [one for one in contributions if one.criterion.key in kept]


def hidden(here: Scene) -> int:
    """How many criteria the tables leave out."""
    return max(len(here.weighed.criteria) - SHOWN, 0)


def criterion_rows(here: Scene, found: Diagnostics) -> list[CriterionRow]:
    """Each criterion with points."""
    diagnosed = {one.key: one for one in found.criteria}
    classes = weight_classes(here.weighed.criteria)
    return [
        _criterion_row(one, classes[one.criterion.key], diagnosed[one.criterion.key])
        for one in shown(here.preview.contributions)
    ]


def findings(here: Scene, found: Diagnostics) -> list[str]:
    """What the criteria's numbers say, in sentences; none where there are too few responses."""
    if not found.is_enough:
        return []
    names = {one.key: f"“{one.name}”" for one in here.weighed.criteria}
    saturated = [one for one in found.criteria if one.is_saturated]
    adrift = [one for one in found.criteria if one.is_adrift and one not in saturated]
    said = []
    if saturated:
        told = (f"{names[one.key]} ({figures.percent(one.mean_credit)})" for one in saturated)
        same = _(
            "Nearly all responses get the same of %(criteria)s: nothing is left to learn there."
        )
        said.append(same % {"criteria": _listed(told)})
    if adrift:
        told = (f"{names[one.key]} ({figures.decimal(one.item_rest or 0)})" for one in adrift)
        apart = _alone(len(adrift), within=found.within_items)
        said.append(apart % {"criteria": _listed(told)})
    both = _together(within=found.within_items)
    return said + [
        both
        % {
            "one": names[one.key],
            "other": names[one.other],
            "phi": figures.decimal(one.phi),
        }
        for one in found.overlaps[:TOLD]
    ]


def _alone(count: int, *, within: bool) -> str:
    if within:
        return ngettext(
            "%(criteria)s does not go with the rest among the responses to one item. A pitfall or "
            "a skill of its own may well be so; else a wording or a direction is off.",
            "%(criteria)s do not go with the rest among the responses to one item. A pitfall or a "
            "skill of its own may well be so; else a wording or a direction is off.",
            count,
        )
    return ngettext(
        "%(criteria)s does not go with the rest over all responses. A pitfall or a skill of its "
        "own may well be so; else a wording or a direction is off.",
        "%(criteria)s do not go with the rest over all responses. A pitfall or a skill of its own "
        "may well be so; else a wording or a direction is off.",
        count,
    )


def _together(*, within: bool) -> str:
    if within:
        return _(
            "%(one)s and %(other)s nearly always go together among the responses to one item "
            "(phi %(phi)s): they may pay for the same thing twice."
        )
    return _(
        "%(one)s and %(other)s nearly always go together over all responses (phi %(phi)s): they "
        "may pay for the same thing twice."
    )


def fraction(value: Fraction | None) -> str:
    """An exact number as it is written, or nothing where it is too long to read."""
    text = "" if value is None else str(value).replace("-", "−")
    return text if len(text) <= DIGITS else ""


def _listed(told: Iterable[str]) -> str:
    """`a, b and c`; of very many the first."""
    names = list(told)
    names = names if len(names) <= TOLD else [*names[: TOLD - 1], _others(len(names) - TOLD + 1)]
    if len(names) == 1:
        return names[0]
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _others(count: int) -> str:
    return ngettext("%(n)s others", "%(n)s others", count) % {"n": count}


def _spread(here: Scene) -> Spread:
    shown = here.preview
    return Spread(shown.bins, shown.at_zero, shown.at_one, shown.gated)


def _criterion_row(one: Contribution, weight: str, diagnosed: Diagnosis) -> CriterionRow:
    criterion = one.criterion
    return CriterionRow(
        name=criterion.name,
        weight_class=_(weight),
        points=number_text(criterion.points).replace("-", "−") if criterion.points else "",
        mean_credit=diagnosed.mean_credit,
        item_rest=diagnosed.item_rest,
        mean=_decimal(one.mean),
        exact=fraction(one.mean),
        share_of_mean=_percent(one.share_of_mean),
        share_of_variance=_percent(one.share_of_variance),
    )


def _decimal(value: Fraction | None) -> str:
    return "" if value is None else figures.decimal(float(value), 3)


def _percent(share: Fraction | float | None) -> str:
    return "–" if share is None else f"{figures.decimal(float(share) * 100, 0)} %"
