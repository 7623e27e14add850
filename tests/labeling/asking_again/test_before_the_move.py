"""What was sent, drafted or judged before a batch moved forward is known after it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from labeling import asking_again, assigning, rating
from labeling.errors import Conflict
from labeling.models import (
    Assignment,
    RatingDraft,
    Reask,
)
from tests.labeling.moving import (
    AGAIN,
    FIRST_ANSWERS,
    SECOND_ANSWERS,
    judge_all,
    opened,
    second,
    submit,
)
from tests.labeling.rating.seats import drafted

pytestmark = pytest.mark.django_db


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
