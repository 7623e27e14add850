"""The adjudicators' pages: the queue, the blind rating, the case, the ruling; the ladder."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling import adjudicating
from labeling.models import Adjudication, Assignment, Flag, Membership, Rating
from tests import factories
from tests.labeling.adjudicating.scene import rated, scene, taken
from tests.labeling.practice import practising
from tests.made_once import prepared_by

SECRETS = ("Expert 1", "The policy says 14 days.", "Reasoned", "differ")


@pytest.fixture
def judy(project):
    return factories.member(project, "judy", "adjudicator")


prepared = prepared_by(lambda project: scene(project, "11 01", "00 11", "11 11", name="March"))


@pytest.fixture
def made(prepared, own):
    return own


@pytest.fixture
def judge(as_user, judy):
    return as_user(judy)


def queue(project, **query):
    return reverse("adjudication", args=[project.slug], query=query)


def page_of(seat, part="seat"):
    return reverse(f"adjudication_{part}", args=[seat.pk])


def take(client, made, **fields):
    url = reverse("adjudication_take", args=[made.project.slug])
    return client.post(url, {"batch": made.batch.pk} | fields)


def fields_on(page):
    """What a browser would send of the rulings as the page has filled them in."""
    found = {}
    for block in (*page.context["disputed"], *page.context["agreed"]):
        key = block.point.criterion.spec.key
        checked = [one.value for one in block.card.choices if one.checked]
        value = "none" if block.no_answer else "".join(checked)
        reason = "".join(one.value for one in block.reasons if one.checked)
        said = {"value": value, "reason": reason, "note": block.note}
        said["author"] = "on" if block.to_author else ""
        found |= {f"{name}:{key}": text for name, text in said.items() if text}
    return found


def form(**said):
    """The fields of one ruling on politeness."""
    return {f"{name}:polite": value for name, value in said.items()}


class TestTheQueue:
    def test_the_worst_stand_first_with_what_experts_differ_on(self, judge, made):
        page = judge.get(queue(made.project))
        assert [line["response"] for line in page.context["lines"]] == [
            made.responses[1].pk,
            made.responses[0].pk,
        ]
        assert "2 responses" in page.text
        assert "Cites policy" in page.text

    def test_it_never_says_what_anybody_said(self, judge, made):
        page = judge.get(queue(made.project)).text
        assert "Met" not in page
        assert "expert-1" not in page

    def test_taking_the_worst(self, judge, made, judy):
        answer = take(judge, made)
        seat = Assignment.objects.get(rater=judy)
        assert answer["Location"] == page_of(seat)
        assert seat.response == made.responses[1]
        assert "Go on with the response you have" in judge.get(queue(made.project)).text

    def test_taking_a_certain_one_that_somebody_has(self, judge, made):
        taken(made, factories.member(made.project, "karl", "adjudicator"), at=0)
        answer = judge.get(queue(made.project, state="in_work"))
        assert "in work" in answer.text
        page = judge.post(
            reverse("adjudication_take", args=[made.project.slug]),
            {"batch": made.batch.pk, "response": made.responses[0].pk},
            follow=True,
        )
        assert "Another adjudicator has this response in work." in page.text

    def test_filters(self, judge, made):
        polite = made.version.criteria.get(key="polite").lineage_id
        page = judge.get(queue(made.project, batch=made.batch.pk, criterion=polite))
        assert len(page.context["lines"]) == 1
        page = judge.get(queue(made.project, batch=made.batch.pk, why="gate"))
        assert "No response is like that" in page.text

    def test_practice_and_answer_tasks_have_nothing_to_rule_on(self, judge, judy, made, carol):
        known = practising.known_responses(made.project, made.version, 1, ("polite",))
        practising.opened(made.version, known, name="Practice for April")
        factories.answer_task(made.project, made.version, by=carol)
        page = judge.get(queue(made.project))
        assert [one.name for one in page.context["batches"]] == ["March"]

    def test_nothing_that_waits_is_said_of_the_batch(self, judge, made):
        empty = factories.batch(made.version, [], name="April")
        page = judge.get(queue(made.project, batch=empty.pk))
        assert "Nothing waits for you in this batch" in page.text

    def test_a_filter_that_cannot_be_read_is_said_so(self, judge, made):
        page = judge.get(queue(made.project, batch=made.batch.pk, criterion="x", after="y"))
        assert page.status_code == 200
        assert len(page.context["lines"]) == 2

    def test_pages_by_key(self, judge, made, monkeypatch):
        monkeypatch.setattr(adjudicating, "PAGE", 1)
        first = judge.get(queue(made.project))
        second = judge.get(queue(made.project) + "?" + first.context["next_query"])
        shown = [page.context["lines"][0]["response"] for page in (first, second)]
        assert shown == [made.responses[1].pk, made.responses[0].pk]
        assert second.context["next_query"] == ""
        assert "Worst" in second.text

    def test_as_a_fragment(self, judge, made):
        part = judge.get(queue(made.project), headers={"HX-Request": "true"})
        assert part.text.lstrip().startswith('<div id="rows"')

    def test_an_expert_of_an_open_batch_is_told_nothing(self, as_user, made):
        person = made.experts[0]
        Membership.objects.create(project=made.project, user=person, role="adjudicator")
        page = as_user(person).get(queue(made.project))
        assert "You rate in this batch" in page.text
        assert "Answer 1." not in page.text
        assert "lines" not in page.context
        made.close()
        page = as_user(person).get(queue(made.project))
        assert page.context["lines"] == []

    def test_without_a_batch(self, judge, project):
        assert "No batch yet" in judge.get(queue(project)).text

    def test_query_count_does_not_grow(self, judge, project):
        def queries(made):
            judge.get(queue(project, batch=made.batch.pk))
            with CaptureQueriesContext(connection) as caught:
                judge.get(queue(project, batch=made.batch.pk))
            return len(caught)

        small = scene(project, "11 01", name="Small")
        large = scene(project, *["11 01"] * 20, name="Large", version=small.version)
        assert queries(small) == queries(large)


class TestRatingFirst:
    @pytest.fixture
    def seat(self, made, judy):
        return taken(made, judy)

    def test_no_sign_of_the_others(self, judge, made, seat):
        page = judge.get(page_of(seat)).text
        assert "Answer 1." in page
        for secret in SECRETS:
            assert secret not in page
        assert 'value="1" checked' not in page
        assert "minority" not in page.lower()
        for expert in made.experts:
            assert expert.username not in page

    def test_the_pages_of_the_batch_are_closed_to_them_while_it_is_open(
        self, as_user, made, project
    ):
        boss = factories.member(project, "boss", "admin")
        address = made.responses[0].item.get_absolute_url()
        before = as_user(boss).get(address)
        assert (before.status_code, "expert-1" in before.text) == (200, True)
        taken(made, boss)
        after = as_user(boss).get(address)
        assert (after.status_code, "expert-1" in after.text) == (200, False)

    def test_a_draft_is_kept(self, judge, seat):
        body = {"answers": {"polite": {"value": "1"}}, "edit": 0, "writer": "a", "seq": 1}
        kept = judge.post(page_of(seat, "draft"), body, content_type="application/json")
        assert kept.json()["edit"] == 1
        assert 'name="value:polite" value="1" checked' in judge.get(page_of(seat)).text

    def test_a_plain_form_goes_on_to_the_case(self, judge, made, seat):
        sent = {
            "submission_id": uuid4(),
            "version": made.version.pk,
            "value:cites_policy": "1",
            "value:polite": "0",
        }
        answer = judge.post(page_of(seat, "submit"), sent)
        assert answer["Location"] == page_of(seat)
        assert "You, before you saw the others" in judge.get(page_of(seat)).text
        assert judge.post(
            page_of(seat, "submit"), sent | {"submission_id": uuid4()}
        ).status_code == (302)
        assert Rating.objects.filter(assignment=seat).count() == 1

    def test_script_gets_a_receipt(self, judge, made, seat):
        body = {
            "submission_id": str(uuid4()),
            "version": made.version.pk,
            "answers": {"cites_policy": {"value": 1}, "polite": {"value": 1}},
        }
        said = {"content_type": "application/json", "headers": {"Accept": "application/json"}}
        answer = judge.post(page_of(seat, "submit"), body, **said)
        assert answer.json()["next"] == page_of(seat)
        again = judge.post(page_of(seat, "submit"), body | {"submission_id": str(uuid4())}, **said)
        assert (again.status_code, again.json()["submitted"]) == (409, page_of(seat))

    def test_what_is_missing_is_named_and_nothing_lost(self, judge, made, seat):
        sent = {"submission_id": uuid4(), "version": made.version.pk, "why:polite": "Greets."}
        answer = judge.post(page_of(seat, "submit"), sent)
        assert answer.status_code == 422
        assert "Nothing was submitted yet." in answer.text
        assert "Greets." in answer.text

    def test_handing_back(self, judge, made, seat):
        url = page_of(seat, "hand_back")
        assert judge.post(url, {"back-reason": ""}).status_code == 422
        answer = judge.post(url, {"back-reason": "I know the author."})
        assert answer["Location"] == queue(made.project, batch=made.batch.pk)
        assert "You no longer have this response" in judge.get(page_of(seat)).text


class TestTheCase:
    @pytest.fixture
    def seat(self, made, judy):
        return rated(made, judy, at=1, polite=0)

    def test_own_answer_first_then_the_others_by_number(self, judge, made, seat):
        page = judge.get(page_of(seat)).text
        own, first = page.index("You, before you saw"), page.index("Expert 1")
        assert own < first
        assert "expert-1" not in page

    def test_a_ruling_is_kept_and_shown(self, judge, made, seat):
        answer = judge.post(
            page_of(seat, "rule"), form(value="1", reason="rater_error", note="It greets.")
        )
        assert answer["Location"] == page_of(seat), "one criterion is still open"
        page = judge.get(page_of(seat)).text
        assert "1 of 2 disputed criteria without a ruling" in page
        assert re.search(r"Ruled: <strong[^>]*>Met</strong>, rater error", page)
        said = Adjudication.objects.get()
        assert (said.ruling, said.note) == (1, "It greets.")

    def test_after_the_last_one_it_goes_on_to_the_queue(self, judge, made, seat):
        sent = form(value="1", reason="rater_error")
        sent |= {"value:cites_policy": "none", "reason:cites_policy": "legitimate"}
        answer = judge.post(page_of(seat, "rule"), sent | {"note:cites_policy": "Both hold."})
        assert answer["Location"] == queue(made.project, batch=made.batch.pk)
        page = judge.get(queue(made.project, batch=made.batch.pk, state="ruled"))
        assert [line["response"] for line in page.context["lines"]] == [made.responses[1].pk]
        assert "Look again" in page.text

    def test_what_is_wrong_stands_beside_it_and_nothing_is_lost(self, judge, made, seat):
        answer = judge.post(
            page_of(seat, "rule"), form(value="1", reason="legitimate", note="It greets.")
        )
        assert answer.status_code == 422
        assert "Legitimate disagreement has no single answer" in answer.text
        assert "It greets." in answer.text
        assert not Adjudication.objects.exists()

    def test_nothing_filled_in(self, judge, made, seat):
        answer = judge.post(page_of(seat, "rule"), {})
        assert answer.status_code == 422
        assert "rule on at least one criterion" in answer.text.lower()

    def test_what_another_ruled_is_shown_and_filed_by_nobody_again(
        self, as_user, judge, made, judy, project
    ):
        seat = rated(made, judy, at=0)
        sent = form(value="none", reason="rubric_ambiguous", note="Two readings.", author="on")
        judge.post(page_of(seat, "rule"), sent)
        own = judge.get(page_of(seat))
        assert fields_on(own) == {
            "value:polite": "none",
            "reason:polite": "rubric_ambiguous",
            "note:polite": "Two readings.",
        }
        judge.post(page_of(seat, "rule"), fields_on(own))
        Assignment.objects.filter(pk=seat.pk).update(lease_until=None)
        karl = factories.member(project, "karl", "adjudicator")
        page = as_user(karl).get(page_of(rated(made, karl, at=0)))
        assert "Two readings." in page.text
        assert fields_on(page) == {}
        assert (Adjudication.objects.count(), Flag.objects.count()) == (1, 1)

    def test_one_tick_sends_the_criterion_to_the_rubrics_author(
        self, judge, made, seat, client, carol
    ):
        sent = form(value="none", reason="rubric_ambiguous", note="Two readings.", author="on")
        judge.post(page_of(seat, "rule"), sent)
        flag = Flag.objects.get()
        client.force_login(carol)
        listed = client.get(reverse("flags", args=[made.project.slug, made.version.rubric.slug]))
        assert "Two readings." in listed.text
        shown = client.get(
            reverse("flag", args=[made.project.slug, made.version.rubric.slug, flag.pk])
        )
        assert "Answer 1." in shown.text

    def test_rulings_before_the_blind_rating_are_refused(self, judge, made, judy):
        seat = taken(made, judy)
        assert (
            judge.post(page_of(seat, "rule"), form(value="1", reason="rater_error")).status_code
            == 409
        )

    def test_the_rest_of_a_long_conversation(self, judge, seat):
        assert judge.get(page_of(seat, "turns"), {"start": 0}).status_code == 200


class TestLadder:
    @pytest.fixture
    def seat(self, made, judy):
        return taken(made, judy)

    def test_roles(self, as_user, made, dan, carol, ana):
        people = (
            (carol, 200),
            (ana, 403),
            (factories.member(made.project, "amy", "author"), 403),
            (factories.member(made.project, "vic", "viewer"), 403),
            (dan, 404),
        )
        for person, status in people:
            assert as_user(person).get(queue(made.project)).status_code == status, person
            expected = 302 if status == 200 else status
            assert take(as_user(person), made).status_code == expected, person

    def test_nobody_elses_seat(self, as_user, made, seat, dan, carol, ana):
        for person in (dan, carol, ana):
            client = as_user(person)
            assert client.get(page_of(seat)).status_code == 404
            for part in ("submit", "draft", "rule", "hand_back"):
                assert client.post(page_of(seat, part)).status_code == 404

    def test_whoever_is_no_adjudicator_any_more(self, judge, seat, judy):
        judy.memberships.update(role="viewer")
        assert judge.get(page_of(seat)).status_code == 403
        assert judge.post(page_of(seat, "rule")).status_code == 403

    def test_a_seat_of_the_desk_is_none_of_theirs(self, as_user, made):
        seat = made.batch.assignments.first()
        Membership.objects.create(project=made.project, user=seat.rater, role="adjudicator")
        assert as_user(seat.rater).get(page_of(seat)).status_code == 404

    def test_wrong_verbs(self, judge, made, seat):
        assert judge.post(queue(made.project)).status_code == 405
        assert judge.get(reverse("adjudication_take", args=[made.project.slug])).status_code == 405
        assert judge.post(page_of(seat)).status_code == 405
        for part in ("submit", "draft", "rule", "hand_back"):
            assert judge.get(page_of(seat, part)).status_code == 405

    def test_strangers_log_in(self, client, made, seat):
        assert client.get(page_of(seat)).status_code == 302
        assert client.get(queue(made.project)).status_code == 302

    def test_forged_fields(self, judge, made):
        assert take(judge, made, response="x").status_code == 422
        assert take(judge, made, batch=10**12).status_code == 404

    def test_the_door_stands_in_the_navigation(self, judge, made, as_user, ana):
        assert "Adjudication</a>" in judge.get(made.project.get_absolute_url()).text
        assert "Go to adjudication" in judge.get(made.project.get_absolute_url()).text
        assert "Adjudication</a>" not in as_user(ana).get(made.project.get_absolute_url()).text
