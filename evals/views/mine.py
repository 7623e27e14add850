"""An expert's own page: how far they agree with what was settled, once a batch is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from evals import figures
from evals.kept import in_words
from evals.queries import rater_runs as reads
from evals.queries.rater_runs import OwnPart, OwnRun
from evals.views.rater_parts import Intervals, estimate, shares
from labeling.access import MemberRequest
from labeling.models import Assignment, Batch, Criterion, Score, User
from labeling.practice.differing import differing

# Batch, response and lineage of a unit, and the seat where one answered it.
type Seats = Mapping[tuple[int, int, int | None], int]
# Units named on the page, the farthest from the settled answer first.
SHOWN = 50
SOURCES = {
    "consensus": gettext_noop("the other experts"),
    "ruling": gettext_noop("a ruling"),
}


@dataclass(frozen=True, slots=True)
class OwnDifference:
    """A unit where one's answer is not the settled one, with the door to one's own rating.

    Without a door (an empty `url`) where the rating was withdrawn since.
    """

    criterion: str
    response: str
    url: str
    given: str
    settled: str
    source: str


@dataclass(frozen=True, slots=True)
class OwnBatch:
    """One closed batch as its expert sees it."""

    batch: Batch
    chart: Intervals
    apart: list[tuple[str, dict[str, str], dict[str, str]]]
    drifts: list[tuple[str, str]]
    pace: Mapping[str, str] | None
    differing: list[OwnDifference]
    n_differing: int
    withheld: int


@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    """Nobody else's names or answers stand here, and nothing of a batch that is not closed."""
    user = request.user
    runs = reads.own_runs(user)
    parts = reads.own_parts(user, (one.run for one in runs))
    responses = {unit["response"] for one in parts for unit in one.part["differing"]}
    shut = reads.still_judged(user, responses, or_offered=True)
    seats = _seats(user, runs, responses - shut)
    told = [
        _batch(own, [one for one in parts if one.run == own.run.pk], shut, seats) for own in runs
    ]
    waiting = Batch.objects.hiding(user, "peers").filter(
        assignments__rater=user, assignments__state=Assignment.State.SUBMITTED
    )
    known, n_known = differing(user)
    context = {
        "known": known,
        "n_known": n_known,
        "batches": [one for one in told if one],
        "waiting": waiting.distinct().count(),
        "crumbs": [(_("Desk"), reverse("desks"))],
    }
    return render(request, "evals/mine.html", context)


def _seats(user: User, runs: Sequence[OwnRun], responses: set[int]) -> Seats:
    """One's own seat for each unit at these responses: what was asked again has one of its own."""
    given = Score.objects.filter(
        rater=user,
        batch__in=[own.run.batch_id for own in runs],
        response__in=responses,
        superseded_by__isnull=True,
    )
    return {
        (batch, response, lineage): seat
        for batch, response, lineage, seat in given.order_by("pk").values_list(
            "batch", "response", "lineage", "assignment"
        )
    }


def _batch(
    own: OwnRun,
    parts: Sequence[OwnPart],
    shut: set[int],
    seats: Seats,
) -> OwnBatch | None:
    if not parts:
        return None
    units = [(one.criterion, unit) for one in parts for unit in one.part["differing"]]
    shown = [(criterion, unit) for criterion, unit in units if unit["response"] not in shut]
    return OwnBatch(
        batch=own.run.batch,
        chart=shares((one.criterion.name, one.part["exact"]) for one in parts),
        apart=[_apart(one) for one in parts],
        drifts=[
            (one.criterion.name, in_words(one.part["drift"]["sentence"]))
            for one in parts
            if one.part["drift"] and one.part["drift"]["p_value"] is not None
        ],
        pace=_pace(own.pace) if own.pace else None,
        differing=[
            _difference(
                criterion,
                unit,
                seats.get((own.run.batch_id, unit["response"], criterion.lineage_id)),
            )
            for criterion, unit in shown[:SHOWN]
        ],
        n_differing=sum(one.part["n_differing"] for one in parts),
        withheld=len(units) - len(shown),
    )


def _apart(one: OwnPart) -> tuple[str, dict[str, str], dict[str, str]]:
    return (
        one.criterion.name,
        estimate(one.part["soft"]),
        estimate(one.part["distance"]),
    )


def _difference(criterion: Criterion, unit: Mapping[str, Any], seat: int | None) -> OwnDifference:
    labels = {float(level.value): level.label for level in criterion.levels.all()}
    given, settled = (labels.get(unit[key], f"{unit[key]:g}") for key in ("given", "settled"))
    return OwnDifference(
        criterion=criterion.name,
        response=_("Response %(number)s") % {"number": unit["response"]},
        url=reverse("seat", args=[seat]) if seat else "",
        given=given,
        settled=settled,
        source=_(SOURCES[unit["source"]]),
    )


def _pace(one: Mapping[str, Any]) -> Mapping[str, str]:
    if one["median"] is None:
        return {"reason": in_words(one["reason"])}
    return {
        "median": f"{figures.decimal(one['median'], 1)} s",
        "n": figures.thousands(one["n"]),
        "hasty": figures.thousands(one["hasty"]),
    }
