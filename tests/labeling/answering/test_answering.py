"""Experts write answers: one an item, kept, sent once, never rated by their writer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from evals.queries.solved import solved
from labeling import adjudicating, answering, assigning, rating
from labeling.errors import Conflict, Problems
from labeling.models import AnswerPlace, AnswerReturn, Assignment, Response
from tests import factories

MET = {"cites_policy": {"value": 1}, "polite": {"value": 1}}


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def items(project):
    return factories.items_to_answer(project)


@pytest.fixture
def task(project, version, items, carol):
    return factories.answer_task(project, version, by=carol)


def written(task, by, text="No, the 14 days are over."):
    place = answering.claim(task, by=by)
    return answering.send(place, text, by=by)


class TestTaking:
    def test_each_item_is_given_to_one_expert(self, task, ana, ben):
        first, second = answering.claim(task, by=ana), answering.claim(task, by=ben)
        assert first.item != second.item
        assert answering.claim(task, by=ana) == first

    def test_all_are_answered_once(self, task, ana):
        made = [written(task, ana) for _ in range(3)]
        assert len({one.item_id for one in made}) == 3
        assert answering.claim(task, by=ana) is None

    def test_handed_back_it_is_free_for_another(self, task, ana, ben):
        place = answering.claim(task, by=ana)
        answering.keep(place, "No", edit=0, by=ana)
        answering.hand_back(place, "Not my field.", by=ana)
        assert answering.claim(task, by=ben) == place
        assert answering.claim(task, by=ben).text == ""

    def test_handed_back_it_is_offered_to_others_only_and_the_reason_stays(self, task, ana, ben):
        kept = set()
        while place := answering.claim(task, by=ana):
            answering.hand_back(place, " Not my field. ", by=ana)
            kept.add(place)
        assert len(kept) == 3
        told = {(one.place, one.by, one.reason) for one in AnswerReturn.objects.all()}
        assert told == {(place, ana, "Not my field.") for place in kept}
        assert task not in answering.left_for(ana), "nothing is left for her"
        assert task in answering.left_for(ben)
        assert answering.claim(task, by=ben) in kept

    @pytest.mark.parametrize("reason", ["", "  ", "a" * 501, "a\0b"])
    def test_without_a_reason_nothing_is_handed_back(self, task, ana, reason):
        place = answering.claim(task, by=ana)
        answering.keep(place, "No", edit=0, by=ana)
        with pytest.raises(Problems, match="reason"):
            answering.hand_back(place, reason, by=ana)
        assert answering.claim(task, by=ana).text == "No"

    @pytest.mark.parametrize(("text", "taken"), [("", True), ("Begun.", False)])
    def test_an_ended_lease_frees_only_what_is_not_begun(self, task, ana, ben, text, taken):
        place = answering.claim(task, by=ana)
        if text:
            answering.keep(place, text, edit=0, by=ana)
        AnswerPlace.objects.filter(pk=place.pk).update(
            lease_until=timezone.now() - timedelta(days=2)
        )
        assert (answering.claim(task, by=ben) == place) is taken

    def test_what_was_left_for_days_goes_to_another_and_its_text_stays_its_writers(
        self, task, ana, ben
    ):
        place = answering.claim(task, by=ana)
        answering.keep(place, "Begun.", edit=0, by=ana)
        ago = timezone.now() - timedelta(days=3, seconds=1)
        AnswerPlace.objects.filter(pk=place.pk).update(lease_until=ago)
        theirs = answering.claim(task, by=ben)
        assert (theirs, theirs.text) == (place, "")
        assert answering.left_text(theirs, ana) == "Begun."
        assert answering.left_text(theirs, ben) is None
        with pytest.raises(Conflict, match="not writing at this item any more"):
            answering.keep(place, "Begun again.", edit=1, by=ana)
        # Free once more, it is the one that ana goes on with.
        answering.hand_back(theirs, "Not my field.", by=ben)
        again = answering.claim(task, by=ana)
        assert (again, again.text, again.left) == (place, "Begun.", {})

    def test_the_desk_tells_where_items_wait(self, task, ana, ben):
        assert list(answering.left_for(ana)) == [task]
        assert task not in type(task).objects.open_to(ana), "there is nothing to rate in it"


class TestWriting:
    def test_every_save_is_kept_and_stale_ones_told(self, task, ana):
        place = answering.claim(task, by=ana)
        assert answering.keep(place, "N", edit=0, by=ana).edit == 1
        assert answering.keep(place, "No", edit=1, by=ana).edit == 2
        with pytest.raises(answering.StaleText) as caught:
            answering.keep(place, "Yes", edit=1, by=ana)
        assert (caught.value.stored.text, caught.value.sent) == ("No", "Yes")

    def test_sent_it_is_a_response_of_a_neutral_generator(self, task, ana):
        made = written(task, ana)
        assert (made.generator.kind, made.generator.name) == ("expert", "expert-writer-1")
        assert made.output == "No, the 14 days are over."
        assert made.messages == [{"role": "assistant", "content": "No, the 14 days are over."}]
        assert "ana" not in str((made.external_id, made.metadata, made.generator.name))

    def test_an_expert_has_one_generator_in_a_project(self, task, ana, ben):
        first, second, other = written(task, ana), written(task, ana), written(task, ben)
        assert first.generator == second.generator
        assert other.generator.name == "expert-writer-2"

    def test_sent_again_it_is_the_same(self, task, ana):
        place = answering.claim(task, by=ana)
        first = answering.send(place, "No.", by=ana)
        assert answering.send(place, "No.", by=ana) == first
        with pytest.raises(Conflict, match="sent before"):
            answering.send(place, "Yes.", by=ana)

    def test_under_one_submission_it_is_sent_once(self, task, ana):
        first, second = uuid4(), uuid4()
        place = answering.claim(task, by=ana)
        made = answering.send(place, "No.", submission_id=first, by=ana)
        assert answering.send(place, "No.", submission_id=first, by=ana) == made
        assert answering.send(place, "No.", by=ana) == made
        for text, submission in (("Yes.", first), ("No.", second)):
            with pytest.raises(Conflict, match="sent before"):
                answering.send(place, text, submission_id=submission, by=ana)
        other = answering.claim(task, by=ana)
        with pytest.raises(Conflict, match="Another answer was sent under this submission"):
            answering.send(other, "No.", submission_id=first, by=ana)
        other.refresh_from_db()
        assert (other.state, Response.objects.filter(generator__kind="expert").count()) == (
            *("taken", 1),
        )

    def test_repairing_keeps_what_it_began_from_and_shows_the_edits(self, task, ana):
        place = answering.claim(task, by=ana)
        source = Response.objects.get(item=place.item)
        place = answering.begin_from(place, source, by=ana)
        assert place.text == "Yes, within 30 days."
        made = answering.send(place, "Yes, within 14 days.", by=ana)
        place.refresh_from_db()
        assert place.repairs == source
        assert made.metadata["repaired_from"] == source.external_id
        changed = [(one.kind, one.text) for one in answering.edits(place) if one.kind != "same"]
        assert changed == [("removed", "30"), ("added", "14")]

    def test_unchanged_or_empty_it_is_no_answer(self, task, ana):
        place = answering.claim(task, by=ana)
        place = answering.begin_from(place, Response.objects.get(item=place.item), by=ana)
        for text in (place.text, "  "):
            with pytest.raises(Problems):
                answering.send(place, text, by=ana)

    def test_another_items_response_is_no_beginning(self, task, ana):
        place = answering.claim(task, by=ana)
        other = Response.objects.exclude(item=place.item).first()
        with pytest.raises(Problems):
            answering.begin_from(place, other, by=ana)

    def test_nobody_writes_at_anothers(self, task, ana, ben):
        place = answering.claim(task, by=ana)
        for act in (
            lambda: answering.keep(place, "x", edit=0, by=ben),
            lambda: answering.send(place, "x", by=ben),
            lambda: answering.hand_back(place, "Mine.", by=ben),
        ):
            with pytest.raises(Conflict):
                act()


class TestRatedBlind:
    def test_at_least_two_others(self, task, ana, carol):
        with pytest.raises(Conflict, match="No answer has been written"):
            answering.put_before_experts(task, "Rated", overlap=2, by=carol)
        written(task, ana)
        with pytest.raises(Problems):
            answering.put_before_experts(task, "Rated", overlap=1, by=carol)

    def test_the_writer_is_handed_the_others_only(self, task, ana, ben, carol):
        own = written(task, ana)
        batch = answering.put_before_experts(task, "Rated", overlap=2, by=carol)
        assert set(batch.queue.values_list("response", flat=True)) == set(
            Response.objects.filter(item=own.item).values_list("pk", flat=True)
        )
        seen = set()
        while seat := assigning.claim_next(batch, ana):
            seen.add(seat.response_id)
            rating.submit(seat, MET, submission_id=uuid4(), by=ana)
        assert seen == {one.pk for one in Response.objects.filter(item=own.item)} - {own.pk}

    def test_rated_by_two_it_is_the_proof(self, task, project, ana, ben, carol):
        own = written(task, ana)
        batch = answering.put_before_experts(task, "Rated", overlap=2, by=carol)
        people = [ben, factories.member(project, "cleo", "expert")]
        for number, person in enumerate(people):
            while seat := assigning.claim_next(batch, person):
                said = MET | {"polite": {"value": number}}
                rating.submit(seat, said, submission_id=uuid4(), by=person)
        (found,) = solved(own.item)
        # cites_policy by both, polite by one of them only
        assert (found.response, found.met, found.total, found.raters) == (own.pk, 1, 2, 2)
        assert found.is_proof


class TestSeals:
    SEAT = (
        "insert into labeling_assignment (project_id, batch_id, response_id, rater_id, round,"
        " slot, purpose, state, ord, skip_reason)"
        " values (%s, %s, %s, %s, %s, %s, %s, 'submitted', 0, '')"
    )

    @pytest.fixture
    def own(self, task, ana):
        return written(task, ana)

    @pytest.mark.parametrize(
        ("round_", "purpose", "named"),
        [
            (2, "fixed", "assignment_asked_again"),
            (2, "gold", "assignment_not_own_answer"),
            (0, "adjudication", "assignment_not_own_answer"),
        ],
    )
    def test_nobody_rates_their_own_answer(
        self, raw, refused, task, version, own, ana, round_, purpose, named
    ):
        batch = factories.batch(version, [own])
        type(batch).objects.filter(pk=batch.pk).update(state="closed")
        with refused(named):
            raw(self.SEAT, own.project_id, batch.pk, own.pk, ana.pk, round_, 1, purpose)

    def test_the_passed_over_seat_stays_so(self, raw, refused, version, own, ana):
        factories.batch(version, [own])
        assert Assignment.objects.get(response=own).skip_reason == "own answer"
        with refused("assignment_not_own_answer"):
            raw(
                "update labeling_assignment set state = 'submitted', slot = 1"
                " where response_id = %s",
                own.pk,
            )

    def test_a_written_answer_is_a_fact(self, raw, refused, own):
        for change in ("text = 'x'", "state = 'free'", "expert_id = null", "repairs_id = null"):
            with refused("answerplace_sealed"):
                raw(f"update labeling_answerplace set {change} where response_id = %s", own.pk)

    def test_only_an_own_response_to_the_item_is_an_answer(self, raw, refused, task, ben):
        place = answering.claim(task, by=ben)
        model = Response.objects.filter(item=place.item, generator__kind="model").get()
        with refused("answerplace_own_response"):
            raw(
                "update labeling_answerplace set state = 'written', response_id = %s where id = %s",
                *(model.pk, place.pk),
            )

    def test_what_was_handed_back_and_why_is_a_fact(self, raw, refused, task, ben):
        answering.hand_back(answering.claim(task, by=ben), "Not my field.", by=ben)
        with refused("answerreturn_is_a_fact"):
            raw("update labeling_answerreturn set reason = 'x'")

    def test_writers_are_facts(self, raw, refused, own):
        with refused("expertwriter_is_a_fact"):
            raw("update labeling_expertwriter set expert_id = expert_id")


def test_nobody_rules_on_their_own_answer(task, version, project, ana, ben):
    own = written(task, ana)
    batch = factories.batch(version, [own], overlap=2)
    for slot, digit in enumerate((0, 1), start=1):
        person = factories.member(project, f"rater-{slot}", "expert")
        factories.rating(factories.seat(batch, own, person, slot), {"cites_policy": digit})
    batch.queue.update(taken=2)
    type(batch).objects.filter(pk=batch.pk).update(state="closed", watermark=10**6)
    batch.refresh_from_db()
    adjudicating.refresh(batch)
    factories.Membership.objects.create(project=project, user=ana, role="adjudicator")
    assert adjudicating.claim(batch, by=ana) is None
    with pytest.raises(Conflict, match="wrote this answer yourself"):
        adjudicating.claim(batch, by=ana, response=own.pk)
