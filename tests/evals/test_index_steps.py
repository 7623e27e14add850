"""The first and the last of one batch or project among many are found by one step of an index.

The planner believes that a batch's rows lie spread among all others. Asked for the last of one
batch it may walk back along the index of all, which of an old batch means the whole table: a batch
of 5,000,000 scores took sixteen seconds to find its lowest response among 12,500,000.
"""

from __future__ import annotations

import pytest
from django.db import connection

from evals.measuring.plan import last_item
from evals.measuring.starting import NEWEST
from evals.queries.layout import RATERS
from evals.queries.sizes import PROBED
from evals.queries.tallies import SLICEABLE
from evals.queries.unit_places import BOUNDS
from tests import factories

STATEMENTS = {
    "bounds": BOUNDS,
    "raters": RATERS,
    "newest": NEWEST,
    "probed": PROBED,
    "sliceable": SLICEABLE,
}


def planned(sql, params):
    """The plan, where reading whole tables and sorting are out of the question as at size.

    How large the tables of a test look depends on the tests before it.
    """
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_step_leads_past_other_batches(db, name):
    plan = planned(STATEMENTS[name], {"batch": 7, "project": 7, "probes": 16})
    assert "Index" in plan
    filtered = [line for line in plan.splitlines() if "Filter:" in line]
    assert not [line for line in filtered if "batch_id >=" in line or "project_id >=" in line]
    sorted_by = [line for line in plan.splitlines() if "Sort Key:" in line]
    assert not [line for line in sorted_by if "batch_id" in line or "project_id" in line]


def test_nor_past_items_of_other_projects(project, django_assert_num_queries):
    items = [factories.item(project).pk for _ in range(2)]
    factories.item(factories.project("newer"))
    with django_assert_num_queries(1) as asked:
        assert last_item(project.pk) == items[-1]
    (query,) = asked.captured_queries
    plan = planned(query["sql"], None)
    assert "project_id >=" in plan
    assert "Filter:" not in plan
    assert "Sort" not in plan


def test_a_project_without_items_has_no_newest_one(project):
    assert last_item(project.pk) == 0
