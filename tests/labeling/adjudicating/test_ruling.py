"""Rate blind, see the case, rule: facts beside the ratings, revisions, the rubric's author."""

from uuid import uuid4

import pytest

from labeling import adjudicating, rating
from labeling.errors import Conflict, Problems
from labeling.models import Adjudication, Assignment, Dispute, Flag, FlagState, Rating, Score
from tests import factories
from tests.labeling.adjudicating.scene import VALUES, rated, scene, taken
from tests.made_once import prepared_by

MET = {"value": "Met", "reason": "rater_error", "note": "Section 4 is named."}
OPEN = {"value": "none", "reason": "rubric_ambiguous", "note": "“Names” can mean quotes."}


# Both criteria of the first response are disputed, one of the second.
prepared = prepared_by(lambda project: scene(project, "11 00", "11 01"))


@pytest.fixture
def made(prepared, own):
    return own


def rule(seat, by, **rulings):
    return adjudicating.rule(seat, rulings, by=by)


class TestBlindRating:
    def test_it_is_a_rating_that_no_agreement_counts(self, made, judy):
        seat = rated(made, judy)
        blind = adjudicating.own_rating(seat)
        assert (blind.purpose, seat.state) == ("adjudication", "submitted")
        assert list(Score.objects.filter(rating=blind).values_list("counted", flat=True)) == [
            False,
            False,
        ]

    def test_sent_again_it_is_the_same(self, made, judy):
        seat, drawn = taken(made, judy), uuid4()
        first, again = (
            adjudicating.rate(seat, VALUES, submission_id=drawn, by=judy) for _ in range(2)
        )
        assert first == again

    def test_a_second_one_is_refused(self, made, judy):
        seat = rated(made, judy)
        with pytest.raises(rating.AlreadySubmitted):
            adjudicating.rate(seat, VALUES, submission_id=uuid4(), by=judy)

    def test_all_criteria_are_asked(self, made, judy):
        seat, said = taken(made, judy), {"polite": {"value": 1}}
        with pytest.raises(Problems) as caught:
            adjudicating.rate(seat, said, submission_id=uuid4(), by=judy)
        assert [one.where for one in caught.value.problems] == ["cites_policy"]

    def test_a_closed_batch_takes_it(self, made, judy):
        made.close()
        assert rated(made, judy).state == "submitted"

    def test_its_draft_is_gone_then(self, made, judy):
        seat = taken(made, judy)
        rating.save_draft(seat, {"polite": {"value": "1"}}, edit=0, by=judy)
        adjudicating.rate(seat, VALUES, submission_id=uuid4(), by=judy)
        assert not Assignment.objects.filter(pk=seat.pk, draft__isnull=False).exists()

    def test_no_ruling_before_it(self, made, judy):
        with pytest.raises(Conflict, match="Rate the response first"):
            rule(taken(made, judy), judy, polite=MET)


class TestTheCase:
    def test_disputed_criteria_stand_first_with_all_that_was_said(self, project, judy):
        made = scene(project, "11 10 10")
        case = adjudicating.case_of(rated(made, judy, polite=0))
        (point,) = case.disputed
        assert (point.criterion.spec.key, point.own.text) == ("polite", "Not met")
        assert sorted((one.text, one.differs) for one in point.said) == [
            ("Met", True),
            ("Not met", False),
            ("Not met", False),
        ]
        assert [one.criterion.spec.key for one in case.agreed] == ["cites_policy"]
        assert {one.who for one in point.said} == {"Expert 1", "Expert 2", "Expert 3"}

    def test_it_takes_a_constant_number_of_queries(self, project, judy, django_assert_num_queries):
        seat = rated(scene(project, "11 00 11 01 10"), judy)
        rule(seat, judy, polite=OPEN)
        seat = Assignment.objects.select_related("batch__rubric_version").get(pk=seat.pk)
        rating.criteria_of(seat.batch.rubric_version)
        # dispute, scores, rulings, what was sent, flags
        with django_assert_num_queries(5):
            adjudicating.case_of(seat)


class TestRuling:
    def test_it_stands_beside_the_ratings(self, made, judy):
        before = list(Score.objects.order_by("pk").values())
        seat = rated(made, judy)
        blind = adjudicating.own_rating(seat)
        (ruling,) = rule(seat, judy, polite=MET)
        assert (ruling.ruling, ruling.reason, ruling.by, ruling.own_rating) == (
            1,
            "rater_error",
            judy,
            blind,
        )
        after = Score.objects.exclude(rating=blind).order_by("pk").values()
        assert list(after) == before

    def test_the_dispute_is_over_once_all_of_it_is_ruled_on(self, made, judy, karl):
        seat = rated(made, judy)
        rule(seat, judy, polite=MET)
        seat.refresh_from_db()
        assert seat.lease_until is not None
        assert Dispute.objects.get(response=seat.response).ruled is False
        rule(seat, judy, cites_policy=OPEN)
        seat.refresh_from_db()
        assert seat.lease_until is None
        assert Dispute.objects.get(response=seat.response).ruled is True
        assert made.waiting(judy, state="ruled") == [0]
        assert made.waiting(judy, state="ruled", reason="rater_error") == [0]
        assert made.waiting(judy, state="ruled", reason="legitimate") == []
        assert made.waiting(karl) == [1]

    def test_the_same_again_adds_nothing_and_another_is_a_revision(self, made, judy):
        seat = rated(made, judy)
        rule(seat, judy, polite=MET)
        rule(seat, judy, polite=MET)
        assert Adjudication.objects.count() == 1
        rule(seat, judy, polite=MET | {"value": "Not met"})
        assert list(
            Adjudication.objects.order_by("revision").values_list("revision", "ruling")
        ) == [(1, 1), (2, 0)]

    def test_another_adjudicator_may_look_again_after_rating_blind_too(self, made, judy, karl):
        first = rated(made, judy)
        rule(first, judy, polite=MET, cites_policy=MET)
        second = rated(made, karl, at=0)
        rule(second, karl, polite=OPEN)
        last = Adjudication.objects.get(revision=2)
        assert (last.by, last.own_rating.assignment) == (karl, second)
        first.refresh_from_db()
        with pytest.raises(Conflict, match="no longer have"):
            rule(first, judy, polite=OPEN)

    def test_who_judged_the_unit_elsewhere_meanwhile_cannot_rule_on_it(self, made, judy):
        seat = rated(made, judy)
        other = factories.batch(made.version, [seat.response])
        factories.rating(factories.seat(other, seat.response, judy), {"polite": 1})
        with pytest.raises(Conflict, match="judged this response in another batch"):
            rule(seat, judy, polite=MET)

    @pytest.mark.parametrize(
        ("said", "where", "words"),
        [
            ({"reason": "rater_error", "note": ""}, "polite", "needs an answer"),
            ({"value": "9", "reason": "rater_error"}, "polite", ""),
            ({"value": "NA", "reason": "rater_error"}, "polite", ""),
            ({"value": "1", "reason": ""}, "polite.reason", "is needed"),
            ({"value": "1", "reason": "mood"}, "polite.reason", "is needed"),
            ({"value": "1", "reason": "legitimate"}, "polite.reason", "no single answer"),
            ({"value": "none", "reason": "rater_error"}, "polite.reason", "needs the answer"),
            ({"value": "none", "reason": "legitimate"}, "polite.note", "in a few words"),
            ({"value": "1", "reason": "rubric_ambiguous", "to_author": True}, "polite.note", "why"),
            ({**MET, "to_author": True}, "polite.to_author", "only an ambiguous"),
            ({**MET, "by": 3}, "polite", "unknown field"),
            ({**MET, "note": "\x00"}, "polite.note", ""),
            ("Met", "polite", "must be an object"),
        ],
    )
    def test_what_is_wrong_is_said_where_it_is(self, made, judy, said, where, words):
        seat = rated(made, judy)
        with pytest.raises(Problems) as caught:
            rule(seat, judy, polite=said, cites_policy=MET)
        (problem,) = caught.value.problems
        assert problem.where == where
        assert words in problem.message
        assert not Adjudication.objects.exists()

    def test_nothing_and_unknown_criteria(self, made, judy):
        seat = rated(made, judy)
        for sent in ({}, {"other": MET}, [1]):
            with pytest.raises(Problems):
                adjudicating.rule(seat, sent, by=judy)


class TestToTheAuthor:
    def test_one_step_puts_the_case_on_the_list_of_flags(self, made, judy):
        seat = rated(made, judy)
        rule(seat, judy, cites_policy=OPEN | {"to_author": True})
        flag = Flag.objects.with_state().get()
        assert (flag.criterion.key, flag.response, flag.by, flag.state) == (
            "cites_policy",
            seat.response,
            judy,
            FlagState.OPEN,
        )
        assert flag.text == "Ruled on as “Rubric ambiguous”: “Names” can mean quotes."
        assert list(Flag.objects.of_rubric(made.version.rubric)) == [flag]
        (point, _) = adjudicating.case_of(seat).points
        assert point.last.with_author

    def test_sent_again_it_is_one_flag(self, made, judy):
        seat = rated(made, judy)
        for _ in range(2):
            rule(seat, judy, cites_policy=OPEN | {"to_author": True})
        assert Flag.objects.count() == 1

    def test_the_same_words_of_a_later_ruling_are_no_second_flag(self, made, judy):
        seat, said = rated(made, judy), OPEN | {"to_author": True}
        rule(seat, judy, cites_policy=said)
        rule(seat, judy, cites_policy=said | {"value": "1"})
        assert (Adjudication.objects.count(), Flag.objects.count()) == (2, 1)
        (point, _) = adjudicating.case_of(seat).points
        assert [one.with_author for one in point.rulings] == [True, True]
        rule(seat, judy, cites_policy=said | {"note": "“Cites” is open too."})
        assert Flag.objects.count() == 2

    def test_it_can_be_sent_afterwards(self, made, judy):
        seat = rated(made, judy)
        rule(seat, judy, cites_policy=OPEN)
        assert not Flag.objects.exists()
        rule(seat, judy, cites_policy=OPEN | {"to_author": True})
        assert (Adjudication.objects.count(), Flag.objects.count()) == (1, 1)


def test_an_adjudicators_seat_is_none_of_the_desk(made, judy, as_user):
    seat = rated(made, judy)
    factories.Membership.objects.create(project=made.project, user=judy, role="expert")
    client = as_user(judy)
    assert client.get(f"/desk/seat/{seat.pk}/").status_code == 404
    assert client.post(f"/desk/seat/{seat.pk}/submit").status_code == 404
    assert Rating.objects.filter(assignment=seat).count() == 1
