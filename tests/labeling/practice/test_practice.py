"""Practice: over known answers, passed by four of five, never a part of agreement."""

from __future__ import annotations

from uuid import uuid4

import pytest

from evals import measuring, tasks
from evals.models import AgreementSlice
from labeling import answering, assigning, practice, rating
from labeling.errors import Conflict, DomainError
from labeling.models import Assignment, Batch, Item, PracticePass, Response, Score
from tests import factories
from tests.labeling.practice.practising import go_through, known_responses, opened, submit

pytestmark = pytest.mark.django_db
INSERT = (
    "insert into labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,"
    " purpose, state, lease_until, ord, skip_reason)"
    " values (%s, %s, %s, %s, 1, 1, 'fixed', 'leased', now(), 0, '')"
)


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def batch(project, version):
    """Twenty responses of which one answer each is known."""
    return opened(version, known_responses(project, version, 20))


@pytest.fixture
def work(project, version):
    """A main batch of one response for those who passed."""
    main = opened(version, [factories.response(factories.item(project))], kind="main", name="Main")
    Batch.objects.filter(pk=main.pk).update(requires_practice=True)
    main.refresh_from_db()
    return main


class TestOpening:
    def test_only_responses_with_a_known_answer_are_in_it(self, project, version):
        known = known_responses(project, version, 2)
        factories.response(factories.item(project))
        everything = Response.objects.filter(project=project)
        plan = assigning.plan(project, everything, overlap=3, version=version, kind="practice")
        assert (plan.usable, plan.unknown, plan.warning) == (2, 1, None)
        batch = opened(version, list(everything))
        assert set(batch.queue.values_list("response", flat=True)) == {one.pk for one in known}

    def test_nothing_known_is_no_practice(self, project, version):
        with pytest.raises(DomainError, match="has a known answer"):
            opened(version, [factories.response(factories.item(project))])

    def test_what_was_withdrawn_is_not_known(self, project, version, carol):
        (response,) = known_responses(project, version, 1)
        practice.withdraw_known(response.gold_answers.get(), "Nobody can tell.", by=carol)
        with pytest.raises(DomainError, match="has a known answer"):
            opened(version, [response])


class TestResults:
    def test_everybody_takes_all_of_it(self, batch, ana, ben):
        for person in (ana, ben):
            go_through(batch, person, right=20)
        assert [one.seen for one in practice.results(batch)] == [20, 20]

    @pytest.mark.parametrize(("right", "passed"), [(16, True), (15, False)])
    def test_sixteen_of_twenty_pass(self, batch, ana, right, passed):
        go_through(batch, ana, right)
        (one,) = practice.results(batch, [ana])
        assert (one.right, one.asked, one.passed) == (right, 20, passed)
        assert PracticePass.objects.filter(batch=batch, rater=ana).exists() is passed

    def test_there_is_no_verdict_before_the_end(self, batch, ana):
        for _ in range(19):
            submit(assigning.claim_next(batch, ana))
        (one,) = practice.results(batch, [ana])
        assert (one.passed, one.in_words) == (
            None,
            "19 of 19 answers were the known one so far; 1 response to go.",
        )

    def test_what_is_skipped_is_not_asked_and_under_twenty_says_nothing(self, batch, ana):
        rating.skip(assigning.claim_next(batch, ana), "expertise", by=ana)
        go_through(batch, ana, right=20)
        (one,) = practice.results(batch, [ana])
        assert (one.skipped, one.asked, one.finished, one.passed) == (1, 19, True, None)

    def test_cannot_assess_is_not_the_known_answer(self, batch, ana):
        seat = assigning.claim_next(batch, ana)
        answers = {"cites_policy": {"value": "cannot_assess"}, "polite": {"value": "1"}}
        rating.submit(seat, answers, submission_id=uuid4(), by=ana)
        (one,) = practice.results(batch, [ana])
        assert (one.right, one.asked) == (0, 1)

    def test_the_first_answer_stands(self, batch, ana):
        seat = assigning.claim_next(batch, ana)
        submit(seat, 0)
        answers = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}
        with pytest.raises(Conflict, match="first answer stands"):
            rating.revise(seat, answers, submission_id=uuid4(), by=ana)
        with pytest.raises(Conflict, match="first answer stands"):
            rating.withdraw(seat, by=ana)

    def test_a_pass_stays_when_the_known_answers_change(self, batch, ana, version):
        go_through(batch, ana, right=16)
        for entry in batch.queue.select_related("response"):
            factories.gold(entry.response, version, 0)
        (one,) = practice.results(batch, [ana])
        # 4 of 20 answers were “not met”
        assert (one.right, one.passed) == (4, True)

    def test_a_revised_answer_can_make_a_pass(self, batch, ana, version):
        # 15 of 20 are right; then one of the five others turns out to be so after all.
        go_through(batch, ana, right=15)
        wrong = Score.objects.filter(batch=batch, value=0, criterion__key="cites_policy").first()
        factories.gold(wrong.response, version, 0, source="appeal")
        one = practice.settle(batch, ana)
        assert (one.right, one.passed) == (16, True)


class TestAgreementIsElsewhere:
    def test_nothing_in_practice_counts(self, batch, ana, ben):
        for person in (ana, ben):
            go_through(batch, person, right=20)
        seats = Assignment.objects.filter(batch=batch)
        assert set(seats.values_list("purpose", flat=True)) == {"gold"}
        assert set(Score.objects.filter(batch=batch).values_list("counted", flat=True)) == {False}
        run, _ = measuring.start(batch)
        tasks.measure_agreement(run.pk)
        counted = AgreementSlice.objects.filter(run=run).values_list("n_ratings", flat=True)
        assert set(counted) == {0}

    def test_the_batch_after_it_counts_its_own_ratings_only(
        self, project, version, batch, ana, ben
    ):
        main = opened(
            version,
            [factories.response(factories.item(project)) for _ in range(2)],
            kind="main",
            name="Main",
            overlap=2,
        )
        for person in (ana, ben):
            go_through(batch, person, right=20)
            go_through(main, person, right=2)
        run, _ = measuring.start(main)
        tasks.measure_agreement(run.pk)
        slices = AgreementSlice.objects.filter(run=run, slice=None)
        whole = slices.get(criterion__key="cites_policy")
        # 2 responses by 2 experts
        assert (whole.n_ratings, whole.n_units) == (4, 2)

    def test_whoever_writes_the_row(self, batch, ana, project):
        seat = factories.seat(batch, batch.queue.first().response, ana, purpose="fixed")
        seat.refresh_from_db()
        assert seat.purpose == "gold"


class TestBeforeWork:
    def test_without_a_pass_nothing_is_handed_out(self, work, batch, ana):
        with pytest.raises(practice.PracticeNeeded, match="Take “Practice” first"):
            practice.expect_passed(work, ana)

    def test_with_one_there_is(self, work, batch, ana):
        go_through(batch, ana, right=18)
        practice.expect_passed(work, ana)
        assert assigning.claim_next(work, ana)

    def test_a_pass_nobody_looked_at_is_put_on_record(self, work, batch, ana):
        while (seat := assigning.claim_next(batch, ana)) is not None:
            submit(seat)
        assert not PracticePass.objects.exists()
        practice.expect_passed(work, ana)
        assert PracticePass.objects.get().n_right == 20

    def test_any_practice_of_the_rubric_will_do(self, project, version, work, batch, ana):
        go_through(batch, ana, right=10)
        with pytest.raises(practice.PracticeNeeded, match="Ask whoever runs the project"):
            practice.expect_passed(work, ana)
        second = opened(version, known_responses(project, version, 20), name="Second practice")
        go_through(second, ana, right=17)
        practice.expect_passed(work, ana)

    def test_who_has_begun_goes_on(self, work, batch, ana):
        Batch.objects.update(requires_practice=False)
        assert assigning.claim_next(work, ana)
        Batch.objects.filter(pk=work.pk).update(requires_practice=True)
        work.refresh_from_db()
        practice.expect_passed(work, ana)
        assert assigning.claim_next(work, ana)

    def test_the_seat_of_ones_own_answer_is_no_beginning(
        self, raw, refused, project, version, batch, ana, carol
    ):
        asked = factories.item(project)
        other = factories.response(asked)
        items = Item.objects.filter(pk=asked.pk)
        task = answering.open_task(project, version, "Answers", items=items, by=carol)
        answering.send(answering.claim(task, by=ana), "No, the 14 days are over.", by=ana)
        rated = answering.put_before_experts(task, "Rated", overlap=2, by=carol)
        Batch.objects.filter(pk=rated.pk).update(requires_practice=True)
        rated.refresh_from_db()
        assert Assignment.objects.get(batch=rated, rater=ana).skip_reason == "own answer"
        with pytest.raises(practice.PracticeNeeded, match="Take “Practice” first"):
            practice.expect_passed(rated, ana)
        assert practice.practice_for(rated, ana) is not None
        with refused("assignment_needs_practice"):
            raw(INSERT, project.pk, rated.pk, other.pk, ana.pk)
        go_through(batch, ana, right=18)
        practice.expect_passed(rated, ana)
        assert assigning.claim_next(rated, ana).response == other

    def test_the_database_asks_for_it_too(self, raw, refused, project, work, ana):
        response = work.queue.get().response_id
        with refused("assignment_needs_practice"):
            raw(INSERT, project.pk, work.pk, response, ana.pk)

    def test_a_pass_is_a_fact_of_practice(self, raw, refused, project, work, batch, ana):
        go_through(batch, ana, right=20)
        with refused("practicepass_is_a_fact"):
            raw("update labeling_practicepass set n_right = 1")
        with refused("practicepass_of_practice"):
            raw(
                "insert into labeling_practicepass"
                " (project_id, batch_id, rater_id, n_right, n_asked)"
                " values (%s, %s, %s, 1, 1)",
                *(project.pk, work.pk, ana.pk),
            )
