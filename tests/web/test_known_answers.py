"""The pages of known answers: at a response, of a rubric, from settled units and files."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling.models import GoldAnswer, Response
from tests import factories
from tests.api.conftest import Script

pytestmark = pytest.mark.django_db
LIST = "/p/refunds/rubrics/refund-quality/known"


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def response(project) -> Response:
    return factories.response(factories.item(project, "case-1"))


@pytest.fixture
def page(response) -> str:
    return f"/p/refunds/responses/{response.pk}/known"


def said(version, do="save", value="1", why="Paragraph 4.", seen=0) -> dict[str, object]:
    criterion = version.criteria.get(key="cites_policy")
    prefix = f"known-{criterion.pk}"
    return {
        "criterion": "cites_policy",
        "do": do,
        f"{prefix}-value": value,
        f"{prefix}-explanation": why,
        f"{prefix}-seen": seen,
    }


class TestAtAResponse:
    def test_an_author_sets_what_is_right_and_why(self, as_user, amy, version, page):
        client = as_user(amy)
        assert "Cites policy" in client.get(page).text
        answer = client.post(page, said(version), follow=True)
        made = GoldAnswer.objects.get()
        assert (made.value, made.explanation, made.by) == (1, "Paragraph 4.", amy)
        assert "Paragraph 4." in answer.text

    def test_what_is_missing_is_said_and_what_was_typed_stays(self, as_user, amy, version, page):
        answer = as_user(amy).post(page, said(version, value="", why="It is long."))
        assert answer.status_code == 422
        assert "It is long." in answer.text
        assert not GoldAnswer.objects.exists()

    def test_the_second_author_is_shown_what_stands(self, as_user, amy, version, page, response):
        factories.gold(response, version, 0, explanation="Paragraph 9 says no.")
        answer = as_user(amy).post(page, said(version))
        assert answer.status_code == 409
        assert "Somebody else has changed this known answer" in answer.text
        assert "Paragraph 9 says no." in answer.text
        assert "Paragraph 4." in answer.text
        # Read by now, it is saved as it was sent.
        field = f"known-{version.criteria.get(key='cites_policy').pk}-seen"
        assert f'name="{field}" value="1"' in answer.text
        assert as_user(amy).post(page, said(version, seen=1)).status_code == 302
        assert GoldAnswer.objects.standing().get().value == 1

    def test_nobody_withdraws_what_they_have_not_read(self, as_user, amy, version, page, response):
        factories.gold(response, version)
        factories.gold(response, version, 0, explanation="Paragraph 9 says no.")
        sent = said(version, "withdraw") | {"why": "Nobody can tell."}
        answer = as_user(amy).post(page, sent | {"seen": 1})
        assert answer.status_code == 409
        assert "Somebody else has changed this known answer" in answer.text
        assert "Nobody can tell." in answer.text
        assert 'name="seen" value="2"' in answer.text
        assert as_user(amy).post(page, sent | {"seen": 2}).status_code == 302
        assert not GoldAnswer.objects.standing().exists()

    def test_it_is_withdrawn_with_a_reason(self, as_user, amy, version, page, response):
        factories.gold(response, version)
        client = as_user(amy)
        sent = said(version, "withdraw") | {"seen": 1}
        assert 'name="seen" value="1"' in client.get(page).text
        empty = client.post(page, sent | {"why": ""})
        assert empty.status_code == 422
        assert client.post(page, sent | {"why": "Why.", "seen": ""}).status_code == 422
        client.post(page, sent | {"why": "Nobody can tell."})
        assert not GoldAnswer.objects.standing().exists()
        assert "Nobody can tell." in client.get(page).text

    def test_who_may_get_the_response_sees_nothing(self, as_user, amy, version, page, response):
        factories.gold(response, version, explanation="PLANTED-WHY")
        factories.member(version.project, "amy", "expert")
        factories.batch(version, [response])
        client = as_user(amy)
        shown = client.get(page).text
        assert "You may be asked to judge this response" in shown
        assert "PLANTED-WHY" not in shown
        assert client.post(page, said(version)).status_code == 409
        assert "PLANTED-WHY" not in client.get(LIST).text

    def test_the_item_page_leads_here(self, as_user, amy, version, page, response):
        assert page in as_user(amy).get(f"/p/refunds/items/{response.item_id}/").text

    def test_the_ladder(self, as_user, carol, ana, dan, version, page):
        assert as_user(carol).get(page).status_code == 200
        assert as_user(ana).get(page).status_code == 403
        assert as_user(dan).get(page).status_code == 404
        assert as_user(carol).delete(page).status_code == 405
        assert as_user(carol).get(page.replace("/known", "9/known")).status_code == 404


class TestOfARubric:
    def test_the_newest_first_with_its_source(self, as_user, amy, version, response):
        factories.gold(response, version, by=amy)
        shown = as_user(amy).get(LIST).text
        assert "case-1" in shown
        assert "Set by an author" in shown

    def upload(self, client, text: str, name="known.jsonl"):
        return client.post(LIST, {"file": SimpleUploadedFile(name, text.encode())}, follow=True)

    def line(self, response, **fields) -> str:
        one = {
            "response_id": response.external_id,
            "criterion": "cites_policy",
            "value": "Met",
            "explanation": "Paragraph 4.",
        }
        return json.dumps(one | fields)

    def test_a_file_is_taken_whole(self, as_user, amy, version, response):
        client = as_user(amy)
        text = f"{self.line(response)}\n{self.line(response, criterion='polite', value=0)}\n"
        assert "2 known answers are new, 0 were there already." in self.upload(client, text).text
        assert "0 known answers are new, 2 were there already." in self.upload(client, text).text

    def test_so_is_a_table(self, as_user, amy, version, response):
        text = (
            "response_id,criterion,value,explanation\n"
            f"{response.external_id},polite,1,Says please.\n"
        )
        self.upload(as_user(amy), text, "known.csv")
        assert GoldAnswer.objects.get().explanation == "Says please."

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"value": 7}, "line 1, value: `value` is 7"),
            ({"response_id": "nowhere"}, "line 1, response_id: is no response of the project"),
            ({"colour": "red"}, "line 1, colour: is not known here"),
            ({"explanation": 4}, "line 1, explanation: must be a text"),
            ({"criterion": ""}, "line 1, criterion: is missing"),
        ],
    )
    def test_every_bad_line_is_named(self, as_user, amy, version, response, fields, fault):
        answer = self.upload(as_user(amy), self.line(response, **fields))
        assert answer.status_code == 422
        assert fault in answer.text
        assert not GoldAnswer.objects.exists()

    @pytest.mark.parametrize("text", ["", "{]", "[1]"])
    def test_what_is_no_such_file_is_said(self, as_user, amy, version, text):
        assert self.upload(as_user(amy), text).status_code == 422

    def test_as_many_queries_for_one_as_for_twenty(self, as_user, amy, project, version):
        client, counts = as_user(amy), []
        # The criteria of a published version are kept once they were read.
        client.get(LIST)
        for n in (1, 19):
            for _ in range(n):
                factories.gold(factories.response(factories.item(project)), version, by=amy)
            with CaptureQueriesContext(connection) as asked:
                client.get(LIST)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_the_ladder(self, as_user, carol, ana, dan, version):
        assert as_user(carol).get(LIST).status_code == 200
        assert as_user(ana).get(LIST).status_code == 403
        assert as_user(dan).get(LIST).status_code == 404
        assert as_user(carol).delete(LIST).status_code == 405


class TestFromSettledAnswers:
    def test_one_click_keeps_it(self, as_user, amy, project, version, response, ana, ben):
        batch = factories.batch(version, [response], state="closed", overlap=2)
        for slot, person in enumerate((ana, ben), start=1):
            factories.rating(factories.seat(batch, response, person, slot), {"cites_policy": 1})
        client = as_user(amy)
        assert "Keep as a known answer" in client.get(f"{LIST[:-5]}examples").text
        sent = {"criterion": "cites_policy", "batch": batch.pk, "response": response.pk}
        answer = client.post(f"{LIST}/take", sent | {"number": 2}, follow=True)
        assert "All 2 experts said so." in answer.text
        assert GoldAnswer.objects.get().source == "agreed"

    def test_nothing_of_an_open_batch(self, as_user, amy, version, response):
        batch = factories.batch(version, [response])
        sent = {"criterion": "cites_policy", "batch": batch.pk, "response": response.pk}
        assert as_user(amy).post(f"{LIST}/take", sent | {"number": 2}).status_code == 409

    def test_by_posting_only(self, as_user, amy, ana, version):
        assert as_user(amy).get(f"{LIST}/take").status_code == 405
        assert as_user(ana).post(f"{LIST}/take").status_code == 403


class TestOverHttp:
    def test_they_are_added_and_listed(self, amy, version, response):
        script = Script(amy)
        one = {
            "response_id": response.external_id,
            "criterion": "cites_policy",
            "value": 1,
            "explanation": "Paragraph 4.",
        }
        path = "projects/refunds/rubrics/refund-quality/known/"
        assert script.post(path, {"answers": [one]}).json() == {"new": 1, "same": 0}
        (row,) = script.get(path).json()["results"]
        assert (row["value"], row["origin"], row["by"]) == (1.0, "imported", "amy")

    def test_every_fault_has_its_place(self, amy, version, response):
        one = {"response_id": "nowhere", "criterion": "kind", "value": 1, "explanation": " x"}
        answer = Script(amy).post(
            "projects/refunds/rubrics/refund-quality/known/", {"answers": [one]}
        )
        assert answer.status_code == 422
        places = [problem["where"] for problem in answer.json()["problems"]]
        assert places == ["answers.0, response_id", "answers.0, criterion"]
