"""Counts kept from one measuring to the next: only items with changed answers are counted again.

Whole numbers are taken away and added, so the outcome is that of a full count to the last bit. The
kept tallies change in the transaction that stores the snapshot: a worker killed in the middle
leaves both as they were. Runs of one batch wait for each other there, and the highest watermark
stays.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from evals.measuring.plan import Plan, last_item, plan_of
from evals.measuring.tallying import Counting, Place, PlacesOverflow, counts
from evals.models import AgreementRun, KeptTally, TallyState
from evals.queries.extents import Extent, excluded_ratings
from evals.queries.tallies import touched, with_siblings
from evals.reliability.clusters import Contradiction
from evals.reliability.tally_bytes import pack, unpack
from evals.slices import slice_named
from labeling import locks

log = logging.getLogger(__name__)

# A tenth of the bytes in next to no time. What is compared is what was packed: not every machine
# zips alike.
ZIP_LEVEL = 1
# Responses that are counted again one by one; with more a full count is as fast.
TOUCHED_MAX = 20_000


@dataclass(frozen=True, eq=False)
class Refreshed:
    """The counts as of a run's watermark, and what differs from those of `since`."""

    plan: Plan
    counting: Counting
    changed: frozenset[Place]
    since: int


def refreshed(run: AgreementRun) -> Refreshed | None:
    """The kept counts brought up to the run's watermark; None when a full count is needed."""
    watermark = run.watermark or 0
    with transaction.atomic():
        # Another run may replace them meanwhile: what they stand for and they are read together.
        lock(run.batch_id)
        known = _known(run)
    if known is None:
        return None
    changed = touched(run.batch_id, known.since, watermark, limit=TOUCHED_MAX)
    if changed is None:
        return None
    try:
        return _brought_up(run, known, changed)
    except Contradiction as error:
        log.error("batch %s: kept counts are wrong, counting anew: %s", run.batch_id, error)
        return None


def _known(run: AgreementRun) -> Refreshed | None:
    """The kept counts as they are, if they are of exactly what the run measures."""
    states = TallyState.objects.filter(batch=run.batch_id, rubric_version=run.rubric_version_id)
    state = states.filter(watermark__lte=run.watermark or 0).first()
    plan = _plan(run, state) if state else None
    if state is None or plan is None:
        return None
    return Refreshed(plan, _loaded(state, plan), frozenset(), state.watermark)


def keep(
    run: AgreementRun, plan: Plan, counting: Counting, scores: int, done: Refreshed | None
) -> None:
    """Keep the counts for the next run, in the transaction that stores this one's snapshot."""
    if scores < settings.AGREEMENT_KEEP_SCORES:
        return
    lock(run.batch_id)
    state = TallyState.objects.filter(batch=run.batch_id).first()
    if state and state.watermark > (run.watermark or 0):
        return
    usual = plan.usual
    places = {place for place in counting.tallies if place[1] in usual}
    if state and done and state.watermark == done.since and _same_plan(state, run, plan):
        places &= done.changed
        TallyState.objects.filter(pk=state.pk).update(
            watermark=run.watermark or 0, last_item=plan.last_item
        )
    else:
        KeptTally.objects.filter(state=run.batch_id).delete()
        TallyState.objects.update_or_create(
            batch_id=run.batch_id,
            defaults={
                "rubric_version_id": run.rubric_version_id,
                "watermark": run.watermark or 0,
                "slices": _names(plan),
                "versions": list(plan.layout.versions),
                "last_item": plan.last_item,
            },
        )
    _write(run, plan, counting, places)


def lock(batch: int) -> None:
    """One at a time changes a batch's kept counts, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.KEPT_TALLIES, batch])


def differences(kept: Sequence[KeptTally], plan: Plan, counting: Counting) -> list[str]:
    """What kept tallies say otherwise than a full count as of the same watermark.

    A place without an answer may be kept or not.
    """
    there = {(one.lineage_id, one.slice): one for one in kept}
    found = []
    for (at, part), tally in counting.tallies.items():
        lineage = plan.layout.criteria[at].lineage
        one = there.pop((lineage, part.name), None)
        raters = _raters(counting, (at, part))
        same = one is not None and _unzipped(one) == pack(tally) and one.raters == raters
        if not same and (one is not None or len(tally) or raters):
            found.append(f"criterion {lineage} on {part.name or 'the whole batch'}")
    gone = [one for one in there.values() if len(unpack(_unzipped(one))) or one.raters]
    found += [f"criterion {one.lineage_id} on {one.slice}, which is gone" for one in gone]
    return found


def _plan(run: AgreementRun, state: TallyState) -> Plan | None:
    """What the run measures, when the kept tallies are of exactly that."""
    known = [slice_named(name) for name in state.slices]
    same_items = last_item(run.project_id) == state.last_item
    plan = plan_of(run, items=[part for part in known if part.of_items] if same_items else None)
    if not _same_plan(state, run, plan) or not set(plan.slices) <= set(known):
        return None
    return plan


def _same_plan(state: TallyState, run: AgreementRun, plan: Plan) -> bool:
    return (
        state.rubric_version_id == run.rubric_version_id
        and state.slices == _names(plan)
        and state.versions == list(plan.layout.versions)
    )


def _names(plan: Plan) -> list[str]:
    """The usual slices, the whole batch as an empty name."""
    return sorted(part.name or "" for part in plan.usual)


def _brought_up(run: AgreementRun, known: Refreshed, changed: tuple[int, ...]) -> Refreshed | None:
    """The kept counts with the items of changed responses counted again; raises Contradiction."""
    if not changed:
        return known
    plan, responses = known.plan, with_siblings(changed)
    extents = [_extent(run, at, responses) for at in (known.since, run.watermark or 0)]
    try:
        old, new = counts(extents, plan)
    except PlacesOverflow:
        plan = plan.wider(run.batch, run.rubric_version_id, run.watermark or 0)
        old, new = counts(extents, plan)
    places = frozenset({*old.tallies, *new.tallies, *old.raters, *new.raters})
    counting = known.counting - old + new
    if any(tally.recount_needed for tally in counting.tallies.values()):
        return None
    return Refreshed(plan, counting, places, known.since)


def _extent(run: AgreementRun, watermark: int, responses: tuple[int, ...]) -> Extent:
    excluded = excluded_ratings(run.batch_id, watermark)
    return Extent(run.batch_id, watermark, excluded, responses=responses)


def _loaded(state: TallyState, plan: Plan) -> Counting:
    at = {counted.lineage: place for place, counted in enumerate(plan.layout.criteria)}
    tallies, raters = {}, {}
    for one in state.kept.all():
        place = (at[one.lineage_id], slice_named(one.slice))
        tallies[place] = unpack(_unzipped(one))
        raters[place] = {int(rater): n for rater, n in one.raters.items()}
    return Counting(tallies, raters)


def _write(run: AgreementRun, plan: Plan, counting: Counting, places: Iterable[Place]) -> None:
    KeptTally.objects.bulk_create(
        [
            KeptTally(
                state_id=run.batch_id,
                lineage_id=plan.layout.criteria[place[0]].lineage,
                slice=place[1].name,
                content=zlib.compress(pack(counting.tallies[place]), ZIP_LEVEL),
                raters=_raters(counting, place),
            )
            for place in sorted(places, key=lambda each: (each[0], each[1].name or ""))
        ],
        update_conflicts=True,
        unique_fields=["state", "lineage", "slice"],
        update_fields=["content", "raters"],
    )


def _unzipped(one: KeptTally) -> bytes:
    return zlib.decompress(bytes(one.content))


def _raters(counting: Counting, place: Place) -> dict[str, int]:
    return {str(rater): n for rater, n in counting.raters.get(place, {}).items() if n}
