"""A judgement is recorded once, corrected by revisions, and never lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from labeling import assigning, rating
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import (
    Assignment,
    Batch,
    Flag,
    Rating,
    RatingDraft,
    Response,
    RubricVersion,
    Score,
)
from tests import factories
from tests.parallel import at_once

BOTH_MET = {
    "cites_policy": {"value": "1", "rationale": "Names paragraph 4."},
    "polite": {"value": "1", "rationale": ""},
}
ONE_MET = {"cites_policy": {"value": "0"}, "polite": {"value": "1"}}


def opened(project, count: int = 3, overlap: int = 2, **fields: object) -> Batch:
    item = factories.item(project)
    by = factories.generator(project)
    for index in range(count):
        factories.response(item, by, f"Answer {index}.", index=index)
    chosen = Response.objects.filter(project=project)
    version = fields.pop("version", None) or factories.published(project)
    return assigning.open_batch(
        project, version, "First round", responses=chosen, overlap=overlap, by=None, **fields
    )


@pytest.fixture
def batch(project) -> Batch:
    return opened(project)


@pytest.fixture
def seat(batch, ana) -> Assignment:
    return assigning.claim_next(batch, ana)


def submit(seat: Assignment, judgements: object = BOTH_MET, **fields: object) -> Rating:
    fields.setdefault("submission_id", uuid4())
    fields.setdefault("by", seat.rater)
    return rating.submit(seat, judgements, **fields)


def end_lease(seat: Assignment) -> None:
    Assignment.objects.filter(pk=seat.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assigning.expire_leases()


class TestSubmitting:
    def test_a_rating_with_a_score_for_each_criterion(self, seat, ana):
        made = submit(seat, active_ms=61_000)
        scores = {score.criterion.key: score for score in made.scores.all()}
        assert (made.revision, made.active_ms, made.rubric_version) == (
            *(1, 61_000),
            seat.batch.rubric_version,
        )
        assert made.shown_order == ["cites_policy", "polite"]
        first = scores["cites_policy"]
        assert (first.answer, first.value, first.level.label) == ("scored", 1, "Met")
        assert (first.rationale, first.rater, first.response_id) == (
            *("Names paragraph 4.", ana),
            seat.response_id,
        )
        seat.refresh_from_db()
        assert (seat.state, seat.lease_until, seat.slot) == ("submitted", None, 1)

    def test_labels_na_and_cannot_assess_are_answers(self, seat):
        made = submit(seat, {"cites_policy": {"value": "NA"}, "polite": {"value": "Not met"}})
        told = {score.criterion.key: (score.answer, score.value) for score in made.scores.all()}
        assert told == {"cites_policy": ("NA", None), "polite": ("scored", 0)}

    def test_an_interval_keeps_its_number_without_a_level(self, project, ana):
        draft = factories.draft(project)
        factories.criterion(draft, "share", scale="interval", minimum=0, maximum=10, step="0.5")
        seat = assigning.claim_next(opened(project, version=factories.publish(draft)), ana)
        with pytest.raises(Problems, match="scale ends at 10"):
            submit(seat, {"share": {"value": "10.5"}})
        score = submit(seat, {"share": {"value": "2.5"}}).scores.get()
        assert (str(score.value.normalize()), score.level) == ("2.5", None)

    def test_the_batch_becomes_stale_once(self, batch, ana):
        submit(assigning.claim_next(batch, ana))
        batch.refresh_from_db()
        since = batch.stale_since
        assert since is not None
        submit(assigning.claim_next(batch, ana))
        batch.refresh_from_db()
        assert batch.stale_since == since

    @pytest.mark.parametrize(
        ("sent", "where", "message"),
        [
            ({"cites_policy": {"value": "1"}}, "polite", "not answered"),
            (ONE_MET | {"polite": {"value": ""}}, "polite", "not answered"),
            (ONE_MET | {"polite": {"value": "6"}}, "polite", "is 6, which the scale"),
            (ONE_MET | {"polite": {"value": [1]}}, "polite", "a list|an array"),
            (ONE_MET | {"polite": "1"}, "polite", "must be an object"),
            (ONE_MET | {"extra": {"value": "1"}}, "extra", "no criterion"),
            (ONE_MET | {"polite": {"value": "1", "rater": 7}}, "polite", "unknown field rater"),
            (ONE_MET | {"polite": {"value": "1", "rationale": "a\0b"}}, "polite.rationale", "NUL"),
            (
                ONE_MET | {"polite": {"value": "1", "rationale": "\ud800"}},
                *("polite.rationale", "surrogate"),
            ),
            (
                ONE_MET | {"polite": {"value": "1", "rationale": "x" * 1_000_000}},
                *("polite.rationale", "1,000,000 characters, at most 20,000"),
            ),
            (ONE_MET | {"polite": {"value": "1\0"}}, "polite", "scale does not have"),
            ([], "", "must be an object"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_written(self, seat, sent, where, message):
        with pytest.raises(Problems, match=message) as caught:
            submit(seat, sent)
        assert [problem.where for problem in caught.value.problems] == [where]
        assert not Rating.objects.exists()
        seat.refresh_from_db()
        assert seat.state == "leased"

    def test_all_faults_at_once(self, seat):
        with pytest.raises(Problems) as caught:
            submit(seat, {"cites_policy": {"value": "9"}, "other": {}})
        assert {problem.where for problem in caught.value.problems} == {
            *("cites_policy", "polite", "other"),
        }

    def test_somebody_elses_seat_is_refused(self, seat, ben):
        with pytest.raises(rating.NotYours):
            submit(seat, by=ben)

    def test_a_closed_batch_takes_nothing_more_and_keeps_the_draft(self, seat, carol, ana):
        rating.save_draft(seat, BOTH_MET, edit=0, by=ana)
        assigning.close(seat.batch, by=carol)
        with pytest.raises(Conflict, match="closed"):
            submit(seat)
        assert RatingDraft.objects.get(assignment=seat).payload["answers"] == BOTH_MET

    def test_a_paused_batch_takes_what_is_in_work(self, seat, carol):
        assigning.pause(seat.batch, by=carol)
        assert submit(seat).pk

    def test_the_version_the_expert_saw_is_the_one_recorded(self, seat):
        old = seat.batch.rubric_version
        new = factories.draft(old.project, 2, old.rubric)
        factories.criterion(new, "complete")
        Batch.objects.filter(pk=seat.batch_id).update(rubric_version=factories.publish(new))
        assert submit(seat, version=old).rubric_version == old

    def test_another_rubrics_version_is_refused(self, seat, project):
        rubric = factories.rubric(project, "other")
        other = factories.publish(factories.draft(project, 1, rubric))
        with pytest.raises(DomainError, match="batch's rubric"):
            submit(seat, version=other)


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


class TestDrafts:
    def test_every_save_counts_and_extends_the_lease(self, seat, ana):
        Assignment.objects.filter(pk=seat.pk).update(
            lease_until=timezone.now() + timedelta(minutes=2)
        )
        first = rating.save_draft(seat, {"polite": {"value": "1"}}, edit=0, by=ana)
        second = rating.save_draft(seat, BOTH_MET, edit=first.edit, by=ana)
        assert (first.edit, second.edit) == (1, 2)
        seat.refresh_from_db()
        assert seat.lease_until > timezone.now() + timedelta(minutes=29)

    def test_a_half_written_answer_is_kept_as_it_is(self, seat, ana):
        half = {"polite": {"value": "-", "rationale": "becau"}}
        draft = rating.save_draft(seat, half, edit=0, by=ana)
        assert rating.answers_of(draft) == half

    def test_another_tab_is_told_with_both_texts(self, seat, ana):
        rating.save_draft(seat, BOTH_MET, edit=0, by=ana, writer="tab-1", seq=1)
        with pytest.raises(rating.StaleDraft) as caught:
            rating.save_draft(seat, ONE_MET, edit=0, by=ana, writer="tab-2", seq=1)
        assert rating.answers_of(caught.value.stored) == BOTH_MET
        assert caught.value.sent == ONE_MET
        assert rating.answers_of(RatingDraft.objects.get()) == BOTH_MET

    def test_a_tab_whose_answer_got_lost_goes_on(self, seat, ana):
        rating.save_draft(seat, ONE_MET, edit=0, by=ana, writer="tab-1", seq=1)
        draft = rating.save_draft(seat, BOTH_MET, edit=0, by=ana, writer="tab-1", seq=2)
        assert rating.answers_of(draft) == BOTH_MET

    def test_a_save_that_arrives_late_changes_nothing(self, seat, ana):
        rating.save_draft(seat, BOTH_MET, edit=0, by=ana, writer="tab-1", seq=2)
        draft = rating.save_draft(seat, ONE_MET, edit=0, by=ana, writer="tab-1", seq=1)
        assert rating.answers_of(draft) == BOTH_MET
        assert draft.edit == 1

    def test_after_the_lease_the_draft_is_still_kept(self, seat, ana):
        end_lease(seat)
        assert rating.save_draft(seat, BOTH_MET, edit=0, by=ana).edit == 1

    def test_submitting_removes_it_and_ends_drafting(self, seat, ana):
        rating.save_draft(seat, BOTH_MET, edit=0, by=ana)
        submit(seat)
        assert not RatingDraft.objects.exists()
        with pytest.raises(rating.AlreadySubmitted):
            rating.save_draft(seat, ONE_MET, edit=1, by=ana)

    @pytest.mark.parametrize(
        "payload",
        [
            {"nothing": {"value": "1"}},
            {"polite": {"value": "1", "rater": "2"}},
            {"polite": {"rationale": "a\0"}},
            {"polite": {"rationale": 7}},
            [],
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, seat, ana, payload):
        with pytest.raises(Problems):
            rating.save_draft(seat, payload, edit=0, by=ana)
        assert not RatingDraft.objects.exists()


class TestRevising:
    def test_the_new_revision_counts_and_the_old_one_stays(self, seat, ana):
        first = submit(seat)
        second = rating.revise(seat, ONE_MET, submission_id=uuid4(), by=ana)
        first.refresh_from_db()
        assert (second.revision, first.superseded_by) == (2, second)
        assert rating.current_rating(seat) == second
        current = Score.objects.filter(assignment=seat, superseded_by__isnull=True)
        assert {(score.criterion.key, score.value) for score in current} == {
            *(("cites_policy", 0), ("polite", 1)),
        }
        assert Score.objects.filter(assignment=seat, superseded_by=second).count() == 2

    def test_sent_again_it_is_the_same_revision(self, seat, ana):
        submit(seat)
        key = uuid4()
        made = {rating.revise(seat, ONE_MET, submission_id=key, by=ana).pk for _ in range(3)}
        assert len(made) == 1

    def test_an_unrated_response_cannot_be_corrected(self, seat, ana):
        with pytest.raises(Conflict, match="nothing to correct"):
            rating.revise(seat, ONE_MET, submission_id=uuid4(), by=ana)


class TestUndo:
    def test_the_seat_is_in_work_again_with_its_answers(self, batch, seat, ana):
        first = submit(seat)
        following = assigning.claim_next(batch, ana)
        rating.withdraw(seat, by=ana)
        seat.refresh_from_db()
        assert (seat.state, seat.slot) == ("leased", 1)
        assert rating.answers_of(seat.draft) == BOTH_MET
        assert rating.current_rating(seat) is None
        first.refresh_from_db()
        assert first.superseded_by.withdrawn
        assert not Score.objects.filter(assignment=seat, superseded_by__isnull=True).exists()
        following.refresh_from_db()
        assert (following.state, following.slot) == ("expired", None)
        assert assigning.claim_next(batch, ana).pk == seat.pk

    def test_submitted_again_it_is_revision_three_and_the_next_seat_returns(self, batch, seat, ana):
        submit(seat)
        following = assigning.claim_next(batch, ana)
        rating.withdraw(seat, by=ana)
        third = submit(seat, ONE_MET)
        assert third.revision == 3
        assert rating.current_rating(seat) == third
        assert Score.objects.filter(assignment=seat, superseded_by__isnull=True).count() == 2
        assert assigning.claim_next(batch, ana).pk == following.pk

    def test_after_thirty_seconds_it_is_too_late(self, seat, ana, monkeypatch):
        submit(seat)
        # Time stands still within a transaction, so the window is moved instead.
        monkeypatch.setattr("labeling.rating.withdrawing.UNDO_SECONDS", -1)
        with pytest.raises(Conflict, match="Undo is possible"):
            rating.withdraw(seat, by=ana)

    def test_twice_is_refused(self, seat, ana):
        submit(seat)
        rating.withdraw(seat, by=ana)
        with pytest.raises(Conflict):
            rating.withdraw(seat, by=ana)


class TestRemarks:
    def test_a_skip_frees_the_place_and_says_why(self, batch, seat, ana, ben):
        rating.save_draft(seat, ONE_MET, edit=0, by=ana)
        skipped = rating.skip(seat, "expertise", by=ana, text="Tax law.")
        assert (skipped.state, skipped.slot) == ("skipped", None)
        assert skipped.skip_reason == "expertise: Tax law."
        assert RatingDraft.objects.filter(assignment=seat).exists()
        assert batch.queue.get(response=seat.response_id).taken == 0
        assert assigning.claim_next(batch, ana).response_id != seat.response_id

    @pytest.mark.parametrize(("reason", "text"), [("lazy", ""), ("other", " "), ("other", "\0")])
    def test_a_reason_is_needed(self, seat, ana, reason, text):
        with pytest.raises(Problems):
            rating.skip(seat, reason, by=ana, text=text)

    def test_a_rated_response_cannot_be_skipped(self, seat, ana):
        submit(seat)
        with pytest.raises(Conflict):
            rating.skip(seat, "expertise", by=ana)

    def test_a_flag_names_response_and_criterion(self, seat, ana):
        criterion = seat.batch.rubric_version.criteria.first()
        made = rating.flag(
            seat, kind="rubric", text=" Two things in one. ", criterion=criterion, by=ana
        )
        assert (made.response_id, made.criterion, made.text) == (
            *(seat.response_id, criterion),
            "Two things in one.",
        )

    @pytest.mark.parametrize(("kind", "text"), [("praise", "x"), ("item", " "), ("item", "a\0")])
    def test_a_flag_without_kind_or_words_is_refused(self, seat, ana, kind, text):
        with pytest.raises(Problems):
            rating.flag(seat, kind=kind, text=text, by=ana)
        assert not Flag.objects.exists()

    def test_another_rubrics_criterion_cannot_be_flagged(self, seat, ana, project):
        other = factories.draft(project, 1, factories.rubric(project, "other"))
        with pytest.raises(Problems, match="no criterion"):
            rating.flag(
                seat, kind="rubric", text="x", criterion=factories.criterion(other, "far"), by=ana
            )


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


def test_a_version_is_read_from_the_database_once(seat, django_assert_num_queries):
    version = RubricVersion.objects.get(pk=seat.batch.rubric_version_id)
    rating.criteria_of(version)
    with django_assert_num_queries(0):
        assert [one.spec.key for one in rating.criteria_of(version)] == ["cites_policy", "polite"]
