"""Running a batch: pace and load on its page, giving back, reminding; and one's own time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import assigning
from labeling.active_time import correct_time
from labeling.models import Assignment, Batch, Membership, Project, Reminder, TimeCorrection, User
from labeling.pace import pace_of
from tests import factories
from tests.labeling.adjudicating import scene as ruling
from tests.labeling.rating.seats import opened, submit

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def batch(project: Project, ana: User) -> Batch:
    """ana has rated one response in 90 s and holds another."""
    made = opened(project)
    submit(assigning.claim_next(made, ana), active_ms=90_000)
    assigning.claim_next(made, ana)
    return made


def act(batch: Batch, name: str) -> str:
    return f"{batch.get_absolute_url()}{name}"


def test_the_admin_sees_pace_and_load(as_user: LogIn, carol, ana, batch):
    correct_time(batch, ana, minutes=2, note="Read the policy twice.")
    page = as_user(carol).get(batch.get_absolute_url()).content.decode()
    assert "Left: 5 ratings, about 8 min of experts’ time at 90 s each" in page
    assert "Too little has come in so far to foretell a day." in page
    assert '<td class="num" data-label="Active">4 min</td>' in page
    assert "Read the policy twice." in page


def test_what_an_adjudicator_rates_blind_is_no_pace(project: Project):
    """Two experts rated the one response; the third rating of it fills no place."""
    made = ruling.scene(project, "10 01")
    ruling.rated(made, factories.member(project, "judy", "adjudicator"), 0)
    assert pace_of(made.batch).newest == 2


def test_the_expert_sees_the_same_number_and_corrects_it(as_user: LogIn, ana, batch):
    client = as_user(ana)
    assert "2 min" in client.get("/desk/time/").content.decode()
    body = {"minutes": "30", "note": "Looked up the law."}
    page = client.post(f"/desk/time/{batch.pk}/", body, follow=True).content.decode()
    assert "32 min" in page
    assert "Looked up the law." in page


def test_many_batches_cost_the_queries_of_one(as_user: LogIn, ana, batch, project):
    client, counts = as_user(ana), []
    for more in (0, 3):
        for _ in range(more):
            response = batch.queue.first().response
            factories.seat(factories.batch(batch.rubric_version, [response]), response, ana)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/desk/time/").content.decode()
        assert page.count("Correct<span") == 1 + more
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("body", [{"minutes": "x", "note": "a"}, {"minutes": "-9", "note": "b"}])
def test_a_bad_correction_says_why(as_user: LogIn, ana, batch, body):
    answer = as_user(ana).post(f"/desk/time/{batch.pk}/", body)
    assert answer.status_code == 422
    assert not TimeCorrection.objects.exists()


def test_nobody_opens_the_time_of_a_batch_they_did_not_work_on(as_user: LogIn, ben, carol, batch):
    for person in (ben, carol):
        assert as_user(person).get(f"/desk/time/{batch.pk}/").status_code == 404


def test_who_has_left_the_project_has_no_time_there(as_user: LogIn, project, ana, batch):
    Membership.objects.filter(project=project, user=ana).delete()
    body = {"minutes": "30", "note": "Looked up the law."}
    assert batch.name not in as_user(ana).get("/desk/time/").content.decode()
    assert as_user(ana).get(f"/desk/time/{batch.pk}/").status_code == 404
    assert as_user(ana).post(f"/desk/time/{batch.pk}/", body).status_code == 404
    factories.member(project, "ana", "viewer")
    assert as_user(ana).post(f"/desk/time/{batch.pk}/", body).status_code == 403
    assert not TimeCorrection.objects.exists()
    factories.member(project, "ana", "adjudicator")
    assert as_user(ana).post(f"/desk/time/{batch.pk}/", body).status_code == 302


def test_ratings_from_files_took_no_time_here(as_user: LogIn, ana, batch):
    Batch.objects.filter(pk=batch.pk).update(kind="imported")
    assert batch.name not in as_user(ana).get("/desk/time/").content.decode()
    assert as_user(ana).get(f"/desk/time/{batch.pk}/").status_code == 404


def test_what_an_expert_holds_is_given_back(as_user: LogIn, carol, ana, batch):
    page = as_user(carol).post(act(batch, "give-back"), {"rater": ana.pk}, follow=True)
    assert "1 response of ana can be taken by others" in page.content.decode()
    assert not Assignment.objects.filter(batch=batch, state="leased").exists()


@pytest.mark.parametrize(("rater", "status"), [("", 422), ("x", 422), ("999999", 404)])
def test_giving_back_names_somebody_of_the_batch(as_user: LogIn, carol, batch, rater, status):
    assert as_user(carol).post(act(batch, "give-back"), {"rater": rater}).status_code == status
    assert Assignment.objects.filter(batch=batch, state="leased").count() == 1


def test_who_rates_there_steers_nobody(as_user: LogIn, project, ana, ben, batch):
    factories.member(project, "ana", "admin")
    User.objects.filter(pk=ben.pk).update(email="ben@example.org")
    for name in ("give-back", "remind"):
        answer = as_user(ana).post(act(batch, name), {"rater": ana.pk})
        assert answer.status_code == 409
        assert "You rate in this batch yourself" in answer.content.decode()
    assert not Reminder.objects.exists()


def test_reminding_is_a_button_and_a_setting(as_user: LogIn, carol, ana, batch):
    User.objects.filter(pk=ana.pk).update(email="ana@example.org")
    client = as_user(carol)
    page = client.post(act(batch, "remind"), follow=True).content.decode()
    assert "A mail goes to ana." in page
    assert Reminder.objects.get().rater == ana
    assert "Nobody is reminded" in client.post(act(batch, "remind"), follow=True).content.decode()
    page = client.post(act(batch, "reminding"), {"days": "3"}, follow=True).content.decode()
    assert "The batch reminds after 3 days without work." in page
    assert 'value="3"' in page
    assert client.post(act(batch, "reminding"), {"days": "-1"}).status_code == 422
    client.post(act(batch, "reminding"), {"days": ""})
    batch.refresh_from_db()
    assert batch.remind_after_days is None


def test_only_admins_of_the_project(as_user: LogIn, project, ana, dan, batch):
    for name in ("remind", "reminding", "give-back"):
        assert as_user(dan).post(act(batch, name)).status_code == 404
        assert as_user(ana).post(act(batch, name)).status_code == 403
        assert as_user(ana).get(act(batch, name)).status_code == 405


def test_one_says_where_mails_go(as_user: LogIn, ana):
    client = as_user(ana)
    client.post("/account/reminders", {"email": "ana@example.org"})
    ana.refresh_from_db()
    assert (ana.email, ana.takes_reminders) == ("ana@example.org", False)
    assert client.post("/account/reminders", {"email": "nowhere"}).status_code == 422
