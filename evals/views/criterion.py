"""One criterion: its numbers in words, who says what beside what, its slices and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from evals import charts_coincidences, figures, wording
from evals.charts_coincidences import Coincidences
from evals.kept import in_words
from evals.lessons import lessons
from evals.models import AgreementRun, AgreementSlice
from evals.queries import agreement as reads
from evals.views import forest as plots
from evals.views.measured import expect_sight, page_url
from evals.views.measured_batch import chosen_batch, measured_run
from evals.views.over_time import history
from evals.views.slices_shown import (
    chosen_slice,
    slice_in_words,
    slice_order,
    slice_tabs,
    slice_within,
)
from labeling.access import MemberRequest, overseen_project
from labeling.models import Project
from labeling.spec import ScaleType


@require_safe
def agreement_criterion(request: MemberRequest, slug: str, key: str) -> HttpResponse:
    """One criterion of the newest run of a batch, on one of its slices."""
    project = overseen_project(request.user, slug)
    batch = chosen_batch(request, project).batch
    if batch is None:
        raise Http404(_("Nothing has been rated yet."))
    expect_sight(request.user, batch)
    run = measured_run(batch)
    rows = slices_of(run, key)
    row = on_slice(run, rows, request.GET.get("slice"))
    context = {
        "project": project,
        "batch": batch,
        "run": run,
        "row": row,
        "slice": row.slice or plots.WHOLE,
        "where": slice_within(row.slice),
        "tabs": slice_tabs(
            run,
            [one.slice for one in rows],
            row.slice,
            lambda name: criterion_url(project, key, batch=batch.pk, slice=name),
        ),
        "stats": _stats(run, row),
        "readings": wording.readings(numbers(row)),
        "lessons": [
            replace(one, criteria=[]) for one in lessons([plots.cautioned(run, row)], None, [])
        ],
        "coincidences": matrix(run, row),
        "slices": side_by_side(run, rows) if len(rows) > 1 else None,
        "shrunk": _shrunk(run, row),
        "time": history(run, [row], row.slice),
        "units_url": plots.units_url(run, row),
        "crumbs": [(_("Agreement"), page_url(project, batch=batch.pk, slice=row.slice or "all"))],
    }
    return render(request, "evals/agreement_criterion.html", context)


def criterion_url(project: Project, key: str, **query: object) -> str:
    """The page of a criterion, on a batch and a slice."""
    return f"{reverse('agreement_criterion', args=[project.slug, key])}?{urlencode(query)}"


def slices_of(run: AgreementRun, key: str) -> list[AgreementSlice]:
    """The run's rows of one criterion, the slice that will train first; 404 without any."""
    found = AgreementSlice.objects.filter(run=run, criterion__key=key)
    found = found.select_related("criterion").prefetch_related("statistics", "criterion__levels")
    order = slice_order(run)
    rows = sorted(found, key=lambda row: order(row.slice))
    if not rows:
        raise Http404(_("This criterion was not measured."))
    return rows


def on_slice(
    run: AgreementRun, rows: Sequence[AgreementSlice], asked: str | None
) -> AgreementSlice:
    """The row on the slice that was asked for, else on the one that will train or the batch."""
    chosen = chosen_slice(run, [row.slice for row in rows if row.slice], asked)
    return next((row for row in rows if row.slice == chosen), rows[0])


def matrix(run: AgreementRun, row: AgreementSlice) -> Coincidences | None:
    """The coincidences of the row's levels, each a door to its units."""

    def door(one: float, other: float) -> str:
        return plots.units_url(run, row, show="shared", pair=f"{one:.10g},{other:.10g}")

    return charts_coincidences.coincidences(row.details, door)


def numbers(row: AgreementSlice) -> wording.Numbers:
    """The row as sentences are made from it."""
    alpha, ac1 = (_value(row, name) for name in ("alpha", "ac1"))
    return wording.Numbers(
        alpha=alpha,
        ac1=ac1,
        percent=plots.statistic(row, "percent").value,
        prevalence=row.prevalence,
        n_pairable=row.n_pairable_units,
        unanimous=row.unanimous,
        expected_unanimous=row.expected_unanimous,
        expected_p=row.expected_p,
        alpha_below_667=row.alpha_below_667,
        alpha_below_800=row.alpha_below_800,
        n_na=row.n_na,
        n_cannot_assess=row.n_cannot_assess,
        is_ordered=row.criterion.scale in (ScaleType.ORDINAL, ScaleType.INTERVAL),
        within=_within(row),
        n_items_within=row.details.get("within_items", {}).get("n_items", 0),
    )


def _within(row: AgreementSlice) -> wording.Value | None:
    """Measured on the whole batch and on the slice that trains; None elsewhere."""
    told = row.details.get("within_items")
    if told is None:
        return None
    return wording.Value(
        told["value"], told["ci_low"], told["ci_high"], in_words(told["undefined_reason"])
    )


def _value(row: AgreementSlice, name: str) -> wording.Value:
    one = plots.statistic(row, name)
    return wording.Value(one.value, one.ci_low, one.ci_high, in_words(one.undefined_reason))


def _stats(run: AgreementRun, row: AgreementSlice) -> list[dict[str, str]]:
    """The handful of numbers that stand at the top; all others are in the files."""
    ordinal = any(one.statistic == "ac2" for one in row.statistics.all())
    percent = plots.statistic(row, "percent")
    stats = [
        _stat(_("Alpha"), plots.estimate(plots.statistic(row, "alpha"))),
        _stat(_("AC2") if ordinal else _("AC1"), plots.estimate(_gwet(row, ordinal))),
        {
            "label": _("Same answer"),
            "value": "" if percent.value is None else figures.percent(percent.value),
            "undefined": in_words(percent.undefined_reason),
            "note": _("of pairs of experts"),
        },
        {
            "label": _("Unanimous"),
            "value": figures.thousands(row.unanimous),
            "note": _by_chance(row),
            "url": plots.units_url(run, row, show="unanimous"),
        },
        {
            "label": _("Disputed"),
            "value": figures.thousands(row.n_pairable_units - row.unanimous),
            "note": ngettext(
                "of %(n)s shared responses",
                "of %(n)s shared responses",
                row.n_pairable_units,
            )
            % {"n": figures.thousands(row.n_pairable_units)},
            "url": plots.units_url(run, row),
        },
    ]
    return stats


def _gwet(row: AgreementSlice, ordinal: bool) -> Any:
    return plots.statistic(row, "ac2" if ordinal else "ac1")


def _stat(label: str, said: plots.Estimate) -> dict[str, str]:
    interval = f"[{said.low}, {said.high}]" if said.low else ""
    return {"label": label, "value": said.value, "undefined": said.undefined, "note": interval}


def _by_chance(row: AgreementSlice) -> str:
    if row.expected_unanimous is None:
        return ""
    return _("%(n)s by chance") % {"n": figures.decimal(row.expected_unanimous, 1)}


def side_by_side(run: AgreementRun, rows: Sequence[AgreementSlice]) -> plots.Forest:
    """The criterion's slices under each other on one axis."""
    axis = plots.axis_of(rows)
    return plots.Forest(
        axis,
        [
            plots.forest_row(
                axis,
                row,
                plots.criterion_url(run, row),
                run=run,
                name=slice_in_words(row.slice),
            )
            for row in rows
        ],
    )


def _shrunk(run: AgreementRun, row: AgreementSlice) -> str:
    """What is left of the criterion's alpha when it is read as one of many."""
    beside = list(reads.rows(run, [row.slice]))
    made = reads.shrunk(beside)
    at = next((place for place, one in enumerate(beside) if one.pk == row.pk), None)
    to = None if at is None else made.shrunk[at]
    if to is None or made.pool is None:
        return ""
    value, low, high, mean = (
        figures.decimal(number) for number in (to.value, to.low, to.high, made.pool.mean)
    )
    return _(
        "Read as one of %(n)s criteria, and drawn towards their mean of %(mean)s, alpha is "
        "%(value)s [%(low)s, %(high)s]: %(share)s of what sets this criterion apart is kept."
    ) % {
        "n": made.pool.n,
        "mean": mean,
        "value": value,
        "low": low,
        "high": high,
        "share": figures.percent(to.weight),
    }
