"""What the way back of a migration does with work that is in hand."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import psycopg
import pytest

from labeling import assigning
from labeling.models import Assignment, RaterCursor
from tests.conftest import owner_connection
from tests.labeling.rating import seats
from tests.labeling.test_grids import grid, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def undone() -> Iterator[psycopg.Connection]:
    """A connection of the owner's whose changes are taken back in the end."""
    with owner_connection() as owner:
        owner.autocommit = False
        yield owner
        owner.rollback()


def reverse_sql(name: str) -> str:
    """Of the last statement that the migration takes back."""
    migration = import_module(f"labeling.migrations.{name}").Migration
    return migration.operations[-1].reverse_sql


def test_one_cursor_begins_again_or_it_would_miss_what_lies_in_other_lanes(project, ana, undone):
    batch = seats.opened(project, 3)
    while seat := assigning.claim_next(batch, ana):
        seats.submit(seat)
    assert RaterCursor.objects.get(batch=batch, rater=ana, lane=0).cur > 0
    undone.execute(reverse_sql("0028_claim_by_lanes"))
    kept = undone.execute("select lane, cur from labeling_ratercursor").fetchall()
    assert kept == [(0, 0)]


def test_a_grid_in_work_becomes_one_lease(project, ana, undone):
    leader, *others = grid(opened(project, 1), ana)
    undone.execute(reverse_sql("0045_grids"))
    left = "select id, state, slot, leader_id from labeling_assignment order by state desc, id"
    assert undone.execute(left).fetchall() == [
        (leader.pk, "leased", 1, None),
        *((one.pk, "expired", None, None) for one in others),
    ]
    taken = "select taken from labeling_queueentry order by taken"
    assert undone.execute(taken).fetchall() == [(0,), (0,), (1,)]
    # What 0034 makes on its way back.
    undone.execute(
        "create unique index one_in_work on labeling_assignment (batch_id, rater_id)"
        " where state = 'leased'"
    )


def test_a_companion_is_bound_to_a_lease_as_before(project, ana, undone):
    _, companion, _ = grid(opened(project, 1), ana)
    assert Assignment.objects.get(pk=companion.pk).leader_id
    undone.execute(reverse_sql("0045_grids"))
    bound = undone.execute("select pg_get_functiondef('labeling_keep_bond'::regproc)").fetchone()
    assert "IS NOT DISTINCT FROM OLD.leader_id" not in bound[0]


def test_who_is_passed_over_has_a_seat_again(undone):
    there = "select to_regproc('labeling_passed_over')"
    for name in ("0047_rulings", "0046_mended_seats"):
        assert undone.execute(there).fetchone() == ("labeling_passed_over",)
        undone.execute(reverse_sql(name))
    assert undone.execute(there).fetchone() == (None,)
    seal = "select prosrc from pg_proc where proname = 'labeling_seal_adjudicator'"
    assert "passed_over" not in undone.execute(seal).fetchone()[0]
