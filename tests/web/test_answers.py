"""Pages of the answer task: opening it, writing, having it rated, the proof on the item's page."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling import answering, assigning, rating
from labeling.models import AnswerPlace, Batch, Item, Response
from tests import factories

MET = {"cites_policy": {"value": 1}, "polite": {"value": 1}}


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def items(project):
    return factories.items_to_answer(project, 2)


@pytest.fixture
def task(project, version, items, carol):
    return factories.answer_task(project, version, by=carol)


@pytest.fixture
def place(task, ana):
    return answering.claim(task, by=ana)


def url(name, place):
    return reverse(name, args=[place.pk])


class TestRunning:
    def test_an_admin_opens_a_task_over_named_items(self, as_user, project, version, items, carol):
        new = reverse("answer_task_new", args=[project.slug])
        client = as_user(carol)
        assert client.get(new).status_code == 200
        sent = {"name": "Answers", "rubric": version.pk, "items": "case-1\n"}
        answer = client.post(new, sent)
        task = Batch.objects.get(kind="answer")
        assert answer["Location"] == reverse("answer_task", args=[project.slug, task.pk])
        assert [one.item for one in task.answers.all()] == [items[1]]
        page = client.get(answer["Location"])
        assert "0 of 1 items answered" in page.text
        assert client.get(task.get_absolute_url())["Location"] == answer["Location"]

    def test_items_that_are_none_are_named(self, as_user, project, version, items, carol):
        sent = {"name": "Answers", "rubric": version.pk, "items": "case-1\ncase-9"}
        answer = as_user(carol).post(reverse("answer_task_new", args=[project.slug]), sent)
        assert answer.status_code == 422
        assert "There is no item “case-9” in this project" in answer.text
        assert not Batch.objects.exists()

    def test_a_name_is_given_once(self, as_user, project, version, task, carol):
        sent = {"name": "Answers", "rubric": version.pk}
        answer = as_user(carol).post(reverse("answer_task_new", args=[project.slug]), sent)
        assert answer.status_code == 422
        assert "has a batch named" in answer.text

    def test_having_them_rated(self, as_user, project, task, place, ana, carol):
        answering.send(place, "No.", by=ana)
        page = reverse("answer_task", args=[project.slug, task.pk])
        client = as_user(carol)
        refused = client.post(page, {"put-name": "Rated", "put-overlap": 1})
        assert refused.status_code == 422
        answer = client.post(page, {"put-name": "Rated", "put-overlap": 2})
        batch = Batch.objects.get(name="Rated")
        assert answer["Location"] == batch.get_absolute_url()
        assert batch.queue.count() == 2

    def test_who_may_rate_an_answer_is_not_told_whose_it_is(
        self, as_user, project, task, place, ana, carol
    ):
        answering.send(place, "No.", by=ana)
        eve = factories.member(project, "eve", "admin", "expert")
        page = reverse("answer_task", args=[project.slug, task.pk])
        assert "ana</td>" in as_user(eve).get(page).text
        answering.put_before_experts(task, "Rated", overlap=2, by=carol)
        told = as_user(eve).get(page).text
        assert "hidden while you may rate it" in told
        assert "ana</td>" not in told
        assert f"#response-{place.item.responses.latest('pk').pk}" not in told
        assert "ana</td>" in as_user(carol).get(page).text
        Batch.objects.filter(name="Rated").update(state="closed")
        assert "ana</td>" in as_user(eve).get(page).text

    def test_closing(self, as_user, project, task, carol):
        client = as_user(carol)
        client.post(reverse("batch_state", args=[project.slug, task.pk]), {"move": "close"})
        assert (
            "This task is closed"
            in client.get(reverse("answer_task", args=[project.slug, task.pk])).text
        )

    def test_query_count_does_not_grow(self, as_user, project, version, task, place, ana, carol):
        client = as_user(carol)
        page = reverse("answer_task", args=[project.slug, task.pk])

        def queries():
            client.get(page)
            with CaptureQueriesContext(connection) as caught:
                client.get(page)
            return len(caught)

        few = queries()
        more = [factories.item(project, f"more-{n}") for n in range(10)]
        AnswerPlace.objects.bulk_create(
            AnswerPlace(project=project, batch=task, item=one, key=100 + n)
            for n, one in enumerate(more)
        )
        assert queries() == few


class TestWriting:
    def test_from_the_desk_to_an_item(self, as_user, task, ana):
        client = as_user(ana)
        assert "Write an answer" in client.get(reverse("desks")).text
        answer = client.post(url("answer_next", task))
        place = AnswerPlace.objects.get(expert=ana)
        assert answer["Location"] == url("answer", place)
        page = client.get(answer["Location"])
        assert "May I send the kettle back?" in page.text
        assert "Yes, within 30 days." in page.text
        assert "model-a" not in page.text

    def test_the_reference_is_not_shown_to_the_writer(self, as_user, project, version, carol, ana):
        item = factories.item(project, "told", reference="Forty days, says the reference.")
        every = Item.objects.filter(pk=item.pk)
        task = answering.open_task(project, version, "Told", items=every, by=carol)
        place = answering.claim(task, by=ana)
        assert "says the reference" not in as_user(ana).get(url("answer", place)).text

    @pytest.mark.parametrize("part", ["answer_keep", "answer_send"])
    def test_beside_what_was_written_elsewhere_it_is_sent_again(self, as_user, place, ana, part):
        answering.keep(place, "Written on the phone.", edit=0, by=ana)
        client = as_user(ana)
        refused = client.post(url(part, place), {"text": "Written here.", "edit": 0})
        assert refused.status_code == 409
        assert "Written on the phone." in refused.text
        assert "Written here." in refused.text
        assert refused.context["form"]["edit"].value() == 1
        place.refresh_from_db()
        assert (place.text, place.state) == ("Written on the phone.", "taken")
        again = client.post(url(part, place), {"text": "Written here.", "edit": 1})
        assert again.status_code == 302
        place.refresh_from_db()
        assert place.text == "Written here."

    def test_what_one_left_is_read_by_oneself_alone(self, as_user, task, place, ana, ben, dan):
        answering.keep(place, "PLANTED-BEGUN", edit=0, by=ana)
        AnswerPlace.objects.filter(pk=place.pk).update(lease_until="2020-01-01T00:00Z")
        answering.keep(answering.claim(task, by=ben), "PLANTED-THEIRS", edit=0, by=ben)
        page = as_user(ana).get(url("answer", place))
        assert "PLANTED-BEGUN" in page.text
        assert "PLANTED-THEIRS" not in page.text
        assert "PLANTED-BEGUN" not in as_user(ben).get(url("answer", place)).text
        assert as_user(dan).get(url("answer", place)).status_code == 404
        sent = {"text": "Mine after all.", "edit": 1}
        for part in ("answer_keep", "answer_send", "answer_begin"):
            assert as_user(ana).post(url(part, place), sent).status_code == 404

    def test_it_is_kept_by_script_and_by_form(self, as_user, place, ana):
        client = as_user(ana)
        script = {"headers": {"Accept": "application/json"}}
        kept = client.post(url("answer_keep", place), {"text": "No", "edit": 0}, **script)
        assert kept.json()["edit"] == 1
        stale = client.post(url("answer_keep", place), {"text": "Oh", "edit": 0}, **script)
        assert (stale.status_code, stale.json()["stored"]) == (409, "No")
        both = client.post(url("answer_keep", place), {"text": "Oh", "edit": 0})
        assert both.status_code == 409
        assert "Kept elsewhere meanwhile" in both.text
        assert "Oh" in both.text
        assert client.post(url("answer_keep", place), {"text": "No.", "edit": 1}).status_code == 302

    def test_beginning_again_drops_ones_own_text_only_when_told(self, as_user, place, ana):
        client = as_user(ana)
        source = Response.objects.get(item=place.item)
        answering.keep(place, "PLANTED-BEGUN", edit=0, by=ana)
        asked = client.post(url("answer_begin", place), {"response": source.pk})
        assert asked.status_code == 409
        assert "Drop my text and begin from this" in asked.text
        assert f'value="{source.pk}" checked' in asked.text
        assert "PLANTED-BEGUN" in asked.text
        place.refresh_from_db()
        assert (place.text, place.repairs) == ("PLANTED-BEGUN", None)
        told = {"response": source.pk, "replace": "1"}
        assert client.post(url("answer_begin", place), told).status_code == 302
        place.refresh_from_db()
        assert (place.text, place.repairs) == (source.output, source)
        # Nothing of one's own is in it, so nothing is asked.
        assert client.post(url("answer_begin", place), {"response": ""}).status_code == 302

    def test_repairing_shows_the_edits(self, as_user, place, ana):
        client = as_user(ana)
        source = Response.objects.get(item=place.item)
        client.post(url("answer_begin", place), {"response": source.pk})
        client.post(url("answer_keep", place), {"text": "Yes, within 14 days.", "edit": 1})
        page = client.get(url("answer", place)).text
        assert "What you changed" in page
        assert "[removed: </span>30<" in page
        other = Response.objects.exclude(item=place.item).first()
        for number in (other.pk, "x"):
            answer = client.post(url("answer_begin", place), {"response": number})
            assert answer.status_code == 404

    def test_sent_it_is_shown_and_does_not_change(self, as_user, place, ana):
        client = as_user(ana)
        assert client.post(url("answer_send", place), {"text": " ", "edit": 0}).status_code == 422
        client.post(url("answer_send", place), {"text": "No.", "edit": 0})
        page = client.get(url("answer", place)).text
        assert "What you wrote" in page
        assert f'action="{url("answer_next", place.batch)}"' in page, "the way to the next item"
        assert client.post(url("answer_keep", place), {"text": "x", "edit": 0}).status_code == 409
        assert client.post(url("answer_send", place), {"text": "x", "edit": 0}).status_code == 409

    def test_handing_back(self, as_user, place, ana):
        client = as_user(ana)
        answering.keep(place, "PLANTED-BEGUN", edit=0, by=ana)
        refused = client.post(url("answer_back", place), {"back-reason": " "})
        assert refused.status_code == 422
        assert "This field is required" in refused.text
        assert "PLANTED-BEGUN" in refused.text, "what was kept is still there"
        sent = {"back-reason": "Not <b>my</b> field."}
        assert client.post(url("answer_back", place), sent)["Location"] == reverse("desks")
        assert client.get(url("answer", place)).status_code == 404

    def test_who_runs_the_task_reads_why_it_was_handed_back(
        self, as_user, project, task, place, ana, ben, carol
    ):
        answering.hand_back(place, "Not <b>my</b> field.", by=ana)
        page = as_user(carol).get(reverse("answer_task", args=[project.slug, task.pk])).text
        assert 'Handed back by <span dir="auto">ana</span>' in page
        assert "Not &lt;b&gt;my&lt;/b&gt; field." in page
        theirs = answering.claim(task, by=ben)
        assert theirs == place
        assert "my&lt;/b&gt; field" not in as_user(ben).get(url("answer", theirs)).text

    def test_nothing_left(self, as_user, task, ana, ben):
        for _ in range(2):
            answering.send(answering.claim(task, by=ana), "No.", by=ana)
        page = as_user(ben).post(url("answer_next", task), follow=True)
        assert "Every item of this batch has an answer" in page.text
        assert "Write an answer" not in page.text


def test_the_items_page_says_that_it_can_be_solved(as_user, project, task, place, ana, ben, carol):
    own = answering.send(place, "No.", by=ana)
    batch = answering.put_before_experts(task, "Rated", overlap=2, by=carol)
    page = as_user(carol).get(own.item.get_absolute_url())
    assert "Solved by an expert" not in page.text, "nobody has rated it yet"
    for person in (ben, factories.member(project, "cleo", "expert")):
        while seat := assigning.claim_next(batch, person):
            rating.submit(seat, MET, submission_id=uuid4(), by=person)
    page = as_user(carol).get(own.item.get_absolute_url())
    assert "2 of 2 criteria met</a>, blind, by 2" in page.text


class TestLadder:
    def test_roles(self, as_user, project, task, ana, carol, dan):
        amy = factories.member(project, "amy", "author")
        for name, place in (("answer_task_new", []), ("answer_task", [task.pk])):
            page = reverse(name, args=[project.slug, *place])
            for person, status in ((carol, 200), (amy, 403), (ana, 403), (dan, 404)):
                assert as_user(person).get(page).status_code == status, (name, person)
        for person, status in ((ana, 302), (carol, 403), (dan, 404)):
            assert as_user(person).post(url("answer_next", task)).status_code == status

    def test_nobody_elses(self, as_user, place, ben, carol, dan):
        for person in (ben, carol, dan):
            client = as_user(person)
            assert client.get(url("answer", place)).status_code == 404
            for name in ("answer_keep", "answer_begin", "answer_send", "answer_back"):
                assert client.post(url(name, place)).status_code == 404

    def test_wrong_verbs(self, as_user, place, task, ana):
        client = as_user(ana)
        assert client.post(url("answer", place)).status_code == 405
        assert client.get(url("answer_next", task)).status_code == 405
        for name in ("answer_keep", "answer_begin", "answer_send", "answer_back"):
            assert client.get(url(name, place)).status_code == 405
        assert client.get(url("answer_turns", place), {"start": 0}).status_code == 200
