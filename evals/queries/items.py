"""The list of a project's items: filtered, one page at a time by key, constant queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from evals.models import AgreementRun, Selection
from evals.queries.item_rows import ItemRow, rows_of
from evals.queries.rated_elsewhere import IS_RATED_ELSEWHERE
from evals.queries.slice_conditions import condition
from evals.queries.standing import MEASURED, NOW, STANDING
from labeling.models import Batch, Criterion, Project, User

PAGE = 50
# Beyond this a filtered list says "more than": nobody pages through it, and counting costs.
COUNT_MAX = 1_000

# Items i of responses with a unit that is as asked, of the batches that are read. Only a slice asks
# anything of the tables joined inside; without one the planner leaves them out.
JUDGED = """i.id IN (SELECT r.item_id FROM labeling_response r WHERE r.id IN (
    SELECT s.response_id FROM labeling_score s
    LEFT JOIN labeling_response r ON r.id = s.response_id
    LEFT JOIN labeling_item i ON i.id = r.item_id
    LEFT JOIN labeling_generator g ON g.id = r.generator_id
    WHERE s.batch_id = ANY(%(batches)s::bigint[]) AND s.answer = 'scored' AND {standing}
    {conditions}))"""
UNITS = " GROUP BY s.response_id, s.lineage_id HAVING "
SHOWN = {
    "": "",
    "disagreement": UNITS + "min(s.value) < max(s.value)",
    "unanimous": UNITS + "min(s.value) = max(s.value) AND count(*) >= 2",
}
# Items of a batch, whether queued here or rated elsewhere and imported.
MEMBERS = """i.id IN (SELECT r.item_id FROM labeling_response r WHERE r.id IN (
    SELECT q.response_id FROM labeling_queueentry q WHERE q.batch_id = %(batch)s
    UNION ALL SELECT a.response_id FROM labeling_assignment a WHERE a.batch_id = %(batch)s))"""
CHOSEN = """i.id IN (SELECT c.item_id FROM evals_selecteditem c
    WHERE c.selection_id = %(selection)s AND c.verdict = %(verdict)s)"""
# Of what the person rates in another batch, no filter tells what was said or decided.
TOLD = f"NOT {IS_RATED_ELSEWHERE}"


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What the list is narrowed to; every part is optional. A run shows its batch as it was."""

    q: str = ""
    batch: Batch | None = None
    criterion: Criterion | None = None
    slice: str = ""
    show: str = ""
    run: AgreementRun | None = None
    selection: Selection | None = None
    verdict: str = ""

    @property
    def is_empty(self) -> bool:
        return self == ItemFilter()

    @property
    def asks_experts(self) -> bool:
        """Whether it depends on what experts said, not only on which items there are."""
        return bool(self.criterion or self.show or self.slice or self.run)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A stretch of the list with the keys of its neighbours; `count` ends at `COUNT_MAX`."""

    rows: list[ItemRow]
    count: int
    more: bool
    before: str
    after: str


def batches_for(project: Project, user: User) -> tuple[list[Batch], list[int]]:
    """The newest first, the batches whose judgements the person may see; the keys of the others."""
    hides = Batch.objects.hiding(user, "peers").filter(pk=OuterRef("pk"))
    found = list(
        Batch.objects.filter(project=project).annotate(hides=Exists(hides)).order_by("-pk")
    )
    return [one for one in found if not one.hides], [one.pk for one in found if one.hides]


def readable_batches(project: Project, user: User) -> QuerySet[Batch]:
    """Batches whose judgements the person may see: those they do not rate in themselves."""
    blind = Batch.objects.hiding(user, "peers").values("pk")
    return Batch.objects.filter(project=project).exclude(pk__in=blind)


def readable_runs(project: Project, user: User) -> QuerySet[AgreementRun]:
    """Finished measurings of the batches whose judgements the person may see."""
    finished = AgreementRun.objects.finished().filter(project=project)
    return finished.filter(batch__in=readable_batches(project, user))


def readable_selections(project: Project, user: User) -> QuerySet[Selection]:
    """Finished selections that give nothing away about a batch the person rates in."""
    blind = Batch.objects.hiding(user, "peers").values("pk")
    finished = Selection.objects.finished().filter(project=project)
    return finished.exclude(agreement_run__batch__in=blind)


def page(
    project: Project,
    narrowed: ItemFilter,
    readable: Sequence[int],
    *,
    blind: Sequence[int] = (),
    after: str = "",
    before: str = "",
) -> ItemPage:
    """The next items after a key (or before one), in the order of their ids; three queries.

    `readable` are the batches of the project whose judgements the person may see, `blind` those
    that the person rates in: an item of theirs is listed bare.
    """
    conditions, params = _conditions(project, narrowed, readable, blind)
    rows, counted = _stretch(conditions, params, narrowed, after, before)
    further, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    has_previous, has_next = (further, True) if before else (bool(after), further)
    whole = not (has_previous or has_next)
    count = len(rows) if whole else counted or _count(conditions, params, narrowed)
    ids = [pk for pk, _ in rows]
    return ItemPage(
        rows=rows_of(project, ids, readable, narrowed.run, narrowed.selection, blind=blind),
        count=count if narrowed.is_empty else min(count, COUNT_MAX),
        more=not narrowed.is_empty and count > COUNT_MAX,
        before=rows[0][1] if rows and has_previous else "",
        after=rows[-1][1] if rows and has_next else "",
    )


def _stretch(
    conditions: str, params: dict[str, Any], narrowed: ItemFilter, after: str, before: str
) -> tuple[list[tuple[int, str]], int]:
    """Up to one more than a page in walking order, and how many items there are where the
    answer has to be found whole anyway, else 0.
    """
    counted = "count(*) OVER ()" if narrowed.asks_experts else "0"
    step, order = ("<", "DESC") if before else (">", "ASC")
    sql = f"""
        SELECT * FROM (
            SELECT i.id, i.external_id, {counted} FROM labeling_item i WHERE {conditions}
        ) found
        WHERE external_id {step} %(key)s ORDER BY external_id {order} LIMIT {PAGE + 1}"""
    rows = _rows(sql, params | {"key": before or after})
    return [(pk, external_id) for pk, external_id, _ in rows], rows[0][2] if rows else 0


def _count(conditions: str, params: dict[str, Any], narrowed: ItemFilter) -> int:
    limit = "" if narrowed.is_empty else f"LIMIT {COUNT_MAX + 1}"
    found = f"SELECT FROM labeling_item i WHERE {conditions} {limit}"
    return _rows(f"SELECT count(*) FROM ({found}) found", params)[0][0]


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _conditions(
    project: Project, narrowed: ItemFilter, readable: Sequence[int], blind: Sequence[int]
) -> tuple[str, dict[str, Any]]:
    """What is asked of an item i, and the parameters of it."""
    found = ["i.project_id = %(project)s"]
    params: dict[str, Any] = {"project": project.pk}
    if narrowed.q:
        found.append("strpos(lower(i.external_id), lower(%(q)s)) > 0")
        params["q"] = narrowed.q
    if narrowed.asks_experts:
        judged, more = _judged(narrowed, readable)
        found.append(judged)
        params |= more
    elif narrowed.batch:
        found.append(MEMBERS)
        params["batch"] = narrowed.batch.pk
    if narrowed.verdict:
        # Without a selection that the person may see, no item has a verdict.
        found.append(CHOSEN)
        params["selection"] = narrowed.selection and narrowed.selection.pk
        params["verdict"] = narrowed.verdict
    if blind and (narrowed.asks_experts or narrowed.verdict):
        found.append(TOLD)
        params["blind"] = list(blind)
    return " AND ".join(found), params


def _judged(narrowed: ItemFilter, readable: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """Items with a unit that is as asked: of a criterion, of a slice, disputed or not."""
    run, asked = narrowed.run, ""
    only = [one for one in (narrowed.batch and narrowed.batch.pk, run and run.batch_id) if one]
    params: dict[str, Any] = {
        "batches": [pk for pk in readable if all(pk == one for one in only)],
        "watermark": NOW if run is None else run.watermark or 0,
    }
    if narrowed.criterion:
        asked += " AND s.lineage_id = %(lineage)s"
        params["lineage"] = narrowed.criterion.lineage_id
    elif run and narrowed.show:
        asked += f" AND {MEASURED}"
        params["version"] = run.rubric_version_id
    if narrowed.slice:
        sql, of_slice = condition(narrowed.slice, name="slice")
        asked += f" AND {sql}"
        params |= of_slice
    return JUDGED.format(standing=STANDING, conditions=asked + SHOWN[narrowed.show]), params
