"""A judgement is corrected by revisions, withdrawn, skipped or flagged."""

from __future__ import annotations

from uuid import uuid4

import pytest

from labeling import assigning, rating
from labeling.errors import Conflict, Problems
from labeling.models import (
    Flag,
    RatingDraft,
    Score,
)
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, drafted, submit


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
        assert drafted(seat.draft) == BOTH_MET
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

    def test_a_flag_sent_again_is_the_same_flag(self, seat, ana):
        sent = {"kind": "item", "text": "Cut off.", "by": ana, "submission_id": uuid4()}
        assert rating.flag(seat, **sent) == rating.flag(seat, **sent)
        with pytest.raises(Conflict, match="something else"):
            rating.flag(seat, **sent | {"text": "Cut off at the end."})
        assert Flag.objects.count() == 1

    def test_a_flag_is_about_the_wording_that_was_read(self, seat, ana, project):
        read = seat.batch.rubric_version
        criterion = read.criteria.first()
        seat.batch.rubric_version = factories.publish(factories.draft(project, 2, read.rubric))
        made = rating.flag(seat, kind="rubric", text="x", criterion=criterion, version=read, by=ana)
        assert made.rubric_version == read

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
