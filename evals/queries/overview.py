"""Where a project stands on its path, what awaits a decision, and what ran last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from evals.models import AgreementRun, SelectedItem, Selection
from labeling.models import (
    Batch,
    Criterion,
    Flag,
    FlagState,
    Import,
    Project,
    QueueEntry,
    Rubric,
    RubricVersion,
    RunState,
    User,
)

RECENT = 8


@dataclass(frozen=True, slots=True)
class Rated:
    """Responses in the project's batches, and how many have all their ratings."""

    complete: int
    begun: int
    total: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The newest selection: how many of its items are in."""

    selection: Selection
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Path:
    """The five figures."""

    version: RubricVersion | None
    criteria: int
    rated: Rated
    measuring: AgreementRun | None
    chosen: Chosen | None
    productions: int
    drafts: int
    blind: bool


# Ten figures in one query: each alone costs more to put together than to answer. Practice is no
# work. Where a stopping rule asks, a response is done with the experts that the rule wants of it.
FIGURES = """
    WITH here AS (
        SELECT b.id, b.overlap FROM labeling_batch b
        WHERE b.project_id = %(project)s AND b.kind <> 'practice'
    ), seats AS (
        SELECT a.batch_id, a.response_id, count(*) AS n
        FROM labeling_assignment a
        WHERE a.project_id = %(project)s AND a.state = 'submitted' AND a.round = 1
        GROUP BY a.batch_id, a.response_id
    ), rated AS (
        SELECT s.batch_id, count(*) AS begun,
            count(*) FILTER (WHERE s.n >= coalesce(q.overlap, h.overlap)) AS complete
        FROM seats s JOIN here h ON h.id = s.batch_id
        LEFT JOIN labeling_queueentry q ON q.batch_id = s.batch_id
            AND q.response_id = s.response_id AND NOT q.fixed
        GROUP BY s.batch_id
    ), queued AS (
        SELECT q.batch_id, count(*) AS n FROM labeling_queueentry q JOIN here h ON h.id = q.batch_id
        WHERE q.project_id = %(project)s GROUP BY q.batch_id
    )
    SELECT
        (SELECT coalesce(sum(complete), 0) FROM rated),
        (SELECT coalesce(sum(begun), 0) FROM rated),
        -- Imported batches have no queue: what was rated there is all there is.
        (SELECT coalesce(sum(n), 0) FROM queued)
            + (SELECT coalesce(sum(begun), 0) FROM rated
               WHERE batch_id NOT IN (SELECT batch_id FROM queued)),
        (SELECT count(*) FROM evals_export e WHERE e.project_id = %(project)s
            AND e.state = 'finished' AND e.kind = 'production'),
        (SELECT count(*) FROM evals_export e WHERE e.project_id = %(project)s
            AND e.state = 'finished' AND e.kind = 'draft'),
        ARRAY ({hidden})
"""


def path(project: Project, user: User) -> Path:
    """The five figures; without what the person must not see while rating."""
    hidden, params = _hidden(project, user)
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(hidden=hidden), {"project": project.pk, **params})
        complete, begun, total, productions, drafts, blind = cursor.fetchone()
    version = _version(project)
    return Path(
        version=version,
        criteria=version.n_criteria if version else 0,
        rated=Rated(int(complete), int(begun), int(total)),
        measuring=_measuring(project, blind),
        chosen=_chosen(project, blind),
        productions=productions,
        drafts=drafts,
        blind=bool(blind),
    )


def _hidden(project: Project, user: User) -> tuple[str, dict[str, Any]]:
    """The batches that hide from the person what others do, as part of a larger query."""
    found = Batch.objects.filter(project=project).hiding(user, "peers").order_by().values("pk")
    sql, values = found.query.sql_with_params()
    params = {f"hidden_{number}": value for number, value in enumerate(values)}
    return sql % tuple(f"%({name})s" for name in params), params


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each kind wait for a decision; what is 0 need not be looked for."""

    failed: int
    imports: int
    short: int
    flags: int
    drafts: int
    stale: int
    disputes: int
    experts: int


WAITING = """
    WITH experts AS (
        SELECT count(*) AS n FROM labeling_membership m JOIN labeling_user u ON u.id = m.user_id
        WHERE m.project_id = %(project)s AND m.role = 'expert' AND u.is_active
    )
    SELECT
        (SELECT count(*) FROM evals_agreementrun WHERE project_id = %(project)s AND {failed})
            + (SELECT count(*) FROM evals_gradingrun WHERE project_id = %(project)s AND {failed})
            + (SELECT count(*) FROM evals_selection WHERE project_id = %(project)s AND {failed})
            + (SELECT count(*) FROM evals_export WHERE project_id = %(project)s AND {failed})
            + (SELECT count(*) FROM labeling_import WHERE project_id = %(project)s AND {failed}),
        (SELECT count(*) FROM labeling_import
            WHERE project_id = %(project)s AND state = 'waiting'),
        (SELECT count(*) FROM labeling_batch b WHERE b.project_id = %(project)s
            AND b.state = 'open' AND b.kind <> 'practice'
            AND b.overlap > (SELECT n FROM experts)),
        -- Open: nothing was done about it, or not since it was opened again.
        (SELECT count(*) FROM labeling_flag f WHERE f.project_id = %(project)s
            AND coalesce((SELECT a.act FROM labeling_flaganswer a WHERE a.flag_id = f.id
                ORDER BY a.id DESC LIMIT 1), 'reopened') = 'reopened'),
        (SELECT count(*) FROM labeling_rubricversion
            WHERE project_id = %(project)s AND status = 'draft'),
        (SELECT count(*) FROM labeling_batch
            WHERE project_id = %(project)s AND stale_since IS NOT NULL AND kind <> 'practice'),
        (SELECT count(*) FROM labeling_batch b WHERE b.project_id = %(project)s AND EXISTS (
            SELECT FROM labeling_dispute d WHERE d.batch_id = b.id AND NOT d.ruled)),
        (SELECT n FROM experts)
""".format(failed="state = 'failed'")


def waiting(project: Project) -> Waiting:
    """What may wait for somebody, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"project": project.pk})
        return Waiting(*cursor.fetchone())


def stale_batches(project: Project) -> list[Batch]:
    """Batches whose ratings are newer than what was measured of them."""
    stale = Batch.objects.counting().filter(project=project, stale_since__isnull=False)
    return list(stale.order_by("pk"))


def short_batches(project: Project, experts: int) -> list[Batch]:
    """Open batches with free seats that ask for more experts than the project has.

    Practice has places for everybody, so it asks for nobody.
    """
    free = QueueEntry.objects.filter(batch=OuterRef("pk"), taken__lt=F("overlap"))
    return list(
        Batch.objects.counting()
        .filter(project=project, state=Batch.State.OPEN, overlap__gt=experts)
        .filter(Exists(free))
        .order_by("pk")
    )


def drafts(project: Project) -> list[RubricVersion]:
    """Wordings nobody has published yet."""
    draft = RubricVersion.objects.filter(project=project, status=RubricVersion.Status.DRAFT)
    return list(draft.select_related("rubric__project").order_by("pk"))


def flagged_rubrics(project: Project) -> list[tuple[Rubric, int]]:
    """Rubrics with open flags and how many, the most flagged first."""
    opened = Flag.objects.filter(project=project).with_state().filter(state=FlagState.OPEN)
    rows = opened.values("rubric_version__rubric").annotate(n=Count("pk")).order_by("-n")
    counted = {row["rubric_version__rubric"]: row["n"] for row in rows}
    rubrics = Rubric.objects.in_bulk(counted)
    return [(rubrics[pk], n) for pk, n in counted.items()]


def waiting_imports(project: Project) -> list[Import]:
    """Uploads that were checked and wait for somebody to confirm them."""
    waiting = Import.objects.filter(project=project, state=RunState.WAITING)
    return list(waiting.order_by("-pk")[:RECENT])


def _version(project: Project) -> Any:
    """The newest published version, with `n_criteria`."""
    published = RubricVersion.objects.published().filter(project=project, rubric__item=None)
    criteria = Criterion.objects.filter(version=OuterRef("pk")).order_by().values("version")
    return (
        published.select_related("rubric__project")
        .annotate(n_criteria=Subquery(criteria.annotate(n=Count("pk")).values("n")))
        .order_by("-published_at")
        .first()
    )


def _measuring(project: Project, blind: Sequence[int]) -> AgreementRun | None:
    """The newest measuring of a batch that the person may see."""
    counting = Batch.objects.counting().filter(project=project).exclude(pk__in=blind)
    runs = AgreementRun.objects.finished().filter(project=project, batch__in=counting.values("pk"))
    run = runs.order_by("-pk").select_related("batch", "rubric_version").first()
    if run is not None:
        run.batch.project = project
    return run


def _chosen(project: Project, blind: Sequence[int]) -> Chosen | None:
    selections = Selection.objects.finished().filter(project=project)
    readable = selections.exclude(agreement_run__batch__in=blind)
    selection = readable.order_by("-pk").first()
    if selection is None:
        return None
    chosen = Count("pk", filter=Q(verdict=SelectedItem.Verdict.IN))
    items = SelectedItem.objects.filter(selection=selection).aggregate(n=Count("pk"), chosen=chosen)
    return Chosen(selection, items["chosen"], items["n"])
