"""A large batch counted in stretches of items, by any number of workers on any machines.

The attempt that holds the run cuts it, calls for helpers, counts stretches itself, waits for those
that others have taken, and adds all up: whole numbers, so the sum is that of one count. A stretch
whose worker has died is free again when its lease ends; a worker thought dead cannot write.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from evals.leases import Progress, renewed
from evals.measuring.counting import counted, extent_of
from evals.measuring.plan import Plan, plan_from_json
from evals.measuring.tallying import Counting
from evals.models import AgreementChunk, AgreementRun
from evals.reliability.tally_bytes import pack, unpack
from evals.slices import slice_named
from labeling import runs
from labeling.models import RunState

# How long the holder of a run waits before it looks again whether the others are done.
PAUSE_SECONDS = 0.1
LAST = 2**63 - 1
CUT = """
    SELECT min(id) FROM (
        SELECT id, ntile(%s) OVER (ORDER BY id) AS stretch FROM labeling_item WHERE project_id = %s
    ) items GROUP BY stretch ORDER BY 1
"""
TAKE = """
    UPDATE evals_agreementchunk SET fence = fence + 1,
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE id = (
        SELECT id FROM evals_agreementchunk
        WHERE run_id = %(run)s AND NOT done
          AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""


def cut(attempt: runs.Attempt[AgreementRun], plan: Plan, scores: int) -> int:
    """Make the run's chunks unless an earlier attempt did; how many there are."""
    run = attempt.run
    with transaction.atomic():
        attempt.guard()
        if made := run.chunks.count():
            return made
        run.plan = plan.to_json()
        run.save(update_fields=["plan"])
        wanted = -(-scores // settings.AGREEMENT_CHUNK_SCORES)
        with connection.cursor() as cursor:
            cursor.execute(CUT, [wanted, run.project_id])
            starts = [0, *(first for (first,) in cursor.fetchall()[1:])]
        ends = [start - 1 for start in starts[1:]] + [LAST]
        AgreementChunk.objects.bulk_create(
            AgreementChunk(run=run, number=number, first_item=first, last_item=last)
            for number, (first, last) in enumerate(zip(starts, ends, strict=True))
        )
    return len(starts)


def together(progress: Progress) -> tuple[Plan, Counting]:
    """Count with whoever helps until all is done, and add it up."""
    run: AgreementRun = progress.attempt.run
    while run.chunks.filter(done=False).exists():
        if not count_next(run):
            time.sleep(PAUSE_SECONDS)
        progress.reach(run.chunks.filter(done=True).count(), run.chunks.count())
    counting = Counting()
    for chunk in run.chunks.order_by("number").iterator(chunk_size=1):
        counting = counting + unpacked(bytes(chunk.content or b""))
    return plan_from_json(run), counting


def help_with(run_id: int) -> int:
    """Count chunks of a run as long as there are free ones; how many."""
    run = AgreementRun.objects.filter(pk=run_id, state=RunState.RUNNING).first()
    counted_here = 0
    while run and count_next(run):
        counted_here += 1
    return counted_here


def count_next(run: AgreementRun) -> bool:
    """Take a free chunk and count it; False when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"run": run.pk, "lease": settings.RUN_LEASE_SECONDS})
        taken = cursor.fetchone()
    if taken is None:
        return False
    chunk = AgreementChunk.objects.get(pk=taken[0])
    mine = AgreementChunk.objects.filter(pk=chunk.pk, fence=chunk.fence, done=False)
    extent = replace(extent_of(run), items=(chunk.first_item, chunk.last_item))
    with renewed(partial(_renew, mine), what=f"chunk {chunk.number} of {run}"):
        _, counting = counted(run, plan_from_json(run), extent)
    mine.update(content=packed(counting), done=True, lease_until=None)
    return True


def _renew(mine: QuerySet[AgreementChunk]) -> None:
    lease = timedelta(seconds=settings.RUN_LEASE_SECONDS)
    if not mine.update(lease_until=Now() + lease):
        raise runs.Superseded("The chunk was taken over by another worker.")


def forget(run: AgreementRun) -> None:
    """The counts of chunks are merged; only that there were chunks stays on record."""
    run.chunks.update(content=None)


def packed(counting: Counting) -> bytes:
    """A head that names the places, then their tallies one after the other."""
    contents = {place: pack(tally) for place, tally in counting.tallies.items()}
    head = [
        [at, part.name, len(content), sorted(counting.raters.get((at, part), {}).items())]
        for (at, part), content in contents.items()
    ]
    told = json.dumps(head).encode()
    return len(told).to_bytes(8, "big") + told + b"".join(contents.values())


def unpacked(content: bytes) -> Counting:
    """The counts that were packed."""
    start = 8 + int.from_bytes(content[:8], "big")
    counting = Counting()
    for at, name, length, raters in json.loads(content[8:start]):
        place = (at, slice_named(name))
        counting.tallies[place] = unpack(content[start : start + length])
        if raters:
            counting.raters[place] = dict(raters)
        start += length
    return counting
