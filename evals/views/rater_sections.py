"""The sections of the page about raters, decided here so that the template only writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evals import figures
from evals.heat_map import HeatMap
from evals.kept import in_words
from evals.models import AgreementRun, RaterReport, RaterRun
from evals.queries.rater_runs import addressed
from evals.views.rater_parts import (
    Cast,
    Intervals,
    PairRow,
    around_zero,
    estimate,
    pair_rows,
    pairs_map,
    shares,
    units_url,
)
from labeling.models import Criterion

# Units named on the page; downloads hold more, the count holds all.
ROUTED = 12


@dataclass(frozen=True, slots=True)
class Routed:
    """A unit to rule on: how sure its likeliest answer is, and why it is sent."""

    name: str
    item: str
    url: str
    certainty: str
    likeliest: str
    n: int
    whys: str


@dataclass(frozen=True, slots=True)
class CriterionParts:
    """Everything about the raters under one criterion, as it is shown."""

    criterion: Criterion
    document: Mapping[str, Any]
    statistic: str
    pairs: list[PairRow]
    chart: HeatMap | None
    leniency: Intervals
    leniency_unit: str
    routing: Mapping[str, Any]
    routed: list[Routed]
    beliefs: Intervals | None
    settled: Intervals
    gold: Intervals
    repeats: Intervals
    drifts: list[tuple[str, str]]
    carry: dict[str, str]
    warnings: list[str]


def criterion_parts(
    run: RaterRun, report: RaterReport, cast: Cast, beside: AgreementRun | None
) -> CriterionParts:
    """Lay out one criterion; two queries."""
    document, criterion = report.document, report.criterion
    slug = run.project.slug

    def door(a: int, b: int) -> str:
        about = {"criterion": criterion.key, "raters": f"{a},{b}"}
        return units_url(beside, slug, cast, **about)

    pairs = pair_rows(report, cast, door)
    own = [{"rater": int(pk), **one} for pk, one in document["own"].items()]
    settled = [
        {
            "rater": one["rater"],
            **one["exact"],
            "url": units_url(beside, slug, cast, criterion=criterion.key, raters=one["rater"]),
        }
        for one in own
    ]
    return CriterionParts(
        criterion=criterion,
        document=document,
        statistic=in_words(document["pairs"][0]["statistic"]) if document["pairs"] else "",
        pairs=pairs,
        chart=pairs_map(pairs, cast),
        leniency=around_zero(cast.named(document["leniency"])),
        leniency_unit=_unit(criterion, document["measurement"]),
        routing=document["routing"],
        routed=_routed(run, criterion, document["routing"], beside),
        beliefs=_beliefs(document["routing"], cast),
        settled=shares(cast.named(settled)),
        gold=shares(cast.named(document["gold"])),
        repeats=shares(_repeated(document["repeats"], cast)),
        drifts=list(_drifts(cast, own, document["gold"])),
        carry=estimate(document["carry_over"], signed=True),
        warnings=list(_warnings(document)),
    )


def _unit(criterion: Criterion, measurement: str) -> str:
    """What one step of leniency is."""
    levels = list(criterion.levels.all())
    if measurement == "nominal" and len(levels) == 2:
        return _("share of answers at “%(level)s”") % {"level": levels[-1].label}
    return _("levels of the scale") if measurement == "ordinal" else _("the scale’s own unit")


def _routed(
    run: RaterRun, criterion: Criterion, routing: Mapping[str, Any], beside: AgreementRun | None
) -> list[Routed]:
    units = routing.get("units", [])[:ROUTED]
    found = addressed(unit["response"] for unit in units)
    labels = {float(level.value): level.label for level in criterion.levels.all()}
    about = f"?{urlencode({'run': beside.pk})}" if beside else ""
    rows = []
    for unit in units:
        response = found[unit["response"]]
        address = reverse("item", args=[run.project.slug, response.item_id])
        rows.append(
            Routed(
                name=response.external_id,
                item=response.item.external_id,
                url=f"{address}{about}#response-{response.pk}",
                certainty=figures.percent(unit["certainty"]),
                likeliest=labels.get(unit["likeliest"], f"{unit['likeliest']:g}"),
                n=unit["n"],
                whys=" ".join(map(in_words, unit["whys"])),
            )
        )
    return rows


def _beliefs(routing: Mapping[str, Any], cast: Cast) -> Intervals | None:
    """Shown only where the model could weigh anybody."""
    known = routing.get("beliefs", [])
    if not any(one["right"] is not None for one in known):
        return None
    told = [{**one, "value": one["right"], "low": None, "high": None} for one in known]
    return shares(cast.named(told))


def _repeated(repeats: list[dict[str, Any]], cast: Cast) -> list[tuple[str, Mapping[str, Any]]]:
    """Everybody together, then each expert."""
    together = [(_("Everybody"), one) for one in repeats if one["rater"] is None]
    return together + cast.named(one for one in repeats if one["rater"] is not None)


def _drifts(
    cast: Cast, own: list[dict[str, Any]], gold: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """A sentence a rater; known answers go before settled ones where there are enough."""
    on_gold = {one["rater"]: one["drift"] for one in gold if _told(one["drift"])}
    for name, one in cast.named(own):
        if one["rater"] in on_gold:
            words = _in_words(on_gold[one["rater"]])
            yield name, _("Known answers: %(words)s") % {"words": words}
        elif one["drift"]:
            yield name, _in_words(one["drift"])


def _told(drift: Mapping[str, Any] | None) -> bool:
    return drift is not None and drift["p_value"] is not None


def _in_words(drift: Mapping[str, Any]) -> str:
    said = in_words(drift["sentence"])
    if drift["cusum_p"] is None or drift["cusum_p"] >= 0.05 or not drift["turn"]:
        return said
    turn = _("Over all answers, fewer fit after number %(n)s (p = %(p)s).") % {
        "n": figures.thousands(drift["turn"]),
        "p": figures.decimal(drift["cusum_p"], 3),
    }
    return f"{said} {turn}"


def _warnings(document: Mapping[str, Any]) -> Iterator[str]:
    raters = [one for one in document["raters"] if one["n"]]
    if len(raters) < 2:
        yield _("Only one expert rated this criterion: there is nobody to compare with.")
    elif not document["n_shared"]:
        yield _("No response was rated by two experts: give a batch an overlap of two or more.")
    elif document["n_shared"] < 30:
        shared = document["n_shared"]
        yield ngettext(
            "Only %(n)s responses were rated by two experts: the intervals are wide.",
            "Only %(n)s responses were rated by two experts: the intervals are wide.",
            shared,
        ) % {"n": shared}
    alone = sum(1 for one in raters if not one["shared"])
    if alone and document["n_shared"]:
        yield _("%(n)s of %(total)s experts share no response with anybody.") % {
            "n": alone,
            "total": len(raters),
        }
    if obstacle := document["routing"].get("obstacle"):
        yield _("%(obstacle)s Experts are not weighed against each other yet.") % {
            "obstacle": in_words(obstacle)
        }
