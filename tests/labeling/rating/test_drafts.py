"""Unsent answers are kept, and never overwrite newer ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import rating
from labeling.errors import Problems
from labeling.models import (
    Assignment,
    RatingDraft,
)
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, drafted, end_lease, submit


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
        assert drafted(draft) == half

    def test_another_tab_is_told_with_both_texts(self, seat, ana):
        rating.save_draft(seat, BOTH_MET, edit=0, by=ana, writer="tab-1", seq=1)
        with pytest.raises(rating.StaleDraft) as caught:
            rating.save_draft(seat, ONE_MET, edit=0, by=ana, writer="tab-2", seq=1)
        assert drafted(caught.value.stored) == BOTH_MET
        assert caught.value.sent == ONE_MET
        assert drafted(RatingDraft.objects.get()) == BOTH_MET

    def test_a_tab_whose_answer_got_lost_goes_on(self, seat, ana):
        rating.save_draft(seat, ONE_MET, edit=0, by=ana, writer="tab-1", seq=1)
        draft = rating.save_draft(seat, BOTH_MET, edit=0, by=ana, writer="tab-1", seq=2)
        assert drafted(draft) == BOTH_MET

    def test_a_save_that_arrives_late_changes_nothing(self, seat, ana):
        rating.save_draft(seat, BOTH_MET, edit=0, by=ana, writer="tab-1", seq=2)
        draft = rating.save_draft(seat, ONE_MET, edit=0, by=ana, writer="tab-1", seq=1)
        assert drafted(draft) == BOTH_MET
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
