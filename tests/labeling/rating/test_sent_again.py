"""The same judgement sent again, late, or by many at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from labeling import assigning, rating
from labeling.errors import Conflict
from labeling.models import (
    Assignment,
    Rating,
    Score,
)
from tests import factories
from tests.labeling.rating.seats import ONE_MET, end_lease, opened, submit
from tests.parallel import at_once


class TestSentAgain:
    def test_the_same_submission_gets_the_same_rating(self, seat):
        key = uuid4()
        first = submit(seat, submission_id=key, active_ms=10)
        assert submit(seat, submission_id=key, active_ms=99).pk == first.pk
        assert Rating.objects.count() == 1
        assert Score.objects.count() == 2

    def test_the_same_id_with_other_answers_is_a_conflict(self, seat):
        key = uuid4()
        submit(seat, submission_id=key)
        with pytest.raises(Conflict, match="other answers"):
            submit(seat, ONE_MET, submission_id=key)
        assert Rating.objects.count() == 1

    def test_an_id_used_on_another_seat_is_a_conflict(self, batch, ana):
        key = uuid4()
        submit(assigning.claim_next(batch, ana), submission_id=key)
        with pytest.raises(Conflict):
            submit(assigning.claim_next(batch, ana), submission_id=key)

    def test_a_second_submission_of_a_rated_response_shows_the_first(self, seat):
        first = submit(seat)
        with pytest.raises(rating.AlreadySubmitted) as caught:
            submit(seat, ONE_MET)
        assert caught.value.rating == first

    def test_repeats_claim_one_next_seat_only(self, batch, seat, ana):
        key = uuid4()
        following = set()
        for _ in range(5):
            submit(seat, submission_id=key)
            following.add(assigning.claim_next(batch, ana).pk)
        assert len(following) == 1
        assert Assignment.objects.filter(rater=ana, state="leased").count() == 1


class TestLate:
    def test_a_place_that_is_still_free_is_taken_again(self, seat):
        end_lease(seat)
        submit(seat)
        seat.refresh_from_db()
        assert (seat.state, seat.purpose, seat.slot) == ("submitted", "fixed", 1)
        assert seat.batch.queue.get(response=seat.response_id).taken == 1

    def test_a_place_given_away_keeps_the_rating_as_late(self, project, ana, ben):
        batch = opened(project, 1, overlap=1)
        seat = assigning.claim_next(batch, ana)
        end_lease(seat)
        submit(assigning.claim_next(batch, ben))
        made = submit(seat)
        seat.refresh_from_db()
        assert (seat.state, seat.purpose, seat.slot) == ("submitted", "late", None)
        assert made.scores.count() == 2
        assert batch.queue.get().taken == 1
        fixed = Assignment.objects.filter(batch=batch, purpose="fixed", state="submitted")
        assert fixed.count() == 1


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_fifty_identical_submits_are_one_rating(self, project, ana):
        seat = assigning.claim_next(opened(project), ana)
        key = uuid4()
        made = at_once(50, lambda index: submit(seat, submission_id=key, by=ana).pk)
        assert len(set(made)) == 1
        assert Rating.objects.count() == 1
        assert Score.objects.count() == 2

    def test_fifty_different_submits_of_one_seat_leave_one(self, project, ana):
        seat = assigning.claim_next(opened(project), ana)

        def work(index: int) -> str:
            try:
                return str(submit(seat, by=ana).pk)
            except rating.AlreadySubmitted:
                return "told"

        answers = at_once(20, work)
        assert answers.count("told") == 19
        assert Rating.objects.count() == 1

    def test_late_and_undone_it_counts_when_it_has_a_place_again(self, project, ana, ben):
        batch = opened(project, 1, overlap=1)
        seat = assigning.claim_next(batch, ana)
        end_lease(seat)
        theirs = assigning.claim_next(batch, ben)
        assert submit(seat).purpose == "late"
        undone = rating.withdraw(seat, by=ana)
        assert (undone.state, undone.slot, undone.purpose) == ("expired", None, "late")
        rating.skip(theirs, "expertise", by=ben)
        again = assigning.claim_next(batch, ana)
        assert (again.pk, again.slot, again.purpose) == (seat.pk, 1, "fixed")
        made = submit(again)
        assert made.purpose == "fixed"
        assert set(made.scores.values_list("counted", flat=True)) == {True}

    def test_undone_into_a_free_place_it_is_late_no_more(self, project, ana, ben):
        batch = opened(project, 1, overlap=1)
        seat = assigning.claim_next(batch, ana)
        end_lease(seat)
        theirs = assigning.claim_next(batch, ben)
        submit(seat)
        rating.skip(theirs, "expertise", by=ben)
        undone = rating.withdraw(seat, by=ana)
        assert (undone.state, undone.slot, undone.purpose) == ("leased", 1, "fixed")

    def test_late_submits_and_claims_never_overfill_a_response(self, project):
        batch = opened(project, 4, overlap=2)
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(12)]
        seats = [assigning.claim_next(batch, rater) for rater in raters[:6]]
        for seat in seats:
            end_lease(seat)

        def work(index: int) -> None:
            if index < 6:
                submit(seats[index], by=raters[index])
                return
            while seat := assigning.claim_next(batch, raters[index]):
                submit(seat, by=raters[index])

        at_once(12, work)
        for entry in batch.queue.all():
            held = Assignment.objects.filter(
                batch=batch, response=entry.response_id, slot__isnull=False, state="submitted"
            )
            assert held.count() == entry.taken <= 2
        assert Rating.objects.count() == Assignment.objects.filter(state="submitted").count()
