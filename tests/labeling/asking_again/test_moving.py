"""A batch moves forward: labels go on, and what means something else is asked again, once."""

from __future__ import annotations

import pytest

from labeling import asking_again, assigning, authoring, rating
from labeling.errors import Conflict, DomainError
from labeling.models import (
    Assignment,
    Membership,
    RatingDraft,
    Reask,
)
from tests import factories
from tests.labeling.asking_again.asked import asked_keys, queue_of
from tests.labeling.moving import (
    AGAIN,
    CITES,
    POLITE,
    SECOND_ANSWERS,
    first,
    judge_all,
    opened,
    second,
    spec,
    submit,
    third,
)
from tests.labeling.rating.seats import drafted

pytestmark = pytest.mark.django_db


class TestMoving:
    def test_what_changed_is_asked_of_everybody_who_judged(self, batch, project, carol, ana, ben):
        version, before = second(project), queue_of(batch)
        done = asking_again.move_forward(batch, version, by=carol)
        batch.refresh_from_db()
        assert batch.rubric_version == version
        # 3 responses x 2 raters
        assert (done.judged, done.total, done.asked) == (6, 6, {ana: 3, ben: 3})
        rows = list(Reask.objects.filter(batch=batch).select_related("judged", "version"))
        assert {tuple(asked_keys(row)) for row in rows} == {("polite", "complete")}
        assert all(
            (row.rater_id, row.slot) == (row.judged.rater_id, row.judged.slot) for row in rows
        )
        assert queue_of(batch) == before
        assert batch.stale_since is not None

    def test_looking_first_tells_the_same_and_changes_nothing(self, batch, project, ana, ben):
        version = second(project)
        told = asking_again.preview(batch, version)
        assert (told.judged, told.asked) == (6, {ana: 3, ben: 3})
        assert [criterion.key for criterion in told.criteria] == ["polite", "complete"]
        assert [criterion.key for criterion in told.going_on] == ["cites"]
        assert told.fresh == ()
        assert not Reask.objects.exists()

    def test_the_work_is_estimated_from_the_pace_of_whole_ratings(self, batch, project):
        version = second(project)
        assert asking_again.preview(batch, version).hours is None
        fresh = opened(project, 0, version=batch.rubric_version, name="Second round")
        for active_ms in (20_000, 60_000, 70_000):
            seat = assigning.claim_next(fresh, batch.assignments.first().rater)
            submit(seat, active_ms=active_ms)
        # Three places at the median of 60 s.
        assert asking_again.preview(fresh, version).hours == pytest.approx(3 * 60 / 3600)

    def test_work_that_has_not_begun_is_asked_nothing_twice(self, project, ana, carol):
        batch = opened(project)
        held = assigning.claim_next(batch, ana)
        asking_again.move_forward(batch, second(project), by=carol)
        assert not Reask.objects.exists()
        made = submit(Assignment.objects.get(pk=held.pk), SECOND_ANSWERS)
        assert made.rubric_version.number == 2
        assert made.scores.count() == 3

    def test_with_every_label_carried_nobody_is_asked(self, batch, project, carol):
        reworded = {**CITES, "criterion": "Names the very paragraph."}
        version, _ = authoring.publish_spec(project, spec(reworded, POLITE), by=None)
        assert asking_again.move_forward(batch, version, by=carol).total == 0

    def test_a_fresh_criterion_is_asked_of_new_work_only(self, batch, project, carol):
        version = second(project, polite="fresh", complete="fresh")
        told = asking_again.preview(batch, version)
        assert [criterion.key for criterion in told.fresh] == ["polite", "complete"]
        assert asking_again.move_forward(batch, version, by=carol).total == 0

    def test_an_author_may_ask_a_reworded_criterion_again(self, batch, project, carol):
        version = second(project, cites="ask", polite="fresh")
        asking_again.move_forward(batch, version, by=carol)
        assert asked_keys(Reask.objects.select_related("version").first()) == ["cites", "complete"]

    def test_excluded_judgements_are_not_asked_again(self, batch, project, carol, ana):
        seat = batch.assignments.filter(rater=ana).first()
        judged = rating.Judged(batch, rater=ana, response=seat.response)
        assert rating.exclude(judged, "Asleep", by=carol) == 1
        assert asking_again.move_forward(batch, second(project), by=carol).total == 5

    def test_who_no_longer_rates_here_is_replaced(self, batch, project, carol, ana, ben):
        Membership.objects.filter(user=ben, role="expert").delete()
        done = asking_again.move_forward(batch, second(project), by=carol)
        assert done.asked == {ana: 3, None: 3}
        assert Reask.objects.filter(rater=None).count() == 3

    def test_only_forward_only_open_only_its_own_rubric(self, batch, project, carol):
        older, newer = batch.rubric_version, second(project)
        other, _ = authoring.publish_spec(project, spec(CITES), by=None, slug="other")
        with pytest.raises(DomainError, match="another rubric"):
            asking_again.move_forward(batch, other, by=carol)
        draft = authoring.draft_of(newer.rubric, by=carol)
        with pytest.raises(DomainError, match="not published"):
            asking_again.move_forward(batch, draft, by=carol)
        asking_again.move_forward(batch, newer, by=carol)
        for version in (older, newer):
            with pytest.raises(Conflict, match="at version 2; it moves forward only"):
                asking_again.move_forward(batch, version, by=carol)
        authoring.discard(draft, by=carol)
        newest = third(project)
        assigning.close(batch, by=carol)
        with pytest.raises(Conflict, match="closed"):
            asking_again.move_forward(batch, newest, by=carol)

    def test_imported_ratings_have_nobody_to_ask(self, project, carol):
        imported = factories.batch(first(project), [], kind="imported")
        with pytest.raises(DomainError, match="imported"):
            asking_again.move_forward(imported, second(project), by=carol)

    def test_newer_versions_are_those_it_can_move_to(self, batch, project):
        assert list(asking_again.newer_versions(batch)) == []
        newer = [second(project), third(project)]
        assert list(asking_again.newer_versions(batch)) == newer[::-1]


class TestMovingTwice:
    def test_what_waited_and_goes_on_is_still_asked(self, moved, project, carol, ana, ben):
        done = asking_again.move_forward(moved, third(project), by=carol)
        assert done.asked == {ana: 3, ben: 3}
        rows = Reask.objects.standing().select_related("version", "follows")
        assert {tuple(asked_keys(row)) for row in rows} == {("polite", "complete", "short")}
        assert {row.follows.ending for row in rows} == {"moved"}

    def test_what_was_answered_and_goes_on_is_not(self, moved, project, carol, ana):
        judge_all(moved, ana, answers=AGAIN)
        asking_again.move_forward(moved, third(project), by=carol)
        asked = {
            (row.rater.username, *asked_keys(row))
            for row in Reask.objects.standing().select_related("version", "rater")
        }
        assert asked == {("ana", "short"), ("ben", "polite", "complete", "short")}
        ended = Reask.objects.filter(rater=ana, ended_at__isnull=False)
        assert set(ended.values_list("ending", flat=True)) == {"answered"}

    @pytest.mark.parametrize(
        ("purpose", "round_", "slot"), [("adjudication", 0, 1), ("repeat", 3, 2)]
    )
    def test_what_others_answer_for_another_purpose_is_no_answer_of_the_place(
        self, moved, project, carol, ana, ben, purpose, round_, slot
    ):
        """Somebody rates the response blind under version 2, in a slot within the overlap."""
        response = moved.queue.order_by("response").first().response
        judge = factories.member(project, "judge", "adjudicator")
        seat = factories.seat(moved, response, judge, slot, round=round_, purpose=purpose)
        factories.rating(seat, {"cites": 1, "polite": 2, "complete": 1})
        version = third(project)
        assert asking_again.preview(moved, version).asked == {ana: 3, ben: 3}
        assert asking_again.move_forward(moved, version, by=carol).asked == {ana: 3, ben: 3}
        rows = Reask.objects.standing().filter(response=response).select_related("version")
        assert [asked_keys(row) for row in rows] == [["polite", "complete", "short"]] * 2

    def test_who_has_begun_to_answer_goes_on_at_the_same_seat(self, moved, project, carol, ana):
        seat = assigning.claim_next(moved, ana)
        rating.save_draft(seat, AGAIN, edit=0, by=ana)
        asking_again.move_forward(moved, third(project), by=carol)
        again = assigning.claim_next(moved, ana)
        assert again == seat
        draft = RatingDraft.objects.select_related("assignment__batch__rubric_version").get()
        assert drafted(draft) == AGAIN
        assert submit(again, {**AGAIN, "short": {"value": "0"}}).scores.count() == 3

    def test_who_passed_it_on_is_not_asked_by_the_next_version_either(
        self, moved, project, carol, ana, ben
    ):
        seat = assigning.claim_next(moved, ana)
        rating.skip(seat, "expertise", by=ana)
        done = asking_again.move_forward(moved, third(project), by=carol)
        assert done.asked == {ana: 2, ben: 3, None: 1}

    def test_who_stood_in_is_asked_what_the_next_version_adds(self, project, carol, ana):
        batch = opened(project, 1, overlap=1)
        submit(assigning.claim_next(batch, ana))
        asking_again.move_forward(batch, second(project), by=carol)
        rating.skip(assigning.claim_next(batch, ana), "expertise", by=ana)
        eve = factories.member(project, "eve", "expert")
        submit(assigning.claim_next(batch, eve), AGAIN)
        done = asking_again.move_forward(batch, third(project), by=carol)
        assert done.asked == {eve: 1}
        seat = assigning.claim_next(batch, eve)
        assert (seat.round, submit(seat, {"short": {"value": "1"}}).scores.count()) == (3, 1)

    def test_what_is_asked_no_more_leaves_the_seat(self, project, carol, ana):
        batch = opened(project, 1, overlap=1)
        submit(assigning.claim_next(batch, ana))
        asking_again.move_forward(batch, second(project, polite="fresh"), by=carol)
        seat = assigning.claim_next(batch, ana)
        rest, _ = authoring.publish_spec(project, spec(CITES, POLITE), by=None)
        # `complete` is gone, and `polite` on its first scale again is a lineage of its own.
        assert [c.key for c in asking_again.preview(batch, rest).criteria] == ["polite"]
        only, _ = authoring.publish_spec(project, spec(CITES), by=None)
        asking_again.move_forward(batch, only, by=carol)
        seat.refresh_from_db()
        assert (seat.state, seat.slot) == ("expired", None)
        assert assigning.claim_next(batch, ana) is None
        with pytest.raises(asking_again.NothingAsked):
            submit(seat, AGAIN)

    def test_straight_to_the_third_version_asks_the_same(self, batch, project, carol):
        second(project)
        asking_again.move_forward(batch, third(project), by=carol)
        row = Reask.objects.select_related("version").first()
        assert asked_keys(row) == ["polite", "complete", "short"]
