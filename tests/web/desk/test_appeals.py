"""An expert says why a known answer is wrong; its authors decide, and the expert is told."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import assigning, practice, rating, triage
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import Assignment, Batch, Flag, GoldAnswer, PracticePass
from tests import factories
from tests.labeling.practice.practising import go_through, known_responses, opened, submit
from tests.web.desk.requests import LogIn, address

pytestmark = pytest.mark.django_db
FLAGS = "/p/refunds/rubrics/refund-quality/flags"


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def batch(project, version) -> Batch:
    return opened(version, known_responses(project, version, 20))


@pytest.fixture
def seat(batch, ana) -> Assignment:
    """Ana has answered “not met” where “met” is known."""
    found = assigning.claim_next(batch, ana)
    submit(found, 0)
    return Assignment.objects.select_related("batch", "response").get(pk=found.pk)


@pytest.fixture
def flag(seat, ana) -> Flag:
    return practice.appeal(seat, "cites_policy", "Paragraph 4 is about kettles.", by=ana)


def now() -> GoldAnswer:
    return GoldAnswer.objects.newest().latest("pk")


class TestAppealing:
    def test_from_ones_own_page_to_the_authors_list(self, as_user: LogIn, ana, amy, seat):
        client = as_user(ana)
        assert "This known answer is wrong" in client.get(address(seat)).text
        sent = {"criterion": "cites_policy", "text": "Paragraph 4 is about kettles."}
        page = client.post(address(seat, "appeal"), sent, follow=True).text
        assert "Your appeal waits for the authors." in page
        listed = as_user(amy).get(FLAGS).text
        assert "Appeal against a known answer" in listed
        assert "Paragraph 4 is about kettles." in listed

    def test_ones_agreement_page_names_what_differs(self, as_user: LogIn, ana, ben, seat):
        page = as_user(ana).get("/desk/mine/").text
        assert f'href="{address(seat)}"' in page
        assert "Not met" in page
        assert address(seat) not in as_user(ben).get("/desk/mine/").text

    def test_without_a_reason_it_is_not_sent(self, as_user: LogIn, ana, seat):
        sent = {"criterion": "cites_policy", "text": " "}
        answer = as_user(ana).post(address(seat, "appeal"), sent)
        assert answer.status_code == 422
        assert not Flag.objects.exists()

    def test_sent_twice_it_is_one_and_another_is_refused(self, seat, ana, flag):
        assert practice.appeal(seat, "cites_policy", flag.text, by=ana) == flag
        with pytest.raises(Conflict, match="appealed against this known answer already"):
            practice.appeal(seat, "cites_policy", "Another reason.", by=ana)

    def test_what_one_does_not_see_one_cannot_appeal_against(self, batch, seat, ana, ben):
        fresh = assigning.claim_next(batch, ana)
        with pytest.raises(Conflict, match="no known answer here"):
            practice.appeal(fresh, "cites_policy", "Wrong.", by=ana)
        with pytest.raises(Conflict, match="no known answer here"):
            practice.appeal(seat, "polite", "Wrong.", by=ana)
        with pytest.raises(rating.NotYours):
            practice.appeal(seat, "cites_policy", "Wrong.", by=ben)

    def test_the_ladder(self, as_user: LogIn, ana, ben, dan, seat):
        sent = {"criterion": "cites_policy", "text": "Wrong."}
        for person in (ben, dan):
            assert as_user(person).post(address(seat, "appeal"), sent).status_code == 404
        assert as_user(ana).get(address(seat, "appeal")).status_code == 405

    def test_a_seat_in_work_is_flagged_for_other_things_only(self, batch, ana):
        with pytest.raises(Problems, match="one of rubric, item, other is needed"):
            rating.flag(assigning.claim_next(batch, ana), kind="gold", text="Wrong.", by=ana)


class TestDeciding:
    def test_accepted_it_is_the_next_revision_and_the_expert_is_told(
        self, as_user: LogIn, amy, ana, seat, flag
    ):
        client = as_user(amy)
        page = client.get(f"{FLAGS}/{flag.pk}/").text
        for text in ("Paragraph 4 decides it.", "Accept the appeal and revise", "Not met"):
            assert text in page
        said = {"do": "revise", "value": "0", "text": "Right: it is about kettles."}
        client.post(f"{FLAGS}/{flag.pk}/decide", said)
        made = now()
        assert (made.value, made.revision, made.source, made.by) == (0, 2, "appeal", amy)
        assert made.explanation == "Right: it is about kettles."
        client = as_user(ana)
        told = client.get("/desk/flags/").text
        assert "The known answer was revised" in told
        assert "Right: it is about kettles." in told
        page = client.get(address(seat)).text
        assert "1 of 1 as known" in page
        assert "Your appeal was accepted" in page

    def test_refused_the_expert_reads_why(self, as_user: LogIn, amy, ana, seat, flag):
        said = {"do": "answer", "text": "Paragraph 4 is about all returns."}
        as_user(amy).post(f"{FLAGS}/{flag.pk}/decide", said)
        assert now().revision == 1
        page = as_user(ana).get(address(seat)).text
        assert "The authors have answered your appeal." in page
        assert "Paragraph 4 is about all returns." in as_user(ana).get("/desk/flags/").text

    def test_nothing_may_be_known_any_more(self, amy, flag):
        triage.revise(flag, "", "Nobody can tell.", by=amy)
        assert (now().value, now().explanation) == (None, "Nobody can tell.")

    @pytest.mark.parametrize(
        ("value", "text", "fault"),
        [
            ("1", "So it is.", "is the known answer already"),
            ("7", "So it is.", "which the scale does not have"),
            ("0", "", "is missing: the expert reads it"),
        ],
    )
    def test_what_is_wrong_is_said(self, as_user: LogIn, amy, flag, value, text, fault):
        said = {"do": "revise", "value": value, "text": text}
        answer = as_user(amy).post(f"{FLAGS}/{flag.pk}/decide", said)
        assert answer.status_code == 422
        assert fault in answer.text.replace("Is the", "is the").replace("Is missing", "is missing")
        assert now().revision == 1

    def test_who_decides_on_something_else_by_now_is_told(self, amy, version, seat, flag):
        factories.gold(seat.response, version, 0)
        with pytest.raises(Conflict, match="Somebody else has changed"):
            triage.revise(flag, "0", "So it is.", by=amy)

    def test_accepted_it_is_not_opened_again(self, amy, flag):
        triage.revise(flag, "0", "So it is.", by=amy)
        with pytest.raises(Conflict, match="has been revised"):
            triage.reopen(flag, by=amy)

    def test_another_flag_revises_nothing(self, amy, seat):
        with pytest.raises(DomainError, match="Only an appeal"):
            triage.revise(factories.flag(seat), "0", "So it is.", by=amy)

    def test_it_can_make_a_pass(self, batch, amy, ana):
        # 15 of 20 are the known answer, then one more is.
        go_through(batch, ana, right=15)
        wrong = batch.assignments.filter(ratings__scores__value=0, ratings__scores__counted=False)
        seat = wrong.filter(ratings__scores__criterion__key="cites_policy").order_by("-pk").first()
        flag = practice.appeal(seat, "cites_policy", "It is not.", by=ana)
        assert not PracticePass.objects.exists()
        triage.revise(flag, "0", "Right.", by=amy)
        assert PracticePass.objects.get().n_right == 16

    def test_an_author_who_may_get_the_response_reads_neither(
        self, as_user: LogIn, project, version, amy, seat, flag
    ):
        factories.member(project, "amy", "expert")
        other = factories.batch(version, [seat.response], name="Again")
        factories.seat(other, factories.response(seat.response.item), amy)
        page = as_user(amy).get(f"{FLAGS}/{flag.pk}/").text
        assert "Paragraph 4" not in page


class TestAnAuthorWhoMayYetBeGivenTheResponse:
    """Amy is an expert too. She holds no seat; the response waits in another open batch."""

    SECRETS = ("Paragraph 4", "kettles", "Not met", "ana")

    @pytest.fixture
    def again(self, project, version, batch, seat, flag, amy) -> Batch:
        factories.member(project, "amy", "expert")
        Batch.objects.filter(pk=batch.pk).update(state="closed")
        return factories.batch(version, [seat.response], name="Again")

    def seen(self, as_user: LogIn, amy, flag) -> list[str]:
        client = as_user(amy)
        pages = [client.get(f"{FLAGS}?state=all").text, client.get(f"{FLAGS}/{flag.pk}/").text]
        return [page.partition("<main")[2].partition("</main")[0] for page in pages]

    def test_reads_neither_the_known_answer_nor_what_is_said_of_it(
        self, as_user: LogIn, amy, again, flag
    ):
        for page in self.seen(as_user, amy, flag):
            assert "Appeal against a known answer" in page
            for secret in self.SECRETS:
                assert secret not in page

    def test_nor_what_was_answered(self, as_user: LogIn, amy, carol, again, flag):
        triage.revise(flag, "0", "Right: it is about kettles.", by=carol)
        listed, page = self.seen(as_user, amy, flag)
        assert "Known answer revised" in page
        assert "What was written opens for you with the remark." in page
        assert "kettles" not in listed + page

    @pytest.mark.parametrize("value", ["0", "1"])
    def test_cannot_find_it_out_by_deciding(self, as_user: LogIn, amy, again, flag, value):
        said = {"do": "revise", "value": value, "text": "So it is."}
        answer = as_user(amy).post(f"{FLAGS}/{flag.pk}/decide", said)
        assert answer.status_code == 409
        assert "is the known answer already" not in answer.text.lower()
        assert now().revision == 1

    def test_reads_all_once_they_have_judged_it(self, as_user: LogIn, amy, again, seat, flag):
        factories.seat(again, seat.response, amy)
        Batch.objects.filter(pk=again.pk).update(state="closed")
        for page in self.seen(as_user, amy, flag):
            assert "Paragraph 4 is about kettles." in page

    def test_reads_their_own_appeal(self, as_user: LogIn, amy, again, seat, version, batch):
        known = GoldAnswer.objects.get(response=seat.response)
        criterion = version.criteria.get(key="cites_policy")
        own = factories.flag(
            factories.seat(batch, seat.response, amy, 2),
            "It is about pots.",
            kind="gold",
            gold=known,
            criterion=criterion,
        )
        for page in self.seen(as_user, amy, own):
            assert "It is about pots." in page

    def test_twenty_appeals_take_the_queries_of_one(
        self, as_user: LogIn, amy, seat, batch, ana, request
    ):
        go_through(batch, ana, right=0)
        request.getfixturevalue("again")

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert as_user(amy).get(FLAGS).status_code == 200
            return len(captured)

        # The first look opens a session.
        _, one = queries(), queries()
        for made in batch.assignments.filter(rater=ana, state="submitted", flags=None):
            practice.appeal(made, "cites_policy", f"Wrong at {made.pk}.", by=ana)
        assert Flag.objects.count() == 20
        assert queries() == one


class TestMergedAppeals:
    @pytest.fixture
    def second(self, batch, seat, flag, ben) -> Flag:
        """Ben has answered “not met” at the same response, and appeals as ana does."""
        found = self.at(batch, seat, ben)
        submit(found, 0)
        found = Assignment.objects.select_related("batch", "response").get(pk=found.pk)
        return practice.appeal(found, "cites_policy", "It is about pots.", by=ben)

    def at(self, batch, seat, rater) -> Assignment:
        while (found := assigning.claim_next(batch, rater)).response_id != seat.response_id:
            submit(found)
        return found

    def test_with_a_remark_of_another_kind_there_is_none(self, amy, seat, flag):
        other = factories.flag(seat, "Vague.")
        for chosen in ([flag, other], [other, flag]):
            with pytest.raises(DomainError, match="only with appeals against the same"):
                triage.merge(chosen, by=amy)
        assert {one.state for one in Flag.objects.with_state()} == {"open"}

    def test_nor_with_an_appeal_against_another_answer(self, batch, amy, ana, flag):
        other = assigning.claim_next(batch, ana)
        submit(other, 0)
        other = Assignment.objects.select_related("batch", "response").get(pk=other.pk)
        elsewhere = practice.appeal(other, "cites_policy", "Nor here.", by=ana)
        with pytest.raises(DomainError, match="only with appeals against the same"):
            triage.merge([flag, elsewhere], by=amy)

    def test_merged_it_waits_and_is_accepted_with_its_first(
        self, as_user: LogIn, amy, ben, flag, second
    ):
        triage.merge([flag, second], by=amy)
        client = as_user(ben)
        assert "Your appeal waits for the authors." in client.get(address(second.assignment)).text
        triage.revise(flag, "0", "Right: it is about kettles.", by=amy)
        page = client.get(address(second.assignment)).text
        assert "Your appeal was accepted" in page

    def test_accepted_it_makes_the_pass_of_all_who_appealed(self, batch, amy, ana, ben, seat, flag):
        # Each answers 15 of 20 as known, the appealed one not; one more is 16 of 20.
        go_through(batch, ana, right=15)
        mine = self.at(batch, seat, ben)
        submit(mine, 0)
        done = batch.assignments.filter(rater=ben, state="submitted").count()
        go_through(batch, ben, right=15 - (done - 1))
        mine = Assignment.objects.select_related("batch", "response").get(pk=mine.pk)
        second = practice.appeal(mine, "cites_policy", "It is about pots.", by=ben)
        triage.merge([flag, second], by=amy)
        assert not PracticePass.objects.exists()
        triage.revise(flag, "0", "Right.", by=amy)
        passes = PracticePass.objects.order_by("rater__username")
        assert [(one.rater, one.n_right) for one in passes] == [(ana, 16), (ben, 16)]


class TestSeals:
    def test_an_appeal_is_against_what_is_known_of_its_response(
        self, raw, refused, project, version, seat, flag
    ):
        other = factories.gold(factories.response(factories.item(project)), version)
        columns = (
            "project_id, batch_id, assignment_id, rubric_version_id, response_id, criterion_id,"
            " by_id, kind, text"
        )
        with refused("flag_gold_of_its_response"):
            raw(
                f"insert into labeling_flag ({columns}, gold_id) select {columns}, %s"
                " from labeling_flag where id = %s; set constraints all immediate",
                *(other.pk, flag.pk),
            )

    def test_it_names_what_it_is_against(self, raw, refused, flag):
        columns = (
            "project_id, batch_id, assignment_id, rubric_version_id, response_id, criterion_id,"
            " by_id, kind, text"
        )
        with refused("flag_gold_when_appealed"):
            raw(f"insert into labeling_flag ({columns}) select {columns} from labeling_flag")
