"""What a run does: count, compute, and write every row at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from evals.measuring import keeping
from evals.measuring.plan import Plan, plan_for, plan_of, worth_showing
from evals.measuring.rows import rows_of
from evals.measuring.tallying import Counting, PlacesOverflow, count
from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries.tallies import left_out
from evals.queries.unit_keys import Extent, excluded_ratings
from evals.slices import WHOLE, Slice, slice_named
from labeling import runs

# Scores that are moved as one block, at most.
BLOCK_SCORES = 1_000_000
ESTIMATE = "EXPLAIN (FORMAT JSON) SELECT 1 FROM labeling_score WHERE batch_id = %s"

type Rows = tuple[AgreementSlice, list[Agreement]]


def measure(attempt: runs.Attempt[AgreementRun]) -> None:
    """Count, compute and write all rows of the run in one transaction, then seal it."""
    run = attempt.run
    attempt.progress(0)
    done_before = keeping.refreshed(run)
    if done_before:
        plan, counting = done_before.plan, done_before.counting
    else:
        plan, counting = counted(run, plan_of(run))
    rows = []
    places = _places(plan, counting)
    for done, (row, statistics) in enumerate(_rows(run, plan, counting, places), start=1):
        rows.append((row, statistics))
        if done % 10 == 0:
            attempt.progress(done, len(places))
    with transaction.atomic():
        attempt.guard()
        _store(rows)
        scores = _scores(counting)
        keeping.keep(run, plan, counting, scores, done_before)
        attempt.finish(ratings_through=scores, done=len(places), total=len(places))


def recounted(run: AgreementRun) -> Iterator[Rows]:
    """The rows of a finished run counted anew from its ratings, not saved; verifying asks."""
    stored = run.criteria.values_list("slice", flat=True).distinct()
    plan, counting = counted(run, plan_for(run, [slice_named(name) for name in stored]))
    places = [(at, part) for at in range(len(plan.layout.criteria)) for part in plan.slices]
    return _rows(run, plan, counting, places)


def counted(run: AgreementRun, plan: Plan) -> tuple[Plan, Counting]:
    """Every unit counted; places are made wider when a unit has more ratings than they hold."""
    blocks = 1 + scores_about(run.batch_id) // BLOCK_SCORES
    with transaction.atomic(), connection.cursor() as cursor:
        # A million groups at a time; the web's limits do not hold for a job.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        try:
            return plan, count(extent_of(run), plan, blocks=blocks)
        except PlacesOverflow:
            wider = plan.wider(run.batch, run.rubric_version_id, run.watermark or 0)
            return wider, count(extent_of(run), wider, blocks=blocks)


def extent_of(run: AgreementRun) -> Extent:
    """All ratings that the run measures."""
    watermark = run.watermark or 0
    return Extent(run.batch_id, watermark, excluded_ratings(run.batch_id, watermark))


def scores_about(batch: int) -> int:
    """How many scores the planner believes a batch to have."""
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, [batch])
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


def _places(plan: Plan, counting: Counting) -> list[tuple[int, Slice]]:
    """Criterion by criterion the slices that get rows."""
    criteria = range(len(plan.layout.criteria))
    units = {part: [_units(counting, at, part) for at in criteria] for part in plan.slices}
    shown = worth_showing(plan, units)
    return [(at, part) for at in criteria for part in shown]


def _units(counting: Counting, at: int, part: Slice) -> int:
    tally = counting.tallies.get((at, part))
    return 0 if tally is None else int(tally.repeats.sum())


def _rows(
    run: AgreementRun, plan: Plan, counting: Counting, places: Sequence[tuple[int, Slice]]
) -> Iterator[Rows]:
    left = left_out(extent_of(run))
    for at, part in places:
        missing = left.get(plan.layout.criteria[at].lineage, {})
        yield rows_of(run, plan, counting, at, part, missing)


def _scores(counting: Counting) -> int:
    """Counted scores of the whole batch."""
    whole = (raters for (_, part), raters in counting.raters.items() if part == WHOLE)
    return sum(sum(raters.values()) for raters in whole)


def _store(rows: Sequence[Rows]) -> None:
    """Two statements, however many rows."""
    AgreementSlice.objects.bulk_create([row for row, _ in rows])
    Agreement.objects.bulk_create([one for _, statistics in rows for one in statistics])
