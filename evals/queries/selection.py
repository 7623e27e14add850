"""What a selection is made from and what it froze, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Collate
from django.utils.translation import gettext, ngettext

from evals.gaps.pool import exact
from evals.models import AgreementRun, Grader, GradingRun, SelectedItem, Selection
from evals.queries.agreement import latest_run, stale_by
from labeling.models import Batch, Project, Reask, RubricVersion, WorkedExample

# What is new in the batch after a selection was started is no part of it, hence the bounds.
RESPONSES = """
    SELECT r.id, r.external_id, i.id, i.external_id, i.group_key, g.name, g.kind
    FROM (SELECT q.response_id FROM labeling_queueentry q
          WHERE q.batch_id = %(batch)s AND q.id <= %(queue)s
          UNION
          SELECT a.response_id FROM labeling_assignment a
          WHERE a.batch_id = %(batch)s AND a.id <= %(seats)s) b
    JOIN labeling_response r ON r.id = b.response_id
    JOIN labeling_item i ON i.id = r.item_id
    JOIN labeling_generator g ON g.id = r.generator_id
    ORDER BY i.external_id COLLATE "C", r.external_id COLLATE "C"
"""
# The latest ruling of each unit, of those there were when the selection was started.
RULINGS = """
    SELECT DISTINCT ON (j.response_id, j.lineage_id) j.response_id, j.lineage_id,
        CASE WHEN j.reason <> 'legitimate' THEN j.ruling END
    FROM labeling_adjudication j
    WHERE j.batch_id = %(batch)s AND j.id <= %(rulings)s
    ORDER BY j.response_id, j.lineage_id, j.revision DESC
"""
# Places of the batch that were asked again, of those there were when the selection was started:
# whatever has become of them since, how many answers each unit had is read as of the run.
ASKED_AGAIN = """
    SELECT r.response_id, c.lineage_id, count(DISTINCT r.slot)
    FROM labeling_reask r, unnest(r.criteria) AS u (id)
    JOIN labeling_criterion c ON c.id = u.id
    WHERE r.batch_id = %(batch)s AND r.id <= %(reasks)s AND c.lineage_id IN (
        SELECT m.lineage_id FROM labeling_criterion m WHERE m.version_id = %(version)s)
    GROUP BY r.response_id, c.lineage_id
"""
GRADES = """
    SELECT r.external_id, c.key,
           array_agg(g.reward ORDER BY g.repeat, g.id) FILTER (WHERE g.reward IS NOT NULL)
    FROM evals_grade g
    JOIN labeling_response r ON r.id = g.response_id
    LEFT JOIN labeling_criterion c ON c.lineage_id = g.lineage_id AND c.version_id = %(version)s
    WHERE g.run_id = ANY(%(runs)s) AND (g.lineage_id IS NULL OR c.id IS NOT NULL)
    GROUP BY r.external_id, c.key
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The last queue entry, seat and adjudication of a batch that a selection sees."""

    queue: int
    seats: int
    rulings: int = 0

    @classmethod
    def of(cls, batch: Batch) -> Bounds:
        """Where the batch ends now."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT coalesce(max(id), 0) FROM labeling_queueentry WHERE batch_id = %s),"
                " (SELECT coalesce(max(id), 0) FROM labeling_assignment WHERE batch_id = %s),"
                " (SELECT coalesce(max(id), 0) FROM labeling_adjudication WHERE batch_id = %s)",
                [batch.pk] * 3,
            )
            return cls(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class RatedResponse:
    """One response of the batch with the names a selection calls it by."""

    pk: int
    id: str
    item_pk: int
    item: str
    group: str
    generator: str
    kind: Any


def batch_responses(batch: Batch, bounds: Bounds) -> list[RatedResponse]:
    """Every response that was put before experts in the batch; one query."""
    with connection.cursor() as cursor:
        cursor.execute(RESPONSES, {"batch": batch.pk, "queue": bounds.queue, "seats": bounds.seats})
        return [RatedResponse(*row) for row in cursor]


def last_reask(batch: Batch) -> int:
    """The last place that was asked again; 0 where the batch has never moved."""
    return Reask.objects.filter(batch=batch).aggregate(last=Max("id"))["last"] or 0


def asked_again(batch: Batch, version: RubricVersion, reasks: int) -> dict[tuple[int, int], int]:
    """At how many places each unit was asked again, by response and lineage."""
    params = {"batch": batch.pk, "version": version.pk, "reasks": reasks}
    with connection.cursor() as cursor:
        cursor.execute(ASKED_AGAIN, params)
        return {(response, lineage): places for response, lineage, places in cursor}


def example_versions(version: RubricVersion) -> list[int]:
    """The published versions of the rubric that show worked examples; they are sealed."""
    shown = WorkedExample.objects.filter(version__rubric=version.rubric_id)
    shown = shown.exclude(version__status=RubricVersion.Status.DRAFT)
    return sorted(set(shown.values_list("version", flat=True)))


def example_items(versions: Iterable[int]) -> set[int]:
    """The items of which these versions show a response with its settled answer."""
    shown = WorkedExample.objects.filter(version__in=list(versions))
    return set(shown.values_list("response__item", flat=True))


def rulings(batch: Batch, bounds: Bounds) -> dict[tuple[int, int], Decimal | None]:
    """What adjudicators ruled, by response and lineage; None where no single answer is right."""
    with connection.cursor() as cursor:
        cursor.execute(RULINGS, {"batch": batch.pk, "rulings": bounds.rulings})
        return {(response, lineage): ruling for response, lineage, ruling in cursor}


def measured_runs(project: Project) -> list[AgreementRun]:
    """The latest finished run of every batch that counts, the most recently rated one first."""
    found = Batch.objects.counting().filter(project=project, agreement_runs__state="finished")
    batches = found.distinct()
    runs = [run for batch in batches if (run := latest_run(batch))]
    return sorted(runs, key=lambda run: (run.watermark or 0, run.pk), reverse=True)


def named_grader(project: Project, name: str) -> Grader | None:
    """The grader of this slug, `slug.number` or name; the newest of several."""
    slug, _, number = name.rpartition(".")
    graders = Grader.objects.filter(project=project).order_by("-number", "-pk")
    numbered = graders.filter(slug=slug, number=number) if number.isdecimal() else graders.none()
    return (
        numbered.first()
        or graders.filter(slug=name).first()
        or graders.filter(spec__name=name).first()
    )


def finished_gradings(grader: Grader) -> list[GradingRun]:
    """The grader's last run; of imported grades all of them, since each load adds the new ones."""
    runs = list(GradingRun.objects.finished().filter(grader=grader).order_by("-pk"))
    return runs if runs and runs[0].imported else runs[:1]


def graded(
    run_ids: Iterable[int], version: RubricVersion
) -> Iterator[tuple[str, str | None, Fraction | None]]:
    """Response, criterion (None: the whole rubric) and mean reward over the repeats that worked.

    Where every repeat failed the mean is None.
    """
    with connection.cursor() as cursor:
        cursor.execute(GRADES, {"runs": list(run_ids), "version": version.pk})
        for response, key, found in cursor:
            yield response, key, _mean(found)


def _mean(found: list[float] | None) -> Fraction | None:
    if not found:
        return None
    return sum(map(exact, found), Fraction(0)) / len(found)


def notes(selection: Selection) -> list[str]:
    """What has changed or stood beside since: true of today, so no part of what was frozen."""
    run = selection.agreement_run
    found = []
    if newer := stale_by(run):
        words = ngettext(
            "As of %(through)s ratings of %(batch)s, %(newer)s are newer: measure agreement "
            "again to take them in.",
            "As of %(through)s ratings of %(batch)s, %(newer)s are newer: measure agreement "
            "again to take them in.",
            newer,
        )
        told = {"through": f"{run.ratings_through:,}", "newer": f"{newer:,}"}
        found.append(words % {"batch": run.batch.name, **told})
    current = run.batch.rubric_version
    if current.pk != run.rubric_version_id:
        words = gettext(
            "%(batch)s has moved on to version %(number)s of the rubric; this was measured by "
            "version %(measured)s."
        )
        numbers = {"number": current.number, "measured": run.rubric_version.number}
        found.append(words % {"batch": run.batch.name, **numbers})
    frozen = set(selection.facts.get("example_versions", ()))
    since = set(example_versions(run.rubric_version)) - frozen
    chosen = selection.items.filter(verdict=SelectedItem.Verdict.IN, item__in=example_items(since))
    if count := chosen.count():
        words = ngettext(
            "%(count)s of its items is a worked example of the guidelines by now: select again "
            "to leave it out.",
            "%(count)s of its items are worked examples of the guidelines by now: select again "
            "to leave them out.",
            count,
        )
        found.append(words % {"count": f"{count:,}"})
    measured = Batch.objects.counting().filter(agreement_runs__state="finished")
    others = measured.filter(project=selection.project_id)
    if names := [str(batch) for batch in others.exclude(pk=run.batch_id).distinct()]:
        words = gettext("Only %(batch)s was selected from; left out: %(others)s.")
        found.append(words % {"batch": run.batch.name, "others": ", ".join(names)})
    return found


def items(selection: Selection) -> Iterator[SelectedItem]:
    """Every item with its verdict, by id; streamed."""
    chosen = selection.items.select_related("item").only(
        "verdict", "reasons", "released", "split", "mean_reward", "item__external_id"
    )
    return chosen.order_by(Collate("item__external_id", "C")).iterator(chunk_size=2000)


def document(selection: Selection) -> dict[str, Any]:
    """The document of `select PROJECT --json`."""
    return {
        "project": selection.project.slug,
        "selection": selection.pk,
        "batch": selection.agreement_run.batch.name,
        "agreement_run": selection.agreement_run_id,
        "rule": selection.rule,
        "rule_hash": selection.rule_hash,
        "kind": "draft",
        "funnel": selection.funnel,
        "warnings": [*selection.warnings, *notes(selection)],
        "items": [
            {
                "id": each.item.external_id,
                "verdict": each.verdict,
                "reasons": each.reasons,
                "released": each.released,
                "split": each.split,
                "mean_reward": each.mean_reward,
            }
            for each in items(selection)
        ],
    }
