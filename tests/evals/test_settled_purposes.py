"""A seat may become another kind of seat; what was rated from it stays what it was."""

from __future__ import annotations

import pytest

from evals import selecting
from evals.models import AgreementRun, SelectedItem
from evals.queries import planning
from evals.queries.grids import grids
from evals.queries.raters import rated_batch as rated
from evals.queries.unit_counts import SETTLING, criterion_units
from labeling import assigning, rating
from labeling.models import Assignment, Batch, Rating, Response
from tests import factories
from tests.conftest import owner_connection
from tests.evals.histories import measured_from_nothing, stored
from tests.evals.loop import measured, rated_batch, selected
from tests.faults.invariants import violations
from tests.labeling.rating.seats import end_lease, opened, submit

# Three experts a response; on the first of them an extra one and one who is asked a known answer.
PATTERNS = {"one": ["000 111", "000 111"], "two": ["001 111"]}


@pytest.fixture
def run(project) -> AgreementRun:
    batch = rated_batch(project, PATTERNS)
    response = batch.queue.order_by("pk").first().response
    for name, purpose in (("extra", "adaptive"), ("known", "gold")):
        expert = factories.member(project, name, "expert")
        seat = factories.seat(batch, response, expert, slot=None, purpose=purpose)
        factories.rating(seat, {"cites_policy": 0, "polite": 1})
    return measured(batch)


def told(run: AgreementRun) -> dict[str, object]:
    """What everything that reads scores says of the run's batch as of the run."""
    batch, watermark = run.batch, run.watermark
    selection = selected(run.project)
    facts = rated(batch, run.rubric_version, watermark, 0)
    return {
        "fixed": criterion_units(batch, watermark),
        "settling": criterion_units(batch, watermark, purposes=SETTLING),
        "raters": [
            mask.tolist() for mask in (facts.fixed, facts.independent, facts.made_for("gold"))
        ],
        "budget": [table.counts.dense().tolist() for table in planning.tables(run)],
        "grids": grids(list(Response.objects.order_by("pk")), run),
        "selected": [_told(row) for row in selecting.rows(selection, selecting.decide(selection))],
    }


def _told(row: SelectedItem) -> dict[str, object]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}


def test_whoever_reads_a_run_reads_what_it_measured(run):
    before = told(run)
    assert before["raters"] == [
        [True] * 9 + [False] * 2,
        [True] * 10 + [False],
        [False] * 10 + [True],
    ]
    # Three fixed ratings on the first response, four that settle it.
    assert before["budget"][0][0] == [4, 0]
    Assignment.objects.update(purpose="late")
    assert told(run) == before
    assert stored(run) == stored(measured_from_nothing(run))


@pytest.mark.django_db(transaction=True)
def test_a_rating_withdrawn_and_sent_again_too_late(project, ana, ben, tmp_path):
    batch = opened(project, 1, overlap=1)
    seat = assigning.claim_next(batch, ana)
    submit(seat)
    run = measured(batch)
    rating.withdraw(seat, by=ana)
    end_lease(seat)
    submit(assigning.claim_next(batch, ben))
    submit(seat)
    later = measured(Batch.objects.get(pk=batch.pk))
    seat.refresh_from_db()
    assert seat.purpose == "late"
    # Her first rating, the withdrawal, his rating, and hers that came too late.
    assert [one.purpose for one in Rating.objects.order_by("pk")] == [
        "fixed",
        "fixed",
        "fixed",
        "late",
    ]
    assert [
        rated(batch, run.rubric_version, one.watermark, 0).fixed.tolist() for one in (run, later)
    ] == [
        [True],
        [True, False],
    ]
    assert [one.criteria.first().n_excluded for one in (run, later)] == [
        {},
        {"seat is late, not fixed overlap": 1},
    ]
    with owner_connection() as owner:
        assert violations(owner, tmp_path) == []


def test_the_database_says_what_a_rating_was_for(project, ana, raw, refused):
    """Whoever writes it says otherwise in vain, then and later."""
    batch = factories.batch(factories.published(project))
    seat = factories.seat(batch, factories.response(factories.item(project)), ana, purpose="gold")
    made = factories.rating(seat, {"polite": 1}, purpose="fixed")
    made.refresh_from_db()
    assert made.purpose == "gold"
    with refused("rating_sealed"):
        raw("update labeling_rating set purpose = 'fixed' where id = %s", made.pk)
