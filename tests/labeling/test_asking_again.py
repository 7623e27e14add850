"""A batch moves forward: labels go on, and what means something else is asked again, once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from labeling import asking_again, assigning, authoring, rating
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import (
    Assignment,
    Batch,
    Membership,
    Project,
    Rating,
    RatingDraft,
    Reask,
    Score,
    User,
)
from tests import factories
from tests.faults.invariants import FORBIDDEN
from tests.labeling.moving import (
    AGAIN,
    CITES,
    FIRST_ANSWERS,
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
from tests.labeling.rating.seats import drafted, end_lease
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project: Project, ana: User, ben: User) -> Batch:
    """Three responses, each judged by ana and ben under version 1."""
    made = opened(project)
    judge_all(made, ana, ben)
    return made


@pytest.fixture
def moved(batch: Batch, project: Project, carol: User) -> Batch:
    asking_again.move_forward(batch, second(project), by=carol)
    batch.refresh_from_db()
    return batch


def asked_keys(row: Reask) -> list[str]:
    return list(row.version.criteria.filter(pk__in=row.criteria).values_list("key", flat=True))


def queue_of(batch: Batch) -> list[tuple[int, int, int]]:
    return list(batch.queue.order_by("response").values_list("response", "taken", "overlap"))


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


class TestAnswering:
    def test_what_is_asked_again_comes_first_in_its_old_place(self, moved, ana):
        before = queue_of(moved)
        seat = assigning.claim_next(moved, ana)
        row = Reask.objects.get(assignment=seat)
        assert (seat.round, seat.slot, seat.purpose) == (2, row.slot, "fixed")
        assert seat.response_id == row.response_id
        assert assigning.claim_next(moved, ana) == seat
        assert queue_of(moved) == before

    def test_it_is_answered_alone_and_the_rest_stands(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        judged = Reask.objects.get(assignment=seat).judged
        made = submit(seat, AGAIN)
        assert made.rubric_version.number == 2
        assert made.shown_order == ["polite", "complete"]
        told = {(s.criterion.key, s.value, s.counted) for s in made.scores.all()}
        assert told == {("polite", 2, True), ("complete", 1, True)}
        old = rating.current_rating(judged)
        assert old is not None
        assert old.rubric_version.number == 1
        assert old.scores.filter(superseded_by=None).count() == 2

    @pytest.mark.parametrize(
        ("sent", "where", "message"),
        [
            ({"polite": {"value": "2"}}, "complete", "not answered yet"),
            ({**AGAIN, "cites": {"value": "1"}}, "cites", "no criterion that is asked here"),
            ({**AGAIN, "polite": {"value": "3"}}, "polite", "scale ends at 2"),
        ],
    )
    def test_no_more_and_no_less_than_what_is_asked(self, moved, ana, sent, where, message):
        with pytest.raises(Problems, match=message) as caught:
            submit(assigning.claim_next(moved, ana), sent)
        assert [problem.where for problem in caught.value.problems] == [where]

    def test_when_all_is_answered_nothing_is_left(self, moved, ana, ben):
        assert len(judge_all(moved, ana, ben, answers=AGAIN)) == 6
        assert assigning.claim_next(moved, ana) is None
        assert asking_again.answered_again(moved) == {"asked": 6, "waiting": 0}
        lineages = moved.rubric_version.criteria.values_list("lineage", flat=True)
        counted = Score.objects.filter(superseded_by=None, lineage__in=lineages)
        per_unit = Counter(counted.values_list("response", "lineage"))
        # 3 responses x 3 criteria, each twice
        assert len(per_unit) == 9
        assert set(per_unit.values()) == {2}

    def test_a_lease_that_ends_keeps_the_question_for_its_rater(self, moved, ana, project):
        seat = assigning.claim_next(moved, ana)
        rating.save_draft(seat, {"polite": {"value": "2"}}, edit=0, by=ana)
        end_lease(seat)
        seat.refresh_from_db()
        assert (seat.state, seat.slot) == ("expired", None)
        assert assigning.claim_next(moved, factories.member(project, "eve", "expert")) is None
        again = assigning.claim_next(moved, ana)
        assert (again.pk, again.state, again.round) == (seat.pk, "leased", 2)
        assert again.slot == Reask.objects.get(assignment=seat).slot

    def test_answers_that_come_after_the_lease_still_count(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        end_lease(seat)
        submit(seat, AGAIN)
        seat.refresh_from_db()
        assert (seat.state, seat.purpose, seat.slot is None) == ("submitted", "fixed", False)

    def test_skipped_it_goes_to_somebody_who_has_not_seen_the_response(
        self, moved, ana, ben, project
    ):
        seat = assigning.claim_next(moved, ana)
        rating.skip(seat, "expertise", by=ana)
        row = Reask.objects.get(follows__assignment=seat)
        assert (row.rater, row.ended_at, row.follows.ending) == (None, None, "passed_on")
        judge_all(moved, ana, ben, answers=AGAIN)
        eve = factories.member(project, "eve", "expert")
        taken = assigning.claim_next(moved, eve)
        assert (taken.response_id, taken.slot, taken.round) == (seat.response_id, row.slot, 2)
        submit(taken, AGAIN)
        assert assigning.claim_next(moved, eve) is None
        row.refresh_from_db()
        assert row.rater == eve
        assert asking_again.answered_again(moved) == {"asked": 6, "waiting": 0}

    def test_a_skip_after_the_lease_passes_it_on_too(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        end_lease(seat)
        rating.skip(seat, "expertise", by=ana)
        assert Reask.objects.standing().filter(rater=None).count() == 1
        with pytest.raises(asking_again.NothingAsked):
            submit(seat, AGAIN)

    def test_paused_nothing_is_handed_out_and_closed_nothing_is_taken(self, moved, ana, carol):
        seat = assigning.claim_next(moved, ana)
        assigning.pause(moved, by=carol)
        assert assigning.claim_next(moved, ana) is None
        assigning.close(moved, by=carol)
        with pytest.raises(Conflict, match="closed"):
            submit(seat, AGAIN)

    def test_undone_it_is_answered_anew(self, moved, ana):
        seat = assigning.claim_next(moved, ana)
        submit(seat, AGAIN)
        rating.withdraw(seat, by=ana)
        seat.refresh_from_db()
        assert (seat.state, rating.current_rating(seat)) == ("leased", None)
        assert assigning.claim_next(moved, ana) == seat
        assert submit(seat, AGAIN).revision == 3

    def test_fresh_work_follows_when_nothing_is_asked_again(self, project, ana, carol):
        batch = opened(project, 2, overlap=1)
        seat = assigning.claim_next(batch, ana)
        submit(seat)
        asking_again.move_forward(batch, second(project), by=carol)
        submit(assigning.claim_next(batch, ana), AGAIN)
        fresh = assigning.claim_next(batch, ana)
        assert (fresh.round, fresh.response_id == seat.response_id) == (1, False)
        submit(fresh, SECOND_ANSWERS)
        assert assigning.claim_next(batch, ana) is None

    def test_who_stood_in_is_given_no_second_place_at_the_response(self, project, ana, carol):
        batch = opened(project, 1, overlap=2)
        submit(assigning.claim_next(batch, ana))
        asking_again.move_forward(batch, second(project), by=carol)
        rating.skip(assigning.claim_next(batch, ana), "expertise", by=ana)
        eve = factories.member(project, "eve", "expert")
        submit(assigning.claim_next(batch, eve), AGAIN)
        # The second place is free, but eve has judged here.
        assert assigning.claim_next(batch, eve) is None


class TestSentAgainAndCorrected:
    def test_what_was_sent_before_the_move_is_known_after_it(self, project, ana, carol):
        batch, key = opened(project), uuid4()
        seat = assigning.claim_next(batch, ana)
        made = submit(seat, submission_id=key, version=batch.rubric_version)
        asking_again.move_forward(batch, second(project), by=carol)
        again = submit(seat, submission_id=key, version=made.rubric_version)
        assert again == made
        with pytest.raises(Conflict, match="other answers"):
            submit(seat, AGAIN, submission_id=key)

    def test_a_judgement_is_corrected_by_its_own_version(self, moved, ana, batch):
        judge_all(moved, ana, answers=AGAIN)
        seat = Assignment.objects.filter(rater=ana, round=1).first()
        with pytest.raises(Conflict, match="given under version 1"):
            rating.revise(
                seat,
                SECOND_ANSWERS,
                submission_id=uuid4(),
                by=ana,
                version=moved.rubric_version,
            )
        made = rating.revise(
            seat, FIRST_ANSWERS | {"cites": {"value": "0"}}, submission_id=uuid4(), by=ana
        )
        assert (made.rubric_version.number, made.revision) == (1, 2)

    def test_not_while_the_same_response_is_asked_again(self, moved, ana):
        seat = Assignment.objects.filter(rater=ana, round=1).first()
        with pytest.raises(Conflict, match="Answer that first"):
            rating.revise(seat, FIRST_ANSWERS, submission_id=uuid4(), by=ana)

    def test_the_first_judgement_undone_is_asked_in_whole(self, project, ana, carol):
        batch = opened(project)
        seat = assigning.claim_next(batch, ana)
        submit(seat)
        asking_again.move_forward(batch, second(project), by=carol)
        rating.withdraw(Assignment.objects.get(pk=seat.pk), by=ana)
        assert [row.ending for row in Reask.objects.all()] == ["withdrawn"]
        again = assigning.claim_next(batch, ana)
        assert again.pk == seat.pk
        assert submit(again, SECOND_ANSWERS).scores.count() == 3
        assert not Reask.objects.waiting().exists()

    def test_the_first_judgement_stays_once_the_question_is_taken(self, project, ana, carol):
        batch = opened(project)
        seat = assigning.claim_next(batch, ana)
        submit(seat)
        asking_again.move_forward(batch, second(project), by=carol)
        assigning.claim_next(batch, ana)
        with pytest.raises(Conflict, match="corrected but not undone"):
            rating.withdraw(Assignment.objects.get(pk=seat.pk), by=ana)


class TestDraftsOnTheWay:
    def test_answers_to_what_did_not_change_go_on(self, project, ana, carol):
        batch = opened(project)
        seat = assigning.claim_next(batch, ana)
        rating.save_draft(seat, FIRST_ANSWERS, edit=0, by=ana)
        asking_again.move_forward(batch, second(project), by=carol)
        draft = RatingDraft.objects.select_related("assignment__batch__rubric_version").get()
        # `polite` keeps its key, but 1 means another thing on the new scale.
        assert drafted(draft) == {"cites": FIRST_ANSWERS["cites"]}
        assert draft.payload["answers"] == FIRST_ANSWERS

    def test_a_draft_by_the_old_version_is_still_kept(self, project, ana, carol):
        batch = opened(project)
        old = batch.rubric_version
        seat = assigning.claim_next(batch, ana)
        asking_again.move_forward(batch, second(project), by=carol)
        draft = rating.save_draft(seat, FIRST_ANSWERS, edit=0, by=ana, version=old)
        assert draft.payload["version"] == old.pk
        with pytest.raises(rating.RubricMovedOn):
            submit(seat, version=old)
        assert rating.keep_sent(seat, FIRST_ANSWERS, version=old, by=ana)

    def test_what_is_sent_late_never_runs_over_a_newer_draft(self, project, ana, carol):
        batch = opened(project)
        old = batch.rubric_version
        seat = assigning.claim_next(batch, ana)
        asking_again.move_forward(batch, second(project), by=carol)
        rating.save_draft(seat, SECOND_ANSWERS, edit=0, by=ana)
        assert not rating.keep_sent(seat, FIRST_ANSWERS, version=old, by=ana)
        assert RatingDraft.objects.get().payload["answers"] == SECOND_ANSWERS


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


class TestSealedByTheDatabase:
    def test_two_seats_in_one_slot_and_round(self, refused, moved, ana, ben):
        seat = assigning.claim_next(moved, ana)
        with refused("assignment_slot_once"):
            factories.seat(moved, seat.response, ben, seat.slot, round=2)

    def test_a_response_of_another_batch(self, raw, refused, moved, project):
        row = Reask.objects.first()
        other = opened(project, 1, version=moved.rubric_version, name="Other")
        with refused("reask_of_a_judged_place"):
            insert_changed(raw, row, f"batch_id = {other.pk}")

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("slot = slot + 5", "reask_of_a_judged_place"),
            ("purpose = 'gold'", "reask_of_a_judged_place"),
            ("judged_id = 0", "reask_of_a_judged_place"),
            ("project_id = 0", "reask_of_a_judged_place"),
            ("version_id = version_id - 1", "reask_of_the_batch_version"),
            ("criteria = '{}'", "reask_of_its_criteria"),
            ("criteria = criteria || 0::bigint", "reask_of_its_criteria"),
            ("criteria = criteria || criteria", "reask_of_its_criteria"),
            ("rater_id = rater_id + 1", "reask_of_its_rater"),
            ("assignment_id = judged_id", "reask_of_its_rater"),
            ("id = id", "reask_place_once"),
        ],
    )
    def test_a_row_that_does_not_fit(self, raw, refused, moved, change, rule):
        row = Reask.objects.order_by("rater").first()
        with refused(rule):
            insert_changed(raw, row, change, ended=rule != "reask_place_once")

    def test_a_criterion_that_is_carried_is_not_asked(self, raw, refused, moved):
        cites = moved.rubric_version.criteria.get(key="cites")
        with refused("reask_of_its_criteria"):
            change = f"criteria = criteria || {cites.pk}::bigint"
            insert_changed(raw, Reask.objects.first(), change)

    @pytest.mark.parametrize(
        "change",
        [
            "criteria = '{1}'",
            "version_id = version_id - 1",
            "slot = 7",
            "judged_id = 0",
            "created_at = now()",
            "follows_id = id",
        ],
    )
    def test_what_was_asked_stays(self, raw, refused, moved, change):
        with refused("reask_sealed"):
            raw(f"update labeling_reask set {change}")

    def test_it_is_taken_once_by_a_seat_in_its_place(self, raw, refused, moved, ana):
        seat = assigning.claim_next(moved, ana)
        other = Reask.objects.exclude(assignment=seat).first()
        with refused("reask_taken_once"):
            raw("update labeling_reask set assignment_id = %s where id = %s", seat.pk, other.pk)
        with refused("reask_taken_once"):
            raw("update labeling_reask set assignment_id = null where assignment_id = %s", seat.pk)
        with refused("reask_taken_once"):
            raw("update labeling_reask set rater_id = null where id = %s", other.pk)

    def test_an_end_is_an_end_and_nothing_is_deleted(self, raw, refused, moved):
        raw("update labeling_reask set ended_at = now(), ending = 'moved'")
        with refused("reask_sealed"):
            raw("update labeling_reask set ended_at = null, ending = ''")
        with refused("reask_is_a_fact|permission denied"):
            raw("delete from labeling_reask")


COLUMNS = (
    *("project_id", "batch_id", "response_id", "rater_id", "slot", "purpose"),
    *("version_id", "criteria", "judged_id", "assignment_id"),
)


def insert_changed(raw, row: Reask, change: str, *, ended: bool = True) -> None:
    """A row like the given one, but for one column, in its stead."""
    name, _, value = change.partition(" = ")
    values = [value if column == name else column for column in COLUMNS]
    if ended:
        raw("update labeling_reask set ended_at = now(), ending = 'moved' where id = %s", row.pk)
    raw(
        f"insert into labeling_reask ({', '.join(COLUMNS)})"
        f" select {', '.join(values)} from labeling_reask where id = %s",
        row.pk,
    )


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_eight_raters_answer_old_and_new_questions_with_repeats(self, project, carol):
        """None doubled, none lost, one open lease each; leases end and questions are passed on."""
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(8)]
        batch = opened(project, 30, overlap=3)
        for rater in raters[:4]:
            for _ in range(15):
                submit(assigning.claim_next(batch, rater))
        done = asking_again.move_forward(batch, second(project), by=carol)
        assert done.total == 60
        batch.refresh_from_db()

        def work(index: int) -> None:
            rater, turn = raters[index], 0
            while turn < 80 and (seat := assigning.claim_next(batch, rater)):
                turn += 1
                again = {assigning.claim_next(batch, rater).pk for _ in range(2)}
                assert again == {seat.pk}
                if (turn + index) % 9 == 0:
                    rating.skip(seat, "expertise", by=rater)
                elif (turn + index) % 7 == 0:
                    ended = Assignment.objects.filter(pk=seat.pk, state="leased")
                    ended.update(lease_until=timezone.now() - timedelta(seconds=1))
                    assigning.expire_leases()
                else:
                    answers, key = (AGAIN if seat.round > 1 else SECOND_ANSWERS), uuid4()
                    made = {submit(seat, answers, submission_id=key).pk for _ in range(3)}
                    assert len(made) == 1

        at_once(8, work)
        self.assert_exact(batch)
        # Who was done before the last question was passed on comes back once more.
        for rater in raters:
            while seat := assigning.claim_next(batch, rater):
                submit(seat, AGAIN if seat.round > 1 else SECOND_ANSWERS)
        self.assert_exact(batch)
        # What waits now was seen by everybody: nobody who could answer it is left.
        for row in Reask.objects.standing().filter(batch=batch, assignment=None):
            seen = set(
                Assignment.objects.filter(batch=batch, response=row.response_id).values_list(
                    "rater", flat=True
                )
            )
            assert row.rater is None
            assert seen == {rater.pk for rater in raters}

    def assert_exact(self, batch: Batch) -> None:
        seats = Assignment.objects.filter(batch=batch)
        held = seats.filter(round=1, slot__isnull=False)
        taken = dict(batch.queue.values_list("response", "taken"))
        counts = Counter(held.values_list("response", flat=True))
        assert {response: counts[response] for response in taken} == taken
        assert max(counts.values()) <= 3
        leased = Counter(seats.filter(state="leased").values_list("rater", flat=True))
        assert set(leased.values()) <= {1}
        scores = Score.objects.filter(batch=batch, superseded_by=None)
        places = scores.filter(assignment__slot__isnull=False)
        per_place = Counter(places.values_list("response", "assignment__slot", "lineage"))
        assert set(per_place.values()) == {1}
        per_rater = Counter(scores.values_list("response", "rater", "lineage"))
        assert set(per_rater.values()) == {1}
        answered = Reask.objects.standing().filter(assignment__state="submitted")
        assert answered.count() == seats.filter(round__gt=1, state="submitted").count()
        asked = {(row.response_id, row.slot): row.assignment_id for row in Reask.objects.standing()}
        assert len(asked) == 60
        with connection.cursor() as cursor:
            for words, sql in FORBIDDEN.items():
                assert cursor.execute(sql).fetchall() == [], words

    def test_a_move_among_submits_loses_no_judgement(self, project, carol):
        """Whoever submits before the move is asked again, whoever comes after answers all."""
        raters = [factories.member(project, f"rater{n}", "expert") for n in range(6)]
        batch, version = opened(project, 20, overlap=3), second(project)
        old, begun = batch.rubric_version, threading.Event()

        def work(index: int) -> set[int]:
            """The ratings that were acknowledged."""
            if index == 6:
                begun.wait(10)
                asking_again.move_forward(batch, version, by=carol)
                return set()
            made = set()
            for turn in range(10):
                seat = assigning.claim_next(batch, raters[index])
                if turn == 2:
                    begun.set()
                if seat is None:
                    break
                try:
                    done = submit(seat, AGAIN if seat.round > 1 else FIRST_ANSWERS, version=None)
                except (rating.RubricMovedOn, Problems):
                    done = submit(seat, SECOND_ANSWERS)
                made.add(done.pk)
            return made

        acknowledged = set().union(*at_once(7, work))
        # 6 raters x 10 turns; 20 responses x 3 places leave enough for all of them.
        assert len(acknowledged) == 60
        assert set(Rating.objects.filter(batch=batch).values_list("pk", flat=True)) == acknowledged
        for judged in Assignment.objects.filter(batch=batch, round=1, state="submitted"):
            under = rating.current_rating(judged).rubric_version
            asked = Reask.objects.filter(judged=judged).count()
            assert asked == (1 if under == old else 0)
