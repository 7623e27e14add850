"""The triage: who gets there, what stands there, what is decided, what texts may do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import authoring, triage
from labeling.models import Flag, FlagAnswer
from tests import factories
from tests.browser.material import HOSTILE

FLAGS = "/p/refunds/rubrics/refund-quality/flags"


@pytest.fixture
def author(as_user, amy):
    return as_user(amy)


def decide(client, flag, **said):
    return client.post(f"{FLAGS}/{flag.pk}/decide", said)


def state(flag):
    return Flag.objects.with_state().get(pk=flag.pk).state


def texts(page):
    return [one.text for one in page.context["rows"]]


class TestWhoGetsThere:
    @pytest.fixture
    def addresses(self, flag):
        return [FLAGS, f"{FLAGS}/{flag.pk}/"]

    def test_admins_and_authors(self, as_user, carol, amy, addresses):
        for person in (carol, amy):
            for address in addresses:
                assert as_user(person).get(address).status_code == 200

    def test_experts_and_viewers_do_not(self, as_user, project, ana, flag, addresses):
        for person in (ana, factories.member(project, "vic", "viewer")):
            for address in addresses:
                assert as_user(person).get(address).status_code == 403
            assert decide(as_user(person), flag, do="answer", text="x").status_code == 403
            assert as_user(person).post(f"{FLAGS}/decide").status_code == 403

    def test_outsiders_find_nothing(self, as_user, dan, flag, addresses):
        for address in addresses:
            assert as_user(dan).get(address).status_code == 404
        assert decide(as_user(dan), flag, do="answer", text="x").status_code == 404

    def test_wrong_verbs(self, author, flag, addresses):
        for address in addresses:
            assert author.post(address).status_code == 405
        for address in (f"{FLAGS}/decide", f"{FLAGS}/{flag.pk}/decide"):
            assert author.get(address).status_code == 405

    def test_a_flag_of_another_rubric_is_not_here(self, author, project, flag):
        factories.rubric(project, "tone")
        other = FLAGS.replace("refund-quality", "tone")
        assert author.get(f"{other}/{flag.pk}/").status_code == 404
        assert author.post(f"{other}/{flag.pk}/decide", {"do": "take"}).status_code == 404

    def test_twenty_flags_take_the_queries_of_one(self, author, seats, flag):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert author.get(FLAGS).status_code == 200
            return len(captured)

        factories.flag(seats[0], "No deadline.", kind="other")
        one = queries()
        for n in range(20):
            factories.flag(seats[n % 3], f"Problem {n}.", kind="other")
        assert queries() == one


class TestTheList:
    def test_what_is_open_stands_there_with_what_caused_it(self, author, flag):
        page = author.get(FLAGS)
        for words in ("What is polite?", "Polite", "ana", "case-0/model-zeta/0", "Answer 0."):
            assert words in page.text
        assert f'href="/p/refunds/items/{flag.response.item_id}/' in page.text

    def test_the_rubric_and_the_overview_lead_to_it(self, author, flag):
        assert "1 open flag" in author.get("/p/refunds/rubrics/refund-quality/").text
        assert f'href="{FLAGS}"' in author.get("/p/refunds/").text

    def test_experts_find_no_word_of_flags_on_the_rubric(self, as_user, ben, flag):
        page = as_user(ben).get("/p/refunds/rubrics/refund-quality/")
        assert "flag" not in page.text.partition("<main")[2].partition("</main")[0].lower()

    def test_filters(self, author, seats, flag, amy):
        answered = factories.flag(seats[1], "Cut off.", kind="item")
        triage.answer(answered, "It is whole.", by=amy)
        factories.flag(seats[2], "No deadline.", kind="other")
        assert sorted(texts(author.get(FLAGS))) == ["No deadline.", "What is polite?"]
        assert texts(author.get(f"{FLAGS}?state=answered")) == ["Cut off."]
        assert len(texts(author.get(f"{FLAGS}?state=all"))) == 3
        assert texts(author.get(f"{FLAGS}?kind=other")) == ["No deadline."]
        assert texts(author.get(f"{FLAGS}?criterion=polite")) == ["What is polite?"]
        assert texts(author.get(f"{FLAGS}?criterion=none")) == ["No deadline."]
        assert len(texts(author.get(f"{FLAGS}?version=1"))) == 2

    @pytest.mark.parametrize("query", ["kind=x", "criterion=by__password", "version=9", "state=x"])
    def test_a_filter_that_is_none(self, author, flag, query):
        page = author.get(f"{FLAGS}?{query}")
        assert page.status_code == 422
        assert "cannot be read" in page.text

    def test_it_is_paged(self, author, seats):
        for n in range(26):
            factories.flag(seats[n % 3], f"Problem {n}.", kind="other")
        assert len(texts(author.get(FLAGS))) == 25
        assert texts(author.get(f"{FLAGS}?page=2")) == ["Problem 0."]

    def test_coverage_is_told_with_its_numbers(self, author, seats):
        for seat in seats[:2]:
            factories.flag(seat, "No deadline.", kind="other")
        text = author.get(FLAGS).text
        # both of two notes; 2 of 3 rated responses = 66.7 %
        assert "2 of 2 notes on problems the rubric misses are mapped to no criterion" in text
        assert "2 of 3 rated responses carry such a note (66.7\u00a0%)" in text
        assert "Named twice or more" in text
        assert "2 of 2 notes" in author.get("/p/refunds/rubrics/refund-quality/").text


class TestDeciding:
    def test_an_answer_is_kept_and_shown(self, author, flag, amy):
        page = decide(author, flag, do="answer", text="Friendly in tone.")
        assert page.status_code == 302
        said = FlagAnswer.objects.get()
        assert (said.act, said.text, said.by) == ("answered", "Friendly in tone.", amy)
        assert "Friendly in tone." in author.get(f"{FLAGS}/{flag.pk}/").text

    def test_without_words_nothing_is_answered(self, author, flag):
        page = decide(author, flag, do="answer", text=" ")
        assert page.status_code == 422
        assert "Is missing: the expert reads it" in page.text
        assert state(flag) == "open"

    def test_what_was_typed_stays(self, author, seats):
        flag = factories.flag(seats[0], "No deadline.", kind="other")
        page = decide(author, flag, do="map", text="Typed at length.", criterion="gone")
        assert page.status_code == 422
        assert "Typed at length." in page.text
        assert "The rubric has no criterion “gone”" in page.text

    def test_an_other_problem_is_mapped(self, author, seats):
        flag = factories.flag(seats[0], "No deadline.", kind="other")
        decide(author, flag, do="map", criterion="polite")
        assert state(flag) == "mapped"

    def test_or_becomes_a_criterion_of_the_draft(self, author, seats):
        flag = factories.flag(seats[0], "No deadline.", kind="other")
        page = decide(author, flag, do="map", name="Names the deadline")
        assert page["Location"].startswith("/p/refunds/rubrics/refund-quality/edit")
        assert state(flag) == "taken"

    @pytest.mark.parametrize(("act", "stands"), [("answer", "answered"), ("scope", "out_of_scope")])
    def test_a_name_typed_beside_another_decision_makes_no_criterion(
        self, author, seats, version, act, stands
    ):
        flag = factories.flag(seats[0], "No deadline.", kind="other")
        page = decide(author, flag, do=act, text="It has one.", name="Names the deadline")
        assert page["Location"] == f"{FLAGS}/{flag.pk}/"
        assert state(flag) == stands
        assert authoring.standing(version.rubric).draft is None

    def test_taken_into_the_draft_it_opens_there(self, author, flag):
        page = decide(author, flag, do="take")
        assert page["Location"].startswith("/p/refunds/rubrics/refund-quality/edit")
        assert "In the draft of version 2" in author.get(f"{FLAGS}/{flag.pk}/").text

    def test_out_of_scope_and_back(self, author, flag):
        decide(author, flag, do="scope", text="Tone is judged elsewhere.")
        assert state(flag) == "out_of_scope"
        decide(author, flag, do="reopen")
        assert state(flag) == "open"

    def test_an_unknown_act(self, author, flag):
        assert decide(author, flag, do="delete").status_code == 422

    def test_several_are_merged(self, author, seats, flag):
        other = factories.flag(seats[1], "Polite in which language?")
        page = author.post(f"{FLAGS}/decide", {"do": "merge", "flag": [flag.pk, other.pk]})
        assert page["Location"] == f"{FLAGS}/{flag.pk}/"
        assert "Polite in which language?" in author.get(page["Location"]).text
        assert "and 1 more that says the same" in author.get(FLAGS).text
        assert f'merged into <a href="{FLAGS}/{flag.pk}/"' in (
            author.get(f"{FLAGS}/{other.pk}/").text
        )

    def test_several_are_taken(self, author, seats, flag, version):
        other = factories.flag(seats[1], "Polite in which language?")
        author.post(f"{FLAGS}/decide", {"do": "take", "flag": [flag.pk, other.pk]})
        assert authoring.taken_into(authoring.standing(version.rubric).draft).count() == 2

    @pytest.mark.parametrize("sent", [[], ["999999"], ["x"], ["9" * 30]])
    def test_none_chosen(self, author, flag, sent):
        assert author.post(f"{FLAGS}/decide", {"do": "merge", "flag": sent}).status_code == 422

    def test_flags_of_another_rubric_are_not_chosen(self, author, project, flag, ben):
        tone = factories.draft(project, 1, factories.rubric(project, "tone"))
        factories.criterion(tone, "calm")
        response = factories.response(factories.item(project))
        elsewhere = factories.batch(factories.publish(tone), [response])
        other = factories.flag(factories.seat(elsewhere, response, ben))
        sent = {"do": "merge", "flag": [flag.pk, other.pk]}
        assert author.post(f"{FLAGS}/decide", sent).status_code == 422
        assert state(other) == "open"


class TestBlindness:
    """Amy is an expert too, and rates in the batch the flag comes from."""

    SECRETS = ("ana", "model-zeta", "case-0")

    @pytest.fixture
    def amy(self, project, batch):
        amy = factories.member(project, "amy", "author", "expert")
        factories.seat(batch, batch.queue.get(key=1).response, amy, 2)
        return amy

    def seen(self, author, flag):
        pages = [author.get(f"{FLAGS}?state=all").text, author.get(f"{FLAGS}/{flag.pk}/").text]
        return [page.partition("<main")[2].partition("</main")[0] for page in pages]

    def test_before_her_own_judgement_she_reads_the_remark_alone(self, author, flag):
        for page in self.seen(author, flag):
            assert "What is polite?" in page
            assert "Answer 0." not in page
            for secret in self.SECRETS:
                assert secret not in page
            assert f"{flag.created_at:%H:%M}" not in page

    def test_and_none_on_the_response_itself(self, author, seats):
        flag = factories.flag(seats[0], "It cites the wrong section.", kind="item")
        for page in self.seen(author, flag):
            assert "wrong section" not in page
            assert "when the batch is closed" in page

    def test_nor_what_was_answered_to_it(self, author, carol, seats, flag):
        item = factories.flag(seats[0], "It cites the wrong section.", kind="item")
        triage.answer(item, "Section 3 is right.", by=carol)
        triage.answer(flag, "By name.", by=carol)
        for page in self.seen(author, item):
            assert "Section 3" not in page
        assert "By name." in self.seen(author, flag)[1]
        triage.merge([flag, item], by=carol)
        triage.answer(flag, "Section 3 is right.", by=carol)
        assert "Section 3" not in self.seen(author, flag)[1]

    def test_afterwards_she_sees_the_response_but_not_who(self, author, amy, batch, flag):
        factories.seat(batch, flag.response, amy, 2)
        for page in self.seen(author, flag):
            assert "What is polite?" in page
            assert "Answer 0." in page
            for secret in self.SECRETS:
                assert secret not in page

    def test_members_of_a_merged_flag_stay_hidden_too(self, author, carol, seats, flag):
        item = factories.flag(seats[1], "Its second claim is false.", kind="item")
        triage.merge([flag, item], by=carol)
        # Amy holds a submitted seat at the second response, so she has judged that one.
        assert "Its second claim is false." in self.seen(author, flag)[1]
        third = factories.flag(seats[2], "Its third claim is false.", kind="item")
        triage.merge([flag, third], by=carol)
        assert "Its third claim is false." not in self.seen(author, flag)[1]

    def test_a_second_batch_blinds_as_well(self, author, amy, version, flag, batch):
        factories.seat(batch, flag.response, amy, 2)
        again = factories.batch(version, [flag.response], name="Again")
        other = factories.response(factories.item(batch.project))
        factories.seat(again, other, amy)
        for page in self.seen(author, flag):
            assert "Answer 0." not in page

    def test_closed_it_opens(self, author, batch, flag):
        batch.state = "closed"
        batch.save(update_fields=["state"])
        for page in self.seen(author, flag):
            assert "ana" in page
            assert "case-0/model-zeta/0" in page

    def test_her_own_flag_is_her_own(self, author, amy, batch):
        own = factories.flag(batch.assignments.get(rater=amy), "Mine.")
        assert "Answer 1." in self.seen(author, own)[1]


class TestHostileTexts:
    def test_every_text_is_shown_as_text(self, author, project, batch, ana, amy):
        response = factories.response(factories.item(project), text=HOSTILE)
        flag = factories.flag(factories.seat(batch, response, ana), HOSTILE, kind="other")
        triage.answer(flag, HOSTILE, by=amy)
        triage.mark_out_of_scope(flag, HOSTILE, by=amy)
        for address in (f"{FLAGS}?state=all", f"{FLAGS}/{flag.pk}/"):
            page = author.get(address).text
            assert "&lt;script&gt;document.title" in page
            for markup in ("<script>document", "<img src", "<svg onload", "<iframe", "<style>"):
                assert markup not in page

    def test_a_new_criterions_name_too(self, author, seats):
        flag = factories.flag(seats[0], "No deadline.", kind="other")
        decide(author, flag, do="map", name='<img src=x onerror="alert(1)">')
        assert "<img src" not in author.get(f"{FLAGS}/{flag.pk}/").text
