"""Checks mixed into work: handed out unseen, beside the queue, and never a part of agreement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from evals import measuring, tasks
from evals.measuring import raters
from evals.models import AgreementSlice, RaterReport
from labeling import answering, assigning, rating
from labeling.errors import Problems
from labeling.models import Assignment, Batch, Item, Score
from labeling.practice.checks import Checks, gold_at_hand, mixed_in, set_checks
from tests import factories
from tests.labeling.practice.practising import known_responses, opened, submit, submit_ago

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3, minutes=1)


@pytest.fixture
def version(project):
    return factories.published(project)


def main(version, count: int) -> Batch:
    responses = [factories.response(factories.item(version.project)) for _ in range(count)]
    return opened(version, responses, kind="main", name="Main", overlap=2)


@pytest.fixture
def batch(version):
    """Six responses by two experts each."""
    return main(version, 6)


def set_(batch: Batch, **fields: int) -> Batch:
    Batch.objects.filter(pk=batch.pk).update(**fields)
    batch.refresh_from_db()
    return batch


def drawn(batch: Batch, rater, ord_: int = 1) -> Assignment | None:
    """What the function hands out when it is asked, whatever was handed out before."""
    with connection.cursor() as cursor:
        cursor.execute("select labeling_mixed_in(%s, %s, %s)", [batch.pk, rater.pk, ord_])
        (pk,) = cursor.fetchone()
    return Assignment.objects.filter(pk=pk).first()


def until_drawn(batch: Batch, rater) -> Assignment | None:
    """Asked until its turn comes: with one half each time, 60 misses have probability 1e-18."""
    return next(filter(None, (drawn(batch, rater) for _ in range(60))), None)


class TestGold:
    def test_a_response_with_a_known_answer_beside_the_queue(self, project, version, batch, ana):
        (known,) = known_responses(project, version, 1)
        seat = until_drawn(set_(batch, gold_percent=50), ana)
        assert (seat.response, seat.purpose, seat.state, seat.round) == (known, "gold", "leased", 2)
        assert set(batch.queue.values_list("taken", flat=True)) == {0}

    def test_none_where_nothing_is_mixed_in(self, project, version, batch, ana):
        known_responses(project, version, 1)
        assert until_drawn(batch, ana) is None

    def test_nobody_is_checked_by_an_answer_they_wrote(
        self, project, version, batch, ana, ben, carol
    ):
        asked = factories.item(project)
        items = Item.objects.filter(pk=asked.pk)
        task = answering.open_task(project, version, "Answers", items=items, by=carol)
        own = answering.send(answering.claim(task, by=ana), "No, the 14 days are over.", by=ana)
        factories.gold(own, version, 1)
        set_(batch, gold_percent=50)
        assert until_drawn(batch, ana) is None
        assert until_drawn(batch, ben).response == own

    def test_both_experts_get_it_in_places_of_their_own(self, project, version, batch, ana, ben):
        known_responses(project, version, 1)
        set_(batch, gold_percent=50)
        seats = [until_drawn(batch, person) for person in (ana, ben)]
        assert len({(seat.response_id, seat.slot) for seat in seats}) == 2
        assert len({seat.response_id for seat in seats}) == 1

    def test_nobody_gets_it_twice_nor_what_they_practised(self, project, version, batch, ana):
        first, _ = known_responses(project, version, 2)
        practised = opened(version, [first])
        submit(assigning.claim_next(practised, ana))
        set_(batch, gold_percent=50)
        seat = until_drawn(batch, ana)
        assert seat.response_id != first.pk
        submit(seat)
        assert until_drawn(batch, ana) is None

    @pytest.mark.parametrize("role", ["author", "admin"])
    def test_who_can_read_known_answers_gets_none(self, project, version, batch, ana, role):
        known_responses(project, version, 1)
        factories.member(project, "ana", role)
        assert until_drawn(set_(batch, gold_percent=50), ana) is None

    def test_what_waits_in_the_batch_itself_is_none(self, project, version, batch, ana):
        factories.gold(batch.queue.first().response, version)
        assert until_drawn(set_(batch, gold_percent=50), ana) is None
        assert gold_at_hand(batch) == 0

    def test_nor_is_what_was_withdrawn(self, project, version, batch, ana):
        (known,) = known_responses(project, version, 1)
        factories.gold(known, version, None)
        assert until_drawn(set_(batch, gold_percent=50), ana) is None

    def test_all_of_many_are_met_in_time(self, project, version, batch, ana):
        """Looked for in stretches of 64 from a random place: none of 70 is out of reach."""
        known = {one.pk for one in known_responses(project, version, 70)}
        set_(batch, gold_percent=50)
        met = set()
        while len(met) < 70 and (seat := until_drawn(batch, ana)):
            Assignment.objects.filter(pk=seat.pk).update(state="skipped", slot=None)
            met.add(seat.response_id)
        # The last six lie behind 64 that were seen; from 64 of the 70 places they do not.
        assert met == known

    def test_none_where_it_would_stand_alone(self, project, version, ana, carol):
        known_responses(project, version, 1)
        waiting = [factories.response(factories.item(project)) for _ in range(2)]
        batch = factories.batch(version, waiting, way="grid")
        assert until_drawn(set_(batch, gold_percent=50), ana) is None
        with pytest.raises(Problems, match="it would stand out"):
            set_checks(batch, Checks(gold_percent=10), by=carol)

    def test_where_nothing_else_is_left_it_would_stand_out(self, project, version, batch, ana):
        known_responses(project, version, 3)
        while (seat := assigning.claim_next(batch, ana)) is not None:
            submit(seat)
        assert until_drawn(set_(batch, gold_percent=50), ana) is None

    def test_the_claim_hands_it_out(self, project, version, ana):
        known = {one.pk for one in known_responses(project, version, 40)}
        batch = set_(main(version, 40), gold_percent=50)
        handed = []
        while (seat := assigning.claim_next(batch, ana)) is not None:
            handed.append(seat.response_id)
            submit(seat)
        queue = set(batch.queue.values_list("response", flat=True))
        # All of the queue, once each, whatever stood between; no check at the end of it.
        assert [one for one in handed if one in queue] == list(
            dict.fromkeys(one for one in handed if one in queue)
        )
        assert queue <= set(handed)
        # Before each of 40 with one half: none at all has probability 1e-12.
        assert set(handed) - queue
        assert set(handed) - queue <= known
        for entry in batch.queue.all():
            assert entry.taken == 1


class TestComingBack:
    @pytest.fixture
    def check(self, project, version, batch, ana):
        known_responses(project, version, 1)
        return until_drawn(set_(batch, gold_percent=50), ana)

    def test_an_ended_lease_is_taken_up_again(self, batch, ana, check):
        assigning.vacate(Assignment.objects.filter(pk=check.pk), "expired")
        set_(batch, gold_percent=1)
        assert drawn(batch, ana) == check
        check.refresh_from_db()
        assert (check.state, check.purpose) == ("leased", "gold")

    def test_submitted_after_its_lease_it_is_no_late_one(self, batch, ana, check):
        assigning.vacate(Assignment.objects.filter(pk=check.pk), "expired")
        submit(check)
        check.refresh_from_db()
        assert (check.state, check.purpose) == ("submitted", "gold")

    def test_skipped_it_is_asked_of_nobody_again(self, batch, ana, check):
        rating.skip(check, "expertise", by=ana)
        assert until_drawn(batch, ana) is None

    def test_undone_it_is_in_work_again(self, batch, ana, check):
        submit(check)
        rating.withdraw(check, by=ana)
        check.refresh_from_db()
        assert (check.state, check.purpose) == ("leased", "gold")


class TestRepeats:
    @pytest.fixture
    def rated(self, batch, ana):
        """Ana has rated one response, three days and a minute ago."""
        seat = assigning.claim_next(batch, ana)
        submit_ago(seat, LATER)
        return seat

    def test_what_one_rated_days_ago_in_a_later_round(self, batch, ana, rated):
        seat = until_drawn(set_(batch, repeat_percent=50), ana)
        assert (seat.response_id, seat.purpose, seat.round) == (rated.response_id, "repeat", 2)
        assert (rated.slot, batch.overlap) == (1, 2)
        assert seat.slot == 3

    def test_beyond_the_places_that_were_opened_for_the_response_alone(self, batch, ana, rated):
        batch.queue.filter(response=rated.response).update(overlap=4)
        assert until_drawn(set_(batch, repeat_percent=50), ana).slot == 5

    def test_nothing_before_its_day(self, batch, ana, rated):
        set_(batch, repeat_percent=50, repeat_days=4)
        assert until_drawn(batch, ana) is None

    def test_once_only(self, batch, ana, rated):
        set_(batch, repeat_percent=50)
        submit(until_drawn(batch, ana), 0)
        assert until_drawn(batch, ana) is None

    def test_what_others_rated_is_no_repeat(self, batch, ben, rated):
        set_(batch, repeat_percent=50)
        assert until_drawn(batch, ben) is None

    def test_nor_what_is_left_out_of_what_counts(self, batch, ana, carol, rated):
        set_(batch, repeat_percent=50)
        assert rating.exclude(rating.Judged(batch, rater=ana), "Asleep", by=carol) == 1
        assert until_drawn(batch, ana) is None


class TestWhatComesOfThem:
    def test_neither_enters_agreement(self, project, version, batch, ana, ben):
        known_responses(project, version, 2)
        for person in (ana, ben):
            # The first one is work: a check is not asked again.
            first = assigning.claim_next(set_(batch, gold_percent=0, repeat_percent=0), person)
            submit_ago(first, LATER)
            for gold, repeat in ((50, 0), (0, 50)):
                checks = {"gold_percent": gold, "repeat_percent": repeat}
                submit(until_drawn(set_(batch, **checks), person))
            set_(batch, gold_percent=25, repeat_percent=25)
            while (seat := assigning.claim_next(batch, person)) is not None:
                submit(seat)
        aside = Assignment.objects.filter(batch=batch, purpose__in=["gold", "repeat"])
        assert set(aside.values_list("rater", "purpose")) == {
            (person.pk, purpose) for person in (ana, ben) for purpose in ("gold", "repeat")
        }
        assert not Score.objects.filter(assignment__in=aside, counted=True).exists()
        run, _ = measuring.start(batch)
        tasks.measure_agreement(run.pk)
        slices = AgreementSlice.objects.filter(run=run, slice=None)
        # 6 responses by 2 experts, whatever stood between
        assert set(slices.values_list("n_ratings", "n_units")) == {(12, 6)}

    def test_seats_arrive_where_they_are_reported(self, project, version, batch, ana):
        """The posterior of known answers, and how far one agrees with oneself."""
        known_responses(project, version, 1)
        rated = assigning.claim_next(batch, ana)
        submit_ago(rated, LATER)
        submit(until_drawn(set_(batch, gold_percent=50), ana), 0)
        submit(until_drawn(set_(batch, gold_percent=0, repeat_percent=50), ana), 1)
        run, _ = measuring.start(batch)
        tasks.measure_agreement(run.pk)
        run.refresh_from_db()
        comparison, _ = raters.start(run)
        tasks.compare_raters(comparison.pk)
        told = RaterReport.objects.get(run=comparison, criterion__key="cites_policy").document
        (gold,) = told["gold"]
        # Beta(1 + 0, 1 + 1) has its mean at 1/3
        assert (gold["rater"], gold["n"], gold["right"]) == (ana.pk, 1, 0)
        assert gold["value"] == pytest.approx(1 / 3)
        everybody, one = told["repeats"]
        assert (everybody["rater"], one["rater"], one["n"], one["value"]) == (None, ana.pk, 1, 1.0)

    def test_a_revised_answer_is_another_comparison(self, project, version, batch, ana):
        (known,) = known_responses(project, version, 1)
        submit(until_drawn(set_(batch, gold_percent=50), ana), 0)
        run, _ = measuring.start(batch)
        tasks.measure_agreement(run.pk)
        run.refresh_from_db()
        first, _ = raters.start(run)
        tasks.compare_raters(first.pk)
        factories.gold(known, version, 0, source="appeal")
        second, new = raters.start(run)
        tasks.compare_raters(second.pk)
        told = RaterReport.objects.get(run=second, criterion__key="cites_policy").document
        assert (new, told["gold"][0]["right"]) == (True, 1)


class TestSettings:
    def test_they_hold_from_the_next_seat_on(self, batch, carol):
        done = set_checks(batch, Checks(gold_percent=10, repeat_percent=5), by=carol)
        assert (done.gold_percent, done.repeat_percent, done.repeat_days) == (10, 5, 3)

    def test_how_many_one_meets(self, batch):
        # One in ten of what is handed out: 90 responses go with 10 checks.
        assert mixed_in(set_(batch, gold_percent=10), 90) == 10

    def test_the_database_keeps_them_a_part(self, raw, refused, batch):
        with refused("batch_checks_are_a_part"):
            raw("update labeling_batch set gold_percent = 30, repeat_percent = 21")
