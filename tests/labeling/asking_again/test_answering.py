"""What is asked again is answered in its old place, alone, or passed on."""

from __future__ import annotations

from collections import Counter

import pytest

from labeling import asking_again, assigning, rating
from labeling.errors import Conflict, Problems
from labeling.models import (
    Reask,
    Score,
)
from tests import factories
from tests.labeling.asking_again.asked import queue_of
from tests.labeling.moving import (
    AGAIN,
    SECOND_ANSWERS,
    judge_all,
    opened,
    second,
    submit,
)
from tests.labeling.rating.seats import end_lease

pytestmark = pytest.mark.django_db


class TestAnswering:
    def test_what_is_asked_again_comes_first_in_its_old_place(self, moved, ana):
        before = queue_of(moved)
        seat = assigning.claim_next(moved, ana)
        row = Reask.objects.get(assignment=seat)
        assert (seat.round, seat.slot, seat.purpose) == (2, row.slot, "fixed")
        assert seat.response_id == row.response_id
        assert assigning.claim_next(moved, ana) == seat
        assert queue_of(moved) == before

    def test_it_is_answered_alone_and_the_rest_stands(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        judged = Reask.objects.get(assignment=seat).judged
        made = submit(seat, AGAIN)
        assert made.rubric_version.number == 2
        assert made.shown_order == ["polite", "complete"]
        told = {(s.criterion.key, s.value, s.counted) for s in made.scores.all()}
        assert told == {("polite", 2, True), ("complete", 1, True)}
        old = rating.current_rating(judged)
        assert old is not None
        assert old.rubric_version.number == 1
        assert old.scores.filter(superseded_by=None).count() == 2

    @pytest.mark.parametrize(
        ("sent", "where", "message"),
        [
            ({"polite": {"value": "2"}}, "complete", "not answered yet"),
            ({**AGAIN, "cites": {"value": "1"}}, "cites", "no criterion that is asked here"),
            ({**AGAIN, "polite": {"value": "3"}}, "polite", "scale ends at 2"),
        ],
    )
    def test_no_more_and_no_less_than_what_is_asked(self, moved, ana, sent, where, message):
        with pytest.raises(Problems, match=message) as caught:
            submit(assigning.claim_next(moved, ana), sent)
        assert [problem.where for problem in caught.value.problems] == [where]

    def test_when_all_is_answered_nothing_is_left(self, moved, ana, ben):
        assert len(judge_all(moved, ana, ben, answers=AGAIN)) == 6
        assert assigning.claim_next(moved, ana) is None
        assert asking_again.answered_again(moved) == {"asked": 6, "waiting": 0}
        lineages = moved.rubric_version.criteria.values_list("lineage", flat=True)
        counted = Score.objects.filter(superseded_by=None, lineage__in=lineages)
        per_unit = Counter(counted.values_list("response", "lineage"))
        # 3 responses x 3 criteria, each twice
        assert len(per_unit) == 9
        assert set(per_unit.values()) == {2}

    def test_a_lease_that_ends_keeps_the_question_for_its_rater(self, moved, ana, project):
        seat = assigning.claim_next(moved, ana)
        rating.save_draft(seat, {"polite": {"value": "2"}}, edit=0, by=ana)
        end_lease(seat)
        seat.refresh_from_db()
        assert (seat.state, seat.slot) == ("expired", None)
        assert assigning.claim_next(moved, factories.member(project, "eve", "expert")) is None
        again = assigning.claim_next(moved, ana)
        assert (again.pk, again.state, again.round) == (seat.pk, "leased", 2)
        assert again.slot == Reask.objects.get(assignment=seat).slot

    def test_answers_that_come_after_the_lease_still_count(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        end_lease(seat)
        submit(seat, AGAIN)
        seat.refresh_from_db()
        assert (seat.state, seat.purpose, seat.slot is None) == ("submitted", "fixed", False)

    def test_skipped_it_goes_to_somebody_who_has_not_seen_the_response(
        self, moved, ana, ben, project
    ):
        seat = assigning.claim_next(moved, ana)
        rating.skip(seat, "expertise", by=ana)
        row = Reask.objects.get(follows__assignment=seat)
        assert (row.rater, row.ended_at, row.follows.ending) == (None, None, "passed_on")
        judge_all(moved, ana, ben, answers=AGAIN)
        eve = factories.member(project, "eve", "expert")
        taken = assigning.claim_next(moved, eve)
        assert (taken.response_id, taken.slot, taken.round) == (seat.response_id, row.slot, 2)
        submit(taken, AGAIN)
        assert assigning.claim_next(moved, eve) is None
        row.refresh_from_db()
        assert row.rater == eve
        assert asking_again.answered_again(moved) == {"asked": 6, "waiting": 0}

    def test_a_skip_after_the_lease_passes_it_on_too(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        end_lease(seat)
        rating.skip(seat, "expertise", by=ana)
        assert Reask.objects.standing().filter(rater=None).count() == 1
        with pytest.raises(asking_again.NothingAsked):
            submit(seat, AGAIN)

    def test_paused_nothing_is_handed_out_and_closed_nothing_is_taken(self, moved, ana, carol):
        seat = assigning.claim_next(moved, ana)
        assigning.pause(moved, by=carol)
        assert assigning.claim_next(moved, ana) is None
        assigning.close(moved, by=carol)
        with pytest.raises(Conflict, match="closed"):
            submit(seat, AGAIN)

    def test_undone_it_is_answered_anew(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        submit(seat, AGAIN)
        rating.withdraw(seat, by=ana)
        seat.refresh_from_db()
        assert (seat.state, rating.current_rating(seat)) == ("leased", None)
        assert assigning.claim_next(moved, ana) == seat
        assert submit(seat, AGAIN).revision == 3

    def test_fresh_work_follows_when_nothing_is_asked_again(self, project, ana, carol):
        batch = opened(project, 2, overlap=1)
        seat = assigning.claim_next(batch, ana)
        submit(seat)
        asking_again.move_forward(batch, second(project), by=carol)
        submit(assigning.claim_next(batch, ana), AGAIN)
        fresh = assigning.claim_next(batch, ana)
        assert (fresh.round, fresh.response_id == seat.response_id) == (1, False)
        submit(fresh, SECOND_ANSWERS)
        assert assigning.claim_next(batch, ana) is None

    def test_who_stood_in_is_given_no_second_place_at_the_response(self, project, ana, carol):
        batch = opened(project, 1, overlap=2)
        submit(assigning.claim_next(batch, ana))
        asking_again.move_forward(batch, second(project), by=carol)
        rating.skip(assigning.claim_next(batch, ana), "expertise", by=ana)
        eve = factories.member(project, "eve", "expert")
        submit(assigning.claim_next(batch, eve), AGAIN)
        # The second place is free, but eve has judged here.
        assert assigning.claim_next(batch, eve) is None
