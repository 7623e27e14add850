"""The plain submit, one round trip in the database, beside the same thing done step by step."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from labeling import assigning, rating
from labeling.models import Assignment, Batch, Membership, Rating, RatingDraft, Response, Score
from labeling.rating import submitting
from labeling.ways import Asking
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, end_lease, opened, submit

DIFFERENT = {"id", "assignment", "rating", "response", "submission_id", "submitted_at", "ord"}


def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "_plain", lambda *args, **kwargs: None)


def rows(seat: Assignment) -> dict[str, object]:
    """Everything a submit leaves, but for what differs between any two seats."""
    seat.refresh_from_db()
    made = Rating.objects.get(assignment=seat)

    def told(row: object) -> dict[str, object]:
        fields = [field.name for field in row._meta.concrete_fields]
        values = {name: getattr(row, name) for name in fields if name not in DIFFERENT}
        return values | {"lease_until": None, "created_at": None}

    scores = Score.objects.filter(rating=made).order_by("id")
    return {
        "seat": told(seat),
        "rating": told(made),
        "scores": [told(score) for score in scores],
        "drafts": RatingDraft.objects.filter(assignment=seat).count(),
        "stale": Batch.objects.get(pk=seat.batch_id).stale_since is not None,
    }


ANSWERS = {
    "graded": {"value": "0.5", "rationale": "  Half of it. ", "confidence": "2"},
    "polite": {"value": "NA", "rationale": ""},
    "cites_policy": {"value": "Met"},
}


@pytest.fixture
def wide(project) -> Batch:
    """A batch by a rubric of three kinds of answers."""
    draft = factories.draft(project)
    factories.criterion(draft, "cites_policy")
    factories.criterion(draft, "polite", allow_na=True)
    factories.criterion(draft, "graded", scale="interval", minimum=0, maximum=1)
    return opened(project, 4, version=factories.publish(draft))


class TestTheSameRows:
    def test_plain_and_step_by_step(self, wide, ana, monkeypatch):
        left = []
        for done in (lambda: None, lambda: step_by_step(monkeypatch)):
            done()
            Batch.objects.update(stale_since=None)
            seat = assigning.claim_next(wide, ana)
            RatingDraft.objects.create(assignment=seat, payload={"answers": {}}, edit=1)
            submit(seat, ANSWERS, active_ms=-3, shown_order=["polite", "graded", "cites_policy"])
            left.append(rows(seat))
        assert left[0] == left[1]
        assert left[0]["seat"]["state"] == "submitted"
        assert (left[0]["drafts"], left[0]["stale"]) == (0, True)
        assert [score["value"] for score in left[0]["scores"]] == [1, None, 0.5]

    def test_what_it_returns_is_what_was_written(self, wide, ana, monkeypatch):
        for done in (lambda: None, lambda: step_by_step(monkeypatch)):
            done()
            key = uuid4()
            made = submit(assigning.claim_next(wide, ana), ANSWERS, submission_id=key, active_ms=9)
            kept = Rating.objects.get(submission_id=key)
            for field in Rating._meta.concrete_fields:
                assert getattr(made, field.attname) == getattr(kept, field.attname), field.name

    def test_the_plain_case_is_one_round_trip(
        self, wide, ana, django_assert_num_queries, monkeypatch
    ):
        submit(assigning.claim_next(wide, ana), ANSWERS)
        seat = assigning.claim_next(wide, ana)
        with django_assert_num_queries(1):
            rating.submit(seat, ANSWERS, submission_id=uuid4(), by=ana)
        assert Rating.objects.count() == 2


class TestAskedForMore:
    """What needs a look at the response or at what was drawn is done step by step."""

    def sent(self, seat: Assignment, answers: object = BOTH_MET) -> rating.Submitted | None:
        version = seat.batch.rubric_version
        key = uuid4()
        return rating.submit_and_next(
            seat.pk, answers, submission_id=key, by=seat.rater, version=version
        )

    @pytest.mark.parametrize(
        "asking",
        [
            Asking(way="grid"),
            Asking(overall_share=Decimal("0.01")),
            Asking(shuffled_share=Decimal("0.01")),
            Asking(asks_confidence=True),
        ],
        ids=repr,
    )
    def test_a_batch_that_asks_for_more(self, project, ana, asking):
        seat = assigning.claim_next(opened(project, 1, asking=asking), ana)
        assert self.sent(seat) is None
        assert not Rating.objects.exists()

    def test_evidence_and_an_overall(self, project, ana):
        seat = assigning.claim_next(opened(project, 1), ana)
        quoted = BOTH_MET | {"polite": {"value": "1", "evidence": ["Answer"]}}
        for answers in (quoted, {rating.OVERALL: {"value": 3}, **BOTH_MET}):
            assert self.sent(seat, answers) is None
        assert not Rating.objects.exists()
        kept = submit(seat, quoted).scores.get(criterion__key="polite")
        assert kept.evidence == ["Answer"]

    def test_whoever_said_how_sure_is_as_quick_as_anyone(self, project, ana):
        batch = opened(project, 2, asking=Asking(asks_confidence=True))
        seat = assigning.claim_next(batch, ana)
        answers = {key: {**said, "confidence": 3} for key, said in BOTH_MET.items()}
        sent = self.sent(seat, answers)
        assert sent is not None
        assert {one.confidence for one in sent.rating.scores.all()} == {3}


class TestTheNextSeat:
    def test_it_comes_with_all_that_its_page_shows(self, wide, ana, django_assert_num_queries):
        first = assigning.claim_next(wide, ana)
        sent = self.send(first, ana)
        following = sent.following.seat
        kept = (
            Assignment.objects.held_by(ana)
            .select_related("response__generator")
            .get(state="leased")
        )
        with django_assert_num_queries(0):
            assert following == kept
            for name in ("state", "purpose", "slot", "round", "ord", "lease_until", "rater_id"):
                assert getattr(following, name) == getattr(kept, name)
            assert following.response.messages == kept.response.messages
            assert following.response.item.messages == kept.response.item.messages
            assert following.response.generator.name == kept.response.generator.name
            assert following.batch.name == kept.batch.name
            assert following.batch.created_at == kept.batch.created_at
            assert following.batch.project.title == kept.batch.project.title
            assert getattr(following, "draft", None) is None
        assert (sent.following.done, sent.following.again) == (1, 0)

    def test_a_draft_comes_with_the_seat_it_belongs_to(self, wide, ana):
        first = assigning.claim_next(wide, ana)
        RatingDraft.objects.create(assignment=first, payload={"answers": {"polite": 1}}, edit=3)
        end_lease(first)
        second = Assignment.objects.create(
            project=wide.project,
            batch=wide,
            rater=ana,
            slot=1,
            state="leased",
            lease_until=timezone.now(),
            response=Response.objects.exclude(pk=first.response_id).first(),
        )
        wide.queue.filter(response=second.response_id).update(taken=1)
        following = self.send(second, ana).following.seat
        assert following == first
        assert (following.draft.edit, following.draft.payload["answers"]) == (3, {"polite": 1})

    def test_nothing_left_is_none(self, project, ana):
        batch = opened(project, 1)
        seat = assigning.claim_next(batch, ana)
        sent = rating.submit_and_next(
            seat.pk, BOTH_MET, submission_id=uuid4(), by=ana, version=batch.rubric_version
        )
        assert sent.following is None
        assert sent.rating == Rating.objects.get()

    def send(self, seat: Assignment, by) -> rating.Submitted:
        sent = rating.submit_and_next(
            seat.pk, ANSWERS, submission_id=uuid4(), by=by, version=seat.batch.rubric_version
        )
        assert sent is not None
        return sent


class TestNotPlain:
    """Left alone by the database: no row is written, and the long way says what is wrong."""

    def refused(self, seat: Assignment, by, answers=BOTH_MET, version=None, key=None) -> None:
        before = Rating.objects.count(), Assignment.objects.filter(state="leased").count()
        version = version or seat.batch.rubric_version
        assert (
            rating.submit_and_next(
                seat.pk, answers, submission_id=key or uuid4(), by=by, version=version
            )
            is None
        )
        after = Rating.objects.count(), Assignment.objects.filter(state="leased").count()
        assert after == before

    def test_somebody_elses_seat(self, seat, ben):
        self.refused(seat, ben)

    def test_no_seat_at_all(self, seat, ana):
        seat.pk = 10**9
        self.refused(seat, ana)

    def test_no_expert_any_more(self, seat, ana):
        Membership.objects.filter(user=ana).update(role="viewer")
        self.refused(seat, ana)

    def test_a_closed_batch(self, seat, ana):
        Batch.objects.update(state="closed")
        self.refused(seat, ana)

    def test_answers_that_are_missing(self, seat, ana):
        self.refused(seat, ana, {"polite": {"value": "1"}})

    def test_another_version_of_the_rubric(self, seat, ana):
        rubric = seat.batch.rubric_version.rubric
        draft = factories.draft(seat.project, 2, rubric)
        factories.criterion(draft, "cites_policy")
        factories.criterion(draft, "polite")
        self.refused(seat, ana, version=factories.publish(draft))

    def test_a_version_that_is_known_from_another_database(self, seat, ana):
        version = seat.batch.rubric_version
        version.published_at = timezone.now()
        self.refused(seat, ana, version=version)

    def test_an_ended_lease(self, seat, ana):
        end_lease(seat)
        self.refused(seat, ana)

    def test_a_seat_that_was_submitted(self, seat, ana):
        submit(seat)
        self.refused(seat, ana, ONE_MET)

    def test_a_submission_that_was_received_for_another_seat(self, batch, ana):
        key = uuid4()
        submit(assigning.claim_next(batch, ana), submission_id=key)
        self.refused(assigning.claim_next(batch, ana), ana, key=key)

    def test_a_withdrawn_rating_sent_anew_is_the_next_revision(self, seat, ana):
        submit(seat)
        rating.withdraw(seat, by=ana)
        self.refused(seat, ana)
        assert submit(seat, ONE_MET).revision == 3
