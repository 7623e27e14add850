"""The page on which an admin leaves judgements out of what is counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import assigning, rating
from labeling.models import Batch, Project, Rating, User
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, opened, submit

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def batch(project: Project, ana: User, ben: User) -> Batch:
    made = opened(project)
    for rater in (ana, ben):
        while seat := assigning.claim_next(made, rater):
            submit(seat, BOTH_MET)
    return made


def url(batch: Batch) -> str:
    return f"{batch.get_absolute_url()}exclusions"


def test_the_batch_leads_there_and_nothing_is_left_out_yet(as_user: LogIn, carol, batch):
    client = as_user(carol)
    assert f'href="{url(batch)}"' in client.get(batch.get_absolute_url()).content.decode()
    assert "Every judgement counts" in client.get(url(batch)).content.decode()


def test_looking_counts_and_changes_nothing(as_user: LogIn, carol, batch, ben):
    page = as_user(carol).get(url(batch), {"rater": ben.pk, "response": ""}).content.decode()
    assert "<strong>3 judgements</strong> would be left out" in page
    assert not Rating.objects.filter(excluded_seq__isnull=False).exists()


def test_posted_they_are_left_out_and_listed_with_the_reason(as_user: LogIn, carol, batch, ben):
    body = {"rater": ben.pk, "response": "", "reason": "A <b>test</b> account."}
    page = as_user(carol).post(url(batch), body, follow=True).content.decode()
    assert "3 judgements are left out of what is counted from now on." in page
    assert page.count("A &lt;b&gt;test&lt;/b&gt; account.") == 3
    assert Rating.objects.current().filter(batch=batch).count() == 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"reason": "Why not."}, "Name an expert, a response, or both."),
        ({"response": "nowhere", "reason": "Gone."}, "has no rated response “nowhere”"),
        ({"rater": "999999", "reason": "Gone."}, "Select a valid choice"),
        ({"rater": "BEN", "reason": ""}, "This field is required."),
    ],
)
def test_bad_input_is_named_and_leaves_all_as_it_was(as_user: LogIn, carol, batch, ben, body, said):
    if body.get("rater") == "BEN":
        body = {**body, "rater": ben.pk}
    answer = as_user(carol).post(url(batch), body)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Rating.objects.current().filter(batch=batch).count() == 6


def test_a_response_in_work_has_no_judgement_yet(as_user: LogIn, carol, project, batch, ana):
    response = factories.response(factories.item(project))
    begun = factories.batch(batch.rubric_version, [response])
    seat = assigning.claim_next(begun, ana)
    body = {"rater": "", "response": seat.response.external_id, "reason": "Gone."}
    answer = as_user(carol).post(url(begun), body)
    assert answer.status_code == 422
    assert f"has no rated response “{seat.response.external_id}”" in answer.text
    submit(seat, BOTH_MET)
    assert as_user(carol).post(url(begun), body).status_code == 302


def test_the_expert_reads_why_and_is_not_offered_to_correct(as_user: LogIn, carol, batch, ben):
    rating.exclude(rating.Judged(batch, rater=ben), "Misread paragraph 4.", by=carol)
    seat = batch.assignments.filter(rater=ben).first()
    page = as_user(ben).get(f"/desk/seat/{seat.pk}/").content.decode()
    assert "Misread paragraph 4." in page
    assert "Correct your answers" not in page


def test_who_rates_there_is_told_to_wait(as_user: LogIn, batch, project, ben):
    factories.member(project, "ben", "admin")
    page = as_user(ben).get(url(batch), {"rater": ben.pk}).content.decode()
    assert "You rate in this batch yourself" in page
    assert "would be left out" not in page
    assert as_user(ben).post(url(batch), {"rater": ben.pk, "reason": "Mine."}).status_code == 409
    # Nor does a mistake in the form tell whether a response was rated.
    assert as_user(ben).post(url(batch), {"response": "x", "reason": "y"}).status_code == 409
    assert Rating.objects.current().filter(batch=batch).count() == 6


def test_only_admins(as_user: LogIn, batch, project, ana, dan):
    assert as_user(dan).get(url(batch)).status_code == 404
    for person in (ana, factories.member(project, "amy", "author")):
        assert as_user(person).get(url(batch)).status_code == 403
        assert as_user(person).post(url(batch), {"reason": "x"}).status_code == 403
    assert as_user(dan).put(url(batch)).status_code == 405


def test_a_constant_number_of_queries(as_user: LogIn, carol, batch, ana, ben):
    client, counts = as_user(carol), []
    for rater in (ana, ben):
        rating.exclude(rating.Judged(batch, rater=rater), "Asleep.", by=carol)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(batch)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
