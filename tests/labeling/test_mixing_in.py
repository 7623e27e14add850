"""What a claim hands out beside fresh seats: what is mixed in, what others passed on; counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

from labeling import asking_again, assigning, rating
from labeling.models import Assignment, Membership, RaterCursor, Reask
from tests import factories
from tests.conftest import owner_connection
from tests.labeling import moving
from tests.labeling.rating.seats import opened, submit
from tests.labeling.test_claiming_at_once import rows_read_by_a_claim


class TestMixedIn:
    """`labeling_mixed_in` may hand out a seat of another kind in the place of a fresh one."""

    @pytest.fixture
    def asked(self) -> Iterator[None]:
        """A stand-in that hands out whatever seat is marked for it."""
        body = """
            CREATE OR REPLACE FUNCTION labeling_mixed_in(p_batch bigint, p_rater bigint,
                p_ord integer) RETURNS bigint LANGUAGE sql AS $$ {} $$"""
        real = "SELECT pg_get_functiondef('labeling_mixed_in'::regproc)"
        with owner_connection() as owner:
            (before,) = owner.execute(real).fetchone()
            owner.execute(
                body.format(
                    "UPDATE labeling_assignment SET state = 'leased', lease_until = now(),"
                    " slot = 2, ord = p_ord WHERE batch_id = p_batch AND rater_id = p_rater"
                    " AND skip_reason = 'mix me in' RETURNING id"
                )
            )
            yield
            owner.execute(before)

    @pytest.mark.django_db(transaction=True)
    def test_it_comes_before_a_fresh_seat_and_with_the_number_of_the_claim(
        self, project, ana, asked
    ):
        batch = opened(project, 3)
        first = assigning.claim_next(batch, ana)
        marked = Assignment.objects.create(
            project=project,
            batch=batch,
            response_id=first.response_id,
            rater=ana,
            round=2,
            purpose="repeat",
            state="skipped",
            skip_reason="mix me in",
        )
        assert assigning.claim_next(batch, ana) == first
        submit(first)
        handed = assigning.claim_next(batch, ana)
        assert handed == marked
        assert handed.ord == RaterCursor.objects.get(batch=batch, rater=ana).ord == 3


@pytest.mark.django_db(transaction=True)
class TestPassedOn:
    """Responses that others passed on, of which the rater has seen all or all but one."""

    def passed(self, project, carol, rater, seen: int, unseen: int):
        """A batch with so many open questions to anybody, the first `seen` of them seen."""
        batch = moving.opened(project, seen + unseen, overlap=2)
        responses = list(batch.queue.order_by("key").values_list("response", flat=True))
        gone, left = (factories.member(project, name, "expert") for name in ("gone", "left"))
        for number, response in enumerate(responses):
            people = (gone, rater) if number < seen else (gone, left)
            for slot, person in enumerate(people, start=1):
                Assignment.objects.create(
                    project=project,
                    batch=batch,
                    response_id=response,
                    rater=person,
                    slot=slot,
                    state="submitted",
                )
            batch.queue.filter(response=response).update(taken=len(people))
        Membership.objects.filter(user__in=(gone, left)).delete()
        asking_again.move_forward(batch, moving.second(project), by=carol)
        for reask in Reask.objects.filter(rater=rater):
            Reask.objects.filter(pk=reask.pk).update(ended_at=timezone.now(), ending="withdrawn")
        return batch, responses

    def test_the_one_that_is_left_is_found_behind_all_that_was_seen(self, project, ana, carol):
        batch, responses = self.passed(project, carol, ana, seen=100, unseen=1)
        found = assigning.claim_next(batch, ana)
        assert (found.response_id, found.round) == (responses[-1], 2)

    def test_a_claim_looks_at_32_of_them_and_at_each_once(self, project, ana, carol):
        batch, _ = self.passed(project, carol, ana, seen=150, unseen=0)
        assigning.claim_next(batch, factories.member(project, "eve", "expert"))
        with transaction.atomic(), connection.cursor() as cursor:
            found = [self.looked(cursor, batch, ana) for _ in range(6)]
        # Eve has taken one. 149 = 4 x 32 + 21; the cursor stands behind the last one then.
        waiting = Reask.objects.waiting().filter(rater=None).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
        assert found == [ids[31], ids[63], ids[95], ids[127], ids[148], ids[148]]

    def looked(self, cursor, batch, rater) -> int:
        RaterCursor.objects.get_or_create(batch=batch, rater=rater, lane=0)
        cursor.execute("SELECT labeling_passed_on(%s, %s, false)", [batch.pk, rater.pk])
        assert cursor.fetchone() == (None,)
        return RaterCursor.objects.get(batch=batch, rater=rater, lane=0).again

    def test_nothing_left_costs_nothing_the_second_time(self, project, ana, carol):
        batch, _ = self.passed(project, carol, ana, seen=150, unseen=0)
        assert assigning.claim_next(batch, ana) is None
        assert rows_read_by_a_claim(batch, ana) < 10

    def test_what_is_passed_on_afterwards_is_found(self, project, ana, carol):
        batch, _ = self.passed(project, carol, ana, seen=40, unseen=0)
        assert assigning.claim_next(batch, ana) is None
        eve = factories.member(project, "eve", "expert")
        taken = assigning.claim_next(batch, eve)
        assert taken.round == 2
        rating.skip(taken, "expertise", by=eve)
        # Ana has seen this response; a third expert has not.
        assert assigning.claim_next(batch, ana) is None
        assert assigning.claim_next(batch, factories.member(project, "gus", "expert")) is not None


class TestCounts:
    def done(self, batch, rater) -> int:
        return RaterCursor.objects.get(batch=batch, rater=rater, lane=0).done

    def test_submits_and_withdrawals_are_counted_as_they_happen(self, project, ana):
        batch = opened(project, 3)
        first = assigning.claim_next(batch, ana)
        submit(first)
        submit(assigning.claim_next(batch, ana))
        assert self.done(batch, ana) == 2
        rating.withdraw(first, by=ana)
        assert self.done(batch, ana) == 1
        submit(first)
        assert self.done(batch, ana) == 2

    def test_whoever_comes_with_submitted_seats_begins_with_their_number(self, project, ana):
        batch = opened(project, 3)
        response = batch.queue.first().response
        factories.seat(batch, response, ana)
        batch.queue.filter(response=response).update(taken=1)
        assigning.claim_next(batch, ana)
        assert self.done(batch, ana) == 1
