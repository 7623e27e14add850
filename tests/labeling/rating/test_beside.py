"""What is asked beside the criteria: how sure, an overall before them, and the order shown."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from labeling import assigning, rating
from labeling.errors import Conflict, Problems
from labeling.models import Assignment, Rating, Response
from labeling.ways import Asking
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, drafted, opened, submit

ALL = Decimal(1)
HALF = Decimal("0.5")


def asked(project, rater, **asking: object) -> Assignment:
    """A first seat in a batch that asks so."""
    return assigning.claim_next(opened(project, asking=Asking(**asking)), rater)


def with_overall(value: object, answers: dict[str, dict[str, object]] = BOTH_MET) -> dict:
    return {rating.OVERALL: {"value": value}, **answers}


def sure(number: object, answers: dict[str, dict[str, object]] = BOTH_MET) -> dict:
    return {key: {**said, "confidence": number} for key, said in answers.items()}


def told(seat: Assignment, answers: object, **fields: object) -> list[str]:
    with pytest.raises(Problems) as caught:
        submit(seat, answers, **fields)
    return [str(problem) for problem in caught.value.problems]


class TestConfidence:
    def test_where_it_is_asked_each_answer_needs_it(self, project, ana):
        seat = asked(project, ana, asks_confidence=True)
        assert told(seat, BOTH_MET) == [
            "cites_policy.confidence: say how sure you are of “Cites policy”",
            "polite.confidence: say how sure you are of “Polite”",
        ]
        made = submit(seat, sure(2))
        assert {one.confidence for one in made.scores.all()} == {2}
        assert rating.answers_in(made)["polite"]["confidence"] == 2

    def test_whoever_cannot_assess_has_said_how_sure(self, project, ana):
        seat = asked(project, ana, asks_confidence=True)
        answers = sure("3") | {"polite": {"value": "cannot_assess"}}
        kept = {one.criterion.key: one.confidence for one in submit(seat, answers).scores.all()}
        assert kept == {"cites_policy": 3, "polite": None}

    def test_elsewhere_it_may_be_said(self, seat):
        answers = BOTH_MET | {"polite": {"value": "1", "confidence": 1}}
        kept = {one.criterion.key: one.confidence for one in submit(seat, answers).scores.all()}
        assert kept == {"cites_policy": None, "polite": 1}

    @pytest.mark.parametrize("amiss", [0, 4, "very", True, 2.0, [2]])
    def test_what_it_cannot_be_is_said(self, seat, amiss):
        expected = "confidence: must be one of 1 (a guess), 2 (fairly sure), 3 (sure)"
        assert told(seat, sure(amiss)) == [f"{key}.{expected}" for key in BOTH_MET]

    def test_a_draft_keeps_it_and_so_does_undoing(self, project, ana):
        seat = asked(project, ana, asks_confidence=True)
        draft = rating.save_draft(seat, {"polite": {"confidence": "2"}}, edit=0, by=ana)
        assert drafted(draft) == {"polite": {"confidence": "2"}}
        submit(seat, sure(3))
        rating.withdraw(seat, by=ana)
        seat.refresh_from_db()
        assert drafted(seat.draft)["polite"]["confidence"] == 3

    def test_another_confidence_is_another_submission(self, seat):
        made = submit(seat, sure(1))
        assert submit(seat, sure(1), submission_id=made.submission_id) == made
        with pytest.raises(Conflict, match="other answers"):
            submit(seat, sure(2), submission_id=made.submission_id)


class TestOverall:
    def test_it_is_asked_of_every_expert_on_the_same_responses(self, project, ana, ben):
        batch = opened(project, 40, asking=Asking(overall_share=HALF))
        asked_at = {
            rater.username: {
                response.external_id
                for response in Response.objects.filter(project=project)
                if rating.asks_overall(
                    Assignment(batch=batch, response=response, rater=rater, round=1)
                )
            }
            for rater in (ana, ben)
        }
        assert asked_at["ana"] == asked_at["ben"]
        # 40 at .5: 20 expected, sd 3.2
        assert 8 < len(asked_at["ana"]) < 32

    def test_it_belongs_to_the_rating_and_a_correction_keeps_it(self, project, ana):
        seat = asked(project, ana, overall_share=ALL)
        assert told(seat, BOTH_MET) == [
            "_overall: say how good the response is on the whole, 0 to 5"
        ]
        made = submit(seat, with_overall("4"))
        assert (made.overall, Rating.objects.get().overall) == (4, 4)
        again = rating.revise(seat, BOTH_MET, submission_id=uuid4(), by=ana)
        assert (again.revision, again.overall) == (2, 4)
        same = rating.revise(seat, with_overall(4), submission_id=again.submission_id, by=ana)
        assert same == again

    def test_after_the_criteria_it_is_not_said_anew(self, project, ana):
        seat = asked(project, ana, overall_share=ALL)
        submit(seat, with_overall(4))
        with pytest.raises(Problems, match="was said before the criteria"):
            rating.revise(seat, with_overall(1), submission_id=uuid4(), by=ana)

    def test_where_it_is_not_asked_it_is_not_taken(self, seat):
        assert told(seat, with_overall(3)) == ["_overall: is not asked of this response"]

    @pytest.mark.parametrize("amiss", [-1, 6, "five", 2.5, True, "²"])
    def test_what_it_cannot_be_is_said(self, project, ana, amiss):
        seat = asked(project, ana, overall_share=ALL)
        expected = ["_overall: must be a whole number from 0 to 5"]
        assert told(seat, with_overall(amiss)) == expected

    def test_all_that_is_missing_is_said_at_once(self, project, ana):
        seat = asked(project, ana, overall_share=ALL)
        missing = told(seat, {"polite": {"value": "1"}})
        assert [one.partition(":")[0] for one in missing] == ["_overall", "cites_policy"]

    def test_a_draft_and_a_newer_version_keep_it(self, project, ana):
        seat = asked(project, ana, overall_share=ALL)
        draft = rating.save_draft(seat, with_overall("5", {}), edit=0, by=ana)
        assert drafted(draft) == with_overall("5", {})
        version = seat.batch.rubric_version
        newer = factories.publish(factories.draft(project, 2, version.rubric))
        assert rating.answers_of(draft, newer) == with_overall("5", {})

    def test_another_overall_is_another_submission(self, project, ana):
        seat = asked(project, ana, overall_share=ALL)
        made = submit(seat, with_overall(2))
        assert submit(seat, with_overall("2"), submission_id=made.submission_id) == made
        with pytest.raises(Conflict, match="other answers"):
            submit(seat, with_overall(3), submission_id=made.submission_id)


class TestOrder:
    KEYS = tuple("abcdef")

    def seat(self, project, ana, **asking: object) -> Assignment:
        version = factories.published(project, *self.KEYS)
        batch = opened(project, version=version, asking=Asking(**asking))
        return assigning.claim_next(batch, ana)

    def answers(self) -> dict[str, dict[str, object]]:
        return {key: {"value": "1"} for key in self.KEYS}

    def shown(self, seat: Assignment) -> list[str]:
        return [one.spec.key for one in rating.in_shown_order(seat, rating.asked_of(seat))]

    def test_as_shown_so_recorded(self, project, ana):
        seat = self.seat(project, ana, shuffled_share=ALL)
        shown = self.shown(seat)
        assert sorted(shown) == list(self.KEYS)
        assert shown != list(self.KEYS)
        assert submit(seat, self.answers()).shown_order == shown

    def test_without_a_share_the_rubrics_order_is_shown(self, project, ana):
        seat = self.seat(project, ana)
        assert self.shown(seat) == list(self.KEYS)
        assert submit(seat, self.answers()).shown_order == list(self.KEYS)

    def test_each_expert_and_response_is_drawn_by_itself(self, project, ana, ben):
        version = factories.published(project, *self.KEYS)
        batch = opened(project, 30, version=version, asking=Asking(shuffled_share=HALF))
        orders = [
            tuple(self.shown(Assignment(batch=batch, response=response, rater=rater, round=1)))
            for response in Response.objects.filter(project=project)
            for rater in (ana, ben)
        ]
        usual = orders.count(self.KEYS)
        # 60 places at .5: 30 expected in the rubric's order, sd 3.9
        assert 12 < usual < 48
        assert len(set(orders)) > 10

    def test_a_correction_keeps_the_order_it_was_judged_in(self, project, ana):
        seat = self.seat(project, ana, shuffled_share=ALL)
        first = submit(seat, self.answers())
        again = rating.revise(seat, self.answers(), submission_id=uuid4(), by=ana)
        assert again.shown_order == first.shown_order

    def test_whoever_shows_them_otherwise_says_so(self, project, ana):
        seat = self.seat(project, ana)
        expected = (
            "shown_order: must name every criterion that is asked, each once, in the order shown"
        )
        for amiss in (["a"], [*self.KEYS, "a"], [*self.KEYS[:-1], "x"]):
            assert told(seat, self.answers(), shown_order=amiss) == [expected]
        made = submit(seat, self.answers(), shown_order=tuple("fedcba"))
        assert made.shown_order == list("fedcba")
