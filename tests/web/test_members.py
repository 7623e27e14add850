"""Who is in a project, and who may say so."""

import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import people
from labeling.models import Membership, Project, User
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
URL = "/p/refunds/members"


def roles_of(user: User) -> set[str]:
    return set(Membership.objects.filter(user=user).values_list("role", flat=True))


def test_an_admin_sees_everybody_and_their_roles(as_user: LogIn, carol: User, ana: User):
    gone = factories.member(Project.objects.get(), "gone", "expert")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    text = as_user(carol).get(URL).content.decode()
    assert all(name in text for name in ("carol", "ana", "gone", "Deactivated"))


def test_a_known_person_is_added_by_name(as_user: LogIn, carol: User, dan: User):
    answer = as_user(carol).post(URL, {"username": "dan", "roles": ["expert", "viewer"]})
    assert answer["Location"] == URL
    assert set(
        Membership.objects.filter(user=dan, project__slug="refunds").values_list("role", flat=True)
    ) == {"expert", "viewer"}


def test_adding_keeps_the_roles_there_are(as_user: LogIn, carol: User, ana: User):
    as_user(carol).post(URL, {"username": "ana", "roles": ["author"]})
    assert roles_of(ana) == {"author", "expert"}


def test_an_unknown_name_is_refused_in_words(as_user: LogIn, carol: User):
    answer = as_user(carol).post(URL, {"username": "nobody", "roles": ["expert"]})
    assert answer.status_code == 422
    assert "Nobody here is called “nobody”" in answer.content.decode()


def test_a_new_account_has_a_first_password_shown_once(as_user: LogIn, carol: User):
    sent = {"username": "fay", "roles": ["expert"], "new_account": "on"}
    answer = as_user(carol).post(URL, sent)
    assert answer.status_code == 200
    password = re.search(r"First password: <code>([^<]+)</code>", answer.content.decode())[1]
    assert Client().login(username="fay", password=password)
    assert roles_of(User.objects.get(username="fay")) == {"expert"}
    again = as_user(carol).post(URL, sent)
    assert again.status_code == 409
    assert "exists already" in again.content.decode()
    assert password not in as_user(carol).get(URL).content.decode()


def test_a_new_account_takes_no_rights_from_the_form(as_user: LogIn, carol: User):
    sent = {
        "username": "fay",
        "roles": ["expert"],
        "new_account": "on",
        "is_superuser": "on",
        "is_staff": "on",
        "password": "chosen by me",
        "project": "1",
    }
    as_user(carol).post(URL, sent)
    fay = User.objects.get(username="fay")
    assert (fay.is_superuser, fay.is_staff, fay.check_password("chosen by me")) == (False,) * 3


@pytest.mark.parametrize(
    "sent",
    [
        {"username": "dan"},
        {"username": "dan", "roles": ["emperor"]},
        {"username": "", "roles": ["expert"]},
        {"username": "a b<script>", "roles": ["expert"], "new_account": "on"},
        {"username": "a\0b", "roles": ["expert"], "new_account": "on"},
        {"username": "x" * 151, "roles": ["expert"], "new_account": "on"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    as_user: LogIn, carol: User, dan: User, sent: dict
):
    before = Membership.objects.count(), User.objects.count()
    answer = as_user(carol).post(URL, sent)
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().split("<main")[1]
    assert (Membership.objects.count(), User.objects.count()) == before


def test_roles_become_exactly_what_is_ticked(as_user: LogIn, carol: User, ana: User):
    answer = as_user(carol).post(f"{URL}/{ana.pk}", {"roles": ["author", "viewer"]})
    assert answer["Location"] == URL
    assert roles_of(ana) == {"author", "viewer"}


def test_no_role_takes_a_person_out(as_user: LogIn, carol: User, ana: User):
    as_user(carol).post(f"{URL}/{ana.pk}", {})
    assert roles_of(ana) == set()
    assert as_user(ana).get("/p/refunds/rubrics/").status_code == 404


def test_the_last_admin_stays(as_user: LogIn, carol: User):
    answer = as_user(carol).post(f"{URL}/{carol.pk}", {"roles": ["viewer"]})
    assert answer.status_code == 409
    assert "only admin" in answer.content.decode()
    assert roles_of(carol) == {"admin"}


def test_a_deactivated_admin_does_not_count(as_user: LogIn, carol: User, project: Project):
    gone = factories.member(project, "gone", "admin")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert as_user(carol).post(f"{URL}/{carol.pk}", {}).status_code == 409


def test_whoever_gives_up_being_admin_goes_home(as_user: LogIn, carol: User, project: Project):
    factories.member(project, "second", "admin")
    answer = as_user(carol).post(f"{URL}/{carol.pk}", {"roles": ["viewer"]})
    assert answer["Location"] == "/"


def test_people_of_other_projects_cannot_be_changed_from_here(
    as_user: LogIn, carol: User, dan: User
):
    assert as_user(carol).post(f"{URL}/{dan.pk}", {"roles": ["viewer"]}).status_code == 404
    assert roles_of(dan) == {"admin"}


def test_members_are_for_admins(as_user: LogIn, ana: User, dan: User, project: Project):
    author = factories.member(project, "amy", "author")
    for user, status in ((ana, 403), (author, 403), (dan, 404)):
        client = as_user(user)
        assert client.get(URL).status_code == status
        assert client.post(URL, {"username": "dan", "roles": ["admin"]}).status_code == status
        assert client.post(f"{URL}/{ana.pk}", {"roles": ["admin"]}).status_code == status
    assert roles_of(ana) == {"expert"}


def test_the_wrong_verb(as_user: LogIn, carol: User, ana: User):
    assert as_user(carol).delete(URL).status_code == 405
    assert as_user(carol).get(f"{URL}/{ana.pk}").status_code == 405


def test_forms_need_their_key(carol: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    assert client.post(URL, {"username": "x", "roles": ["expert"]}).status_code == 403
    assert client.post(f"{URL}/{carol.pk}", {}).status_code == 403


def test_twenty_members_cost_as_many_queries_as_one(as_user: LogIn, carol: User, project: Project):
    client = as_user(carol)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for number in range(19):
        factories.member(project, f"m{number}", "expert", "viewer")
    with CaptureQueriesContext(connection) as twenty:
        client.get(URL)
    assert len(twenty) == len(one)


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_remove_each_other_at_once(carol: User, project: Project):
    second = factories.member(project, "second", "admin")
    start, refused = threading.Barrier(2), []

    def remove(user: User, by: User) -> None:
        start.wait()
        try:
            people.set_roles(project, user, [], by=by)
        except people.LastAdmin:
            refused.append(user)
        finally:
            connection.close()

    pairs = ((carol, second), (second, carol))
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert project.memberships.filter(role="admin").count() == 1
