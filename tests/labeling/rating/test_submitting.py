"""A judgement is recorded once, and what is wrong with it is named."""

from __future__ import annotations

import pytest

from labeling import assigning, rating
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import (
    Batch,
    Rating,
    RatingDraft,
    RubricVersion,
)
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, opened, submit


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

    def test_answers_by_an_earlier_version_are_handed_back(self, seat):
        old = seat.batch.rubric_version
        new = factories.draft(old.project, 2, old.rubric)
        factories.criterion(new, "complete")
        Batch.objects.filter(pk=seat.batch_id).update(rubric_version=factories.publish(new))
        with pytest.raises(rating.RubricMovedOn, match="version 2") as caught:
            submit(seat, version=old)
        assert (caught.value.seen, caught.value.now, caught.value.sent) == (old, new, BOTH_MET)
        assert not Rating.objects.exists()

    def test_another_rubrics_version_is_refused(self, seat, project):
        rubric = factories.rubric(project, "other")
        other = factories.publish(factories.draft(project, 1, rubric))
        with pytest.raises(DomainError, match="batch's rubric"):
            submit(seat, version=other)


def test_a_version_is_read_from_the_database_once(seat, django_assert_num_queries):
    version = RubricVersion.objects.get(pk=seat.batch.rubric_version_id)
    rating.criteria_of(version)
    with django_assert_num_queries(0):
        assert [one.spec.key for one in rating.criteria_of(version)] == ["cites_policy", "polite"]
