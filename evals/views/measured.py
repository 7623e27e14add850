"""A measured batch as pages show it: one slice on the plot, how fresh it is, what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from evals import figures
from evals.kept import in_words
from evals.models import AgreementRun
from evals.queries import agreement as reads
from evals.views.forest import Forest, defined_alphas, forest
from evals.views.slices_shown import chosen_slice, slice_tabs, slice_within, slices
from labeling.models import Batch, Project, RunState, User

NOBODY_AFTER_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest finished run of a batch as it is shown: one slice of it."""

    run: AgreementRun
    slice: str | None
    tabs: list[dict[str, Any]]
    caption: str
    method: str
    forest: Forest
    alphas: list[float]
    newer: int
    is_stale: bool


def measured(batch: Batch, run: AgreementRun, asked: str | None = None) -> Measured:
    """The run on the slice that was asked for, else on the one that will train or the batch."""
    names = slices(run)
    chosen = chosen_slice(run, names, asked)
    rows = list(reads.rows(run, [chosen]).prefetch_related("criterion__levels"))
    run.batch, run.project = batch, batch.project
    newer = reads.stale_by(run)
    return Measured(
        run=run,
        slice=chosen,
        tabs=slice_tabs(run, names, chosen, _address(batch)),
        caption=_caption(chosen),
        method=in_words(rows[0].ci_method) if rows else "",
        forest=forest(run, rows),
        alphas=defined_alphas(rows),
        newer=newer,
        is_stale=_is_stale(batch, run, newer),
    )


def _caption(chosen: str | None) -> str:
    return _(
        "Krippendorff’s alpha with its 95 %% interval on %(slice)s; "
        "dotted lines at .667 and .8, n counts responses with two experts or more"
    ) % {"slice": slice_within(chosen)}


def _is_stale(batch: Batch, run: AgreementRun, newer: int) -> bool:
    """Also without newer scores: one may have been withdrawn or excluded, or the rubric moved."""
    moved = run.rubric_version_id != batch.rubric_version_id
    return bool(newer or batch.stale_since or moved or run.code_version != settings.VERSION)


def _address(batch: Batch) -> Callable[[str], str]:
    return lambda name: page_url(batch.project, batch=batch.pk, slice=name)


def expect_sight(user: User, batch: Batch) -> list[int]:
    """Refuse whoever rates in the batch: nobody's judgement is shown there before it is closed.

    The project's other batches that the person rates in.
    """
    blind = Batch.objects.hiding(user, "peers").filter(project=batch.project_id)
    others = list(blind.values_list("pk", flat=True))
    if batch.pk in others:
        raise PermissionDenied(
            _("You are rating in this batch; its results open for you when it is closed.")
        )
    return others


def page_url(project: Project, **query: object) -> str:
    """The agreement page of a project, narrowed as the query says."""
    return f"{reverse('agreement', args=[project.slug])}?{urlencode(query)}"


def job(run: AgreementRun) -> dict[str, Any]:
    """The run as components/job.html shows it."""
    batch = run.batch
    retry = f"{reverse('agreement_measure', args=[batch.project.slug])}?batch={batch.pk}"
    return {
        "name": _("Measuring %(batch)s") % {"batch": batch},
        "state": run.state,
        "done": run.done,
        "total": run.total,
        "error": in_words(run.error) if run.state == RunState.FAILED else "",
        "detail": _detail(run),
        "url": reverse("agreement_run", args=[batch.project.slug, run.pk]),
        "retry_url": retry,
    }


def _detail(run: AgreementRun) -> str:
    if run.state == RunState.PENDING:
        waited = (datetime.now(UTC) - run.created_at).total_seconds()
        if waited > NOBODY_AFTER_SECONDS:
            return _("No worker has taken it yet; it waits since %(time)s.") % {
                "time": figures.span(waited)
            }
        return _("Waiting for a worker.")
    if run.state == RunState.RUNNING and run.total:
        return _("%(done)s of %(total)s criteria and slices measured.") % {
            "done": run.done,
            "total": run.total,
        }
    return ""
