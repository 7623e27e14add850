"""Kept counts against full ones: they can only differ by a fault, which is said loudly."""

from __future__ import annotations

import logging

from django.db import transaction

from evals.measuring import keeping
from evals.measuring.counting import counted, extent_of
from evals.measuring.plan import plan_for
from evals.measuring.starting import start
from evals.models import AgreementRun, KeptTally, TallyState
from evals.slices import slice_named

log = logging.getLogger(__name__)


def batches_kept() -> list[int]:
    """Batches with kept counts."""
    return list(TallyState.objects.order_by("batch").values_list("batch", flat=True))


def check_kept(batch: int) -> AgreementRun | None:
    """Count a batch from nothing, as of its kept counts' watermark, and compare.

    Counts that differ are logged as errors and dropped, and the batch is measured anew: that run
    is returned, the caller enqueues it.
    """
    with transaction.atomic():
        keeping.lock(batch)
        state = TallyState.objects.filter(batch=batch).first()
        kept = list(KeptTally.objects.filter(state=batch))
    run = _run_of(state) if state else None
    if state is None or run is None:
        return None
    plan = plan_for(run, [slice_named(name) for name in state.slices])
    plan, counting = counted(run, plan, extent_of(run))
    found = keeping.differences(kept, plan, counting)
    if not found:
        return None
    for place in found:
        log.error("batch %s: kept and full counts differ as of %s: %s", batch, run.watermark, place)
    with transaction.atomic():
        keeping.lock(batch)
        # Also when a run has brought them further meanwhile: it added to what was wrong.
        TallyState.objects.filter(batch=batch).delete()
    return start(run.batch, again=True)[0]


def _run_of(state: TallyState) -> AgreementRun | None:
    """A run as of the kept counts' watermark; there is one, since it kept them."""
    runs = AgreementRun.objects.finished().filter(
        batch=state.batch_id, rubric_version=state.rubric_version_id, watermark=state.watermark
    )
    return runs.select_related("batch__project").order_by("-pk").first()
