"""Choosing what a selection is made from: one measuring and, when asked, one grader's grades."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from evals.gaps.funnel import unknown_names
from evals.gaps.pool import Criterion, Item, Pool, Response
from evals.gaps.rule import Rule
from evals.models import AgreementRun, GradingRun, Selection
from evals.queries import selection as queries
from labeling import locks, runs, strict_json
from labeling.authoring.rows import spec_of
from labeling.errors import DomainError, Problem, Problems
from labeling.models import Batch, Generator, Project, User


def start(
    project: Project, rule: Rule, *, batch: Batch | None = None, by: User | None = None
) -> tuple[Selection, bool]:
    """Freeze what the rule is applied to; the caller enqueues `tasks.select_items`.

    It stands on the batch's latest finished measuring and starts none. Without a batch the most
    recently rated one is taken. The same rule on the same inputs joins the selection there is.
    """
    run = _agreement(project, batch)
    _refuse_unknown(rule, run)
    gradings = _gradings(project, rule)
    # What has no example keeps the hash it had before there were any.
    shown = queries.example_versions(run.rubric_version)
    facts: dict[str, Any] = {"example_versions": shown} if shown else {}
    with transaction.atomic():
        bounds = _bounds(run.batch)
        facts |= _asked_again(run)
        work = [
            "selection",
            run.input_hash,
            rule.to_json(),
            [grading.input_hash for grading in gradings],
            asdict(bounds),
            *([facts] if facts else []),
        ]
        return runs.start(
            Selection,
            key={"input_hash": hashlib.sha256(strict_json.dumps(work).encode()).hexdigest()},
            project=project,
            agreement_run=run,
            grading_run=gradings[0] if gradings else None,
            rule=rule.to_json(),
            rule_hash=rule.hash,
            seed=rule.seed,
            facts={"bounds": asdict(bounds), "grading_runs": [each.pk for each in gradings]}
            | facts,
            created_by=by,
        )


def named_batch(project: Project, name: str) -> Batch:
    """The batch of that name; raises DomainError listing those there are."""
    batches = Batch.objects.filter(project=project)
    if found := batches.filter(name=name).first():
        return found
    known = ", ".join(batches.order_by("name").values_list("name", flat=True)[:20])
    raise DomainError(f"There is no batch {name!r}. Batches here: {known or 'none yet'}.")


def _agreement(project: Project, batch: Batch | None) -> AgreementRun:
    if batch is not None and batch.kind == Batch.Kind.PRACTICE:
        raise DomainError(
            gettext("The batch %(batch)s is practice: nothing rated there counts.")
            % {"batch": batch}
        )
    measured = [
        run for run in queries.measured_runs(project) if batch is None or run.batch_id == batch.pk
    ]
    if not measured:
        words = gettext(
            "No batch of this project has been measured yet: measure agreement first "
            "(agreement %(project)s)."
        )
        if batch:
            words = gettext(
                "The batch %(batch)s has not been measured yet: measure agreement first "
                "(agreement %(project)s)."
            )
        raise DomainError(words % {"batch": batch, "project": project.slug})
    return measured[0]


def _bounds(batch: Batch) -> queries.Bounds:
    """Read when nobody is half way through an import, so that the bounds hold for good."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.BATCH, batch.pk])
    return queries.Bounds.of(batch)


def _asked_again(run: AgreementRun) -> dict[str, Any]:
    """Which places were asked again by now, and whether they can still be answered."""
    batch = Batch.objects.get(pk=run.batch_id)
    last = queries.last_reask(batch)
    return {"asked_again": {"last": last, "open": batch.state != "closed"}} if last else {}


def _gradings(project: Project, rule: Rule) -> list[GradingRun]:
    if rule.low_grader is None:
        return []
    grader = queries.named_grader(project, rule.low_grader)
    if grader is None:
        known = sorted({str(each) for each in project.graders.all()})
        message = gettext("There is no grader %(grader)s; there are %(known)s.") % {
            "grader": rule.low_grader,
            "known": ", ".join(known) or gettext("none"),
        }
        raise Problems(
            [Problem("low.grader", message)], gettext("This rule does not fit the project.")
        )
    gradings = queries.finished_gradings(grader)
    if not gradings:
        raise DomainError(
            gettext("The grader %(grader)s has not graded anything yet: grade first.")
            % {"grader": grader}
        )
    return gradings


def _refuse_unknown(rule: Rule, run: AgreementRun) -> None:
    """Names that lead nowhere are refused at once, not by a job that fails."""
    specs = spec_of(run.rubric_version).criteria
    names = Generator.objects.filter(project=run.project_id).values_list("name", "kind")
    pool = Pool(
        criteria=[Criterion(spec) for spec in specs],
        items=[Item("")],
        responses=[Response("", "", name, kind) for name, kind in names],  # type: ignore[arg-type]
        units=[],
    )
    if problems := unknown_names(rule, pool):
        raise Problems(problems, gettext("This rule does not fit the project."))
