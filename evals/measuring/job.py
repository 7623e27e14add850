"""What a run does: count, compute, and write every row at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db import transaction

from evals.leases import Progress, kept_alive
from evals.measuring import chunks, keeping
from evals.measuring.counting import counted, extent_of
from evals.measuring.plan import Plan, plan_for, plan_of, worth_showing
from evals.measuring.rows import mark_uninformative, rows_of
from evals.measuring.tallying import Counting
from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries.sizes import inform_planner, scores_about
from evals.queries.tallies import left_out
from evals.slices import WHOLE, Slice, slice_named
from labeling import runs

type Call = Callable[[AgreementRun], None]
type Rows = tuple[AgreementSlice, list[Agreement]]


@dataclass(frozen=True, eq=False)
class Counts:
    """What was counted; `known` says how, when only what changed was."""

    plan: Plan
    counting: Counting
    known: keeping.Refreshed | None = None


def measure(attempt: runs.Attempt[AgreementRun], *, call: Call = lambda run: None) -> None:
    """Count, compute and write all rows of the run in one transaction, then seal it.

    `call` asks one more worker to help with a run that is counted in chunks.
    """
    run = attempt.run
    attempt.progress(0)
    with kept_alive(attempt) as progress:
        counts = _counted(progress, call)
        places = _places(counts.plan, counts.counting)
        rows = []
        for done, made in enumerate(_rows(run, counts.plan, counts.counting, places), start=1):
            rows.append(made)
            if done % 10 == 0:
                progress.reach(done, len(places))
    scores = _scores(counts.counting)
    with transaction.atomic():
        attempt.guard()
        _store(rows)
        keeping.keep(run, counts.plan, counts.counting, scores, counts.known)
        chunks.forget(run)
        attempt.finish(
            ratings_through=scores,
            plan=counts.plan.to_json(),
            done=len(places),
            total=len(places),
        )


def recounted(run: AgreementRun) -> Iterator[Rows]:
    """The rows of a finished run counted anew from its ratings, not saved; verifying asks."""
    stored = run.criteria.values_list("slice", flat=True).distinct()
    plan = plan_for(run, [slice_named(name) for name in stored])
    plan, counting = counted(run, plan, extent_of(run))
    places = [(at, part) for at in range(len(plan.layout.criteria)) for part in plan.slices]
    return _rows(run, plan, counting, places)


def _counted(progress: Progress, call: Call) -> Counts:
    """What changed added to what is kept, or all of it: alone, or in chunks with others."""
    run: AgreementRun = progress.attempt.run
    if known := keeping.refreshed(run):
        return Counts(known.plan, known.counting, known)
    plan, scores = plan_of(run), scores_about(run.batch_id)
    inform_planner(run.batch_id, scores)
    if scores <= settings.AGREEMENT_CHUNK_SCORES and not run.chunks.exists():
        return Counts(*counted(run, plan, extent_of(run)))
    for _ in range(chunks.cut(progress.attempt, plan, scores) - 1):
        call(run)
    return Counts(*chunks.together(progress))


def _places(plan: Plan, counting: Counting) -> list[tuple[int, Slice]]:
    """Criterion by criterion the slices that get rows."""
    criteria = range(len(plan.layout.criteria))
    answers = {part: [_answers(counting, at, part) for at in criteria] for part in plan.slices}
    shown = worth_showing(plan, answers)
    return [(at, part) for at in criteria for part in shown]


def _answers(counting: Counting, at: int, part: Slice) -> int:
    """Of all kinds; a version of the rubric may hold every unit, but not every answer to it."""
    tally = counting.tallies.get((at, part))
    return 0 if tally is None else tally.n_ratings + tally.n_na + tally.n_cannot


def _rows(
    run: AgreementRun, plan: Plan, counting: Counting, places: Sequence[tuple[int, Slice]]
) -> Iterator[Rows]:
    left = left_out(extent_of(run))
    for at, parts in groupby(places, key=itemgetter(0)):
        missing = left.get(plan.layout.criteria[at].lineage, {})
        made = [rows_of(run, plan, counting, at, part, missing) for _, part in parts]
        mark_uninformative([row for row, _ in made], plan)
        yield from made


def _scores(counting: Counting) -> int:
    """Counted scores of the whole batch."""
    whole = (raters for (_, part), raters in counting.raters.items() if part == WHOLE)
    return sum(sum(raters.values()) for raters in whole)


def _store(rows: Sequence[Rows]) -> None:
    """Two statements, however many rows."""
    AgreementSlice.objects.bulk_create([row for row, _ in rows])
    Agreement.objects.bulk_create([one for _, statistics in rows for one in statistics])
