"""What no statement can do about adjudications, tried as the application's role."""

import pytest

from labeling import adjudicating
from labeling.models import Adjudication
from tests import factories
from tests.labeling.adjudicating.scene import rated, scene, taken
from tests.made_once import prepared_by

SEAT = (
    "insert into labeling_assignment (project_id, batch_id, response_id, rater_id, round, slot,"
    " purpose, state, ord, skip_reason) values (%s, %s, %s, %s, %s, 1, %s, 'submitted', 0, '')"
)
RULING = (
    "insert into labeling_adjudication (project_id, batch_id, response_id, lineage_id, revision,"
    " ruling, reason, note, own_rating_id, by_id)"
    " values (%s, %s, %s, %s, %s, %s, 'rater_error', '', %s, %s)"
)


prepared = prepared_by(lambda project: scene(project, "11 01", "00 11"))


@pytest.fixture
def made(prepared, own):
    return own


@pytest.fixture
def seat(made, judy):
    return rated(made, judy, at=0)


def sit(raw, made, at, by, round_=0, purpose="adjudication"):
    raw(
        SEAT,
        *(made.project.pk, made.batch.pk, made.responses[at].pk, by.pk, round_, purpose),
    )


def rule(raw, made, seat, **changed):
    said = {
        "project": made.project.pk,
        "batch": made.batch.pk,
        "response": seat.response_id,
        "lineage": made.version.criteria.get(key="cites_policy").lineage_id,
        "revision": 1,
        "ruling": 1,
        "own": adjudicating.own_rating(seat).pk,
        "by": seat.rater_id,
    }
    raw(RULING, *(said | changed).values())


class TestSeats:
    def test_the_rounds_are_kept_apart(self, raw, refused, made, judy):
        with refused("assignment_adjudication_round"):
            sit(raw, made, 0, judy, round_=1)
        with refused("assignment_adjudication_round"):
            sit(raw, made, 0, judy, purpose="fixed")

    def test_one_adjudicator_at_a_time(self, raw, refused, made, seat, karl):
        with refused("assignment_slot_once"):
            sit(raw, made, 0, karl)

    def test_who_rates_in_an_open_batch_does_not_rule_there(self, raw, refused, made, project):
        other = factories.response(factories.item(project))
        zoe = factories.member(project, "zoe", "expert")
        factories.seat(made.batch, other, zoe, state="skipped", slot=None)
        with refused("assignment_adjudicator_rates_here"):
            sit(raw, made, 0, zoe)
        made.close()
        sit(raw, made, 0, zoe)

    @pytest.mark.parametrize("state", ["open", "paused"])
    def test_who_rules_in_it_does_not_rate_there(self, raw, refused, made, seat, judy, state):
        raw("update labeling_batch set state = %s where id = %s", state, made.batch.pk)
        with refused("assignment_rater_adjudicates_here"):
            sit(raw, made, 1, judy, round_=2, purpose="repeat")
        made.close()
        sit(raw, made, 1, judy, round_=2, purpose="repeat")

    def test_nobody_rules_on_what_they_judged_in_any_batch(self, raw, refused, made, karl):
        other = factories.batch(made.version, [made.responses[0]])
        factories.rating(factories.seat(other, made.responses[0], karl), {"polite": 1})
        raw("update labeling_batch set state = 'closed'")
        with refused("assignment_adjudicator_judged_it"):
            sit(raw, made, 0, karl)
        with refused("assignment_adjudicator_judged_it"):
            sit(raw, made, 0, made.experts[0])

    def test_nor_on_an_item_they_may_yet_rate(self, raw, refused, made, karl, project):
        sibling = factories.response(made.responses[0].item, text="Another answer.")
        else_ = factories.response(factories.item(project))
        other = factories.batch(made.version, [sibling, else_])
        factories.seat(other, else_, karl)
        with refused("assignment_adjudicator_may_rate_it"):
            sit(raw, made, 0, karl)
        sit(raw, made, 1, karl)

    @pytest.mark.parametrize("state", ["open", "paused"])
    def test_nor_on_an_item_that_waits_for_the_project_s_experts(
        self, raw, refused, made, karl, project, state
    ):
        sibling = factories.response(made.responses[0].item, text="Another answer.")
        other = factories.batch(made.version, [sibling], state=state)
        factories.member(project, "karl", "expert")
        made.close()
        with refused("assignment_adjudicator_may_rate_it"):
            sit(raw, made, 0, karl)
        sit(raw, made, 1, karl)
        raw("update labeling_batch set state = 'closed' where id = %s", other.pk)
        sit(raw, made, 0, karl)


class TestTheBlindRating:
    def test_it_is_not_corrected(self, refused, seat):
        with refused("rating_blind_once"):
            factories.rating(seat, {}, revision=2)

    def test_it_is_not_withdrawn(self, refused, made, judy):
        with refused("rating_blind_once"):
            factories.rating(taken(made, judy), {}, withdrawn=True)


class TestRulings:
    def test_a_ruling_of_who_has_the_response(self, raw, made, seat):
        rule(raw, made, seat)
        rule(raw, made, seat, revision=2, ruling=None)
        assert Adjudication.objects.count() == 2

    def test_it_needs_the_rulers_own_blind_rating(self, raw, refused, made, seat, karl):
        others = made.batch.ratings.filter(purpose="fixed").first().pk
        for changed in ({"own": others}, {"by": karl.pk}, {"response": made.responses[1].pk}):
            with refused("adjudication_after_blind_rating"):
                rule(raw, made, seat, **changed)

    def test_who_has_lost_the_response_cannot_rule(self, raw, refused, made, seat):
        raw("update labeling_assignment set slot = null where id = %s", seat.pk)
        with refused("adjudication_after_blind_rating"):
            rule(raw, made, seat)

    def test_who_has_judged_the_unit_cannot_rule(self, raw, refused, made, seat, judy):
        other = factories.batch(made.version, [seat.response])
        factories.rating(factories.seat(other, seat.response, judy), {"cites_policy": 1})
        with refused("adjudication_by_a_third"):
            rule(raw, made, seat)
        polite = made.version.criteria.get(key="polite")
        rule(raw, made, seat, lineage=polite.lineage_id)

    def test_it_lies_on_the_scale_of_a_criterion_of_the_batch(self, raw, refused, made, seat):
        foreign = factories.published(factories.project("other")).criteria.first()
        for changed in ({"ruling": 7}, {"ruling": 0.5}, {"lineage": foreign.pk}):
            with refused("adjudication_on_scale"):
                rule(raw, made, seat, **changed)

    def test_revisions_follow_one_another(self, raw, refused, made, seat):
        with refused("adjudication_revision_follows"):
            rule(raw, made, seat, revision=2)
        rule(raw, made, seat)
        with refused("adjudication_revision_follows|adjudication_once"):
            rule(raw, made, seat)

    @pytest.mark.parametrize("change", ["ruling = 0", "note = 'x'", "by_id = 1"])
    def test_it_is_a_fact(self, raw, refused, made, seat, change):
        rule(raw, made, seat)
        with refused("adjudication_is_a_fact"):
            raw(f"update labeling_adjudication set {change}")
        with refused("permission denied"):
            raw("delete from labeling_adjudication")


def test_disputes_stay_in_their_project(raw, refused, made, seat, dan):
    foreign = factories.response(factories.item(dan.memberships.get().project))
    with refused("dispute_response_same_project"):
        raw(
            "update labeling_dispute set response_id = %s where response_id = %s;"
            " set constraints all immediate",
            *(foreign.pk, seat.response_id),
        )
