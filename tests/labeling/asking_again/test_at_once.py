"""Many experts answer old and new questions at once, also while the batch moves."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from labeling import asking_again, assigning, rating
from labeling.errors import Problems
from labeling.models import (
    Assignment,
    Batch,
    Rating,
    Reask,
    Score,
)
from tests import factories
from tests.faults.invariants import FORBIDDEN
from tests.labeling.moving import (
    AGAIN,
    FIRST_ANSWERS,
    SECOND_ANSWERS,
    opened,
    second,
    submit,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_eight_raters_answer_old_and_new_questions_with_repeats(self, project, carol):
        """None doubled, none lost, one open lease each; leases end and questions are passed on."""
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(8)]
        batch = opened(project, 30, overlap=3)
        for rater in raters[:4]:
            for _ in range(15):
                submit(assigning.claim_next(batch, rater))
        done = asking_again.move_forward(batch, second(project), by=carol)
        assert done.total == 60
        batch.refresh_from_db()

        def work(index: int) -> None:
            rater, turn = raters[index], 0
            while turn < 80 and (seat := assigning.claim_next(batch, rater)):
                turn += 1
                again = {assigning.claim_next(batch, rater).pk for _ in range(2)}
                assert again == {seat.pk}
                if (turn + index) % 9 == 0:
                    rating.skip(seat, "expertise", by=rater)
                elif (turn + index) % 7 == 0:
                    ended = Assignment.objects.filter(pk=seat.pk, state="leased")
                    ended.update(lease_until=timezone.now() - timedelta(seconds=1))
                    assigning.expire_leases()
                else:
                    answers, key = (AGAIN if seat.round > 1 else SECOND_ANSWERS), uuid4()
                    made = {submit(seat, answers, submission_id=key).pk for _ in range(3)}
                    assert len(made) == 1

        at_once(8, work)
        self.assert_exact(batch)
        # Who was done before the last question was passed on comes back once more.
        for rater in raters:
            while seat := assigning.claim_next(batch, rater):
                submit(seat, AGAIN if seat.round > 1 else SECOND_ANSWERS)
        self.assert_exact(batch)
        # What waits now was seen by everybody: nobody who could answer it is left.
        for row in Reask.objects.standing().filter(batch=batch, assignment=None):
            seen = set(
                Assignment.objects.filter(batch=batch, response=row.response_id).values_list(
                    "rater", flat=True
                )
            )
            assert row.rater is None
            assert seen == {rater.pk for rater in raters}

    def assert_exact(self, batch: Batch) -> None:
        seats = Assignment.objects.filter(batch=batch)
        held = seats.filter(round=1, slot__isnull=False)
        taken = dict(batch.queue.values_list("response", "taken"))
        counts = Counter(held.values_list("response", flat=True))
        assert {response: counts[response] for response in taken} == taken
        assert max(counts.values()) <= 3
        leased = Counter(seats.filter(state="leased").values_list("rater", flat=True))
        assert set(leased.values()) <= {1}
        scores = Score.objects.filter(batch=batch, superseded_by=None)
        places = scores.filter(assignment__slot__isnull=False)
        per_place = Counter(places.values_list("response", "assignment__slot", "lineage"))
        assert set(per_place.values()) == {1}
        per_rater = Counter(scores.values_list("response", "rater", "lineage"))
        assert set(per_rater.values()) == {1}
        answered = Reask.objects.standing().filter(assignment__state="submitted")
        assert answered.count() == seats.filter(round__gt=1, state="submitted").count()
        asked = {(row.response_id, row.slot): row.assignment_id for row in Reask.objects.standing()}
        assert len(asked) == 60
        with connection.cursor() as cursor:
            for words, sql in FORBIDDEN.items():
                assert cursor.execute(sql).fetchall() == [], words

    def test_a_move_among_submits_loses_no_judgement(self, project, carol):
        """Whoever submits before the move is asked again, whoever comes after answers all."""
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(6)]
        batch, version = opened(project, 20, overlap=3), second(project)
        old, begun = batch.rubric_version, threading.Event()

        def work(index: int) -> set[int]:
            """The ratings that were acknowledged."""
            if index == 6:
                begun.wait(10)
                asking_again.move_forward(batch, version, by=carol)
                return set()
            made = set()
            for turn in range(10):
                seat = assigning.claim_next(batch, raters[index])
                if turn == 2:
                    begun.set()
                if seat is None:
                    break
                try:
                    done = submit(seat, AGAIN if seat.round > 1 else FIRST_ANSWERS, version=None)
                except (rating.RubricMovedOn, Problems):
                    done = submit(seat, SECOND_ANSWERS)
                made.add(done.pk)
            return made

        acknowledged = set().union(*at_once(7, work))
        # 6 raters x 10 turns; 20 responses x 3 places leave enough for all of them.
        assert len(acknowledged) == 60
        assert set(Rating.objects.filter(batch=batch).values_list("pk", flat=True)) == acknowledged
        for judged in Assignment.objects.filter(batch=batch, round=1, state="submitted"):
            under = rating.current_rating(judged).rubric_version
            asked = Reask.objects.filter(judged=judged).count()
            assert asked == (1 if under == old else 0)
