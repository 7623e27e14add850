"""Whether any weights give the experts' order of responses, or a criterion is missing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals import figures
from evals.views import scoring_parts, scoring_proofs, scoring_words
from evals.views.scoring_scene import Scene, scene
from evals.weighing import Certificate, certificate
from labeling import rating
from labeling.access import MemberRequest
from labeling.spec import CriterionSpec, ScaleType
from labeling.views.seat_beside import overall_criterion

OVERALL = "overall"
ORDERED = (ScaleType.ORDINAL, ScaleType.INTERVAL)
# So long a search for the smallest conflict is worth a reader's waiting: about a second.
ROUNDS = 20


@require_safe
def rubric_scoring_order(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The experts' overall scores against every weighting of the criteria."""
    here = scene(request, slug, rubric_slug)
    context = here.context("rubric_scoring_order")
    judges = overall_criteria(here)
    chosen = chosen_overall(judges, request.GET.get("overall"))
    context |= {"judges": judges, "chosen": chosen, "said_before": rating.OVERALL}
    if not context["empty"] and chosen is not None:
        context |= _certified(here, chosen)
    return render(request, "evals/scoring_order.html", context)


def overall_criteria(here: Scene) -> list[CriterionSpec]:
    """What may be the experts' overall: what they said before the criteria, where they were asked,
    and criteria outside the reward on a scale with an order.
    """
    before = [overall_criterion().spec] if here.labelled.said_before else []
    return before + [
        one
        for one in here.spec.criteria
        if not one.points and not one.gate and one.scale.type in ORDERED
    ]


def chosen_overall(judges: list[CriterionSpec], key: str | None) -> CriterionSpec | None:
    """The one asked for, else what was said before the criteria, else one called overall by its
    key or dimension, else the first.
    """
    named = [one for one in judges if one.key == key]
    before = [one for one in judges if one.key == rating.OVERALL]
    called = [one for one in judges if OVERALL in (one.key, one.dimension.strip().casefold())]
    return next(iter([*named, *before, *called, *judges]), None)


def _certified(here: Scene, chosen: CriterionSpec) -> dict[str, Any]:
    said_before = chosen.key == rating.OVERALL
    overall = here.labelled.said_before if said_before else here.labelled.overall(chosen.key)
    made = certificate(here.weighed, overall=overall, rounds=ROUNDS)
    proofs = scoring_proofs.Proofs(here, overall)
    told = [made.together] if made.together else []
    return {
        "undefined": scoring_parts.undefined(here),
        "made": made,
        "judged": len(overall),
        "stats": _stats(made),
        "verdict": scoring_words.verdict(made),
        "weights": scoring_words.weights(here, made),
        "weights_title": scoring_words.weights_title(made),
        "weights_note": scoring_words.weights_note(made),
        "together": [proofs.shown(one) for one in told],
        "alone": proofs.alone(made),
        "left_out": scoring_words.left_out(made),
    }


def _stats(made: Certificate) -> list[dict[str, str]]:
    present, order = made.present, made.order
    among = _("of %(n)s responses, within items")
    if order.is_drawn:
        among = _("of %(n)s responses, within items; drawn of %(total)s by seed %(seed)s")
    among %= {
        "n": figures.thousands(made.n_responses),
        "total": figures.thousands(order.total),
        "seed": order.seed,
    }
    return [
        {
            "label": _("Pairs"),
            "value": figures.thousands(made.n_pairs),
            "note": among,
        },
        {
            "label": _("In the experts’ order now"),
            "value": figures.thousands(present.right),
            "note": _("%(tied)s equal, %(reversed)s the other way round")
            % {"tied": present.tied, "reversed": present.reversed},
        },
        {
            "label": _("Concordance"),
            "value": "–" if present.within_items is None else figures.decimal(present.within_items),
            "note": _("share in order, averaged over items; chance gives 0.50"),
        },
        {
            "label": _("No weights help"),
            "value": figures.thousands(sum(made.alone.values())),
            "note": _("pairs that stand against every weighting alone"),
        },
    ]
