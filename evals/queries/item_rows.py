"""The lines of the list of items: how each begins, and what has been said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from evals.models import AgreementRun, Selection
from evals.queries.rated_elsewhere import RATED_ELSEWHERE
from evals.queries.standing import MEASURED, NOW, STANDING
from labeling.models import Project

GIST = 140


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the list: the beginning of the last message, and counts of what is there."""

    pk: int
    external_id: str
    gist: str
    responses: int
    ratings: int
    disagreements: int
    verdict: str

    @property
    def bare(self) -> ItemRow:
        """Without what was said of it."""
        return replace(self, ratings=0, disagreements=0, verdict="")


# A whole page in one query: each alone costs more to put together than to answer. Response
# by response, because counting them together tempts the planner to read a whole table. The gist is
# cut in the database, because messages may be a megabyte.
ROWS = f"""
    WITH response AS (
        SELECT r.id, r.item_id FROM labeling_response r WHERE r.item_id = ANY(%(items)s::bigint[])
    ), counted AS (
        SELECT r.item_id, count(*) AS responses, sum(seat.n) AS ratings, sum(unit.n) AS disputed
        FROM response r
        CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM labeling_assignment a
            WHERE a.response_id = r.id AND a.state = 'submitted'
              -- Who was asked again for what changed has judged the response once.
              AND (a.round = 1 OR a.purpose NOT IN ('fixed', 'adaptive'))
              AND a.batch_id = ANY(%(readable)s::bigint[])
        ) seat
        CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM (
                SELECT FROM labeling_score s
                WHERE s.response_id = r.id AND s.batch_id = ANY(%(batches)s::bigint[])
                  AND s.answer = 'scored' AND {STANDING}
                  AND (%(version)s::bigint IS NULL OR {MEASURED})
                GROUP BY s.lineage_id HAVING min(s.value) < max(s.value)
            ) disputed
        ) unit
        GROUP BY r.item_id
    ), newest AS (
        SELECT max(c.id) AS id FROM evals_selection c
        JOIN evals_agreementrun m ON m.id = c.agreement_run_id
        WHERE c.project_id = %(project)s AND c.state = 'finished'
          AND m.batch_id = ANY(%(readable)s::bigint[]) AND c.id = coalesce(%(selection)s, c.id)
    )
    SELECT i.id, i.external_id, coalesce(left(i.messages #>> '{{-1,content}}', {GIST}), ''),
           coalesce(n.responses, 0), coalesce(n.ratings, 0)::bigint,
           coalesce(n.disputed, 0)::bigint, coalesce(chosen.verdict, '')
    FROM labeling_item i
    LEFT JOIN counted n ON n.item_id = i.id
    LEFT JOIN evals_selecteditem chosen
        ON chosen.item_id = i.id AND chosen.selection_id = (SELECT id FROM newest)
    WHERE i.id = ANY(%(items)s::bigint[])
"""


def rows_of(
    project: Project,
    items: Sequence[int],
    readable: Sequence[int],
    run: AgreementRun | None = None,
    selection: Selection | None = None,
    *,
    blind: Sequence[int] = (),
) -> list[ItemRow]:
    """Some items of the project in the given order; one query.

    Ratings and disputed units are those in the batches that are `readable`; with a run, disputed
    units are those of its batch as it was, on the criteria that the run measured. The verdict is
    that of the selection, else of the newest one. Of what the person rates in one of the `blind`
    batches neither counts nor verdict are told.
    """
    if not items:
        return []
    params: dict[str, Any] = {
        "project": project.pk,
        "items": list(items),
        "readable": list(readable),
        "batches": [pk for pk in readable if run is None or pk == run.batch_id],
        "watermark": NOW if run is None else run.watermark or 0,
        "version": run and run.rubric_version_id,
        "selection": selection and selection.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS, params)
        found = {row[0]: ItemRow(*row) for row in cursor.fetchall()}
        bare = _rated_elsewhere(cursor, items, blind) if blind else set()
    return [found[pk].bare if pk in bare else found[pk] for pk in items]


def _rated_elsewhere(cursor: CursorWrapper, items: Sequence[int], blind: Sequence[int]) -> set[int]:
    asked = (
        f"SELECT item_id FROM ({RATED_ELSEWHERE}) rated WHERE item_id = ANY(%(items)s::bigint[])"
    )
    cursor.execute(asked, {"items": list(items), "blind": list(blind)})
    return {pk for (pk,) in cursor.fetchall()}
