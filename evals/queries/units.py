"""Units of a measured batch, those with the widest disagreement first, as of a run's watermark.

The page and its counts come from one pass over the scores of the criteria that are asked for
(`unit_sql`); what stands on the page is then read by key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.functions import Left

from evals.models import AgreementRun
from evals.queries import unit_sql
from evals.queries.grids import Grid, grids
from evals.queries.rated_elsewhere import RATED_ELSEWHERE
from evals.queries.slice_conditions import ON_SCORES, condition
from evals.queries.unit_filter import UnitFilter
from evals.slices import parse_slice
from labeling.models import Criterion, Response

PAGE = 10
GIST = 280


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: how far apart its last response is, and its id."""

    apart: int
    response: int

    def __str__(self) -> str:
        return f"{self.apart}-{self.response}"


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Some responses, the widest disagreement first, with the keys of the neighbouring pages."""

    responses: list[int]
    n_responses: int
    n_units: int
    before: Key | None
    after: Key | None


@dataclass(frozen=True, slots=True)
class JudgedResponse:
    """A response with what the experts said of it; `gist` is the beginning of its text."""

    response: Response
    gist: str
    grid: Grid | None


def parse_key(text: str) -> Key | None:
    """The key as an address carries it; None for what is none."""
    apart, _, response = text.partition("-")
    if text.isascii() and apart.isdigit() and response.isdigit() and len(text) < 40:
        return Key(int(apart), int(response))
    return None


def page(
    run: AgreementRun,
    criteria: Sequence[Criterion],
    narrowed: UnitFilter,
    *,
    blind: Sequence[int],
    after: Key | None = None,
    before: Key | None = None,
) -> UnitPage:
    """The next responses after a key (or before one); `criteria` are those of the run's rubric.

    `blind` are the batches that the person rates in.
    """
    rows, total, units = _fetched(run, criteria, narrowed, blind, after, before)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    further = bool(after) if not before else more
    onward = more if not before else True
    return UnitPage(
        responses=[response for response, _ in rows],
        n_responses=total,
        n_units=units,
        before=Key(rows[0][1], rows[0][0]) if rows and further else None,
        after=Key(rows[-1][1], rows[-1][0]) if rows and onward else None,
    )


def judged(run: AgreementRun, ids: Sequence[int]) -> list[JudgedResponse]:
    """Some responses in the given order, with their grids as the run found them; two queries."""
    found = Response.objects.filter(pk__in=ids).annotate(gist=Left("output", GIST))
    known = found.select_related("item", "generator").defer("messages", "output", "item__messages")
    by_id = {response.pk: response for response in known}
    responses = [by_id[pk] for pk in ids if pk in by_id]
    grid_of = grids(responses, run)
    return [
        JudgedResponse(one, one.gist or "", next(iter(grid_of.get(one.pk, [])), None))
        for one in responses
    ]


def _fetched(
    run: AgreementRun,
    criteria: Sequence[Criterion],
    narrowed: UnitFilter,
    blind: Sequence[int],
    after: Key | None,
    before: Key | None,
) -> tuple[list[tuple[int, int]], int, int]:
    """Rows of (response, how far apart) in walking order, and how many there are in all."""
    units, params = _units(run, criteria, narrowed, blind)
    step, order = "true", "apart DESC, response_id"
    if before:
        step, order = "(-apart, response_id) < (%(apart)s, %(response)s)", "apart, response_id DESC"
    elif after:
        step = "(-apart, response_id) > (%(apart)s, %(response)s)"
    if key := before or after:
        params |= {"apart": -key.apart, "response": key.response}
    query = f"SELECT * FROM ({units}) found WHERE {step} ORDER BY {order} LIMIT {PAGE + 1}"
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        rows = cursor.fetchall()
    total, n_units = (rows[0][3], int(rows[0][4])) if rows else (0, 0)
    return [(response, apart) for response, apart, *_ in rows], total, n_units


def _units(
    run: AgreementRun,
    criteria: Sequence[Criterion],
    narrowed: UnitFilter,
    blind: Sequence[int],
) -> tuple[str, dict[str, Any]]:
    """The query for all responses with their disagreement, and its parameters."""
    on_scores, on_responses, params = _conditions(narrowed, blind)
    chosen = [narrowed.criterion] if narrowed.criterion else list(criteria)
    sql, more = unit_sql.responses(chosen, narrowed, on_scores, on_responses)
    batch = {"batch": run.batch_id, "batches": [run.batch_id]}
    return sql, {**batch, "watermark": run.watermark or 0, **more, **params}


def _conditions(
    narrowed: UnitFilter, blind: Sequence[int]
) -> tuple[list[str], list[str], dict[str, Any]]:
    """What is asked of scores, what of their responses, and the parameters of both."""
    on_scores: list[str] = []
    on_responses: list[str] = []
    params: dict[str, Any] = {}
    for number, text in enumerate(narrowed.slices):
        sql, value = condition(text, name=f"slice_{number}")
        (on_scores if parse_slice(text).field == ON_SCORES else on_responses).append(sql)
        params |= value
    if blind:
        # What is said of a response is not shown to who rates another one to the same item.
        on_responses.append(f"r.item_id NOT IN ({RATED_ELSEWHERE})")
        params["blind"] = list(blind)
    return on_scores, on_responses, params
