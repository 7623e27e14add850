"""Grading: a machine's verdict on every response, chunk by chunk, resumed where it stopped."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Avg, Count, Max
from django.utils.text import slugify
from django.utils.translation import gettext

from evals.graders.base import Grader as Runnable
from evals.graders.base import Outcome, Sample
from evals.graders.registry import canonical_spec, parse_grader, spec_hash
from evals.leases import kept_alive
from evals.models import Grade, Grader, GradingChunk, GradingRun
from evals.queries.source_items import source_item
from evals.rft.rows import item_fields
from labeling import runs, strict_json
from labeling.errors import DomainError
from labeling.models import Project, Response, User

CHUNK = 500


def register(project: Project, spec: Mapping[str, Any]) -> Grader:
    """The grader of this JSON, numbered anew when its content is. Raises Problems."""
    parse_grader(spec)
    settled = canonical_spec(spec)
    slug = slugify(str(settled["name"]))[:100] or "grader"
    digest = spec_hash(spec)
    with transaction.atomic():
        # One project's graders are numbered one after the other.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        graders = Grader.objects.filter(project=project, slug=slug)
        if known := graders.filter(spec_hash=digest).first():
            return known
        number = (graders.aggregate(last=Max("number"))["last"] or 0) + 1
        return Grader.objects.create(
            project=project,
            slug=slug,
            number=number,
            kind=str(settled["type"]),
            spec=settled,
            spec_hash=digest,
        )


def start(grader: Grader, *, by: User | None = None) -> tuple[GradingRun, bool]:
    """The run of this grader over the responses there are now; the caller enqueues it."""
    responses = Response.objects.filter(project=grader.project_id, output__isnull=False)
    seen = responses.aggregate(last=Max("pk"), n=Count("pk"))
    if not seen["n"]:
        raise DomainError(
            gettext("There is no response with a text to grade; load responses first.")
        )
    work = ["grading", grader.pk, grader.spec_hash, seen["last"], seen["n"]]
    digest = hashlib.sha256(strict_json.dumps(work).encode()).hexdigest()
    with transaction.atomic():
        run, new = runs.start(
            GradingRun,
            key={"input_hash": digest},
            project=grader.project,
            grader=grader,
            chunk_size=CHUNK,
            total=seen["n"],
            created_by=by,
        )
        if new:
            _cut(run, seen["last"])
    return run, new


def _cut(run: GradingRun, last: int) -> None:
    """Stretches of `chunk_size` gradable responses, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evals_gradingchunk (run_id, number, first_response, last_response, done)"
            " SELECT %(run)s, (row_number - 1) / %(size)s, min(id), max(id), false"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) AS row_number"
            "       FROM labeling_response WHERE project_id = %(project)s"
            "       AND output IS NOT NULL AND id <= %(last)s) r"
            " GROUP BY (row_number - 1) / %(size)s",
            {"run": run.pk, "size": run.chunk_size, "project": run.project_id, "last": last},
        )


def grade(attempt: runs.Attempt[GradingRun]) -> None:
    """Grade every chunk that is not done yet; a chunk's grades and its mark are one write."""
    run = attempt.run
    grader = parse_grader(run.grader.spec)
    # However long one chunk takes, nobody else takes the run meanwhile.
    with kept_alive(attempt) as progress:
        progress.done = run.grades.count()
        for chunk in run.chunks.filter(done=False).order_by("number"):
            grades = [_grade(run, grader, response) for response in _responses(run, chunk)]
            with transaction.atomic():
                attempt.guard()
                Grade.objects.bulk_create(grades)
                GradingChunk.objects.filter(pk=chunk.pk).update(done=True)
            progress.reach(progress.done + len(grades))
    attempt.finish()


def _responses(run: GradingRun, chunk: GradingChunk) -> Iterable[Response]:
    return Response.objects.filter(
        project=run.project_id,
        output__isnull=False,
        pk__range=(chunk.first_response, chunk.last_response),
    ).select_related("item")


def _grade(run: GradingRun, grader: Runnable, response: Response) -> Grade:
    started = time.perf_counter()
    outcome = grader.grade(sample_of(response), item_fields(source_item(response.item)))
    return Grade(
        project_id=run.project_id,
        run=run,
        response=response,
        reward=outcome.reward,
        error=_error(outcome),
        explanation=outcome.details,
        latency_ms=round((time.perf_counter() - started) * 1000),
    )


def _error(outcome: Outcome) -> str | None:
    return None if outcome.error is None else str(outcome.error)


def sample_of(response: Response) -> Sample:
    """The response as graders see it: its final text and the tool calls of its last turn."""
    last: dict[str, Any] = next(
        (turn for turn in reversed(response.messages or []) if turn["role"] == "assistant"), {}
    )
    return Sample.of_text(response.output, tuple(last.get("tool_calls") or ()))


@dataclass(frozen=True, slots=True)
class GradingReport:
    """What came of a grading: errors are counted apart, never as grades."""

    run: int
    graded: int
    errors: dict[str, int]
    mean_reward: float | None
    seconds: float


def report(run: GradingRun) -> GradingReport:
    """Counts of a finished run; two queries."""
    rewards = run.grades.filter(error__isnull=True).aggregate(n=Count("pk"), mean=Avg("reward"))
    errors = run.grades.filter(error__isnull=False).values_list("error")
    ended = run.finished_at or run.heartbeat_at
    seconds = (ended - run.started_at).total_seconds() if ended and run.started_at else 0.0
    return GradingReport(
        run=run.pk,
        graded=rewards["n"],
        errors=dict(errors.annotate(n=Count("pk")).order_by("error")),
        mean_reward=rewards["mean"],
        seconds=round(seconds, 3),
    )
