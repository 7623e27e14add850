"""Claims of many at once stay exact, and what a claim costs does not grow with the queue."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from labeling import assigning
from labeling.models import (
    Assignment,
    Batch,
    User,
)
from tests import factories
from tests.conftest import owner_connection
from tests.labeling.test_assigning import assert_counts_are_true, claim_all, opened
from tests.parallel import PATIENCE, at_once, held_up


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_fifty_claimers_fill_every_response_exactly(self, project):
        batch = opened(project, 20, overlap=3)
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(50)]
        at_once(50, lambda index: claim_all(batch, raters[index]))
        seats = Assignment.objects.filter(batch=batch).values_list("response", "rater", "slot")
        per_response = Counter(response for response, _, _ in seats)
        assert set(per_response.values()) == {3}
        assert len(per_response) == 20
        assert len({(response, rater) for response, rater, _ in seats}) == 60
        assert {slot for _, _, slot in seats} == {1, 2, 3}
        assert set(batch.queue.values_list("taken", flat=True)) == {3}

    def test_fifty_raters_and_one_last_place(self, project):
        batch = opened(project, 1, overlap=1)
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(50)]
        seats = at_once(50, lambda index: assigning.claim_next(batch, raters[index]))
        assert sum(seat is not None for seat in seats) == 1

    def test_fifty_tabs_of_one_rater_share_one_seat(self, project, ana):
        batch = opened(project, 60)
        seats = at_once(50, lambda index: assigning.claim_next(batch, ana))
        assert len({seat.pk for seat in seats}) == 1
        assert Assignment.objects.filter(batch=batch).count() == 1

    def test_claims_among_expiry_and_skips_stay_exact(self, project):
        batch = opened(project, 15, overlap=3)
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(12)]

        def work(index: int) -> None:
            rater = raters[index]
            for turn in range(40):
                seat = assigning.claim_next(batch, rater)
                if seat is None:
                    return
                mine = Assignment.objects.filter(pk=seat.pk, state="leased")
                if (turn + index) % 7 == 0:
                    mine.update(lease_until=timezone.now() - timedelta(seconds=1))
                    assigning.expire_leases()
                elif (turn + index) % 5 == 0:
                    assigning.vacate(mine, "skipped", str(uuid4()))
                else:
                    mine.update(state="submitted", lease_until=None)

        at_once(12, work)
        assert_counts_are_true(batch)
        counts = Counter(
            Assignment.objects.filter(batch=batch, slot__isnull=False).values_list(
                "response", flat=True
            )
        )
        assert max(counts.values()) <= 3
        open_ones = set(batch.queue.filter(taken__lt=3).values_list("response", flat=True))
        assert open_ones == {
            pk for pk in batch.queue.values_list("response", flat=True) if counts[pk] < 3
        }


def rows_read_by_a_claim(batch: Batch, rater) -> int:
    """Rows one claim reads, as PostgreSQL counts them, with statistics as autovacuum keeps them."""
    with owner_connection() as owner:
        owner.execute("analyze")
    counted = (
        "select sum(seq_scan)::int, sum(idx_tup_fetch)::int from pg_stat_xact_user_tables"
        " where relname in ('labeling_queueentry', 'labeling_assignment')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # Counts of transactions before this one may still be among them.
        before = cursor.execute(counted).fetchone()
        cursor.execute("select labeling_claim_next(%s, %s)", [batch.pk, rater.pk])
        after = cursor.execute(counted).fetchone()
    assert after[0] == before[0]
    return after[1] - before[1]


@pytest.mark.django_db(transaction=True)
def test_a_claim_reads_a_handful_of_rows_however_long_the_queue(project, ana):
    batch = opened(project, 400)
    for _ in range(200):
        seat = assigning.claim_next(batch, ana)
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
    # The window ahead of the cursor is 64 entries plus those of the last eight claims.
    assert rows_read_by_a_claim(batch, ana) < 300


@pytest.mark.django_db(transaction=True)
def test_nothing_left_is_asked_again_for_free(project, ana):
    batch = opened(project, 200)
    claim_all(batch, ana)
    assert rows_read_by_a_claim(batch, ana) < 10


@pytest.mark.django_db(transaction=True)
def test_many_leases_that_end_together_cost_what_each_costs(project):
    batch = opened(project, 400, overlap=1)
    people = User.objects.bulk_create(User(username=f"gone{number}") for number in range(400))
    queue = zip(batch.queue.order_by("key"), people, strict=True)
    Assignment.objects.bulk_create(
        Assignment(
            project=project,
            batch=batch,
            response_id=entry.response_id,
            rater=person,
            slot=1,
            lease_until=timezone.now() - timedelta(seconds=1),
        )
        for entry, person in queue
    )
    batch.queue.update(taken=1)
    with owner_connection() as owner:
        owner.execute("analyze")
    counted = (
        "select sum(seq_tup_read + idx_tup_fetch)::int from pg_stat_xact_user_tables"
        " where relname in ('labeling_queueentry', 'labeling_assignment')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        (before,) = cursor.execute(counted).fetchone()
        cursor.execute("select labeling_expire_leases()")
        assert cursor.fetchone() == (400,)
        (after,) = cursor.execute(counted).fetchone()
    # Each is found by its lease, changed by its key, and its entry by the response.
    assert after - before < 10 * 400


@pytest.mark.django_db(transaction=True)
def test_giving_back_waits_for_a_seat_before_it_takes_the_lock_of_keys(project, ana):
    """Whoever ends leases holds seats and then takes that lock: the other way round they cross."""
    batch = opened(project, 1)
    seat = assigning.claim_next(batch, ana)
    seats = Assignment.objects.filter(batch=batch)
    with transaction.atomic(), connection.cursor() as cursor:
        list(seats.select_for_update())
        giving = held_up(lambda: assigning.vacate(seats, "expired"))
        cursor.execute("select pg_try_advisory_xact_lock(7202, %s)", [batch.pk])
        assert cursor.fetchone() == (True,)
    assert giving.result(timeout=PATIENCE) == 1
    seat.refresh_from_db()
    assert (seat.state, seat.slot) == ("expired", None)
